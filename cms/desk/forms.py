"""What editors type about a decision and its items; codes become procedures here, and errors say what to do."""

from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy

from cms.identifiers import read_code, read_decision_number
from cms.models import Agency, AgencyClass, Decision, DecisionItem, Effect, Procedure, Scope, User
from cms.selectors import browse
from cms.selectors.references import decisions_like
from cms.selectors.rights import Right, within
from cms.services import ItemDraft, scope_nation, scope_of_agency, scope_of_area, scope_of_class
from cms.services.drafting import HEAD_FIELDS, ITEM_FIELDS
from cms.vocabulary import CENTRAL_KINDS, Act, DecisionAction, ScopePart

DAY_HELP = "Ngày/tháng/năm, ví dụ 05/02/2026"


class DecisionForm(forms.ModelForm):
    """A decision's own lines; the issuer is chosen once."""

    class Meta:
        model = Decision
        fields = HEAD_FIELDS
        widgets = {"title": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"signed_on": DAY_HELP, "effective_from": DAY_HELP, "number": "Ví dụ: 3218/QĐ-UBND"}

    rests_on = forms.ModelMultipleChoiceField(
        Decision.objects.none(),
        label="Căn cứ các quyết định (bỏ dấu để gỡ)",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.CharField(
        label="Thêm quyết định làm căn cứ",
        required=False,
        help_text="Gõ số rồi chọn, ví dụ quyết định của Bộ mà tỉnh dựa vào; nhiều số cách nhau bằng dấu chấm phẩy",
        widget=forms.TextInput(attrs={"data-suggest": reverse_lazy("desk_find_decisions")}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        held = self.instance.rests_on.order_by("number") if self.instance.pk else Decision.objects.none()
        self.fields["rests_on"].queryset = held  # type: ignore[attr-defined]
        if held:
            self.initial["rests_on"] = [one.pk for one in held]
        else:
            del self.fields["rests_on"]
        if self.instance.pk is None:
            agencies = Agency.objects.filter(within(user, Right.DRAFT, "path")).order_by("sort_key")
            self.fields["issuer"] = forms.ModelChoiceField(agencies, label="Cơ quan ban hành", initial=agencies.first())
            self.order_fields(["issuer", *HEAD_FIELDS])
        else:
            self.initial["version"] = self.instance.version

    def clean_more(self) -> list[Decision]:
        """The decisions whose numbers were typed."""
        found = []
        for typed in filter(None, map(str.strip, self.cleaned_data["more"].split(";"))):
            number = read_decision_number(typed).text
            rows = list(decisions_like(self.user, "").filter(number__in=[typed, number]).exclude(pk=self.instance.pk))
            if not rows:
                raise forms.ValidationError(
                    f"Không có quyết định nào mang số “{typed}” trên cổng. "
                    "Hãy kiểm tra số, hoặc nhập quyết định đó trước."
                )
            found.append(rows[0])
        return found

    def clean(self) -> dict[str, Any]:
        """All that it rests on: what was kept and what was added."""
        values: dict[str, Any] = super().clean() or {}
        values["rests_on"] = [*(values.get("rests_on") or []), *(values.pop("more", None) or [])]
        return values


class ItemForm(forms.ModelForm):
    """One item: what the decision does, to which procedure, for whom."""

    class Meta:
        model = DecisionItem
        fields = ITEM_FIELDS
        labels = {"code": "Mã thủ tục (hoặc địa chỉ trên cổng)"}
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2}),
            "code": forms.TextInput(attrs={"data-suggest": reverse_lazy("desk_find_procedures")}),
        }
        help_texts = {
            "code": "Gõ mã hoặc một phần tên rồi chọn; thủ tục mới chưa có mã thì để trống",
            "effective_from": "Để trống nếu theo ngày của quyết định",
        }

    part = forms.ChoiceField(label="Nội dung được ban hành", choices=ScopePart.choices, initial=ScopePart.BASE)
    scope = forms.ChoiceField(label="Áp dụng cho")
    listed = forms.ChoiceField(label="Đưa vào danh mục của (bãi bỏ: đưa ra khỏi)", required=False)
    replaces = forms.CharField(
        label="Thay thế các thủ tục",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Mỗi dòng một mã; chỉ điền khi thay thế",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = DecisionAction.choices  # type: ignore[attr-defined]
        choices = scope_choices(decision.issuer)
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        self.fields["listed"].choices = [("", "Không"), *choices]  # type: ignore[attr-defined]
        if self.instance.pk:
            self._show_effects()

    def _show_effects(self) -> None:
        effects = list(self.instance.effects.select_related("scope", "procedure"))
        own = [one for one in effects if one.procedure_id == self.instance.procedure_id]
        main = next((one for one in own if one.act in (Act.OPEN, Act.CLOSE)), None)
        listed = next((one for one in own if one.act in (Act.LIST, Act.DELIST)), None)
        others = [one.procedure for one in effects if one.procedure_id != self.instance.procedure_id]
        self.initial = {
            **self.initial,
            "version": self.instance.version,
            "code": self.instance.code or (self.instance.procedure.slug if self.instance.procedure else ""),
            "replaces": "\n".join(dict.fromkeys(one.code or one.slug for one in others)),
        }
        if main:
            self.initial = {**self.initial, "scope": main.scope.key, "part": main.part}
        if listed:
            self.initial["listed"] = listed.scope.key

    def clean_replaces(self) -> list[Procedure]:
        """The procedures named line by line."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["replaces"].splitlines())):
            procedure = browse.find_procedure(line)
            if procedure is None:
                raise forms.ValidationError(f"Không có thủ tục nào mang mã “{line}”. Hãy kiểm tra lại mã.")
            found.append(procedure)
        return found

    def clean(self) -> dict[str, Any]:
        """A code leads to its procedure; only what is newly enacted may have a code the portal does not know."""
        values: dict[str, Any] = super().clean() or {}
        typed = (values.get("code") or "").strip()
        values["procedure"] = browse.find_procedure(typed) if typed else self.instance.procedure
        new = values.get("action") in (DecisionAction.ENACT, DecisionAction.REPLACE)
        if typed and values["procedure"] is None:
            if not new:
                self.add_error("code", f"Không có thủ tục nào mang mã “{typed}”. Hãy kiểm tra lại mã.")
            elif read_code(typed) is None:
                self.add_error("code", f"“{typed}” không giống mã thủ tục (ví dụ 1.001193). Hãy sửa, hoặc để trống.")
        if values["procedure"]:
            values["code"] = values["procedure"].code or ""
        return values

    def draft(self) -> ItemDraft:
        """What the service is to write."""
        values = self.cleaned_data
        return ItemDraft(
            action=values["action"],
            scope=scope_of_key(values["scope"]),
            part=values["part"],
            procedure=values["procedure"],
            listed=scope_of_key(values["listed"]) if values["listed"] else None,
            replaces=values.get("replaces") or [],
            values={name: values[name] for name in ITEM_FIELDS if name != "action"},
        )


def scope_choices(issuer: Agency) -> list[tuple[str, str]]:
    """For whom this issuer may decide, the widest first."""
    central = issuer.kind in CENTRAL_KINDS
    found = [("N", "Cả nước")] if central else [(f"A:{issuer.pk}", f"{issuer.name} và mọi nơi thuộc {issuer.name}")]
    classes = AgencyClass.objects.filter(
        Q(area__path__startswith=issuer.path) | (Q(area=None) if central else Q(pk=None))
    )
    found += [(f"C:{one.pk}", one.name) for one in classes.select_related("area").order_by("name")]
    below = Agency.objects.filter(path__startswith=issuer.path).order_by("depth", "sort_key")
    return found + [(f"U:{one.pk}", f"Riêng {one.name}") for one in below]


def scope_of_key(key: str) -> Scope:
    """The scope of a choice; made when it is the first of its kind."""
    kind, _colon, pk = key.partition(":")
    if kind == "N":
        return scope_nation()
    if kind == "C":
        return scope_of_class(AgencyClass.objects.get(pk=pk))
    agency = Agency.objects.get(pk=pk)
    return scope_of_area(agency) if kind == "A" else scope_of_agency(agency)


def opening_of(item: DecisionItem) -> Effect | None:
    """The effect that opens the item's own text."""
    return item.effects.filter(act=Act.OPEN, content__isnull=False).select_related("content").first()


def openings_of(decision: Decision) -> dict[int, Effect]:
    """The same for all items of a decision at once, by item."""
    rows = Effect.objects.filter(item__decision=decision, act=Act.OPEN, content__isnull=False).order_by("-pk")
    return {row.item_id: row for row in rows if row.item_id}
