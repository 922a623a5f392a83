"""The admin's lists of roles and approval rules, and what keeps their forms within one's own agencies."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.log_actions import log
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet, SnippetViewSetGroup

from cms.list_export import ExportedIndexView
from cms.models import ApprovalRule, Membership
from cms.selectors.accounts import accounts_of
from cms.selectors.rights import Right, may, places_with, within
from cms.services import grant, revoke, set_rule


class CoveredForm(WagtailAdminModelForm):
    """A form whose agency must lie where the person holds the right."""

    right = Right.CONTACT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "agency" in self.fields and places_with(self.for_user, self.right) is not None:
            agencies = self.fields["agency"].queryset
            self.fields["agency"].queryset = agencies.filter(within(self.for_user, self.right, "path"))

    def clean(self) -> dict[str, Any]:
        """Refuses an agency that is not covered."""
        values: dict[str, Any] = super().clean() or {}
        agency = values.get("agency")
        if agency and not may(self.for_user, self.right, agency):
            self.add_error("agency", f"Bạn không có quyền ở {agency.name}. Hãy chọn cơ quan thuộc phần mình.")
        return values


class AdministeredForm(CoveredForm):
    """The same for roles and rules."""

    right = Right.ADMINISTER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields and not self.for_user.is_superuser:
            self.fields["user"].queryset = accounts_of(self.for_user).exclude(pk=self.for_user.pk)


class CoveredObject:
    """Looks at the row, not only at the kind of row: Wagtail's own views ask for the latter alone."""

    permission_required: str

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """The row; raises PermissionDenied when it is not covered."""
        row = super().get_object(*args, **kwargs)  # type: ignore[misc]
        policy = policy_registry.get_by_type(type(row))
        if not policy.user_has_permission_for_instance(self.request.user, self.permission_required, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        return row


class CoveredEditView(CoveredObject, EditView):
    """Editing a row that is covered."""


class CoveredDeleteView(CoveredObject, DeleteView):
    """Deleting a row that is covered."""


class GrantView(CreateView):
    """Giving a role."""

    def save_instance(self) -> Membership:
        """Through the service, which asks for the right again."""
        made = grant(membership=self.form.save(commit=False), by=self.request.user)
        log(made, "wagtail.create", user=self.request.user)
        return made


class RoleEditView(CoveredEditView):
    """Changing a role: giving another."""

    def save_instance(self) -> Membership:
        """Through the service, so that nobody edits another's role into the own."""
        made = grant(membership=self.form.save(commit=False), by=self.request.user)
        log(made, "wagtail.edit", user=self.request.user)
        return made


class RevokeView(CoveredDeleteView):
    """Taking a role back."""

    def delete_action(self) -> None:
        """Through the service."""
        log(self.object, "wagtail.delete", user=self.request.user)
        revoke(membership=self.object, by=self.request.user)


class RuleCreateView(CreateView):
    """A rule for an agency that had none of its own."""

    def save_instance(self) -> ApprovalRule:
        """Through the service."""
        rule = set_rule(rule=self.form.save(commit=False), by=self.request.user)
        log(rule, "wagtail.edit", user=self.request.user)
        return rule


class RuleEditView(CoveredEditView):
    """Changing a rule."""

    def save_instance(self) -> ApprovalRule:
        """Through the service."""
        rule = set_rule(rule=self.form.save(commit=False), by=self.request.user)
        log(rule, "wagtail.edit", user=self.request.user)
        return rule


class AdministeredViewSet(SnippetViewSet):
    """Rows of the agencies one administers."""

    copy_view_enabled = False
    list_per_page = 50
    index_view_class: Any = ExportedIndexView
    edit_view_class: Any = CoveredEditView
    delete_view_class: Any = CoveredDeleteView

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """The rows that are covered."""
        policy = policy_registry.get_by_type(self.model)
        rows: QuerySet[Any] = policy.instances_user_has_permission_for(request.user, "change")
        return rows.select_related("agency")


class MembershipViewSet(AdministeredViewSet):
    """Who works for which agency in which role."""

    model = Membership
    icon = "group"
    menu_label = "Phân quyền"
    base_url_path = "phan-quyen"
    list_display = ["user", "role", "agency"]
    list_filter = ["role"]
    search_fields = ["user__full_name", "user__username", "agency__name"]
    search_backend_name = None
    add_view_class = GrantView
    edit_view_class = RoleEditView
    delete_view_class = RevokeView
    edit_handler = ObjectList([*map(FieldPanel, ("user", "agency", "role"))], base_form_class=AdministeredForm)


class ApprovalRuleViewSet(AdministeredViewSet):
    """In how many steps an agency approves."""

    model = ApprovalRule
    icon = "tasks"
    menu_label = "Cách duyệt"
    base_url_path = "cach-duyet"
    list_display = ["agency", "steps", "self_approval"]
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView
    edit_handler = ObjectList(
        [*map(FieldPanel, ("agency", "steps", "self_approval"))], base_form_class=AdministeredForm
    )


class RolesGroup(SnippetViewSetGroup):
    """The menu entry that holds both."""

    items = (MembershipViewSet, ApprovalRuleViewSet)
    menu_label = "Phân quyền"
    menu_icon = "group"
    menu_order = 150
