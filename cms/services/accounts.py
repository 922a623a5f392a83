"""Accounts an agency's administrator makes, locks and gives new keys to; never one whose power reaches beyond the own
subtree, and never the own: all of it leaves a line in the account's log."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.models import AccountAct, Agency, User
from cms.selectors.accounts import accounts_of
from cms.selectors.rights import Right
from cms.services.acts import NotAllowedError, require
from cms.vocabulary import AccountActKind

PERSON_FIELDS = ("username", "full_name", "email", "post")


@transaction.atomic
def create_account(*, agency: Agency, by: User, values: Mapping[str, Any]) -> User:
    """Make an account without a password for a person of the agency. Raises NotAllowedError, ValidationError."""
    require(by, Right.ADMINISTER, agency)
    person = User(agency=agency, **{name: values.get(name, "") for name in PERSON_FIELDS})
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    log_account(person, AccountActKind.CREATED, by, note=agency.name)
    return person


@transaction.atomic
def new_setup_link(*, person: User, by: User) -> tuple[str, str]:
    """The two parts (uid, token) of a link with which the person sets a password, once, within PASSWORD_RESET_TIMEOUT.

    The former password ends now, and with it every open session. Raises NotAllowedError.
    """
    person = _managed(person, by)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    log_account(person, AccountActKind.LINKED, by)
    return urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)


@transaction.atomic
def lock_account(*, person: User, by: User, locked: bool = True) -> User:
    """Lock the account, or open it again; a locked one is signed out with its next click. Raises NotAllowedError."""
    person = _managed(person, by)
    person.is_active = not locked
    person.save(update_fields=["is_active"])
    log_account(person, AccountActKind.LOCKED if locked else AccountActKind.UNLOCKED, by)
    return person


@transaction.atomic
def reset_second_factor(*, person: User, by: User) -> None:
    """Forget the person's phone, so that the next sign-in sets up another. Raises NotAllowedError."""
    person = _managed(person, by)
    TOTPDevice.objects.filter(user=person).delete()
    log_account(person, AccountActKind.FACTOR_RESET, by)


def log_account(person: User, kind: str, by: User, note: str = "") -> None:
    """Write one line of the account's log."""
    AccountAct.objects.create(person=person, kind=kind, note=note, by=by, at=timezone.now())


def _managed(person: User, by: User) -> User:
    """The account, held, when `by` looks after it. Raises NotAllowedError."""
    if person.pk == by.pk or not accounts_of(by).filter(pk=person.pk).exists():
        raise NotAllowedError(
            f"Tài khoản {by} không quản trị tài khoản {person}: chỉ quản trị người thuộc cơ quan mình mà không giữ "
            "vai trò ở nơi khác, và không tự làm cho mình. Hãy nhờ người quản trị cấp trên."
        )
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)
