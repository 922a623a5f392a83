"""The desk on the admin's home page and in its menu."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from cms.calendar import today
from cms.selectors.rights import Right, is_editor, places_with
from cms.selectors.worklists import work_lists


class DeskItem(MenuItem):
    """The menu entry; only for people with a role."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has a role."""
        return is_editor(request.user)


class AccountsItem(MenuItem):
    """The entry for accounts; only for administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person administers an agency."""
        return places_with(request.user, Right.ADMINISTER) != []


class WorkPanel(Component):
    """The work lists as a panel."""

    template_name = "desk/lists.html"
    order = 10
    name = "work_lists"

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The lists of this person."""
        return {"lists": work_lists(self.user, today())}
