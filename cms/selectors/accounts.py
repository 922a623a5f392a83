"""Whose accounts an administrator looks after: people of the own subtree who hold no role above or beside it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.models import Membership, User
from cms.selectors.rights import Right, places_with, within


def accounts_of(user: Any) -> "QuerySet[User]":
    """The accounts this person administers, by name. A superuser's are everybody's.

    Whoever holds a role outside, or is a superuser, is not among them: a new password would open that role, too.
    """
    rows = User.objects.select_related("agency").order_by("full_name", "username")
    if places_with(user, Right.ADMINISTER) is None:
        return rows
    covered = Membership.objects.filter(within(user, Right.ADMINISTER, "agency__path")).values("pk")
    outside = Membership.objects.filter(user=OuterRef("pk")).exclude(pk__in=covered)
    ours = within(user, Right.ADMINISTER, "agency__path") & Q(agency__isnull=False)
    return rows.filter(ours, ~Exists(outside), is_superuser=False)
