"""Giving people roles at agencies, and taking them back; who administers an agency does it for all below."""

from django.db import transaction

from cms.models import ApprovalRule, Membership, User
from cms.selectors.rights import Right
from cms.services.acts import require


@transaction.atomic
def grant(*, membership: Membership, by: User) -> Membership:
    """Give a person a role at an agency (phân quyền). Raises NotAllowedError, ValidationError."""
    require(by, Right.ADMINISTER, membership.agency)
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def revoke(*, membership: Membership, by: User) -> None:
    """Take the role back. Raises NotAllowedError."""
    require(by, Right.ADMINISTER, membership.agency)
    membership.delete()


@transaction.atomic
def set_rule(*, rule: ApprovalRule, by: User) -> ApprovalRule:
    """Lay down how the agency's decisions are approved (cách duyệt). Raises NotAllowedError, ValidationError."""
    require(by, Right.ADMINISTER, rule.agency)
    rule.full_clean()
    rule.save()
    return rule
