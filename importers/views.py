"""The admin page on which an office hands in its filled-in list of reception points, sees line by line what it would
change, and confirms; and the empty workbook."""

import hashlib
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from import_export.results import RowResult
from import_export.tmp_storages import TempFolderStorage

from cms.selectors.rights import Right, may, places_with
from cms.services import NotAllowedError
from cms.services.reception import save_points
from importers.reception import COLUMNS, ReceptionFile, read_reception_points, write_template
from importers.resources import SHOWN, PointResource
from importers.rows import UnusableFileError

__all__ = ["may_import_reception", "reception_import", "reception_template"]

LONGEST_NAME = 80
LARGEST = 5_000_000  # bytes; a workbook of all 3,321 communes has under a million
KEPT = 3600  # seconds between preview and confirming
KINDS = {
    RowResult.IMPORT_TYPE_NEW: "mới",
    RowResult.IMPORT_TYPE_UPDATE: "đổi",
    RowResult.IMPORT_TYPE_SKIP: "giữ nguyên",
}


def may_import_reception(request: HttpRequest) -> bool:
    """Whether the signed-in person may hand in reception points of some agency."""
    return places_with(request.user, Right.CONTACT) != []


class ReceptionFileForm(forms.Form):
    """The filled-in list."""

    file = forms.FileField(label=gettext_lazy("Tệp .xlsx hoặc .csv đã điền"))

    def clean_file(self) -> ReceptionFile:
        """What the list holds; a file that can't be used is told beside the field."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("%(name)s lớn hơn 5 MB. Hãy chia thành nhiều tệp.") % {"name": sent.name})
        try:
            return _read(sent.name, sent.read())
        except UnusableFileError as error:
            raise forms.ValidationError(str(error)) from error


def _read(name: str, content: bytes) -> ReceptionFile:
    with tempfile.TemporaryDirectory() as folder:
        # Its own name, since messages tell it; a file system counts bytes, and a Vietnamese letter has up to three.
        path = Path(folder) / (Path(name).name[-LONGEST_NAME:] or "tep.xlsx")
        path.write_bytes(content)
        return read_reception_points(path)


@never_cache
def reception_import(request: HttpRequest) -> HttpResponse:
    """/quan-tri/nhap-noi-tiep-nhan/: a list, then what it would change, then the word to do it."""
    if not may_import_reception(request):
        raise PermissionDenied
    if "confirm" in request.POST:
        return _confirm(request)
    form = ReceptionFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        sent: Any = request.FILES["file"]
        sent.seek(0)
        context |= _preview(request, form.cleaned_data["file"], sent.name or "", sent.read())
    return TemplateResponse(request, "importers/reception_import.html", context)


def _preview(request: HttpRequest, found: ReceptionFile, name: str, content: bytes) -> dict[str, Any]:
    """What the list would change, and a sealed note that names the file kept for confirming."""
    _leave_out_others(request, found)
    rows = PointResource(found.drafts).preview()
    storage = TempFolderStorage()
    storage.save(content)
    note = {"file": storage.name, "name": name, "user": request.user.pk, "seen": _digest(rows)}
    return {
        "preview": True,
        "rows": [
            (KINDS[row.import_type], row.instance, _changed(row))
            for row in rows
            if row.import_type != RowResult.IMPORT_TYPE_SKIP
        ],
        "counts": dict(Counter(KINDS[row.import_type] for row in rows)),
        "refused": found.refused,
        "note": signing.dumps(note, salt="reception"),
    }


def _changed(row: RowResult) -> list[tuple[str, str]]:
    """The columns that are not as they were, with the words that went and came."""
    cells = zip(SHOWN, row.diff, strict=True)
    return [(COLUMNS[key], cell) for key, cell in cells if "<ins>" in cell or "<del>" in cell]


def _leave_out_others(request: HttpRequest, found: ReceptionFile) -> None:
    """Rows of agencies whose contact this person may not edit are refused like any other bad row."""
    allowed = {draft.agency.pk: may(request.user, Right.CONTACT, draft.agency) for draft in found.drafts}
    for draft in found.drafts:
        if not allowed[draft.agency.pk]:
            found.refused.append(
                f"“{draft.name}” của {draft.agency.name}: tài khoản không có quyền sửa liên hệ ở đó. "
                "Hãy bỏ dòng này, hoặc nhờ cơ quan đó nhập."
            )
    found.drafts = [draft for draft in found.drafts if allowed[draft.agency.pk]]


def _digest(rows: list[RowResult]) -> str:
    said = json.dumps([[row.import_type, list(row.diff)] for row in rows], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _confirm(request: HttpRequest) -> HttpResponse:
    """Write what was shown; if something else stands by now, show the new differences instead."""
    try:
        note = signing.loads(request.POST["confirm"], salt="reception", max_age=KEPT)
        if note["user"] != request.user.pk:
            raise PermissionDenied
        storage = TempFolderStorage(name=note["file"], read_mode="rb")
        content = storage.read()
    except (signing.BadSignature, OSError):
        messages.error(request, "Bản xem trước đã hết hạn. Hãy chọn lại tệp.")
        return redirect("reception_import")
    found = _read(note["name"], content)
    _leave_out_others(request, found)
    if _digest(PointResource(found.drafts).preview()) != note["seen"]:
        messages.warning(request, "Dữ liệu trên cổng vừa thay đổi. Hãy xem lại các chỗ khác nhau rồi xác nhận.")
        context = {"form": ReceptionFileForm(), **_preview(request, found, note["name"], content)}
        return TemplateResponse(request, "importers/reception_import.html", context, status=409)
    storage.remove()
    try:
        new, changed, unchanged = save_points(drafts=found.drafts, by=request.user)  # type: ignore[arg-type]
    except NotAllowedError as refused:
        messages.error(request, str(refused))
        return redirect("reception_import")
    done = {"new": new, "changed": changed, "unchanged": unchanged, "refused": found.refused, "done": True}
    return TemplateResponse(request, "importers/reception_import.html", {"form": ReceptionFileForm(), **done})


@require_safe
def reception_template(request: HttpRequest) -> FileResponse:
    """/quan-tri/nhap-noi-tiep-nhan/mau.xlsx: the empty workbook."""
    if not may_import_reception(request):
        raise PermissionDenied
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_template(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="mau-noi-tiep-nhan.xlsx")
