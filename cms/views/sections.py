"""A procedure's text in the order and words of readers: what to bring first, law and steps folded below. Templates get
plain sections, so that no page ever decides by itself what is certain, free, missing or not needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import Channel, Cost, ProcessingTime
from cms.selectors import ContentView, Shown
from cms.selectors.forms import Form, forms_of
from cms.text import fold
from cms.values import format_duration, format_money, format_number
from cms.views.checklist import LONG_TEXT, checklist
from cms.vocabulary import (
    AgencyRole,
    ApplicantType,
    ChannelKind,
    CostReading,
    Part,
    Presence,
    Reading,
    ScopePart,
    TimeReading,
    TimeUnit,
)

LEGAL_TERMS = {
    Part.RESULT: gettext_lazy("kết quả thực hiện"),
    Part.APPLICANTS: gettext_lazy("đối tượng thực hiện"),
    Part.REQUIREMENTS: gettext_lazy("yêu cầu, điều kiện thực hiện"),
    Part.EVIDENCE: gettext_lazy("thành phần hồ sơ"),
    Part.CHANNELS: gettext_lazy("cách thức thực hiện"),
    Part.STEPS: gettext_lazy("trình tự thực hiện"),
    Part.TIME: gettext_lazy("thời hạn giải quyết"),
    Part.COSTS: gettext_lazy("phí, lệ phí"),
    Part.LEGAL_BASIS: gettext_lazy("căn cứ pháp lý"),
}
LOCAL_PARTS = {
    ScopePart.TIME: Part.TIME,
    ScopePart.COST: Part.COSTS,
    ScopePart.PLACE: Part.RECEPTION,
    ScopePart.LEGAL_BASIS: Part.LEGAL_BASIS,
    ScopePart.UNIT: Part.AGENCIES,
}
ORDER = (
    Part.EVIDENCE,
    Part.CHANNELS,
    Part.TIME,
    Part.COSTS,
    Part.RESULT,
    Part.APPLICANTS,
    Part.REQUIREMENTS,
    Part.AGENCIES,
    Part.COMPETENT,
    Part.DELEGATED,
    Part.COOPERATING,
    Part.RECEPTION,
    Part.STEPS,
    Part.LEGAL_BASIS,
    Part.RELATED,
    Part.DESCRIPTION,
)
# Nobody can go without these: where one is missing the page says so under its own heading, for the rest in one list.
ASKED_FIRST = frozenset({Part.EVIDENCE, Part.CHANNELS})
FOLDED = frozenset({Part.STEPS, Part.LEGAL_BASIS})
ROWS = {
    Part.EVIDENCE: "Evidence",
    Part.CHANNELS: "Channel",
    Part.TIME: "ProcessingTime",
    Part.COSTS: "Cost",
    Part.RESULT: "Output",
    Part.REQUIREMENTS: "Requirement",
    Part.STEPS: "Step",
    Part.LEGAL_BASIS: "LegalBasis",
}
ANCHORS: dict[str, str] = {
    Part.EVIDENCE: "giay-to",
    Part.CHANNELS: "cach-nop",
    Part.TIME: "thoi-han",
    Part.COSTS: "phi",
    Part.RESULT: "ket-qua",
    Part.APPLICANTS: "doi-tuong",
    Part.REQUIREMENTS: "dieu-kien",
    Part.AGENCIES: "co-quan",
    Part.RECEPTION: "noi-tiep-nhan",
    Part.STEPS: "cac-buoc",
    Part.LEGAL_BASIS: "can-cu",
}
ROLES = {
    Part.AGENCIES: AgencyRole.IMPLEMENTING,
    Part.COMPETENT: AgencyRole.COMPETENT,
    Part.DELEGATED: AgencyRole.DELEGATED,
    Part.COOPERATING: AgencyRole.COOPERATING,
}


@dataclass(frozen=True)
class Line:
    """One value as read out to a person. `doubt`: it may be otherwise, and must not look certain."""

    text: str
    note: str = ""
    doubt: bool = False


@dataclass
class Section:
    """One part under its heading. `rows` are of the part's own kind; `raw` stands in where nothing could be read."""

    part: str
    label: str
    term: str
    presence: str
    rows: list[Any] = field(default_factory=list)
    raw: str = ""
    folded: bool = False
    unverified: bool = False
    local: bool = False
    cases: dict[str, str] = field(default_factory=dict)
    # Forms announced with the text that no paper of the list names.
    forms: list[Form] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Where the first lines of the page point to; plain words, since people share such addresses."""
        return ANCHORS.get(self.part, self.part.lower().replace("_", "-"))

    @property
    def lines(self) -> list[Line]:
        """Times or costs as read out; only for those two parts."""
        if self.part == Part.TIME:
            return distinct(time_line(row, self.cases) for row in self.rows)
        return cost_lines(self.rows, self.cases)


def view_of(shown: Shown, part: str) -> ContentView:
    """The text that answers for a part here: the local one where it states the part, else the base. Needs a base."""
    local = next((scope_part for scope_part, of in LOCAL_PARTS.items() if of == part), None)
    text = (shown.local_text(local) if local else None) or shown.text
    assert text
    return text


def rows_of(view: ContentView, part: str) -> list[Any]:
    """The rows a part was read into."""
    if part in ROLES:
        return [row for row in view.of("AgencyText") if row.role == ROLES[Part(part)]]
    if part == Part.APPLICANTS:
        codes = view.content.applicant_types.split(",")
        return [str(ApplicantType(code).label) for code in codes if code in ApplicantType.values]
    return view.of(ROWS[Part(part)]) if part in ROWS else []


def stands_apart(shown: Shown, part: str) -> bool:
    """Whether times or costs have a section of their own: the text has no table of channels, or says them beside it."""
    view = view_of(shown, part)
    return not view.of("Channel") or any(row.row is None for row in rows_of(view, part))


def is_unverified(view: ContentView, part: str, rows: Iterable[Any]) -> bool:
    """Whether a machine read the part without certainty and no official has checked it since."""
    return not view.is_verified(part) and any(getattr(row, "reading", "") == Reading.UNVERIFIED for row in rows)


def sections(shown: Shown) -> list[Section]:
    """The parts in reading order: those stated, those not needed, and the two that nobody can go without."""
    found = [_section(shown, part) for part in ORDER]
    return [one for one in found if one]


def missing_parts(shown: Shown, given: Iterable[Section]) -> list[str]:
    """Labels of further parts that were not published, for one list at the end instead of empty headings."""
    have = {one.part for one in given} | {Part.TIME, Part.COSTS}
    return [str(Part(part).label) for part in ORDER if part not in have]


def is_name_only(shown: Shown) -> bool:
    """Whether nothing is known but the name and who does it: a list's row, or a text that was another procedure's."""
    return shown.text is not None and not shown.local and has_only_name(shown.text)


def has_only_name(view: ContentView) -> bool:
    """Whether this text states nothing but the name and who does it."""
    said = [part for part in ORDER if part not in ROLES and part != Part.RECEPTION]
    return not any(rows_of(view, part) or view.words(part) for part in said)


def _section(shown: Shown, part: Part) -> Section | None:
    view = view_of(shown, part)
    rows, raw = rows_of(view, part), view.words(part)
    local = view is not shown.text
    presence = Presence.STATED if rows or raw else view.presence(part)
    if part in (Part.TIME, Part.COSTS) and not local and not stands_apart(shown, part):
        # The table of channels holds them, and the first lines of the page sum them up.
        return None
    if presence == Presence.NOT_PUBLISHED and part not in ASKED_FIRST:
        return None
    size = sum(_size(row) for row in rows) if rows else len(raw)
    if part == Part.CHANNELS:
        size += sum(map(_size, view.of("Cost")))
    forms = forms_of(view) if part == Part.EVIDENCE else []
    addresses = {form.name: form.document.url for form in forms if form.document}
    return Section(
        part=part,
        label=str(part.label),
        term=str(LEGAL_TERMS.get(part, "")),
        presence=presence,
        rows=checklist(groups_of_evidence(view), addresses) if part == Part.EVIDENCE and rows else rows,
        raw=raw,
        # Papers are asked for first: their list stands open, and folds what is long in it by itself.
        folded=presence == Presence.STATED
        and (part in FOLDED or (size > LONG_TEXT and not (part == Part.EVIDENCE and rows))),
        unverified=is_unverified(view, part, [*rows, *(view.of("Cost") if part == Part.CHANNELS else ())]),
        local=local,
        cases=case_titles(view),
        forms=[form for form in forms if not form.asked],
    )


def case_titles(view: ContentView) -> dict[str, str]:
    """For whom a row holds, by the key its row names."""
    return {case.case: case.title for case in view.of("Case")}


def _size(row: Any) -> int:
    words = (getattr(row, name, "") for name in ("text", "name", "title", "description", "clause"))
    return len(row) if isinstance(row, str) else sum(map(len, words))


def groups_of_evidence(view: ContentView) -> list[tuple[str, list[Any]]]:
    """Papers by case: (title or "", papers). Papers without a group stand first."""
    groups = view.of("EvidenceGroup")
    titles = {group.ordinal: group.title for group in groups}
    papers: dict[int, list[Any]] = {ordinal: [] for ordinal in titles}
    loose: list[Any] = []
    for paper in view.of("Evidence"):
        papers.get(paper.group, loose).append(paper)
    found = [("", loose)] if loose else []
    return found + [(titles[ordinal], rows) for ordinal, rows in papers.items() if rows]


# --- one value -------------------------------------------------------------------------------------------------------


def time_line(row: ProcessingTime, cases: Mapping[str, str] | None = None) -> Line:
    """A time limit in words, with the case it holds for; a bare number never gets a unit."""
    doubt = row.reading == Reading.UNVERIFIED
    if row.reading_kind == TimeReading.UNIT and row.amount is not None:
        days = _("không tính thứ Bảy, Chủ nhật, ngày lễ") if row.unit == TimeUnit.WORKING_DAY else ""
        notes = filter(None, ((cases or {}).get(row.case, ""), days))
        return Line(format_duration(row.amount, row.unit), "; ".join(notes), doubt)
    if row.reading_kind == TimeReading.NOT_STATED:
        return Line(_("Cơ quan chưa công bố phần này"))
    if row.reading_kind == TimeReading.BARE and row.amount is not None:
        return Line(_("%(number)s, nguồn không ghi đơn vị") % {"number": format_number(row.amount)}, "", True)
    return (
        Line(row.text, "", doubt)
        if row.text
        else Line(_("Chưa rõ: số ngày và số tiền dính vào nhau trong nguồn"), "", True)
    )


def cost_line(row: Cost) -> Line:
    """A fee in words. What is doubtful keeps its own words and is never called free."""
    if row.doubts:
        return _doubtful(row)
    if row.reading_kind == CostReading.NOT_PUBLISHED:
        return Line(_("Cơ quan chưa công bố phần này"))
    if row.reading_kind == CostReading.FREE and row.reading == Reading.CERTAIN:
        return Line(_("Miễn phí"), row.clause)
    if row.amount is not None and row.reading_kind in (CostReading.AMOUNT, CostReading.BRACKETED):
        amount = format_money(row.amount, row.currency)
        if row.reading == Reading.CERTAIN:
            return Line(amount, row.clause)
        return Line(_("Có thể phải nộp: %(words)s") % {"words": amount}, row.clause, True)
    if row.reading == Reading.UNVERIFIED:
        return Line(_("Có thể phải nộp: %(words)s") % {"words": row.text or row.clause}, "", True)
    return Line(row.text or row.clause)


def _doubtful(row: Cost) -> Line:
    """The source's own words in quotation marks; where they say only "free", why that is not believed."""
    words = f"{row.text} ({row.clause})" if row.text and row.clause else row.text or row.clause
    alone = row.reading_kind == CostReading.FREE and not row.clause and fold(row.text).strip() == "mien phi"
    why = "; ".join(row.doubt_labels) if alone else ""
    return Line(_("Có thể phải nộp: “%(words)s”") % {"words": words}, why, True)


def cost_lines(rows: Iterable[Cost], cases: Mapping[str, str] | None = None) -> list[Line]:
    """The fees of one channel row with the cases they hold for: a sum in the bracket that only repeats the head is not
    said twice, nor is the clause that several sums were read from."""
    rows = list(rows)
    heads = {row.amount for row in rows if row.reading_kind == CostReading.AMOUNT and not row.doubts}
    repeated = [row for row in rows if row.reading_kind == CostReading.BRACKETED and row.amount in heads]
    lines = distinct(_for_case(cost_line(row), (cases or {}).get(row.case, "")) for row in rows if row not in repeated)
    following = [*(line.note for line in lines[1:]), ""]
    return [
        replace(line, note="") if line.note and line.note == after else line
        for line, after in zip(lines, following, strict=False)
    ]


def _for_case(line: Line, case: str) -> Line:
    return replace(line, note="; ".join(filter(None, (case, line.note)))) if case else line


@dataclass
class ChannelRow:
    """One row of the announced table: how to hand in, how long, how much."""

    channel: Channel
    label: str
    times: list[Line]
    costs: list[Line]


def channel_rows(shown: Shown) -> list[ChannelRow]:
    """The channel table; a column whose part a local decision has taken over stays empty."""
    view = shown.text
    if view is None:
        return []
    times = [] if ScopePart.TIME in shown.local else view.of("ProcessingTime")
    costs = [] if ScopePart.COST in shown.local else view.of("Cost")
    cases = case_titles(view)
    return [
        ChannelRow(
            channel,
            str(ChannelKind(channel.kind).label),
            [time_line(row, cases) for row in times if row.row == channel.ordinal],
            cost_lines((row for row in costs if row.row == channel.ordinal), cases),
        )
        for channel in view.of("Channel")
    ]


def distinct(lines: Iterable[Line]) -> list[Line]:
    """The lines without repetition, in their order."""
    return list(dict.fromkeys(lines))
