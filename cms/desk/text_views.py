"""The text of an item: writing it, comparing it with what is in force, seeing it as the public will."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from cms.calendar import today
from cms.desk.access import asks
from cms.desk.inherited import inherited, source_of
from cms.desk.texts import LOCAL_FIELDS, TextScreen
from cms.models import Effect, ProcedureContent, ValidityPeriod
from cms.selectors.comparing import compare
from cms.selectors.rights import Right
from cms.selectors.showing import load_contents
from cms.selectors.standing import text_standing, widest_standing
from cms.services import EditedMeanwhileError, rehearsed, save_text
from cms.views.procedures import procedure_page
from cms.vocabulary import Act, ScopeKind, ScopePart


def _effect(pk: int) -> Effect:
    rows = Effect.objects.select_related("item__decision__issuer", "content", "scope__agency", "procedure")
    return get_object_or_404(rows, pk=pk, act=Act.OPEN, item__isnull=False)


@asks(Right.DRAFT)
def text(request: HttpRequest, effect: int) -> HttpResponse:
    """The text as forms; a local part stands on the ministry's text, shown above and never copied."""
    row = _effect(effect)
    assert row.content
    view = load_contents([row.content])[row.content.pk]
    screen = TextScreen(view, row.part, request.POST or None)
    theirs = []
    if request.POST and screen.is_valid():
        version = screen.form.cleaned_data["version"]
        try:
            save_text(effect=row, by=request.user, version=version, make=screen.make)  # type: ignore[arg-type]
            return redirect("desk_decision", decision=row.item.decision_id)  # type: ignore[union-attr]
        except EditedMeanwhileError as meanwhile:
            theirs = _theirs(screen, row, meanwhile)
        except ValidationError as wrong:
            screen.form.add_error(None, wrong.messages)
    base = widest_standing(row.procedure, _day(row)) if row.part != ScopePart.BASE else None
    context = {
        "effect": row,
        "screen": screen,
        "tables": _beside(screen, base),
        "theirs": theirs,
        "local": row.part != ScopePart.BASE,
        "base": base,
        "source": source_of(base) if base else "",
        "part": ScopePart(row.part).label,
    }
    return TemplateResponse(request, "desk/text.html", context, status=409 if theirs else 200)


def _beside(screen: TextScreen, base: ValidityPeriod | None) -> list[tuple[Any, ...]]:
    """The tables with what is inherited beside each; the fields of the text carry theirs themselves."""
    view = load_contents([base.content])[base.content_id] if base else None
    for name in LOCAL_FIELDS.get(screen.part, ()) if view else ():
        screen.form.fields[name].inherited = inherited(view, name)  # type: ignore[attr-defined, arg-type]
    return [
        (heading, anchor, formset, inherited(view, anchor) if view else [])
        for _model, heading, _stated, anchor, formset in screen.tables
    ]


def _theirs(screen: TextScreen, effect: Effect, meanwhile: EditedMeanwhileError) -> list[object]:
    """How what stands now differs from what was typed; saving again writes over it knowingly."""
    stored = ProcedureContent.objects.get(effects=effect)
    now = load_contents([stored])[stored.pk].canonical()
    typed = ProcedureContent.objects.get(effects=effect)
    draft = screen.make(typed)
    rows: dict[type, list[object]] = {}
    for detail in draft.details:
        rows.setdefault(type(detail), []).append(detail)
    view = type(screen.view)(typed, {state.part: state for state in draft.part_states}, rows)  # type: ignore[arg-type]
    data: Any = screen.form.data
    data = data.copy()
    data["version"] = stored.version
    screen.form.data = data
    screen.form.add_error(None, meanwhile.messages)
    return list(compare(now, view.canonical()))


@asks(Right.VIEW)
def difference(request: HttpRequest, effect: int) -> HttpResponse:
    """What is in force beside what is drafted, row by row and word by word."""
    row = _effect(effect)
    assert row.content
    standing = text_standing(row.procedure, row.scope, row.part, _day(row))
    loaded = load_contents([one for one in (row.content, standing) if one])
    before = loaded[standing.pk].canonical() if standing else {}
    context = {
        "effect": row,
        "standing": standing,
        "differences": compare(before, loaded[row.content.pk].canonical()),
    }
    return TemplateResponse(request, "desk/difference.html", context)


@asks(Right.VIEW)
def preview(request: HttpRequest, effect: int) -> HttpResponse:
    """The public page on the day the decision takes effect, as if it were published."""
    row = _effect(effect)
    assert row.item
    scope = row.scope
    local = scope.agency if scope.kind in (ScopeKind.AREA, ScopeKind.AGENCY) else None
    with rehearsed(row.item.decision, request.user):  # type: ignore[arg-type]
        return procedure_page(request, row.procedure, local, _day(row))


def _day(effect: Effect) -> date:
    assert effect.item
    return effect.effective_from or effect.item.effective_from or effect.item.decision.effective_from or today()
