"""Lets a procedure be known by one more code, on an editor's word: names alone never join what two sources say."""

from django.db import transaction

from cms.identifiers import CodeScheme, read_code
from cms.models import Change, Procedure, ProcedureIdentifier, User
from cms.services.changelog import take_moment, write_changes
from cms.vocabulary import ChangeKind, IdentifierScheme

_LONGEST = 100  # characters of ProcedureIdentifier.value


class IdentityTakenError(ValueError):
    """The code or identifier can't be given to the procedure; the message says in Vietnamese why and what to do."""


@transaction.atomic
def join_identity(*, procedure: Procedure, key: str, by: User | None) -> Procedure:
    """Know a procedure by a code or another source's identifier from now on (ghép mã); its address stays.

    A national code becomes the procedure's own where it has none, anything else one of its identifiers. Giving what it
    has already writes nothing. Raises IdentityTakenError when another procedure has it.
    """
    moment = take_moment(by)
    key = key.strip()
    if not key or len(key) > _LONGEST:
        raise IdentityTakenError(f"Mã “{key[:40]}” để trống hoặc dài hơn {_LONGEST} ký tự. Hãy chép đúng mã trong tệp.")
    reading = read_code(key)
    code = reading.text if reading and not reading.doubtful and reading.scheme == CodeScheme.NATIONAL else ""
    if holder := _holder(code or key):
        if holder.pk == procedure.pk:
            return holder
        raise IdentityTakenError(
            f"Mã {key} đã là của thủ tục có địa chỉ {holder.slug}; không ghép thêm vào {procedure.slug}."
        )
    if code and procedure.code is None:
        procedure.code = code
        procedure.save(update_fields=["code"])
    else:
        ProcedureIdentifier.objects.create(procedure=procedure, scheme=IdentifierScheme.OTHER, value=code or key)
    write_changes(moment, [Change(kind=ChangeKind.CODED, procedure=procedure, note=key)])
    return procedure


def _holder(key: str) -> Procedure | None:
    """The procedure that is known by the key, if there is one."""
    by_code = Procedure.objects.filter(code=key).first()
    known = ProcedureIdentifier.objects.filter(value=key).select_related("procedure").first()
    return by_code or (known.procedure if known else None)
