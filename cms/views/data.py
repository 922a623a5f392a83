"""The open data over the web: every list as CSV, Excel and JSON, every procedure as canonical JSON, and what it all
means. Open to scripts of other sites; long tables are sent while they are read."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import end_of, today
from cms.models import Agency, Procedure
from cms.opendata import Lines, Table, as_csv, as_json, as_workbook, dictionary, file_name
from cms.selectors import agency_list, browse, catalogue, fees, gazette, news, procedures_announced_by, show, show_many
from cms.selectors.canonical import canonical_json
from cms.selectors.keeping import is_keeping, kept, kept_few
from cms.views.found import NothingHereError, found_agency, found_procedure, found_sector
from cms.views.kinds import APPLICANTS, LEVELS
from cms.views.plain import is_plain_file
from cms.views.standing import Link
from cms.views.tables import TABLES, event_rows

FORMS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}
CSV, WORKBOOK, JSON, JSON_LINES = (
    "text/csv; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/json; charset=utf-8",
    "application/x-ndjson; charset=utf-8",
)
CHUNK = 100
# The tables of which parts are given away too, and by what.
PARTS = {"thu-tuc": ("linh-vuc", "co-quan", "doi-tuong", "cap", "su-kien"), "phi": ("linh-vuc", "co-quan")}

_View = Callable[..., HttpResponseBase]


def open_to_all(view: _View) -> _View:
    """Data may be read by the scripts of any site; a licence with an address is named in the answer's head."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        if settings.PORTAL_DATA_LICENCE.startswith(("http://", "https://")):
            answer["Link"] = f'<{settings.PORTAL_DATA_LICENCE}>; rel="license"'
        return answer

    return opened


def downloads(path: str) -> list[Link]:
    """The files of one list, "thu-tuc" or "thu-tuc/linh-vuc/ho-tich", in every form."""
    return [Link(label, f"{reverse('open_data_files')}{path}.{form}") for form, label in FORMS.items()]


# --- tables ----------------------------------------------------------------------------------------------------------


def _procedures(periods: list[int]) -> Iterator[Any]:
    for chunk in catalogue.full_rows(periods):
        yield from chunk


def _fees(periods: list[int], on: date, agency: Agency | None) -> Iterator[Any]:
    for chunk in catalogue.full_rows(periods):
        yield from fees.fees_of(chunk, on, agency)


@kept
def lines_of(name: str) -> Mapping[int, Sequence[str]] | None:
    """The lines of a table by base text, (mark, JSON), as said by who makes all files; None where nobody has."""
    return None


def _rows(name: str, periods: list[int], on: date, agency: Agency | None) -> Iterable[Any]:
    known = lines_of(name)
    if known is not None:
        return Lines(_said(name, known, periods, on, agency))
    return _procedures(periods) if name == "thu-tuc" else _fees(periods, on, agency)


def _said(
    name: str, known: Mapping[int, Sequence[str]], periods: list[int], on: date, agency: Agency | None
) -> Iterator[list[Any]]:
    """The lines of these base texts; what an agency decided itself is not among those known."""
    own = fees.with_fee_of_their_own(periods, on, agency) if agency and name == "phi" else frozenset()
    for period in periods:
        if period in known and period not in own:
            yield from json.loads(known[period][1])
        else:
            rows = _procedures([period]) if name == "thu-tuc" else _fees([period], on, agency)
            yield from TABLES[name]().lines(rows)


def _periods(on: date, by: str, value: str) -> list[int]:
    """The base texts of one list. Raises NothingHereError for a list that does not exist."""
    if by == "linh-vuc":
        return [row.period_id for row in catalogue.of_sector(found_sector(value), on)]
    if by == "co-quan":
        agency = found_agency(value)
        return [row.pk for row in agency_list(agency, on).rows or procedures_announced_by(agency, on)]
    if by == "doi-tuong" and value in APPLICANTS:
        return [row.period_id for row in catalogue.for_applicants(APPLICANTS[value], on)]
    if by == "cap" and value in LEVELS:
        return [row.period_id for row in catalogue.at_level(LEVELS[value], on)]
    if by == "su-kien" and (event := catalogue.find_life_event(value, on)):
        return [row.period_id for row in event.rows]
    if by:
        raise NothingHereError(_("Không có danh sách nào ở địa chỉ này."))
    return [row.period_id for row in catalogue.entries(on)]


_ROWS: dict[str, Callable[[date], Iterable[Any]]] = {
    "linh-vuc": browse.sectors,
    "co-quan": lambda on: browse.agencies_with_above(),
    "quyet-dinh": lambda on: gazette.public_decisions(),
    "thay-doi": news.all_news,
    "su-kien": lambda on: event_rows(catalogue.life_events(on)),
}


@kept_few
def _lines(name: str, on: date) -> list[list[Any]]:
    """The lines of a table that stands once: who makes its three files reads them once."""
    return list(TABLES[name]().lines(_ROWS[name](on)))


@require_safe
@open_to_all
def table(request: HttpRequest, name: str, form: str, by: str = "", value: str = "") -> HttpResponseBase:
    """One table in one form; of procedures also one sector's, agency's, audience's, level's or event's, of fees one
    sector's or agency's."""
    if name not in TABLES or form not in FORMS or (by and by not in PARTS.get(name, ())):
        raise NothingHereError(_("Không có bộ dữ liệu nào ở địa chỉ này."))
    on = today()
    if name in PARTS:
        # What does not exist must be said before the answer begins: the list is found first, its rows as they are sent.
        periods = _periods(on, by, value)
        agency = found_agency(value) if by == "co-quan" else None
        rows = _rows(name, periods, on, agency)
    else:
        rows = Lines(_lines(name, on)) if is_keeping() else iter(_ROWS[name](on))
    return _answer(request, TABLES[name](), rows, form, on, f"{name}-{value}" if value else name)


def _answer(
    request: HttpRequest, table: Table, rows: Iterable[Any], form: str, on: date, slug: str
) -> HttpResponseBase:
    about = {
        "bo_du_lieu": str(table.title),
        "nguon": settings.PORTAL_BASE_URL,
        "ngay": None if is_plain_file(request) else on.isoformat(),
        "giay_phep": settings.PORTAL_DATA_LICENCE or None,
    }
    name = file_name(slug, on, form)
    if form == "xlsx":
        book = as_workbook(table, rows, about | {"giay_phep": settings.PORTAL_DATA_LICENCE or _("chưa nêu")})
        return FileResponse(book, as_attachment=True, filename=name, content_type=WORKBOOK)
    if form == "json":
        return StreamingHttpResponse(_bytes(as_json(table, rows, about)), content_type=JSON)
    answer = StreamingHttpResponse(_bytes(as_csv(table, rows)), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _bytes(texts: Iterable[str], size: int = 1 << 15) -> Iterator[bytes]:
    """The texts in pieces worth sending."""
    kept, length = [], 0
    for text in texts:
        kept.append(text)
        length += len(text)
        if length >= size:
            yield "".join(kept).encode()
            kept, length = [], 0
    yield "".join(kept).encode()


# --- the full text ---------------------------------------------------------------------------------------------------


@require_safe
@open_to_all
def procedure(
    request: HttpRequest,
    identifier: str,
    agency: str | None = None,
    on: date | None = None,
    known: date | None = None,
) -> HttpResponseBase:
    """What a procedure says, as canonical JSON: the same question with a past `known` gives the same bytes for ever.

    A day's address means its end: what the portal knew when the day was over. The ETag is the SHA-256 of the bytes.
    """
    found, where = found_procedure(identifier), found_agency(agency) if agency else None
    shown = show(found, where, on or today(), end_of(known) if known else None)
    answer = HttpResponse(canonical_json(shown.canonical()), content_type=JSON)
    # As `shown.hash`, which would put the text together once more.
    answer["ETag"] = f'"{sha256(answer.content).hexdigest()}"'
    return answer


@require_safe
@open_to_all
def everything(request: HttpRequest) -> HttpResponseBase:
    """The full text of all procedures in force, one canonical JSON to a line."""
    return StreamingHttpResponse(_bytes(_full_texts(today())), content_type=JSON_LINES)


def _full_texts(on: date) -> Iterator[str]:
    rows = catalogue.entries(on)
    for start in range(0, len(rows), CHUNK):
        some = [Procedure(pk=row.procedure_id, slug=row.slug, code=row.code) for row in rows[start : start + CHUNK]]
        for shown in show_many(some, None, on):
            yield canonical_json(shown.canonical()) + "\n"


# --- what it all means -----------------------------------------------------------------------------------------------


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What is given away, under which licence, and what every field means."""
    context = {
        "tables": [(one(), downloads(slug)) for slug, one in TABLES.items()],
        "dictionary": dictionary(),
        "licence": settings.PORTAL_DATA_LICENCE,
    }
    return render(request, "data/open_data.html", context)
