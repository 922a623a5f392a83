"""Who may do what in the admin. Published rows are sealed: they are looked at there, and written by services alone."""

from typing import Any

from wagtail.permission_policies.base import ModelPermissionPolicy

LOOKING = frozenset({"view"})


class LookOnlyPolicy(ModelPermissionPolicy):
    """Everybody with the model's view permission may look; nobody, not even a superuser, may write by hand."""

    allowed = LOOKING

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the user holds the permission and the action is one that may be done by hand at all."""
        return action in self.allowed and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission(user, action) for action in actions)


class ContactPolicy(LookOnlyPolicy):
    """An agency's contact may be changed by hand; agencies are entered, merged and ended by services."""

    allowed = LOOKING | {"change"}
