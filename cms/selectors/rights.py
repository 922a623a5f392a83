"""Who may do what for which agency: a role at an agency covers it and all below. Screens and services ask here."""

from enum import StrEnum
from typing import Any

from django.db.models import Q

from cms.models import Agency, Membership
from cms.vocabulary import CENTRAL_KINDS, AgencyKind, EditorRole

# Who announces procedures (Art. 13, Decree 63/2010/NĐ-CP).
ANNOUNCERS = CENTRAL_KINDS | {AgencyKind.PROVINCE}


class Right(StrEnum):
    """What one may be allowed to do to decisions, contacts and posted sheets of an agency."""

    VIEW = "view"
    DRAFT = "draft"
    COMMENT = "comment"
    CHECK = "check"
    APPROVE = "approve"
    PUBLISH = "publish"
    WAIVE = "waive"
    CONTACT = "contact"
    POST = "post"
    ADMINISTER = "administer"
    REGISTER = "register"


_READING = frozenset({Right.VIEW})
_DRAFTING = _READING | {Right.DRAFT, Right.COMMENT, Right.CONTACT, Right.POST}
ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    EditorRole.READER: _READING,
    EditorRole.CLERK: _READING | {Right.POST},
    EditorRole.DRAFTER: _DRAFTING,
    EditorRole.CONTROL: _DRAFTING | {Right.CHECK, Right.WAIVE, Right.REGISTER},
    EditorRole.HEAD: _DRAFTING | {Right.CHECK, Right.WAIVE, Right.REGISTER, Right.APPROVE, Right.PUBLISH},
    EditorRole.ADMIN: _READING | {Right.COMMENT, Right.CONTACT, Right.ADMINISTER},
}


def roles_with(right: str) -> list[str]:
    """The roles that carry the right."""
    return [role for role, rights in ROLE_RIGHTS.items() if right in rights]


def is_editor(user: Any) -> bool:
    """Whether the person holds any role at all."""
    if not (user and user.is_authenticated and user.is_active):
        return False
    return user.is_superuser or Membership.objects.filter(user=user).exists()


def places_with(user: Any, right: str) -> list[str] | None:
    """Tree paths of the agencies at which the person holds the right; None means everywhere."""
    if not (user and user.is_authenticated and user.is_active):
        return []
    if user.is_superuser:
        return None
    held = Membership.objects.filter(user=user, role__in=roles_with(right))
    return list(held.values_list("agency__path", flat=True))


def may(user: Any, right: str, agency: Agency) -> bool:
    """Whether the person holds the right at this agency or at one above it."""
    places = places_with(user, right)
    return places is None or any(agency.path.startswith(path) for path in places)


def may_register(user: Any) -> bool:
    """Whether the person keeps the register of legal documents: control officer or head of a body that announces
    procedures (central or provincial), because all agencies' procedures rest on the same documents."""
    if not (user and user.is_authenticated and user.is_active):
        return False
    held = Membership.objects.filter(user=user, role__in=roles_with(Right.REGISTER), agency__kind__in=ANNOUNCERS)
    return user.is_superuser or held.exists()


def within(user: Any, right: str, lookup: str) -> Q:
    """Rows whose agency (`lookup`, e.g. "issuer__path") lies where the person holds the right."""
    places = places_with(user, right)
    if places is None:
        return Q()
    found = Q(pk__in=[])
    for path in places:
        found |= Q(**{f"{lookup}__startswith": path})
    return found
