"""What an item would change on the portal: its texts as applying would open them, beside what is in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cms.models import Agency, Procedure, Scope
from cms.selectors.comparing import Difference, compare
from cms.selectors.showing import ContentView, load_contents
from cms.selectors.standing import period_standing, text_standing, widest_standing
from cms.services import ContentDraft
from cms.vocabulary import CENTRAL_KINDS, DecisionAction, ScopeKind, ScopePart
from importers.agency_texts import AgencyTexts
from importers.decisions.drafting import local_texts, whole_text
from importers.decisions.effects import Standing
from importers.decisions.plain import from_plain
from importers.decisions.rows import ItemRow
from importers.drafts import DraftMaker
from importers.models import DecisionRow

# The rows of a whole text that a local part speaks of.
_ROWS_OF = {
    ScopePart.TIME: {"ProcessingTime", "Case"},
    ScopePart.COST: {"Cost", "Case"},
    ScopePart.LEGAL_BASIS: {"LegalBasis"},
}


def differences(row: DecisionRow, procedure: Procedure, issuer: Agency, day: date | None) -> list[Difference]:
    """Word by word, before and after. An item that ends a procedure opens nothing, so it has none."""
    item = from_plain(ItemRow, row.row)
    if item.action == DecisionAction.REPEAL:
        return []
    subcases = [from_plain(ItemRow, one.row) for one in row.batch.rows.filter(parent=row.ordinal)]
    day = item.effective_from or day
    scope = _scope(issuer)
    found: list[Difference] = []
    for part, draft in _drafts(item, subcases, procedure, issuer).items():
        after = _view(draft).canonical()
        found += compare(_before(procedure, scope, part, day, after), after)
    return list(dict.fromkeys(found))


def _scope(issuer: Agency) -> Scope | None:
    """Where the issuer lays down texts, if anything was ever laid down there."""
    if issuer.kind in CENTRAL_KINDS:
        return Scope.objects.filter(kind=ScopeKind.NATION).first()
    return Scope.objects.filter(kind=ScopeKind.AREA, agency=issuer).first()


def _drafts(
    item: ItemRow, subcases: Sequence[ItemRow], procedure: Procedure, issuer: Agency
) -> dict[ScopePart, ContentDraft]:
    central = issuer.kind in CENTRAL_KINDS
    if not central and not item.content and Standing.of({procedure.pk}).has_national_text(procedure.pk):
        return local_texts(item, subcases, procedure.pk)
    return {ScopePart.BASE: whole_text(item, subcases, DraftMaker(AgencyTexts(), {}), procedure.pk)}


def _view(draft: ContentDraft) -> ContentView:
    rows: dict[Any, list[Any]] = {}
    for detail in draft.details:
        rows.setdefault(type(detail), []).append(detail)
    return ContentView(draft.content, {state.part: state for state in draft.part_states}, rows)


def _before(
    procedure: Procedure, scope: Scope | None, part: ScopePart, day: date | None, after: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The canonical text in force; of a whole text only what a local part speaks of."""
    if part == ScopePart.BASE:
        text = text_standing(procedure, scope, part, day) if scope else None
        base = text or _content(widest_standing(procedure, day))
        return load_contents([base])[base.pk].canonical() if base else {}
    own = _content(period_standing(procedure, scope, part, day)) if scope else None
    if text := own or _content(widest_standing(procedure, day)):
        return _only(load_contents([text])[text.pk].canonical(), part, after)
    return {}


def _only(text: Mapping[str, Any], part: ScopePart, after: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = {state["part"] for state in after.get("parts", [])}
    head = dict(after.get("content", {}))
    name = "online_level" if part == ScopePart.ONLINE_LEVEL else "name"
    head[name] = text.get("content", {}).get(name, "")
    rows = {kind: rows for kind, rows in text.get("rows", {}).items() if kind in _ROWS_OF.get(part, set())}
    return {
        "content": head,
        "parts": [state for state in text.get("parts", []) if state["part"] in wanted],
        "rows": rows,
    }


def _content(period: Any) -> Any:
    return period.content if period else None
