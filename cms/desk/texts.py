"""A procedure's text as forms: the text's own fields, and for each kind of row a table of lines that grows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory, modelform_factory

from cms.models import (
    AgencyText,
    Case,
    Channel,
    Cost,
    Detail,
    Evidence,
    EvidenceGroup,
    FormTemplate,
    InternalStep,
    LegalBasis,
    Output,
    PartState,
    ProcedureContent,
    ProcessingTime,
    Requirement,
    Sector,
    Step,
)
from cms.selectors.showing import ContentView
from cms.services import ContentDraft
from cms.values import UnreadableValue, read_money
from cms.vocabulary import (
    CONDITIONAL_PARTS,
    AdministrativeLevel,
    AgencyTextKind,
    ApplicantType,
    CostKind,
    CostReading,
    Part,
    Presence,
    Reading,
    ScopePart,
    TimeReading,
)

# (model, fields, heading, the part it states, anchor), in the order people read them.
TABLES: tuple[tuple[type[Detail], tuple[str, ...], str, Part | None, str], ...] = (
    (Case, ("case", "title"), "Trường hợp có thời hạn, phí hay giấy tờ riêng", None, "cases"),
    (Step, ("label", "text"), "Trình tự thực hiện", Part.STEPS, "steps"),
    (Channel, ("kind", "description"), "Cách nộp", Part.CHANNELS, "channels"),
    (ProcessingTime, ("row", "case", "amount", "unit", "text"), "Thời hạn giải quyết", Part.TIME, "time"),
    (Cost, ("row", "case", "kind", "reading_kind", "amount", "clause", "text"), "Phí, lệ phí", Part.COSTS, "costs"),
    (EvidenceGroup, ("case", "title"), "Nhóm giấy tờ (chỉ cần khi có nhiều trường hợp)", None, "groups"),
    (
        Evidence,
        ("group", "name", "form_file", "originals", "copies"),
        "Giấy tờ theo từng trường hợp",
        Part.EVIDENCE,
        "evidence",
    ),
    (FormTemplate, ("title",), "Mẫu đơn đính kèm (thêm mẫu: tải tệp lên mục Tài liệu, ghi đúng tên ấy)", None, "forms"),
    (Requirement, ("text",), "Yêu cầu, điều kiện", Part.REQUIREMENTS, "requirements"),
    (LegalBasis, ("number", "title", "issued_on", "issuer"), "Căn cứ pháp lý", Part.LEGAL_BASIS, "legal_basis"),
    (Output, ("name", "code"), "Kết quả", Part.RESULT, "result"),
    (AgencyText, ("role", "text"), "Cơ quan", Part.AGENCIES, "agencies"),
    (InternalStep, ("text", "who", "time"), "Quy trình nội bộ", None, "internal"),
)
# What a local part holds on top of the whole text.
LOCAL_TABLES: dict[str, tuple[type[Detail], ...]] = {
    ScopePart.TIME: (Case, ProcessingTime),
    ScopePart.COST: (Case, Cost, LegalBasis),
    ScopePart.PLACE: (),
    ScopePart.LEGAL_BASIS: (LegalBasis,),
    ScopePart.ONLINE_LEVEL: (),
    ScopePart.UNIT: (AgencyText,),
}
LOCAL_FIELDS: dict[str, tuple[str, ...]] = {
    ScopePart.PLACE: ("reception",),
    ScopePart.ONLINE_LEVEL: ("online_level", "online_reason", "online_provision"),
}
LABELS = {
    "row": "Cách nộp số",
    "case": "Trường hợp số",
    "kind": "Loại",
    "reading_kind": "Mức",
    "amount": "Số",
    "unit": "Đơn vị",
    "group": "Nhóm số",
    "title": "Tên",
    "name": "Tên",
    "code": "Mã",
    "role": "Vai trò",
    "text": "Nội dung",
}


# What the columns that lead from one table to another lead to.
POINTED = {"case": "trường hợp", "row": "cách nộp", "group": "nhóm giấy tờ"}


class MoneyField(forms.CharField):
    """A sum as people type it: 10.000 is ten thousand."""

    def prepare_value(self, value: Any) -> Any:
        """Whole sums without decimals, grouped."""
        return f"{value:,.0f}".replace(",", ".") if isinstance(value, Decimal) and value == int(value) else value

    def clean(self, value: Any) -> Any:
        """The sum, or None when nothing was typed."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return read_money(typed)
        except UnreadableValue as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


def _row_form(model: type[Detail], fields: tuple[str, ...]) -> type[forms.ModelForm]:
    long = {"text", "description", "title", "name", "clause"} & set(fields)
    widgets: dict[str, Any] = {name: forms.Textarea(attrs={"rows": 2}) for name in long}
    labels = {name: label for name, label in LABELS.items() if name in fields}
    form = modelform_factory(model, fields=fields, widgets=widgets, labels=labels)
    for name in ("issued_on", "originals", "copies", "amount", "row", "case"):
        if name in form.base_fields:
            form.base_fields[name].required = False
    if model is Cost:
        form.base_fields["amount"] = MoneyField(label="Số tiền (đồng)", required=False)
        # Without a blank choice an untouched line would arrive as a fee.
        blank = [("", "Phí, lệ phí"), *((one, label) for one, label in CostKind.choices if one != CostKind.UNKNOWN)]
        form.base_fields["kind"] = forms.ChoiceField(label="Loại", choices=blank, required=False)
        form.base_fields["reading_kind"].required = False
    if model is ProcessingTime:
        form.base_fields["unit"].required = False
    if model is Evidence:
        form.base_fields["group"].initial = 1
    # A new line starts empty, so that an untouched one is left out.
    for name in ("kind", "reading_kind"):
        if name in form.base_fields:
            form.base_fields[name].initial = None
    return form


FORMSETS: dict[type[Detail], type[BaseFormSet]] = {
    model: formset_factory(_row_form(model, fields), extra=1, can_delete=True, can_order=True)
    for model, fields, *_rest in TABLES
}


class TextForm(forms.ModelForm):
    """The text's own fields."""

    class Meta:
        model = ProcedureContent
        fields = (
            *("name", "sector", "levels", "applicant_types", "procedure_kind", "dossier_sets", "online_level"),
            *("online_reason", "online_provision", "regardless_of_residence"),
        )
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("name", "online_reason", "online_provision")}
        labels = {"sector": "Lĩnh vực"}

    levels = forms.MultipleChoiceField(
        label="Cấp thực hiện", choices=AdministrativeLevel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    applicant_types = forms.MultipleChoiceField(
        label="Ai được làm", choices=ApplicantType.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    reception = forms.CharField(
        label="Địa chỉ tiếp nhận hồ sơ", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    not_applicable = forms.MultipleChoiceField(
        label="Thủ tục này không có",
        choices=[(part, part.label) for part in CONDITIONAL_PARTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, view: ContentView, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = self.instance
        self.initial = {
            **self.initial,
            "version": content.version,
            "levels": content.levels.split(",") if content.levels else [],
            "applicant_types": content.applicant_types.split(",") if content.applicant_types else [],
            "reception": view.words(Part.RECEPTION),
            "not_applicable": [one for one in CONDITIONAL_PARTS if view.presence(one) == Presence.NOT_APPLICABLE],
        }
        self.fields["sector"].queryset = Sector.objects.order_by("sort_key")  # type: ignore[attr-defined]
        if part != ScopePart.BASE:
            for name in set(self.fields) - {"name", "version", *LOCAL_FIELDS.get(part, ())}:
                del self.fields[name]

    def clean_levels(self) -> str:
        """Stored as codes with commas."""
        return ",".join(self.cleaned_data["levels"])

    def clean_applicant_types(self) -> str:
        """Stored as codes with commas."""
        return ",".join(self.cleaned_data["applicant_types"])


class TextScreen:
    """All forms of one text together."""

    def __init__(self, view: ContentView, part: str, data: Any = None) -> None:
        self.view, self.part = view, part
        self.form = TextForm(data, instance=view.content, view=view, part=part)
        shown = [row for row in TABLES if part == ScopePart.BASE or row[0] in LOCAL_TABLES[part]]
        self.tables = [
            (model, heading, stated, anchor, FORMSETS[model](data, prefix=anchor, initial=self._initial(model, fields)))
            for model, fields, heading, stated, anchor in shown
        ]

    def _initial(self, model: type[Detail], fields: Iterable[str]) -> list[dict[str, Any]]:
        rows = [{name: getattr(row, name) for name in fields} for row in self.view.rows.get(model, [])]
        return [{name: "" if value == CostKind.UNKNOWN else value for name, value in row.items()} for row in rows]

    def is_valid(self) -> bool:
        """Whether everything typed can be read; all forms are asked, so that all errors show at once."""
        read = all([self.form.is_valid(), *(formset.is_valid() for *_rest, formset in self.tables)])
        return read and self._pointers_lead_somewhere()

    def _pointers_lead_somewhere(self) -> bool:
        """A line that was typed names a case, a way of handing in or a group of papers that is there."""
        lines = {anchor: _standing(formset) for *_rest, anchor, formset in self.tables}
        there: dict[str, Collection[Any]] = {
            "case": [line.get("case") or str(place) for place, line in enumerate(lines.get("cases", []), 1)],
            "row": range(1, len(lines["channels"]) + 1) if "channels" in lines else range(100),
            "group": range(1, max(len(lines.get("groups", [])), 1) + 1),
        }
        fine = True
        for *_rest, anchor, formset in self.tables:
            for form in formset.forms if anchor != "cases" else ():
                for name in set(there) & set(form.changed_data):
                    value = form.cleaned_data.get(name)
                    if value and value not in there[name] and not form.cleaned_data.get("DELETE"):
                        form.add_error(name, f"Chưa có “{POINTED[name]}” nào mang số {value}. Hãy thêm, hoặc sửa số.")
                        fine = False
        return fine

    def make(self, content: ProcedureContent) -> ContentDraft:
        """The text as typed, written into `content`; lines that were not touched keep what their source said."""
        for name, value in self.form.cleaned_data.items():
            if name not in ("version", "not_applicable", "reception"):
                setattr(content, name, value)
        if "sector" in self.form.cleaned_data and content.sector:
            content.sector_text = content.sector.name
        old = self.view.rows
        rows: dict[type[Detail], list[Detail]] = defaultdict(list, {model: list(found) for model, found in old.items()})
        changed: set[Part] = set()
        for model, _heading, stated, _anchor, formset in self.tables:
            rows[model] = self._rows(model, formset)
            if formset.has_changed() and stated:
                changed.add(stated)
        _name_cases(rows)
        details = [row for found in rows.values() for row in found]
        for row in details:
            row.pk = None
        return ContentDraft(content, self._states(content, rows, changed), details)

    def _rows(self, model: type[Detail], formset: BaseFormSet) -> list[Detail]:
        old = self.view.rows.get(model, [])
        lines = []
        for place, form in enumerate(formset.forms):
            if form in formset.deleted_forms or (place >= len(old) and not form.has_changed()):
                continue
            values = {name: value for name, value in form.cleaned_data.items() if name not in ("ORDER", "DELETE")}
            same = place < len(old) and not (set(form.changed_data) - {"ORDER"})
            row = old[place] if same else _made(model, values, old[place] if place < len(old) else None)
            lines.append((form.cleaned_data.get("ORDER") or 999, place, row))
        found = [row for _order, _place, row in sorted(lines, key=lambda line: line[:2])]
        for number, row in enumerate(found, 1):
            row.ordinal = number
        return found

    def _states(
        self, content: ProcedureContent, rows: dict[type[Detail], list[Detail]], changed: set[Part]
    ) -> list[PartState]:
        """Which parts are there: what was not touched stays as its source said."""
        states = {part: state for part, state in self.view.parts.items() if part not in changed}
        stated = {part: rows.get(model) for model, _fields, _heading, part, _anchor in TABLES if part}
        for part, found in stated.items():
            if part in changed or (found and part not in states):
                presence = Presence.STATED if found else Presence.NOT_PUBLISHED
                states[part] = PartState(part=part, presence=presence)
        states[Part.NAME] = PartState(part=Part.NAME, presence=Presence.STATED, raw_text=content.name)
        if "reception" in self.form.changed_data:
            words = self.form.cleaned_data["reception"].strip()
            presence = Presence.STATED if words else Presence.NOT_PUBLISHED
            states[Part.RECEPTION] = PartState(part=Part.RECEPTION, presence=presence, raw_text=words)
        for part in CONDITIONAL_PARTS if "not_applicable" in self.form.cleaned_data else ():
            if part in self.form.cleaned_data["not_applicable"] and not stated.get(part):
                states[part] = PartState(part=part, presence=Presence.NOT_APPLICABLE)
            elif part in states and states[part].presence == Presence.NOT_APPLICABLE:
                states[part] = PartState(part=part, presence=Presence.NOT_PUBLISHED)
        for state in states.values():
            state.pk = None
        return list(states.values())


def _made(model: type[Detail], values: dict[str, Any], before: Detail | None) -> Detail:
    """A line as an editor wrote it: certain, whatever a machine had read there."""
    row = model(**values)
    if before is not None and "case" not in values:
        row.case = before.case
    if isinstance(row, ProcessingTime):
        row.reading_kind = TimeReading.UNIT if row.amount and row.unit else TimeReading.OTHER
    if isinstance(row, Cost):
        row.kind = row.kind or CostKind.UNKNOWN
        if row.amount is not None:
            row.reading_kind = CostReading.AMOUNT
        row.reading_kind = row.reading_kind or CostReading.OTHER
    if isinstance(row, FormTemplate):
        row.file_hash = before.file_hash if isinstance(before, FormTemplate) else ""
    if isinstance(row, AgencyText):
        row.kind = AgencyTextKind.PHRASE
    if hasattr(row, "reading"):
        row.reading = Reading.CERTAIN
    return row


def _standing(formset: BaseFormSet) -> list[dict[str, Any]]:
    """The lines of a table that will stand, in their order on the screen."""
    held = formset.initial_form_count()
    return [
        form.cleaned_data
        for place, form in enumerate(formset.forms)
        if form not in formset.deleted_forms and (place < held or form.has_changed())
    ]


def _name_cases(rows: dict[type[Detail], list[Detail]]) -> None:
    """A case without a number takes its place; papers of a case stand under its words; papers always have a group."""
    for place, case in enumerate(rows[Case], 1):
        case.case = case.case or str(place)
    titles = {case.case: case.title for case in rows[Case]}  # type: ignore[attr-defined]
    for group in rows[EvidenceGroup]:
        group.title = group.title or titles.get(group.case, "")  # type: ignore[attr-defined]
    if rows[Evidence] and not rows[EvidenceGroup]:
        rows[EvidenceGroup] = [EvidenceGroup(ordinal=1)]
