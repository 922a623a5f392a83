"""Who may do what in the admin. Published rows are sealed: they are looked at there, and written by services alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies.base import ModelPermissionPolicy

from cms.models import Agency
from cms.selectors.rights import Right, is_editor, may, may_register, places_with, within

LOOKING = frozenset({"view"})
# What anybody with a role may look at; sealed or public anyway.
_SEEN = frozenset(
    f"cms.view_{name}" for name in ("agency", "cataloguesnapshot", "decision", "procedure", "receptionpoint")
)


class MembershipBackend(BaseBackend):
    """Lets people with a role at an agency into the admin, and look there; nothing to keep in step with groups."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether a role alone gives this Django permission."""
        wanted = perm == "wagtailadmin.access_admin" or perm in _SEEN or perm.startswith("importers.view_")
        return wanted and obj is None and is_editor(user_obj)


class LookOnlyPolicy(ModelPermissionPolicy):
    """Everybody with the model's view permission may look; nobody, not even a superuser, may write by hand."""

    allowed = LOOKING

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the user holds the permission and the action is one that may be done by hand at all."""
        return action in self.allowed and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission(user, action) for action in actions)


class SubtreePolicy(ModelPermissionPolicy):
    """Roles decide, each for its agency and all below. `agency` leads from a row to its agency ("" = the row itself).

    `rights` names what each admin action asks for; an action that is not named is nobody's.
    """

    def __init__(self, model: type[Model], *, agency: str, rights: Mapping[str, Right]) -> None:
        super().__init__(model)
        self.agency, self.rights = agency, rights

    def agency_of(self, row: Any) -> Agency:
        """The agency the row belongs to."""
        return getattr(row, self.agency) if self.agency else row

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do this to some row."""
        return action in self.rights and places_with(user, self.rights[action]) != []

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether the person may do this to this row."""
        return action in self.rights and may(user, self.rights[action], self.agency_of(instance))

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> "QuerySet[Any]":
        """The rows to which the person may do one of these."""
        found = Q(pk__in=[])
        path = f"{self.agency}__path" if self.agency else "path"
        for action in actions:
            if action in self.rights:
                found |= within(user, self.rights[action], path)
        rows: QuerySet[Any] = self.model._default_manager.filter(found)
        return rows

    def instances_user_has_permission_for(self, user: Any, action: str) -> "QuerySet[Any]":
        """The same for one action."""
        return self.instances_user_has_any_permission_for(user, [action])


class RegisterPolicy(ModelPermissionPolicy):
    """The register of legal documents: everybody with a role looks, those who keep it write, nobody deletes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the person may do this."""
        return is_editor(user) if action == "view" else action in ("add", "change") and may_register(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission(user, action) for action in actions)


class DecisionPolicy(SubtreePolicy):
    """Decisions are written on the editors' desk; here they are looked at: one's own, and everybody's public ones."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether the person may do this to this row."""
        public = action == "view" and instance.published_at is not None and is_editor(user)
        return public or super().user_has_permission_for_instance(user, action, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> "QuerySet[Any]":
        """The rows to which the person may do one of these."""
        own = super().instances_user_has_any_permission_for(user, actions)
        public: QuerySet[Any] = self.model._default_manager.filter(published_at__isnull=False)
        return own | public if "view" in actions and is_editor(user) else own
