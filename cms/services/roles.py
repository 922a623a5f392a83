"""Giving people roles at agencies, and taking them back; who administers an agency does it for all below."""

from django.db import transaction

from cms.models import ApprovalRule, Membership, User
from cms.selectors.rights import Right
from cms.services.accounts import log_account
from cms.services.acts import NotAllowedError, require
from cms.vocabulary import AccountActKind


@transaction.atomic
def grant(*, membership: Membership, by: User) -> Membership:
    """Give a person a role at an agency (phân quyền), never oneself. Raises NotAllowedError, ValidationError."""
    require(by, Right.ADMINISTER, membership.agency)
    if membership.user_id == by.pk and not by.is_superuser:
        raise NotAllowedError(
            "Không ai tự cấp vai trò cho mình. Hãy nhờ người quản trị khác của cơ quan hoặc cấp trên."
        )
    membership.full_clean()
    membership.save()
    log_account(membership.user, AccountActKind.GRANTED, by, note=_said(membership))
    return membership


@transaction.atomic
def revoke(*, membership: Membership, by: User) -> None:
    """Take the role back. Raises NotAllowedError."""
    require(by, Right.ADMINISTER, membership.agency)
    log_account(membership.user, AccountActKind.REVOKED, by, note=_said(membership))
    membership.delete()


@transaction.atomic
def set_rule(*, rule: ApprovalRule, by: User) -> ApprovalRule:
    """Lay down how the agency's decisions are approved (cách duyệt). Raises NotAllowedError, ValidationError."""
    require(by, Right.ADMINISTER, rule.agency)
    rule.full_clean()
    rule.save()
    return rule


def _said(membership: Membership) -> str:
    return f"{membership.get_role_display()}, {membership.agency.name}"
