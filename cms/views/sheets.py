"""What stands on a posted sheet: a procedure's parts under their legal names and in their legal order (Decree
63/2010/NĐ-CP, Article 8(2)), with the decision behind it, since when it holds, and where that very version is found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from cms.models import Agency, ValidityPeriod
from cms.qr import qr_svg
from cms.selectors import Shown
from cms.selectors.forms import Form, forms_of
from cms.values import citation
from cms.views.sections import (
    Line,
    channel_rows,
    cost_lines,
    distinct,
    groups_of_evidence,
    is_unverified,
    rows_of,
    time_line,
    view_of,
)
from cms.views.standing import address_of, since, source_of
from cms.vocabulary import Part, Presence, ScopePart

__all__ = ["Form", "ListRow", "Sheet", "absolute", "list_address", "list_row", "sheet_of"]

LONGEST_IN_LIST = 90  # characters of one value in a list's cell
MOST_IN_LIST = 3
# The legal order; the terms of the law stand here, the plain ones on screens.
LEGAL = {
    Part.STEPS: gettext_lazy("Trình tự thực hiện"),
    Part.CHANNELS: gettext_lazy("Cách thức thực hiện"),
    Part.EVIDENCE: gettext_lazy("Thành phần hồ sơ"),
    Part.TIME: gettext_lazy("Thời hạn giải quyết"),
    Part.APPLICANTS: gettext_lazy("Đối tượng thực hiện"),
    Part.AGENCIES: gettext_lazy("Cơ quan thực hiện"),
    Part.COMPETENT: gettext_lazy("Cơ quan có thẩm quyền"),
    Part.DELEGATED: gettext_lazy("Cơ quan được ủy quyền"),
    Part.COOPERATING: gettext_lazy("Cơ quan phối hợp"),
    Part.RECEPTION: gettext_lazy("Địa chỉ tiếp nhận hồ sơ"),
    Part.RESULT: gettext_lazy("Kết quả thực hiện"),
    Part.COSTS: gettext_lazy("Phí, lệ phí"),
    Part.REQUIREMENTS: gettext_lazy("Yêu cầu, điều kiện thực hiện"),
    Part.LEGAL_BASIS: gettext_lazy("Căn cứ pháp lý"),
}


# Named only where there is something to say: nobody misses an office that takes no part.
SELDOM = frozenset({Part.COMPETENT, Part.DELEGATED, Part.COOPERATING, Part.RECEPTION})


@dataclass(frozen=True)
class SheetPart:
    """One part under its legal name. `rows` are of the part's own kind; `words` stand in where there are none."""

    part: str
    label: str
    rows: Sequence[Any] = ()
    words: str = ""


@dataclass
class Sheet:
    """One procedure as posted at one agency. `address` is that of this very version, and what the QR code says;
    `until`: the day from which another version, or none, holds."""

    name: str
    code: str
    slug: str
    since: str
    address: str
    qr: Markup
    decisions: list[str] = field(default_factory=list)
    parts: list[SheetPart] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    dossier_sets: str = ""
    unverified: bool = False
    until: date | None = None


@dataclass(frozen=True)
class ListRow:
    """One line of a posted list."""

    name: str
    code: str
    times: list[str]
    costs: list[str]
    decision: str


def absolute(address: str) -> str:
    """The address as it stands on paper, with the portal's public name."""
    return f"{settings.PORTAL_BASE_URL}{address}"


def sheet_of(shown: Shown) -> Sheet:
    """The sheet of a text in force. Raises ValueError when nothing is in force, UnreadableCodeError for a bad code."""
    if shown.base is None or shown.text is None:
        raise ValueError("no text in force")
    content, procedure = shown.text.content, shown.procedure
    address = absolute(address_of(procedure, shown.agency, shown.stands_since))
    sheet = Sheet(content.name, procedure.code or "", procedure.slug, since(shown.base), address, qr_svg(address))
    sheet.decisions = [_decision(shown.base)]
    for part, period in sorted(shown.local.items()):
        sheet.decisions.append(f"{ScopePart(part).label}: {_decision(period)}")
    for part, label in LEGAL.items():
        made = _part(shown, part, str(label))
        if made:
            sheet.parts.append(made)
        elif part not in SELDOM and view_of(shown, part).presence(part) == Presence.NOT_PUBLISHED:
            sheet.missing.append(str(label))
    sheet.dossier_sets = str(content.dossier_sets or "")
    sheet.forms = [form for form in forms_of(shown.text) if form.asked]
    sheet.until = shown.stands_until
    sheet.unverified = shown.base.opened_by.item is None and not shown.text.verified
    return sheet


def list_row(shown: Shown) -> ListRow:
    """The line of a text in force in its agency's list."""
    assert shown.base and shown.text
    times = _brief(time_line(row) for row in view_of(shown, Part.TIME).of("ProcessingTime"))
    costs = _brief(cost_lines(view_of(shown, Part.COSTS).of("Cost")))
    return ListRow(shown.text.content.name, shown.procedure.code or "", times, costs, source_of(shown.base).number)


def _brief(lines: Iterable[Line]) -> list[str]:
    """The values without their clauses; what is long or many is left to the procedure's own sheet, and said so."""
    said = list(dict.fromkeys(line.text for line in lines))
    short = [text for text in said if len(text) <= LONGEST_IN_LIST][:MOST_IN_LIST]
    return short if len(short) == len(said) else [*short, _("xem tờ thủ tục")]


def _decision(period: ValidityPeriod) -> str:
    """The decision as cited; a number whose decision the portal does not hold is called so."""
    item = period.opened_by.item
    if item:
        decision = item.decision
        issuer = decision.issuer_text or (decision.issuer.name if decision.issuer else "")
        return citation(decision.number, decision.signed_on, issuer)
    source = source_of(period)
    if not source.number:
        return _("Chưa rõ quyết định công bố")
    return _("%(decision)s (cổng chưa có văn bản)") % {"decision": citation(source.number)}


def _part(shown: Shown, part: Part, label: str) -> SheetPart | None:
    view = view_of(shown, part)
    if view.presence(part) == Presence.NOT_APPLICABLE:
        return SheetPart(part, label, words=_("Không"))
    rows: Sequence[Any] = rows_of(view, part)
    if part == Part.CHANNELS:
        rows = channel_rows(shown)
    elif part == Part.EVIDENCE and rows:
        rows = groups_of_evidence(view)
    elif part == Part.TIME:
        rows = distinct(time_line(row) for row in rows)
    elif part == Part.COSTS:
        rows = cost_lines(rows)
    words = "" if rows else view.words(part)
    if is_unverified(view, part, rows_of(view, part)):
        label = _("%(label)s (máy đọc, chưa có cán bộ kiểm tra)") % {"label": label}
    return SheetPart(part, label, rows, words) if rows or words else None


def list_address(agency: Agency, on: date) -> str:
    """The address of the agency's list as it stood on that day."""
    return absolute(f"{agency.get_absolute_url()}{on.isoformat()}/")
