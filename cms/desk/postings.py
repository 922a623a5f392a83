"""The posting ledger at the desk: what hangs at each place of an agency, what must be replaced, hung or taken down; a
clerk prints those sheets in one go and ticks many at once, also on a phone before the board."""

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve

from cms.calendar import today
from cms.desk.access import asks
from cms.models import Agency, User
from cms.opendata import Column, Table, as_workbook, file_name
from cms.selectors import Shown, show
from cms.selectors.browse import find_agency, find_procedure
from cms.selectors.postings import (
    Need,
    Posted,
    Row,
    Wall,
    acts_at,
    keeping_ledgers,
    ledger,
    percent,
    posted,
    touched_by,
    walls,
)
from cms.selectors.rights import Right, may, within
from cms.services import NotAllowedError, check_round, hang_sheets, take_down
from cms.text import fold
from cms.values import format_date
from cms.views.data import WORKBOOK
from cms.views.printing import chosen_sheets
from cms.views.standing import address_of

MOST = 200  # sheets in one list, and in one print: done with these, the next ones come up
MOST_AGENCIES = 50
LOG = 20


class Line(NamedTuple):
    """One sheet in a list that can be ticked: what the tick sends, and what is said of the sheet."""

    value: str
    name: str
    note: str


class DayForm(forms.Form):
    """When it was done, and where on the place."""

    on = forms.DateField(label="Ngày treo", initial=today, help_text="ngày/tháng/năm")
    board = forms.CharField(label="Bảng, kệ số", max_length=100, required=False, help_text="không bắt buộc")


class CheckForm(forms.Form):
    """When a place was gone round."""

    on = forms.DateField(label="Ngày kiểm tra", initial=today, help_text="ngày/tháng/năm")
    note = forms.CharField(label="Ghi chú", max_length=500, required=False, help_text="không bắt buộc")


@asks(Right.VIEW)
def ledgers(request: HttpRequest) -> HttpResponse:
    """The agencies one has to do with and how their boards stand; any other of the own subtree by its name."""
    typed = request.GET.get("q", "").strip()
    if typed:
        rows = Agency.objects.filter(within(request.user, Right.VIEW, "path"), valid_to=None, name__icontains=typed)
        agencies = list(rows.order_by("depth", "sort_key")[:MOST_AGENCIES])
    else:
        own = Agency.objects.filter(editors__user=request.user.pk, valid_to=None)
        kept = keeping_ledgers(request.user, Right.VIEW)
        agencies = list((own.distinct() | kept.distinct()).order_by("sort_key", "pk")[:MOST_AGENCIES])
    of: dict[int, list[Wall]] = {}
    found = walls(agencies, today())
    for one in found:
        of.setdefault(one.agency.pk, []).append(one)
    rates = posted(found)
    lines = [(agency, of[agency.pk], _rate(rates[agency.pk])) for agency in agencies]
    return TemplateResponse(request, "desk/ledgers.html", {"lines": lines, "typed": typed})


def _rate(rows: list[Posted]) -> dict[str, int]:
    """How many of the listed procedures hang right everywhere, are complete on the portal, and are both."""
    right, public = sum(not row.lacking for row in rows), sum(row.complete for row in rows)
    both = sum(row.done for row in rows)
    return {"listed": len(rows), "right": right, "public": public, "both": both, "percent": percent(rows)}


@asks(Right.VIEW)
def wall(request: HttpRequest, agency: int, point: int) -> HttpResponse:
    """One place: what to do there; a POST does what its button says to the sheets that are ticked."""
    place, all_places = _found(agency, point)
    form = DayForm(request.POST or None)
    if request.POST and form.is_valid() and _done(request, place, form.cleaned_data):
        return redirect(request.get_full_path())
    rows = _chosen(request, place.rows)
    by_need = {need: [row for row in rows if row.need == need] for need in Need}
    context = {
        "wall": place,
        "places": all_places,
        "point": point,
        "rate": _rate(posted(all_places)[agency]),
        "form": form,
        "typed": request.GET.get("q", ""),
        "filtered": len(rows) != len(place.rows),
        "replace": _lines(by_need[Need.REPLACE]),
        "hang": _lines(by_need[Need.HANG]),
        "take_down": _lines(by_need[Need.TAKE_DOWN]),
        "soon": by_need[Need.SOON][:MOST],
        "sizes": {need.value: len(found) for need, found in by_need.items()},
        "acts": acts_at(place.agency, place.point)[:LOG],
        "may_post": may(request.user, Right.POST, place.agency),
    }
    return TemplateResponse(request, "desk/wall.html", context)


@asks(Right.VIEW)
def wall_check(request: HttpRequest, agency: int, point: int) -> HttpResponse:
    """A round of one place: every sheet the ledger says hangs there, to tick those that do not."""
    place, _places = _found(agency, point)
    form = CheckForm(request.POST or None)
    if request.POST and form.is_valid() and _done(request, place, form.cleaned_data):
        return redirect("desk_wall", agency=agency, point=point)
    rows = sorted((row for row in place.rows if row.posting), key=lambda row: (row.board, row.name))
    lines = [_line(row, str(row.posting.pk)) for row in rows if row.posting]
    context = {"wall": place, "form": form, "hanging": lines, "may_post": may(request.user, Right.POST, place.agency)}
    return TemplateResponse(request, "desk/wall_check.html", context)


def _lines(rows: list[Row]) -> list[Line]:
    """The first of these sheets; a tick names the version on the screen, or what hangs where nothing has to."""
    return [_line(row, f"{row.procedure} {row.now.key}" if row.now else _hanging(row)) for row in rows[:MOST]]


def _hanging(row: Row) -> str:
    return str(row.posting.pk) if row.posting else ""


def _line(row: Row, value: str) -> Line:
    words = [row.sheet.code] if row.sheet and row.sheet.code else []
    if one := row.posting:
        words.append(f"treo ngày {format_date(one.hung_on)}, bản từ {format_date(one.version_day)}")
        words += [one.board, f"{_person(one.hung_by)} ghi"]
    if row.need == Need.REPLACE and row.now:
        words.append(f"bản đang áp dụng từ {format_date(row.now.since)}")
    return Line(value, row.name, "; ".join(filter(None, words)))


def _found(agency: int, point: int) -> tuple[Wall, list[Wall]]:
    """The place (0: the seat), and all of the agency's. Raises Http404."""
    found = walls(list(Agency.objects.filter(pk=agency)), today())
    place = next((one for one in found if (one.point.pk if one.point else 0) == point), None)
    if place is None:
        raise Http404
    return place, found


def _chosen(request: HttpRequest, rows: list[Row]) -> list[Row]:
    """The rows one looked for: of a decision, or by a piece of the name or code."""
    typed = fold(request.GET.get("q", "").strip())
    number = request.GET.get("quyet-dinh", "")
    touched = touched_by(int(number)) if number.isdecimal() else None
    return [
        row
        for row in rows
        if (touched is None or row.procedure in touched)
        and (not typed or typed in fold(row.name) or (row.sheet and typed in fold(row.sheet.code)))
    ]


def _done(request: HttpRequest, place: Wall, values: dict[str, Any]) -> bool:
    """Do what the button says; whether it was not refused."""
    try:
        _do(request, place, values)
    except (NotAllowedError, ValidationError) as refused:
        for reason in getattr(refused, "messages", [str(refused)]):
            messages.error(request, reason)
        return False
    return True


def _do(request: HttpRequest, place: Wall, values: dict[str, Any]) -> None:
    act, by = request.POST.get("act"), request.user
    if act != "check" and not request.POST.getlist("sheet"):
        raise ValidationError("Chưa đánh dấu tờ nào. Hãy đánh dấu những tờ đã làm xong, rồi bấm lại.")
    own: dict[str, Any] = {"agency": place.agency, "point": place.point, "on": values["on"], "by": by}
    if act == "hang":
        done, changed = hang_sheets(**own, sheets=_ticked(request), board=values["board"])
        messages.success(request, f"Đã ghi {done} tờ treo ngày {format_date(values['on'])}.")
        for name in changed:
            messages.warning(request, f"Chưa ghi “{name}”: bản đang áp dụng vừa thay đổi, hãy in lại tờ này.")
    elif act == "take_down":
        done = take_down(**own, postings=_numbers(request, "sheet"))
        messages.success(request, f"Đã ghi gỡ {done} tờ.")
    elif act == "check":
        hang, missing = check_round(**own, missing=_numbers(request, "sheet"), note=values["note"])
        messages.success(request, f"Đã ghi lượt kiểm tra: {hang} tờ còn treo, {missing} tờ không thấy.")


def _ticked(request: HttpRequest) -> dict[int, str]:
    """Procedure → the version that stood on the screen."""
    pairs = (value.partition(" ") for value in request.POST.getlist("sheet"))
    return {int(pk): key for pk, _space, key in pairs if pk.isdecimal()}


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name) if value.isdecimal()}


@asks(Right.VIEW)
def print_sheets(request: HttpRequest, agency: int, point: int) -> HttpResponse:
    """The ticked sheets, or all that must be replaced or hung at the place, as one print."""
    place, _places = _found(agency, point)
    wanted = list(_ticked(request)) or [row.procedure for row in place.needing(Need.REPLACE, Need.HANG)]
    return chosen_sheets(place.agency, wanted[:MOST], today())


@asks(Right.VIEW)
def sheet(request: HttpRequest) -> HttpResponse:
    """What the address on a printed sheet tells: still right, to be replaced, or not to hang any more."""
    typed = request.GET.get("dia-chi", "").strip()
    context: dict[str, Any] = {"typed": typed}
    if typed:
        context |= _told(typed) or {"unread": True}
    return TemplateResponse(request, "desk/sheet.html", context)


def _told(typed: str) -> dict[str, Any] | None:
    """The sheet of an address, read as the QR code gives it, against today's."""
    path = unquote(urlsplit(typed if "//" in typed else f"//x/{typed.lstrip('/')}").path)
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.url_name not in ("place_on", "place"):
        return None
    agency, procedure = find_agency(match.kwargs["agency"]), find_procedure(match.kwargs["identifier"])
    if agency is None or procedure is None:
        return None
    now, then = show(procedure, agency, today()), show(procedure, agency, match.kwargs.get("on", today()))
    listed = walls([agency], today(), [procedure.pk])
    return {
        "agency": agency,
        "name": then.text.content.name if then.text else now.text.content.name if now.text else str(procedure),
        "day": match.kwargs.get("on"),
        "same": _said(now) == _said(then),
        "listed": any(row.now for one in listed for row in one.rows),
        "until": now.stands_until,
        "walls": [(one, row) for one in listed for row in one.rows if row.posting],
        "public": address_of(procedure, agency, match.kwargs.get("on")),
        "now": address_of(procedure, agency),
    }


def _said(shown: Shown) -> list[tuple[str, int, int, date]]:
    return sorted((one.part, one.content_id, one.opened_by_id, one.holds_from) for one in shown.chosen)


def _person(user: User | None) -> str:
    return (user.full_name or user.username) if user else ""


class LedgerTable(Table):
    """Every sheet that hangs or hung."""

    slug = "so-niem-yet"
    title = "Sổ niêm yết"
    about = "Mỗi dòng một tờ thủ tục đã treo."
    place = Column("noi_niem_yet", "Nơi niêm yết", lambda row: row.point.name if row.point else "Trụ sở")
    name = Column("ten", "Tên thủ tục ghi trên tờ", lambda row: row.content.name)
    board = Column("bang", "Bảng, kệ", lambda row: row.board)
    code = Column("ma_thu_tuc", "Mã thủ tục", lambda row: row.procedure.code or "", "code")
    version = Column(
        "ban_tu_ngay", "Ngày trong địa chỉ in trên tờ: bản có từ ngày ấy", lambda row: row.version_day, "day"
    )
    hung_on = Column("ngay_treo", "Ngày treo", lambda row: row.hung_on, "day")
    hung_by = Column("nguoi_treo", "Người ghi treo", lambda row: _person(row.hung_by))
    down_on = Column("ngay_go", "Ngày gỡ; trống là còn treo", lambda row: row.taken_down_on, "day")
    down_by = Column("nguoi_go", "Người ghi gỡ", lambda row: _person(row.taken_down_by))
    why = Column("ly_do_go", "Vì sao gỡ", lambda row: row.get_why_display())


@asks(Right.VIEW)
def ledger_file(request: HttpRequest, agency: int) -> Any:
    """The agency's whole ledger as a spreadsheet."""
    row = Agency.objects.get(pk=agency)
    about = {"bo_du_lieu": f"Sổ niêm yết, {row.name}", "ngay": today().isoformat()}
    book = as_workbook(LedgerTable(), ledger(row).iterator(chunk_size=2000), about)
    name = file_name(f"so-niem-yet-{row.slug}", today(), "xlsx")
    return FileResponse(book, as_attachment=True, filename=name, content_type=WORKBOOK)
