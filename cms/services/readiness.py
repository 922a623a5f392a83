"""The gate before publication: what is missing or contradicts the law, with the article and the place to put it right.

Drafts may be anything. Before the last approval and at publishing each finding BLOCKs, or WARNs until somebody answers
for it with a reason on record. An import names the rules that block it (`blocking`); for it the others only warn.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cms.legal_numbers import register_key
from cms.models import Decision, DecisionItem, Effect, PendingReference, User, Waiver
from cms.selectors.legal import not_holding
from cms.selectors.rights import Right
from cms.selectors.showing import ContentView, load_contents
from cms.selectors.standing import period_standing, widest_standing
from cms.services.acts import log_act, require
from cms.services.bundle import draft_effects
from cms.services.competence import is_competent
from cms.vocabulary import (
    REQUIRED_PARTS,
    Act,
    CostReading,
    DecisionAction,
    DecisionActKind,
    OnlineLevel,
    Part,
    Presence,
    ScopePart,
)

# Decree 224/2026/NĐ-CP took effect: a partial online service owes its reason and provision.
REASON_OWED_FROM = date(2026, 7, 1)
PARTS_ARTICLE = "khoản 2 Điều 8 Nghị định số 63/2010/NĐ-CP"
ACTS_ARTICLE = "Điều 14 Nghị định số 63/2010/NĐ-CP"
ISSUER_ARTICLE = "Điều 13 Nghị định số 63/2010/NĐ-CP"
DECISION_ARTICLE = "Điều 15 Nghị định số 63/2010/NĐ-CP"
ONLINE_ARTICLE = "Điều 14 Nghị định số 224/2026/NĐ-CP"


class Severity(StrEnum):
    """BLOCK: must be put right. WARN: put right, or waived with a reason."""

    BLOCK = "block"
    WARN = "warn"


@dataclass
class Finding:
    """One thing in the way. `where`, `pk`: the form (decision, item, text, reference); `field`: the place in it."""

    rule: str
    severity: Severity
    subject: str
    message: str
    article: str
    where: str = "decision"
    pk: int = 0
    field: str = ""
    waiver: Waiver | None = None

    @property
    def stops(self) -> bool:
        """Whether it keeps the decision from being published."""
        return self.severity == Severity.BLOCK or self.waiver is None


@dataclass
class Bundle:
    """A decision as the rules look at it, loaded once."""

    decision: Decision
    items: list[DecisionItem]
    effects: list[Effect]
    texts: dict[int, ContentView] = field(default_factory=dict)

    def openings(self) -> Iterator[tuple[DecisionItem, Effect, ContentView]]:
        """Effects that open a text, with their item and the text."""
        by_pk = {item.pk: item for item in self.items}
        for effect in self.effects:
            if effect.act == Act.OPEN and effect.content_id and effect.item_id:
                yield by_pk[effect.item_id], effect, self.texts[effect.content_id]

    def day(self, effect: Effect) -> date | None:
        """The day the effect takes hold, if it is known."""
        item = effect.item
        return effect.effective_from or (item.effective_from if item else None) or self.decision.effective_from


@dataclass(frozen=True)
class Rule:
    """A rule of the gate: docs/editors.md lists them all by key."""

    key: str
    severity: Severity
    says: str
    article: str
    look: Callable[[Bundle], Iterator[Finding]]


def has_part(view: ContentView, part: str) -> bool:
    """Whether the text says something for the part: rows, or words that are not only marks."""
    content = view.content
    if part == Part.NAME:
        return bool(content.name.strip())
    if part == Part.APPLICANTS and content.applicant_types:
        return True
    if part == Part.AGENCIES:
        return any(row.role == "IMPLEMENTING" for row in view.of("AgencyText")) or bool(view.words(part).strip())
    rows = {"STEPS": "Step", "CHANNELS": "Channel", "EVIDENCE": "Evidence", "TIME": "ProcessingTime", "COSTS": "Cost"}
    rows |= {"RESULT": "Output", "REQUIREMENTS": "Requirement"}
    return bool(part in rows and view.of(rows[part])) or bool(view.words(part).strip())


def _place(item: DecisionItem) -> str:
    return f"Mục {item.label or item.ordinal}"


def _text(rule: str, item: DecisionItem, effect: Effect, what: str, message: str, field: str = "") -> Finding:
    severity, article = RULES[rule].severity, RULES[rule].article
    return Finding(rule, severity, f"{item.pk}:{what}", f"{_place(item)}: {message}", article, "text", effect.pk, field)


def _on_item(rule: str, item: DecisionItem, what: str, message: str, at: str = "") -> Finding:
    severity, article = RULES[rule].severity, RULES[rule].article
    return Finding(
        rule, severity, f"{item.pk}:{what}", f"{_place(item)}: {message}", article, "item", item.pk, field=at
    )


def _decision_lines(bundle: Bundle) -> Iterator[Finding]:
    for name, label in (("signed_on", "ngày ký"), ("effective_from", "ngày có hiệu lực")):
        owes = name == "signed_on" or not bundle.items or any(item.effective_from is None for item in bundle.items)
        if getattr(bundle.decision, name) is None and owes:
            message = f"Quyết định chưa có {label}. Hãy điền {label}."
            yield Finding("lines", Severity.BLOCK, name, message, DECISION_ARTICLE, pk=bundle.decision.pk, field=name)
    if not bundle.items:
        message = "Quyết định chưa có mục nào. Hãy thêm ít nhất một mục."
        yield Finding("lines", Severity.BLOCK, "items", message, DECISION_ARTICLE, pk=bundle.decision.pk, field="items")


def _idle_items(bundle: Bundle) -> Iterator[Finding]:
    acting = {effect.item_id for effect in bundle.effects}
    for item in bundle.items:
        if item.pk not in acting:
            yield _on_item("idle-item", item, "", "chưa nối với thủ tục nào. Hãy gõ mã hoặc chọn thủ tục.", "code")


def _required(bundle: Bundle) -> Iterator[Finding]:
    for item, effect, view in bundle.openings():
        for part in REQUIRED_PARTS if effect.part == ScopePart.BASE else ():
            if not has_part(view, part):
                message = f"thiếu phần “{part.label}”. Hãy nhập phần này."
                yield _text("required-part", item, effect, part, message, field=part.lower())


def _conditional(bundle: Bundle) -> Iterator[Finding]:
    for item, effect, view in bundle.openings():
        if effect.part != ScopePart.BASE:
            continue
        for part in (Part.RESULT, Part.REQUIREMENTS, Part.COSTS):
            if not has_part(view, part) and view.presence(part) != Presence.NOT_APPLICABLE:
                message = f"chưa nói có hay không phần “{part.label}”. Hãy nhập, hoặc đánh dấu không áp dụng."
                yield _text("conditional-part", item, effect, part, message, field=part.lower())
        if view.of("Evidence") and not any(row.form_file for row in view.of("Evidence")):
            message = "không giấy tờ nào có mẫu đơn, tờ khai. Hãy ghi tên mẫu, hoặc nêu lý do không có."
            yield _text("conditional-part", item, effect, "FORM", message, field="evidence")


def _partial(bundle: Bundle) -> Iterator[Finding]:
    signed = bundle.decision.signed_on
    for item, effect, view in bundle.openings():
        text = view.content
        short = not (text.online_reason.strip() and text.online_provision.strip())
        if text.online_level == OnlineLevel.PARTIAL and short:
            message = "dịch vụ trực tuyến một phần phải nêu lý do và quy định chuyên ngành. Hãy điền cả hai ô."
            found = _text("partial-online", item, effect, "", message, field="online_reason")
            if signed is not None and signed < REASON_OWED_FROM:
                found.severity = Severity.WARN
            yield found


def _fee_basis(bundle: Bundle) -> Iterator[Finding]:
    owing = [
        (item, effect, view)
        for item, effect, view in bundle.openings()
        if any(row.reading_kind != CostReading.FREE and (row.amount or row.text) for row in view.of("Cost"))
    ]
    asked: dict[date, list[str]] = {}
    for _item, effect, view in owing:
        if day := bundle.day(effect):
            asked.setdefault(day, []).extend(_keys(view))
    ended = {day: not_holding(keys, day) for day, keys in asked.items()}
    for item, effect, view in owing:
        day = bundle.day(effect)
        why = [ended[day].get(key, "") for key in _keys(view)] if day else [""]
        if not view.of("LegalBasis") and not view.words(Part.LEGAL_BASIS):
            message = "thu phí, lệ phí mà không nêu căn cứ pháp lý đang có hiệu lực. Hãy thêm văn bản quy định mức thu."
            yield _text("fee-basis", item, effect, "", message, field="legal_basis")
        elif why and all(why):
            message = (
                f"thu phí, lệ phí mà không căn cứ pháp lý nào còn hiệu lực ({'; '.join(dict.fromkeys(why))}). "
                "Hãy thêm văn bản đang quy định mức thu, hoặc sửa ngày hiệu lực trong sổ văn bản pháp luật."
            )
            yield _text("fee-basis", item, effect, "", message, field="legal_basis")


def _keys(view: ContentView) -> list[str]:
    return [register_key(row.number, row.issuer, row.issued_on) for row in view.of("LegalBasis")]


def _second_enactment(bundle: Bundle) -> Iterator[Finding]:
    closed = {(e.procedure_id, e.scope_id, e.part) for e in bundle.effects if e.act == Act.CLOSE}
    for item, effect, _view in bundle.openings():
        key = (effect.procedure_id, effect.scope_id, effect.part)
        if item.action == DecisionAction.ENACT and key not in closed:
            standing = period_standing(effect.procedure, effect.scope, effect.part, bundle.day(effect))
            if standing:
                message = (
                    f"thủ tục {effect.procedure} đang có hiệu lực trong cùng phạm vi nên không thể “mới ban hành”. "
                    "Hãy chọn “sửa đổi, bổ sung” hoặc sửa mã."
                )
                yield _on_item("second-enactment", item, "", message, "action")


def _one_text(bundle: Bundle) -> Iterator[Finding]:
    first: dict[tuple[object, ...], tuple[DecisionItem, Effect]] = {}
    for item, effect, _view in bundle.openings():
        key = (effect.procedure_id, effect.scope_id, effect.part, bundle.day(effect))
        other, opened = first.setdefault(key, (item, effect))
        if opened.content_id != effect.content_id:
            message = (
                f"cùng thủ tục {effect.procedure}, cùng phạm vi và ngày áp dụng với {_place(other).lower()} mà nội "
                "dung khác. Hãy nối một trong hai mục với thủ tục khác, hoặc bỏ một mục."
            )
            yield _on_item("one-text", item, str(other.pk), message, "code")


def _repeal(bundle: Bundle) -> Iterator[Finding]:
    for effect in bundle.effects:
        if effect.act != Act.CLOSE or effect.item is None:
            continue
        if period_standing(effect.procedure, effect.scope, effect.part, bundle.day(effect)) is None:
            message = (
                f"thủ tục {effect.procedure} không đang có hiệu lực trong phạm vi này nên không bãi bỏ được. "
                "Hãy kiểm tra mã và phạm vi."
            )
            yield _on_item("repeal", effect.item, str(effect.procedure_id), message, "code")


def _competence(bundle: Bundle) -> Iterator[Finding]:
    for effect in bundle.effects:
        if effect.item and not is_competent(bundle.decision.issuer, effect.scope):
            message = f"{bundle.decision.issuer.name} không có thẩm quyền với phạm vi đã chọn. Hãy chọn lại phạm vi."
            yield _on_item("competence", effect.item, effect.act, message, "scope")


def _orphan(bundle: Bundle) -> Iterator[Finding]:
    based = {effect.procedure_id for effect in bundle.effects if effect.part == ScopePart.BASE}
    for item, effect, _view in bundle.openings():
        local = effect.part != ScopePart.BASE and effect.procedure_id not in based
        if local and widest_standing(effect.procedure, bundle.day(effect)) is None:
            message = "phần riêng của địa phương không có toàn văn để dựa vào, nên sẽ không hiện ra. Hãy kiểm tra mã."
            yield _on_item("orphan", item, "", message, "code")


def _pending(bundle: Bundle) -> Iterator[Finding]:
    rows = PendingReference.objects.filter(item__in=bundle.items, resolved_to__isnull=True, reason="")
    for row in rows.select_related("item"):
        message = f"chưa rõ “{row.text}” là thủ tục nào. Hãy nối với thủ tục, hoặc nêu lý do để lại."
        found = _on_item("pending-reference", row.item, str(row.pk), message)
        found.where, found.pk = "reference", row.pk
        yield found


_B, _W = Severity.BLOCK, Severity.WARN
RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule("lines", _B, "Có ngày ký, ngày hiệu lực, ít nhất một mục", DECISION_ARTICLE, _decision_lines),
        Rule("idle-item", _B, "Mỗi mục nối với một thủ tục", ACTS_ARTICLE, _idle_items),
        Rule("required-part", _B, "Đủ bảy phần bắt buộc", PARTS_ARTICLE, _required),
        Rule("conditional-part", _W, "Nói rõ bốn phần có điều kiện", PARTS_ARTICLE, _conditional),
        Rule("partial-online", _B, "Trực tuyến một phần có lý do và quy định", ONLINE_ARTICLE, _partial),
        Rule("fee-basis", _B, "Phí, lệ phí có căn cứ pháp lý còn hiệu lực", PARTS_ARTICLE, _fee_basis),
        Rule("second-enactment", _B, "Không ban hành hai lần một mã còn hiệu lực", ACTS_ARTICLE, _second_enactment),
        Rule("one-text", _B, "Mỗi thủ tục ở một phạm vi, một ngày chỉ có một nội dung", ACTS_ARTICLE, _one_text),
        Rule("repeal", _B, "Chỉ bãi bỏ điều đang có hiệu lực", ACTS_ARTICLE, _repeal),
        Rule("competence", _B, "Cơ quan ban hành có thẩm quyền", ISSUER_ARTICLE, _competence),
        Rule("orphan", _W, "Phần riêng có toàn văn để dựa vào", ISSUER_ARTICLE, _orphan),
        Rule("pending-reference", _W, "Không còn dẫn chiếu chưa rõ", ACTS_ARTICLE, _pending),
    )
}


# What a signed paper leaves out can't be put right on the portal, only answered for; these no paper can excuse.
IMPORT_BLOCKING = frozenset({"lines", "one-text", "repeal", "competence"})


def readiness(decision: Decision, *, blocking: Collection[str] | None = None) -> list[Finding]:
    """All that stands in the way of publishing, blocks first. `blocking`: keys of the rules that block, the others
    warn; a decision made from a file has IMPORT_BLOCKING unless told otherwise."""
    if blocking is None and decision.from_file:
        blocking = IMPORT_BLOCKING
    items = list(decision.items.order_by("ordinal"))
    effects = draft_effects(decision)
    texts = load_contents([effect.content for effect in effects if effect.content])
    bundle = Bundle(decision, items, effects, texts)
    found = [finding for rule in RULES.values() for finding in rule.look(bundle)]
    waived = {(row.rule, row.subject): row for row in decision.waivers.select_related("by")}
    for finding in found:
        if blocking is not None:
            finding.severity = Severity.BLOCK if finding.rule in blocking else Severity.WARN
        if finding.severity == Severity.WARN:
            finding.waiver = waived.get((finding.rule, finding.subject))
    return sorted(found, key=lambda finding: (finding.severity != Severity.BLOCK, not finding.stops))


@transaction.atomic
def waive_rule(*, decision: Decision, by: User, rule: str, reason: str) -> int:
    """Answer for all warnings of one rule at once: a signed list of 51 rows leaves out the same column 51 times.

    Returns how many. Raises NotAllowedError, ValidationError."""
    require(by, Right.WAIVE, decision.issuer)
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do bỏ qua cảnh báo.")
    found = [one for one in readiness(decision) if one.rule == rule and one.severity == Severity.WARN and one.stops]
    if not found:
        raise ValidationError("Không còn cảnh báo nào loại này. Hãy tải lại trang.")
    values = {"reason": reason.strip(), "by": by, "at": timezone.now()}
    Waiver.objects.bulk_create(
        [Waiver(decision=decision, rule=rule, subject=one.subject, **values) for one in found], ignore_conflicts=True
    )
    log_act(
        decision,
        DecisionActKind.WAIVED,
        by,
        note=f"{RULES[rule].says}: bỏ qua {len(found)} cảnh báo. Lý do: {reason.strip()}",
        changed=[["Cảnh báo bỏ qua", "", one.message] for one in found],
    )
    return len(found)


@transaction.atomic
def waive(*, decision: Decision, by: User, rule: str, subject: str, reason: str) -> Waiver:
    """Answer for a warning with a reason on record (bỏ qua cảnh báo). Raises NotAllowedError, ValidationError."""
    require(by, Right.WAIVE, decision.issuer)
    finding = next((one for one in readiness(decision) if (one.rule, one.subject) == (rule, subject)), None)
    if finding is None or finding.severity == Severity.BLOCK:
        raise ValidationError("Điều này không bỏ qua được: hãy sửa chỗ được nêu.")
    if not reason.strip():
        raise ValidationError("Hãy ghi lý do bỏ qua cảnh báo.")
    log_act(decision, DecisionActKind.WAIVED, by, note=f"{finding.message} Lý do: {reason.strip()}")
    row, _made = Waiver.objects.get_or_create(
        decision=decision,
        rule=rule,
        subject=subject,
        defaults={"reason": reason.strip(), "by": by, "at": timezone.now()},
    )
    return row
