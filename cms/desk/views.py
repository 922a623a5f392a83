"""The desk's pages: work lists, one decision with its items and log, and the buttons that move it on."""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from cms.calendar import today
from cms.clocks import ANNOUNCE_ARTICLE, PUBLISH_ARTICLE, clock_words
from cms.desk.access import act, asks, decision_of
from cms.desk.forms import DecisionForm, ItemForm, opening_of, openings_of
from cms.models import Decision, DecisionItem
from cms.selectors import worklists
from cms.selectors.comparing import said
from cms.selectors.postings import Wall, keeping_ledgers, touched_by, walls
from cms.selectors.references import references_of
from cms.selectors.rights import Right, may, places_with
from cms.selectors.terms import Terms, count_words, decision_terms
from cms.services import (
    RULES,
    EditedMeanwhileError,
    Finding,
    Severity,
    begin_decision,
    bundle_hash,
    comment,
    pass_step,
    publish_now,
    readiness,
    remove_item,
    save_decision,
    save_item,
    schedule,
    send_back,
    submit,
    take_back,
    waive,
    waive_rule,
)
from cms.vocabulary import DecisionState

# A decision of 500 items has 3,500 warnings when it comes from a list alone: no browser shows that well.
ITEMS_A_PAGE = 100
WARNINGS_SHOWN = 20  # of one rule
PLACES = {"decision": "desk_edit", "item": "desk_item", "text": "desk_text", "reference": "desk_reference"}
# Where a part has a field of its own instead of a table of lines.
FIELDS = {"applicants": "applicant_types"}


@asks(Right.VIEW)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, and the decisions being prepared."""
    lists = worklists.work_lists(request.user, today())  # type: ignore[arg-type]
    return TemplateResponse(
        request, "desk/desk.html", {"lists": lists, "may_draft": places_with(request.user, Right.DRAFT) != []}
    )


@asks(Right.VIEW)
def decision(request: HttpRequest, decision: int) -> HttpResponse:
    """One decision as a whole: what it does, what is in its way, who did what, and what I may do now."""
    row = decision_of({"decision": decision})
    assert row
    found = [] if row.published_at else readiness(row)
    rights = {right.name: may(request.user, right, row.issuer) for right in Right}
    items = Paginator(row.items.select_related("procedure").order_by("ordinal"), ITEMS_A_PAGE)
    page = items.get_page(request.GET.get("trang"))
    shown = found if "tat-ca" in request.GET else _first_of_each(found)
    opened = openings_of(row)
    terms = decision_terms([row], today())[row.pk]
    context = {
        "decision": row,
        "publish_term": clock_words(terms.publish),
        "announce_terms": announce_terms(terms),
        "articles": (PUBLISH_ARTICLE, ANNOUNCE_ARTICLE, count_words()),
        "page": page,
        "items": [(item, opened.get(item.pk)) for item in page],
        "findings": [(one, address_of(one)) for one in shown],
        "unshown": len(found) - len(shown),
        "stops": sum(one.stops for one in found),
        "blocks": sum(one.severity == Severity.BLOCK for one in found),
        "warns": sum(one.severity == Severity.WARN and one.stops for one in found),
        "waivable": _several(found) if may(request.user, Right.WAIVE, row.issuer) else [],
        "references": references_of(row),
        "rests_on": row.rests_on.order_by("number"),
        "acts": row.acts.select_related("by").order_by("-pk"),
        "rights": rights,
        "can": _can(row, request),
        "seen": bundle_hash(row) if row.state == DecisionState.IN_REVIEW else "",
        "moment": MomentForm(),
        "walls": _walls_touched(row, request),
    }
    return TemplateResponse(request, "desk/decision.html", context)


def _first_of_each(found: list[Finding]) -> list[Finding]:
    """What blocks, and of each rule the first warnings: thousands of one kind are answered for together."""
    met: Counter[tuple[str, bool]] = Counter()
    shown = []
    for one in found:
        met[one.rule, one.stops] += 1
        if one.severity == Severity.BLOCK or met[one.rule, one.stops] <= WARNINGS_SHOWN:
            shown.append(one)
    return shown


def _several(found: list[Finding]) -> list[dict[str, Any]]:
    """Rules with several open warnings: these may be answered for with one reason."""
    counts = Counter(one.rule for one in found if one.severity == Severity.WARN and one.stops)
    return [{"key": key, "says": RULES[key].says, "count": count} for key, count in counts.items() if count > 1]


def _walls_touched(row: Decision, request: HttpRequest) -> list[tuple[Wall, str]]:
    """Where sheets must be replaced, hung or taken down because of what the decision says."""
    if row.published_at is None:
        return []
    ledgers = list(keeping_ledgers(request.user, Right.VIEW))
    return [(one, words) for one in walls(ledgers, today(), touched_by(row)) if (words := worklists.needs_of(one))]


def announce_terms(terms: Terms) -> list[tuple[str, str]]:
    """The clocks of announcing, items that share one named together."""
    groups: dict[str, list[str]] = {}
    for item, clock in terms.items:
        groups.setdefault(clock_words(clock), []).append(item.label or str(item.ordinal))
    return [("Mục " + ", ".join(labels), words) for words, labels in groups.items()]


def _can(row: Decision, request: HttpRequest) -> dict[str, bool]:
    state = row.state

    def to(right: Right, *states: str) -> bool:
        return state in states and may(request.user, right, row.issuer)

    s = DecisionState
    step = Right.APPROVE if row.step == row.steps else Right.CHECK
    return {
        "edit": row.published_at is None and may(request.user, Right.DRAFT, row.issuer),
        "submit": to(Right.DRAFT, s.DRAFT, s.RETURNED),
        "pass": to(step, s.IN_REVIEW),
        "return": to(Right.CHECK, s.IN_REVIEW, s.APPROVED),
        "publish": to(Right.PUBLISH, s.APPROVED),
        "take_back": to(Right.PUBLISH, s.PUBLISHED),
        "waive": row.published_at is None and may(request.user, Right.WAIVE, row.issuer),
    }


def address_of(finding: Finding) -> str:
    """The form and field where a finding is put right."""
    if finding.field == "items":
        return redirect("desk_item_new", finding.pk).url
    place = FIELDS.get(finding.field, finding.field)
    return forms_address(finding.where, finding.pk) + (f"#{place}" if place else "")


def forms_address(where: str, pk: int) -> str:
    """The form of a decision, an item or a text."""
    return redirect(PLACES[where], pk).url


class MomentForm(forms.Form):
    """When the decision is to be public."""

    at = forms.DateTimeField(
        label="Công khai lúc", help_text="Ngày/tháng/năm giờ:phút, ví dụ 01/07/2026 08:00", required=True
    )


# --- forms -----------------------------------------------------------------------------------------------------------


@asks(Right.DRAFT)
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    form = DecisionForm(request.POST or None, user=request.user)  # type: ignore[arg-type]
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = begin_decision(issuer=values.pop("issuer"), by=request.user, values=values)  # type: ignore[arg-type]
            return redirect("desk_decision", decision=made.pk)
        except ValidationError as wrong:
            say(form, wrong)
    return _form(request, form, "Lập quyết định", "desk")


@asks(Right.DRAFT)
def edit(request: HttpRequest, decision: int) -> HttpResponse:
    """The decision's own lines."""
    row = decision_of({"decision": decision})
    assert row
    form = DecisionForm(request.POST or None, instance=row, user=request.user)  # type: ignore[arg-type]
    current: list[tuple[str, str]] = []
    if form.is_valid():
        stored = Decision.objects.get(pk=row.pk)
        try:
            save_decision(
                decision=stored,
                by=request.user,  # type: ignore[arg-type]
                version=form.cleaned_data["version"],
                values=form.cleaned_data,
            )
            return redirect("desk_decision", decision=row.pk)
        except EditedMeanwhileError as meanwhile:
            current = told(form, meanwhile)
        except ValidationError as wrong:
            say(form, wrong)
    return _form(request, form, f"Sửa quyết định {row.number}", "desk_decision", row.pk, current=current)


@asks(Right.DRAFT)
def item_new(request: HttpRequest, decision: int) -> HttpResponse:
    """A further item."""
    row = decision_of({"decision": decision})
    assert row
    return _item_form(request, row, None)


@asks(Right.DRAFT)
def item(request: HttpRequest, item: int) -> HttpResponse:
    """An item that is there."""
    row = get_object_or_404(DecisionItem.objects.select_related("decision__issuer", "procedure"), pk=item)
    return _item_form(request, row.decision, row)


def _item_form(request: HttpRequest, decision: Decision, item: DecisionItem | None) -> HttpResponse:
    form = ItemForm(request.POST or None, instance=item, decision=decision)
    current: list[tuple[str, str]] = []
    if form.is_valid():
        stored = DecisionItem.objects.get(pk=item.pk) if item else None
        version = form.cleaned_data["version"]
        try:
            made = save_item(decision=decision, item=stored, by=request.user, version=version, draft=form.draft())  # type: ignore[arg-type]
            opened = opening_of(made)
            if opened and item is None:
                return redirect("desk_text", effect=opened.pk)
            return redirect("desk_decision", decision=decision.pk)
        except EditedMeanwhileError as meanwhile:
            current = told(form, meanwhile)
        except ValidationError as wrong:
            say(form, wrong)
    heading = f"Mục {item.label or item.ordinal}" if item else "Thêm mục"
    return _form(request, form, f"{heading} – {decision.number}", "desk_decision", decision.pk, current=current)


def _form(request: HttpRequest, form: Any, heading: str, back: str, *args: int, current: Any = ()) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": redirect(back, *args).url, "current": current}
    return TemplateResponse(request, "desk/form.html", context, status=409 if current else 200)


def say(form: Any, wrong: ValidationError) -> None:
    """Put what a service refused beside the field it speaks of, or above the form."""
    if hasattr(wrong, "error_dict"):
        for name, errors in wrong.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, wrong.messages)


def told(form: Any, meanwhile: EditedMeanwhileError) -> list[tuple[str, str]]:
    """Keep what was typed, ready to be saved knowingly over what stands now; returns the latter, field by field."""
    form.data = form.data.copy()
    form.data["version"] = meanwhile.current.version
    form.add_error(None, meanwhile.messages)
    names = [name for name in form.fields if name in form.Meta.fields]
    return [(str(form.fields[name].label), said(meanwhile.current, name) or "–") for name in names]


# --- buttons ---------------------------------------------------------------------------------------------------------


@act(Right.DRAFT, "Đã trình duyệt.")
def do_submit(request: HttpRequest, decision: Decision) -> Any:
    """Hand in."""
    return submit(decision=decision, by=request.user, note=request.POST.get("note", ""))  # type: ignore[arg-type]


@act(Right.COMMENT, "Đã ghi góp ý.")
def do_comment(request: HttpRequest, decision: Decision) -> Any:
    """Comment."""
    return comment(decision=decision, by=request.user, note=request.POST.get("note", ""))  # type: ignore[arg-type]


@act(Right.CHECK, "Đã trả lại người soạn.")
def do_return(request: HttpRequest, decision: Decision) -> Any:
    """Return with the reason."""
    return send_back(decision=decision, by=request.user, note=request.POST.get("note", ""))  # type: ignore[arg-type]


@act(Right.CHECK, "Đã duyệt bước này.")
def do_pass(request: HttpRequest, decision: Decision) -> Any:
    """Pass the step, or approve."""
    seen, note = request.POST.get("seen", ""), request.POST.get("note", "")
    return pass_step(decision=decision, by=request.user, seen=seen, note=note)  # type: ignore[arg-type]


@act(Right.PUBLISH, "Đã công khai.")
def do_publish(request: HttpRequest, decision: Decision) -> Any:
    """Publish at once."""
    return publish_now(decision=decision, by=request.user)  # type: ignore[arg-type]


@act(Right.PUBLISH, "Đã hẹn giờ công khai.")
def do_schedule(request: HttpRequest, decision: Decision) -> Any:
    """Set the moment, or take it back."""
    at = None
    if "cancel" not in request.POST:
        form = MomentForm(request.POST)
        if not form.is_valid():
            raise ValidationError("Giờ hẹn không đọc được. Hãy gõ ngày/tháng/năm giờ:phút, ví dụ 01/07/2026 08:00.")
        at = form.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError("Giờ hẹn đã qua. Hãy chọn giờ sau lúc này, hoặc bấm Công khai ngay.")
    return schedule(decision=decision, by=request.user, at=at)  # type: ignore[arg-type]


@act(Right.PUBLISH, "Đã thu hồi; bản trước đó hiện trở lại.")
def do_take_back(request: HttpRequest, decision: Decision) -> Any:
    """Take back with the reason."""
    return take_back(decision=decision, by=request.user, note=request.POST.get("note", ""))  # type: ignore[arg-type]


@act(Right.WAIVE, "Đã ghi lý do bỏ qua cảnh báo.")
def do_waive(request: HttpRequest, decision: Decision) -> Any:
    """Answer for a warning."""
    values = {name: request.POST.get(name, "") for name in ("rule", "subject", "reason")}
    return waive(decision=decision, by=request.user, **values)  # type: ignore[arg-type]


@act(Right.WAIVE, "Đã ghi lý do bỏ qua các cảnh báo cùng loại.")
def do_waive_rule(request: HttpRequest, decision: Decision) -> Any:
    """Answer for all warnings of one rule."""
    values = {name: request.POST.get(name, "") for name in ("rule", "reason")}
    return waive_rule(decision=decision, by=request.user, **values)  # type: ignore[arg-type]


@act(Right.DRAFT, "Đã bỏ mục.")
def do_remove(request: HttpRequest, decision: Decision) -> Any:
    """Take an item out."""
    item = get_object_or_404(decision.items, pk=request.resolver_match.kwargs["item"])  # type: ignore[union-attr]
    return remove_item(item=item, by=request.user)  # type: ignore[arg-type]
