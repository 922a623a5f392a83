"""One reference to an older decision: what it may mean, and saying so."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy

from cms.desk.access import asks
from cms.models import Decision, PendingReference, Procedure
from cms.selectors.browse import find_procedure
from cms.selectors.references import MOST, candidates, named, procedures_like
from cms.selectors.rights import Right, may
from cms.services import NotAllowedError, correct_reference, reopen_reference, resolve_reference

OTHER = ""


class ReferenceForm(forms.Form):
    """Which procedure, by a click or by typing; or why none."""

    pick = forms.ChoiceField(label="Dẫn chiếu này là thủ tục", required=False, widget=forms.RadioSelect)
    typed = forms.CharField(
        label="Thủ tục khác",
        required=False,
        help_text="Gõ mã hoặc một phần tên rồi chọn trong danh sách hiện ra",
        widget=forms.TextInput(attrs={"data-suggest": reverse_lazy("desk_find_procedures")}),
    )
    reason = forms.CharField(
        label="Lý do",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Cần khi ghi là không liên quan, hoặc khi quyết định đã công khai",
    )

    def __init__(self, *args: Any, reference: PendingReference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = candidates(reference)
        self._offer()

    def _offer(self) -> None:
        rows = [(str(one.pk), f"{one.code or one.slug} – {name}") for one, name in self.offered]
        self.fields["pick"].choices = [*rows, (OTHER, "Thủ tục khác (gõ ở ô dưới)")]  # type: ignore[attr-defined]

    def clean_typed(self) -> Procedure | None:
        """The one procedure that what was typed names; several become choices."""
        typed = self.cleaned_data["typed"].strip()
        if not typed or (found := find_procedure(typed)):
            return found if typed else None
        rows = list(procedures_like(typed)[: MOST + 1])
        if len(rows) == 1:
            return rows[0]  # type: ignore[no-any-return]
        if not rows:
            raise forms.ValidationError(f"Không có thủ tục nào mang mã hay tên “{typed}”. Hãy gõ cách khác.")
        self.offered = named(rows[:MOST])
        self._offer()
        raise forms.ValidationError(
            f"Nhiều thủ tục có “{typed}” trong tên. Hãy chọn một dòng ở trên, hoặc gõ rõ hơn rồi bấm lại."
        )

    def procedure(self) -> Procedure | None:
        """The one chosen."""
        picked = self.cleaned_data.get("pick")
        return Procedure.objects.get(pk=picked) if picked else self.cleaned_data.get("typed")

    def clean(self) -> dict[str, Any]:
        """A choice offered by a search a moment ago is good, whatever the first list held."""
        picked = self.data.get("pick", "")
        if "pick" in self.errors and picked.isdecimal() and Procedure.objects.filter(pk=picked).exists():
            del self.errors["pick"]
            self.cleaned_data["pick"] = picked
        return self.cleaned_data


@asks(Right.DRAFT)
def reference(request: HttpRequest, reference: int) -> HttpResponse:
    """What it may mean; a POST says what it does mean."""
    rows = PendingReference.objects.select_related("item__decision__issuer", "resolved_to")
    row = get_object_or_404(rows, pk=reference)
    decision = row.item.decision
    form = ReferenceForm(request.POST or None, reference=row)
    if request.POST and (request.POST["act"] != "link" or form.is_valid()):
        try:
            _settle(request, row, form)
            return redirect("desk_decision", decision=decision.pk)
        except NotAllowedError as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    context = {
        "reference": row,
        "decision": decision,
        "cited": Decision.objects.filter(number=row.decision_number).order_by("-pk").first()
        if row.decision_number
        else None,
        "form": form,
        "public": decision.published_at is not None,
        "may_correct": may(request.user, Right.PUBLISH, decision.issuer),
    }
    return TemplateResponse(request, "desk/reference.html", context)


def _settle(request: HttpRequest, row: PendingReference, form: ReferenceForm) -> None:
    asked = request.POST["act"]
    by: Any = request.user
    reason = request.POST.get("reason", "")
    procedure = form.procedure() if asked == "link" else None
    if asked == "link" and procedure is None:
        raise ValidationError("Hãy chọn một thủ tục trong danh sách, hoặc gõ mã hay tên.")
    if asked == "reopen":
        reopen_reference(reference=row, by=by)
    elif row.item.decision.published_at:
        correct_reference(reference=row, by=by, procedure=procedure, note=reason)
    else:
        resolve_reference(reference=row, by=by, procedure=procedure, reason=reason)
