"""One page for the questions that imported catalogues leave: which procedure a row of the same name is, and why."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from cms.desk.access import guarded, say
from cms.models import Procedure
from cms.selectors.references import named
from cms.selectors.rights import Right, places_with
from cms.services import IdentityTakenError, NotAllowedError
from importers.answers import AnsweredError, answer_question, open_questions
from importers.models import ImportRow
from importers.questions import same_named

__all__ = ["catalogue_questions"]

PER_PAGE = 20
APART = "-"
CHOOSE = "Hãy chọn một câu trả lời."


class AnswerForm(forms.Form):
    """Which procedure the row is, and why. Choices lead with what there is; nothing is chosen beforehand."""

    pick = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages=dict.fromkeys(("required", "invalid_choice"), CHOOSE)
    )
    reason = forms.CharField(
        label="Vì sao",
        max_length=500,
        error_messages={"required": "Hãy ghi vì sao, một câu là đủ."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, row: ImportRow, likely: list[tuple[Procedure, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": f"dong-{row.pk}"})
        self.row, self.likely = row, likely
        same = [(one.slug, f"Là một với “{name}” ({one.code or 'không mã'}, {one.slug})") for one, name in likely]
        self.fields["pick"].choices = [*same, (APART, "Là thủ tục khác, chỉ trùng tên")]  # type: ignore[attr-defined]

    def procedure(self) -> Procedure | None:
        """The procedure chosen; None: one of its own."""
        slug = self.cleaned_data["pick"]
        return next((one for one, _name in self.likely if one.slug == slug), None)


def _forms(rows: list[ImportRow], request: HttpRequest) -> list[AnswerForm]:
    slugs = same_named(rows)
    found = Procedure.objects.filter(slug__in={slug for these in slugs.values() for slug in these})
    by_slug = {one.slug: (one, name) for one, name in named(list(found))}
    sent = request.POST.get("row", "")
    return [
        AnswerForm(
            request.POST if sent == str(row.pk) else None,
            row=row,
            likely=[by_slug[slug] for slug in slugs[row.pk] if slug in by_slug],
        )
        for row in rows
    ]


def _page(request: HttpRequest) -> HttpResponse:
    """/quan-tri/cau-hoi-danh-muc/: the open questions, each with its answers; a POST answers one."""
    if request.method == "POST":
        row = get_object_or_404(ImportRow, pk=int(request.POST["row"]) if request.POST["row"].isdecimal() else 0)
        (form,) = _forms([row], request)
        if form.is_valid() and _answered(request, form):
            return redirect("catalogue_questions")
    page = Paginator(open_questions().select_related("batch"), PER_PAGE).get_page(request.GET.get("trang"))
    answered = ImportRow.objects.exclude(answer="").select_related("procedure", "answered_by").order_by("-answered_at")
    context = {"page": page, "forms": _forms(list(page), request), "answered": answered[:PER_PAGE]}
    return TemplateResponse(request, "importers/catalogue_questions.html", context)


def _answered(request: HttpRequest, form: AnswerForm) -> bool:
    """Whether it is settled, by this answer or by somebody else's that is told."""
    said = {"procedure": form.procedure(), "reason": form.cleaned_data["reason"]}
    try:
        answer_question(row=form.row, by=request.user, **said)  # type: ignore[arg-type]
    except AnsweredError as late:
        say(request, late)
    except (IdentityTakenError, NotAllowedError, ValidationError) as refused:
        say(request, refused)
        return False
    else:
        messages.success(request, f"Đã ghi câu trả lời cho “{form.row.name}”. Lần nhập danh mục sau sẽ theo đó.")
    return True


catalogue_questions = guarded(Right.PUBLISH, lambda user, _kwargs: places_with(user, Right.PUBLISH) is None)(_page)
