"""The first phone screen of a procedure: how long, how much, where, online or not; with what is uncertain said so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cms.models import Agency, AgencyText, Cost, ProcessingTime
from cms.selectors import ContentView, Shown, browse
from cms.selectors.reception import Reception
from cms.values import format_duration, format_number
from cms.views.sections import (
    ANCHORS,
    Line,
    case_titles,
    cost_lines,
    distinct,
    is_unverified,
    stands_apart,
    time_line,
    view_of,
)
from cms.vocabulary import (
    AdministrativeLevel,
    AgencyKind,
    AgencyRole,
    ChannelKind,
    OnlineLevel,
    Part,
    ScopePart,
    TimeReading,
    TimeUnit,
)

# More lines, or a longer one, do not fit the first screen of a phone: the table below holds them all.
MOST_LINES = 3
LONGEST_LINE = 90
LONGEST_NOTE = 60
# Of several long lines only so much: the words that tell them apart, and that there is more.
LONG_BESIDE_OTHERS = 50
# Where the page lists the agency's counters with their hours.
COUNTERS = "noi-nop"


@dataclass
class Fact:
    """One of the questions answered first."""

    label: str
    term: str
    lines: list[Line]
    unverified: bool = False
    local: bool = False
    more: str = ""
    more_label: str = ""
    agencies: list[Any] = field(default_factory=list)
    phone: str = ""


def facts(shown: Shown, points: Sequence[Reception] = (), listed: bool = True) -> list[Fact]:
    """How long, how much, where, online. Needs a base text; `points` are the agency's counters, `listed` whether its
    list has the procedure."""
    return [_time(shown), _cost(shown), _place(shown, points, listed), _online(shown)]


def takes_in(shown: Shown) -> bool:
    """Whether the agency's own counter takes these papers in: a commune's does what its People's Committee does; for
    the police or a department it would mislead."""
    if shown.agency is None or shown.text is None:
        return False
    named = [row for row in view_of(shown, Part.AGENCIES).of("AgencyText") if row.role == AgencyRole.IMPLEMENTING]
    return any(_does(shown.agency, row) for row in named)


def _time(shown: Shown) -> Fact:
    view = view_of(shown, Part.TIME)
    rows = view.of("ProcessingTime")
    cases = case_titles(view)
    lines = _per_channel(view, ((row.row, time_line(row, cases)) for row in rows))
    fact = Fact(
        str(Part.TIME.label),
        _("thời hạn giải quyết"),
        lines,
        is_unverified(view, Part.TIME, rows),
        view is not shown.text,
    )
    fact.more = ANCHORS[Part.TIME if fact.local or stands_apart(shown, Part.TIME) else Part.CHANNELS]
    return _shorten(fact, view.words(Part.TIME), lambda: _span(rows) or _("Nhiều mức, tùy trường hợp"))


def _cost(shown: Shown) -> Fact:
    view = view_of(shown, Part.COSTS)
    rows = view.of("Cost")
    cases = case_titles(view)
    by_row: dict[int | None, list[Cost]] = {}
    for row in rows:
        by_row.setdefault(row.row, []).append(row)
    lines = _per_channel(view, ((number, line) for number, some in by_row.items() for line in cost_lines(some, cases)))
    fact = Fact(
        str(Part.COSTS.label), _("phí, lệ phí"), lines, is_unverified(view, Part.COSTS, rows), view is not shown.text
    )
    fact.more = ANCHORS[Part.COSTS if fact.local or stands_apart(shown, Part.COSTS) else Part.CHANNELS]
    return _shorten(fact, view.words(Part.COSTS), lambda: _("Nhiều mức, tùy trường hợp"))


def _per_channel(view: ContentView, said: Iterable[tuple[int | None, Line]]) -> list[Line]:
    """Each different value once; where channels differ, for which of them it holds."""
    kinds = {channel.ordinal: channel.kind for channel in view.of("Channel")}
    by_line: dict[Line, list[str]] = {}
    for number, line in said:
        by_line.setdefault(line, []).append(kinds.get(number or 0, ""))
    if len(by_line) <= 1:
        return list(by_line)
    every = set(kinds.values())
    found, told = [], {""}
    for line, given in by_line.items():
        named = [kind for kind in ChannelKind.values if kind in given]
        for_some = ", ".join(str(ChannelKind(kind).label).lower() for kind in named)
        where = _("tùy trường hợp") if set(named) == every or not named else for_some
        # For whom a value holds must stay beside it; a long clause is left to the table.
        own = line.note if len(line.note) <= LONGEST_NOTE and line.note not in told else ""
        told.add(own)
        found.append(Line(line.text, "; ".join(filter(None, (where, own))), line.doubt))
    return distinct(found)


def _span(rows: Iterable[ProcessingTime]) -> str:
    """ "Từ 3 đến 15 ngày làm việc" where all values share a unit, else ""."""
    rows = list(rows)
    units = {row.unit for row in rows}
    if len(units) != 1 or any(row.reading_kind != TimeReading.UNIT or row.amount is None for row in rows):
        return ""
    amounts = sorted(row.amount for row in rows if row.amount is not None)
    unit = TimeUnit(units.pop())
    least, most = format_number(amounts[0]), format_duration(amounts[-1], unit)
    return _("Từ %(least)s đến %(most)s, tùy trường hợp") % {"least": least, "most": most}


def _shorten(fact: Fact, raw: str, summary: Callable[[], str]) -> Fact:
    """Keep to the first screen: what is longer is named, and found where `more` points to."""
    alone = len(fact.lines) == 1
    long = any(len(line.text) > LONGEST_LINE or (alone and len(line.note) > LONGEST_NOTE) for line in fact.lines)
    if len(fact.lines) > MOST_LINES:
        doubt = any(line.doubt for line in fact.lines)
        fact.lines = [Line(summary(), "", doubt)]
    elif long:
        fact.lines = distinct(_cut(line, alone) for line in fact.lines)
    elif not fact.lines and len(raw) > LONGEST_LINE:
        fact.lines = [_cut(Line(raw), alone=True)]
    elif alone or not fact.lines:
        fact.more = ""
        fact.lines = fact.lines or [Line(raw or _("Cơ quan chưa công bố phần này"))]
    return fact


def _cut(line: Line, alone: bool) -> Line:
    """The line's first words, never in the middle of one; a long note of a value alone is left to the table."""
    most = LONGEST_LINE if alone else LONG_BESIDE_OTHERS
    text = line.text if len(line.text) <= most else line.text[:most].rsplit(" ", 1)[0] + " …"
    return Line(text, "" if alone and len(line.note) > LONGEST_NOTE else line.note, line.doubt)


def _place(shown: Shown, points: Sequence[Reception], listed: bool) -> Fact:
    """At an agency, its counter or what a local decision says; for the base text, whom the text names."""
    view = view_of(shown, Part.AGENCIES)
    reception = view_of(shown, Part.RECEPTION)
    local = view is not shown.text or reception is not shown.text
    fact = Fact(_("Nộp ở đâu"), _("cơ quan thực hiện"), [], local=local)
    named = [row for row in view.of("AgencyText") if row.role == AgencyRole.IMPLEMENTING]
    words = reception.words(Part.RECEPTION)
    fact.phone = shown.agency.hotline if shown.agency else ""
    if shown.agency and words:
        fact.more, fact.more_label = ANCHORS[Part.RECEPTION], _("Xem địa chỉ tiếp nhận")
        if reception is not shown.text:
            fact.lines = [_cut(Line(words), alone=True)]
            fact.more = fact.more if len(words) > LONGEST_LINE else ""
            return fact
    if shown.agency and listed and takes_in(shown):
        fact.lines = _counter(shown.agency, points)
        if points:
            fact.phone = points[0].phone or fact.phone if len(points) == 1 else fact.phone
            fact.more, fact.more_label = COUNTERS, _("Xem giờ làm việc")
        return fact
    if len(named) > MOST_LINES or any(len(row.text) > LONGEST_LINE for row in named):
        fact.lines.insert(0, Line(_("%(count)s cơ quan, tùy trường hợp") % {"count": len(named)}))
        fact.more, fact.more_label = ANCHORS[Part.AGENCIES], _("Xem các cơ quan")
    elif named:
        fact.agencies = named
    else:
        fact.lines.insert(0, Line(_("Cơ quan chưa công bố phần này")))
    return fact


def _does(agency: Agency, row: AgencyText) -> bool:
    if row.agency_id == agency.pk:
        return True
    kind = row.agency_class
    return (
        agency.kind == AgencyKind.COMMUNE
        and kind is not None
        and kind.level == AdministrativeLevel.COMMUNE
        and kind.function == "ubnd"
        and (kind.area is None or agency.path.startswith(kind.area.path))
    )


def _counter(agency: Agency, points: Sequence[Reception]) -> list[Line]:
    """The counter where it is known, else what every commune has."""
    if len(points) == 1:
        return [Line(points[0].name, points[0].address)]
    label = browse.label_of(agency)
    if points:
        return [Line(_("%(count)s nơi tiếp nhận của %(agency)s") % {"count": len(points), "agency": label})]
    if agency.kind == AgencyKind.COMMUNE:
        label = _("Một cửa / Trung tâm Phục vụ hành chính công, %(agency)s") % {"agency": label}
    return [Line(label)]


def _online(shown: Shown) -> Fact:
    """The announced level; where none is announced, only what the channels say."""
    text = shown.local_text(ScopePart.ONLINE_LEVEL) or shown.text
    assert text and shown.text
    content = text.content
    fact = Fact(_("Làm qua mạng"), _("dịch vụ công trực tuyến"), [], local=text is not shown.text)
    if content.online_level:
        reasons = "; ".join(filter(None, (content.online_reason, content.online_provision)))
        fact.lines = [Line(str(OnlineLevel(content.online_level).label), reasons)]
        return fact
    kinds = {channel.kind for channel in shown.text.of("Channel")}
    if ChannelKind.ONLINE in kinds:
        fact.lines = [Line(_("Có nhận hồ sơ nộp qua mạng"), _("chưa công bố mức độ"))]
    elif kinds:
        fact.lines = [Line(_("Nguồn không ghi cách nộp qua mạng"))]
    else:
        fact.lines = [Line(_("Cơ quan chưa công bố phần này"))]
    return fact
