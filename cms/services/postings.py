"""Writing the posting ledger: a sheet is hung, taken down, or not found on a round; each leaves its own line."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.calendar import local_day
from cms.models import Agency, Change, Posting, PostingAct, ReceptionPoint, User
from cms.selectors.listing import scopes_of
from cms.selectors.postings import places_of
from cms.selectors.rights import Right
from cms.selectors.sheets import Sheets, Version
from cms.services.acts import require
from cms.services.changelog import Moment, take_moment, write_changes
from cms.values import format_date
from cms.vocabulary import ChangeKind, PostingActKind, TakenDown

__all__ = ["check_round", "hang_sheets", "take_down"]


@transaction.atomic
def hang_sheets(
    *, agency: Agency, point: ReceptionPoint | None, sheets: Mapping[int, str], on: date, by: User, board: str = ""
) -> tuple[int, list[str]]:
    """Post (niêm yết) sheets at a place: procedure → key of the version that was printed. Whatever hung there of the
    same procedures is taken down.

    Returns how many were entered, and the names of those that say something else by now and so were not: they have to
    be printed anew. Raises NotAllowedError, ValidationError.
    """
    require(by, Right.POST, agency)
    moment = _moment(by, on)
    today = local_day(moment.at)
    if point not in places_of([agency], today)[agency.pk]:
        raise ValidationError(f"{agency.name} không niêm yết ở nơi này nữa. Hãy mở lại sổ niêm yết và chọn nơi khác.")
    now = Sheets(scopes_of(agency, today)).on_day(today)
    fresh: dict[int, Version] = {pk: now[pk] for pk, key in sheets.items() if pk in now and now[pk].key == key}
    standing = {one.procedure_id: one for one in _standing(agency, point).filter(procedure__in=fresh)}
    fresh = {pk: one for pk, one in fresh.items() if pk not in standing or standing[pk].version != one.key}
    _end([one for pk, one in standing.items() if pk in fresh], on, by, TakenDown.REPLACED)
    common: dict[str, Any] = {"agency": agency, "point": point, "board": board.strip(), "hung_on": on, "hung_by": by}
    Posting.objects.bulk_create(
        Posting(
            procedure_id=pk, content_id=one.content, version=one.key, version_day=one.since, recorded_at=moment.at,
            **common,
        )
        for pk, one in fresh.items()
    )  # fmt: skip
    changed = [pk for pk, key in sheets.items() if pk not in now or now[pk].key != key]
    if fresh:
        _log(moment, agency, point, PostingActKind.HUNG, len(fresh), on, board.strip())
    return len(fresh), [now[pk].name if pk in now else str(pk) for pk in changed]


@transaction.atomic
def take_down(
    *, agency: Agency, point: ReceptionPoint | None, postings: Collection[int], on: date, by: User, note: str = ""
) -> int:
    """Take sheets down from a place without others in their stead. Returns how many. Raises NotAllowedError."""
    require(by, Right.POST, agency)
    moment = _moment(by, on)
    gone = list(_standing(agency, point).filter(pk__in=postings))
    _end(gone, on, by, TakenDown.REMOVED)
    if gone:
        _log(moment, agency, point, PostingActKind.TAKEN_DOWN, len(gone), on, note)
    return len(gone)


@transaction.atomic
def check_round(
    *, agency: Agency, point: ReceptionPoint | None, missing: Collection[int], on: date, by: User, note: str = ""
) -> tuple[int, int]:
    """State that somebody went round a place and saw every sheet of the ledger hang, but for these postings.

    Returns how many hang, and how many were missing. Raises NotAllowedError, ValidationError.
    """
    require(by, Right.POST, agency)
    moment = _moment(by, on)
    standing = list(_standing(agency, point))
    gone = [one for one in standing if one.pk in missing]
    _end(gone, on, by, TakenDown.MISSING)
    words = "; ".join(filter(None, [f"không thấy {len(gone)} tờ" if gone else "", note.strip()]))
    _log(moment, agency, point, PostingActKind.CHECKED, len(standing) - len(gone), on, words)
    return len(standing) - len(gone), len(gone)


def _moment(by: User, on: date) -> Moment:
    """Holds the log, and so the ledger. Raises ValidationError for a day to come."""
    moment = take_moment(by)
    if on > local_day(moment.at):
        raise ValidationError(f"Ngày {format_date(on)} chưa đến. Hãy ghi ngày đã treo, đã gỡ hoặc đã kiểm tra.")
    return moment


def _standing(agency: Agency, point: ReceptionPoint | None) -> Any:
    return Posting.objects.filter(agency=agency, point=point, taken_down_on=None)


def _end(postings: list[Posting], on: date, by: User, why: str) -> None:
    """Raises ValidationError for a sheet that was hung later than that."""
    if later := [one for one in postings if one.hung_on > on]:
        day = format_date(max(one.hung_on for one in later))
        raise ValidationError(f"Tờ đang treo được treo ngày {day}, sau ngày vừa ghi. Hãy ghi ngày {day} hoặc sau đó.")
    rows = Posting.objects.filter(pk__in=[one.pk for one in postings])
    rows.update(taken_down_on=on, taken_down_by=by, why=why)


def _log(
    moment: Moment, agency: Agency, point: ReceptionPoint | None, kind: str, sheets: int, on: date, note: str
) -> None:
    """The ledger's own line, and one of the change log, which pages kept follow."""
    assert moment.by  # `require` let nobody else come here
    PostingAct.objects.create(
        agency=agency, point=point, kind=kind, sheets=sheets, on=on, note=note, by=moment.by, at=moment.at
    )
    write_changes(moment, [Change(kind=ChangeKind.POSTED, agency=agency)])
