"""What editors hand in and type about a decision that was read: its files, its head, one item."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cms.models import Agency
from cms.selectors.rights import Right, within
from cms.vocabulary import CENTRAL_KINDS, AdministrativeLevel, AgencyKind, DecisionAction, OnlineLevel
from importers.decisions.rows import DecisionHead, ItemRow
from importers.decisions.staging import UPLOADED

LARGEST = 100_000_000  # bytes of all files together; the largest real decision with its annexes has 30 million
MOST_FILES = 40
# What a file of that ending begins with.
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".pdf": (b"%PDF",),
    ".doc": (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"{\\rtf"),
    ".xls": (b"\xd0\xcf\x11\xe0", b"PK\x03\x04"),
    ".csv": (b"",),
}
ISSUING = (*CENTRAL_KINDS, AgencyKind.PROVINCE, AgencyKind.COMMUNE)
DAY = "Ngày/tháng/năm, ví dụ 05/02/2026"
# The columns an editor may put right, in the order of a decision's list.
COLUMNS = {
    "processing_time": "Thời hạn giải quyết",
    "processing_time_cut": "Thời hạn sau cắt giảm",
    "place": "Địa điểm, cách thức thực hiện",
    "fees": "Phí, lệ phí",
    "legal_bases": "Căn cứ pháp lý",
    "agency": "Cơ quan thực hiện",
    "online_level": "Mức trực tuyến",
    "post_receive": "Nhận hồ sơ qua bưu chính",
    "post_return": "Trả kết quả qua bưu chính",
    "regardless_of_residence": "Không phụ thuộc địa giới",
    "effect": "Hiệu lực ghi ở mục",
    "note": "Ghi chú",
}
_LONG = {"processing_time", "processing_time_cut", "place", "fees", "legal_bases", "agency", "note"}

MARKS = {"post_receive", "post_return", "regardless_of_residence"}


def _column(name: str, label: str, text: str) -> forms.Field:
    """The field of one column; marks are ticked, a level is chosen where it was recognised."""
    if name in MARKS:
        return forms.BooleanField(label=label, required=False)
    if name == "online_level" and text in ("", *OnlineLevel.values):
        return forms.ChoiceField(label=label, required=False, choices=[("", "– không ghi –"), *OnlineLevel.choices])
    rows = max(2, min(9, len(text) // 55 + text.count("\n") + 1))
    widget = forms.Textarea(attrs={"rows": rows}) if name in _LONG else forms.TextInput()
    return forms.CharField(label=label, required=False, widget=widget, strip=False)


def issuing(user: Any) -> Any:
    """The bodies that announce procedures and for which this person may draft."""
    rows = Agency.objects.filter(within(user, Right.DRAFT, "path"), kind__in=ISSUING, valid_to=None)
    return rows.order_by("depth", "sort_key")


class ManyFilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files, each looked at: its kind, that it isn't empty."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files. Raises ValidationError that names the file."""
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not files and self.required:
            raise forms.ValidationError("Hãy chọn tệp của quyết định.")
        for one in files:
            _check(super().clean(one, initial))
        return files


class SignedFile(ManyFiles):
    """Only the PDF."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The signed paper. Raises ValidationError for another kind."""
        files = super().clean(data, initial)
        for one in files:
            if not (one.name or "").lower().endswith(".pdf"):
                raise forms.ValidationError(f"“{one.name}”: bản đã ký phải là tệp PDF. Hãy chọn tệp .pdf.")
        return files


def _check(file: UploadedFile) -> None:
    ending = Path(file.name or "").suffix.lower()
    if ending not in _BEGINNINGS:
        raise forms.ValidationError(
            f"“{file.name}”: không nhận loại tệp này. Cần Word (.docx, .doc), PDF, Excel (.xlsx, .xls), .csv hoặc .zip."
        )
    beginning = file.read(8)
    file.seek(0)
    if not beginning.startswith(_BEGINNINGS[ending]):
        raise forms.ValidationError(
            f"“{file.name}”: bên trong không phải tệp {ending}. Hãy mở tệp, lưu lại đúng loại rồi tải lại."
        )


class UploadForm(forms.Form):
    """The files of one decision and whose it is."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan ban hành")
    main = ManyFiles(
        label="Tệp quyết định có bảng danh mục",
        widget=ManyFilesInput,
        error_messages={"empty": "Tệp rỗng. Hãy lấy lại tệp từ nguồn."},
        help_text="Word, PDF, Excel hoặc .csv; hoặc một tệp .zip có cả quyết định và phụ lục. Bản Word đọc rõ nhất.",
    )
    signed = SignedFile(
        label="Bản đã ký (PDF)",
        required=False,
        widget=forms.ClearableFileInput,
        help_text="Để đối chiếu với bản Word; chỉ bản này được đưa cho người dân tải.",
    )
    annexes = ManyFiles(
        label="Phụ lục nội dung chi tiết, biểu mẫu",
        required=False,
        widget=ManyFilesInput,
        help_text="Có thể chọn nhiều tệp.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = issuing(user)
        self.fields["agency"].queryset = choices  # type: ignore[attr-defined]
        # One's own agency stands above all others one may draft for.
        highest = list(choices[:2])
        if highest and (len(highest) == 1 or highest[0].depth < highest[1].depth):
            self.initial["agency"] = highest[0]

    def clean(self) -> dict[str, Any]:
        """Not too many and not too large together."""
        values: dict[str, Any] = super().clean() or {}
        files = [file for _role, file in self.files_with_roles(values)]
        size = sum(file.size or 0 for file in files)
        if size > LARGEST:
            raise forms.ValidationError(
                f"Các tệp nặng {size // 1_000_000} MB; một quyết định nhiều nhất {LARGEST // 1_000_000} MB. "
                "Hãy nén ảnh trong tệp, hoặc bỏ bớt biểu mẫu."
            )
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Có {len(files)} tệp; một quyết định nhiều nhất {MOST_FILES} tệp.")
        return values

    @staticmethod
    def files_with_roles(values: dict[str, Any]) -> list[tuple[str, UploadedFile]]:
        """Each file with its role; which of several is the list itself, and what an archive holds, is found in
        reading."""
        main = values.get("main") or []
        alone = len(main) == 1 and not main[0].name.lower().endswith(".zip")
        return [
            *(("source" if alone else UPLOADED, file) for file in main),
            *(("law", file) for file in values.get("signed") or []),
            *(("annex", file) for file in values.get("annexes") or []),
        ]


def digest(file: Iterable[bytes]) -> str:
    """SHA-256 of an uploaded file, in pieces."""
    found = hashlib.sha256()
    for piece in file:
        found.update(piece)
    return found.hexdigest()


class VersionedForm(forms.Form):
    """A form that knows the version of the batch it was opened on."""

    def take_version(self, version: int) -> None:
        """Keep what was typed, ready to be saved knowingly over what stands now."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = version  # type: ignore[index]  # a QueryDict's copy


class HeadForm(VersionedForm):
    """The head as it will stand; what a draft leaves blank is asked for."""

    number = forms.CharField(label="Số, ký hiệu", max_length=100, required=False, help_text="Ví dụ: 294/QĐ-UBND")
    signed_on = forms.DateField(label="Ngày ký", required=False, help_text=DAY)
    effective_from = forms.DateField(label="Có hiệu lực từ ngày", required=False, help_text=DAY)
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Cơ quan ban hành")
    signer = forms.CharField(label="Người ký", max_length=150, required=False)
    title = forms.CharField(label="Trích yếu", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, head: DecisionHead, **kwargs: Any) -> None:
        names = ("number", "signed_on", "effective_from", "signer", "title")
        kwargs["initial"] = {name: getattr(head, name) for name in names} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = issuing(user)  # type: ignore[attr-defined]
        for name in ("number", "signed_on"):
            self.fields[name].help_text += "" if getattr(head, name) else ". Tệp để trống: ghi theo bản đã ký."

    def values(self) -> dict[str, Any]:
        """What correct_head writes."""
        return {name: self.cleaned_data[name] for name in ("number", "signed_on", "effective_from", "signer", "title")}


class ItemForm(VersionedForm):
    """One item as it will be applied; what was read stands beside each field."""

    name = forms.CharField(label="Tên", widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.CharField(label="Mã", max_length=100, required=False)
    action = forms.ChoiceField(label="Việc công bố", required=False)
    levels = forms.MultipleChoiceField(
        label="Cấp thực hiện", required=False, choices=AdministrativeLevel.choices, widget=forms.CheckboxSelectMultiple
    )
    sector = forms.CharField(label="Lĩnh vực", max_length=300, required=False)
    effective_from = forms.DateField(
        label="Có hiệu lực riêng từ", required=False, help_text="Để trống nếu theo quyết định"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ItemRow, **kwargs: Any) -> None:
        own = {name: getattr(item, name) for name in ("name", "code", "action", "sector", "effective_from")}
        own |= {"levels": list(item.levels)}
        shown: dict[str, Any] = {name: value.text for name, value in item.values.items() if name in COLUMNS}
        shown |= {name: bool(shown[name].strip()) for name in MARKS & shown.keys()}
        kwargs["initial"] = own | shown | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["action"].choices = [("", "– chưa rõ –"), *DecisionAction.choices]  # type: ignore[attr-defined]
        for name, label in COLUMNS.items():
            if name in item.values:
                self.fields[name] = _column(name, label, item.values[name].text)
        if item.parent is not None:
            for name in ("code", "action", "levels", "sector", "effective_from"):
                del self.fields[name]

    def corrections(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What correct_row writes: the item's own fields, and its columns, as far as they were changed."""
        own: dict[str, Any] = {}
        columns: dict[str, str] = {}
        for name in self.changed_data:
            value = self.cleaned_data[name]
            if isinstance(value, str):
                # Browsers send line ends of their own.
                value = value.replace("\r\n", "\n")
            if name in COLUMNS:
                columns[name] = ("x" if value else "") if name in MARKS else value
            elif name != "version":
                own[name] = tuple(value) if name == "levels" else value
        own = {name: value for name, value in own.items() if value != getattr(self.item, name)}
        return own, {name: text for name, text in columns.items() if text != self.item.values[name].text}
