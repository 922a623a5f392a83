"""The admin page on which an office hands in its filled-in workbook of reception points, and gets the empty one."""

import tempfile
from pathlib import Path

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.services.reception import save_points
from importers.reception import ReceptionFile, read_reception_points, write_template
from importers.rows import UnusableFileError

__all__ = ["may_import_reception", "reception_import", "reception_template"]

PERMISSION = "cms.add_receptionpoint"
LONGEST_NAME = 80
LARGEST = 5_000_000  # bytes; a workbook of all 3,321 communes has under a million


def may_import_reception(request: HttpRequest) -> bool:
    """Whether the signed-in person may hand in reception points."""
    return request.user.has_perm(PERMISSION)


class ReceptionFileForm(forms.Form):
    """The filled-in workbook."""

    file = forms.FileField(label=gettext_lazy("Tệp .xlsx đã điền"))

    def clean_file(self) -> ReceptionFile:
        """What the workbook holds; a file that can't be used is told beside the field."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("%(name)s lớn hơn 5 MB. Hãy chia thành nhiều tệp.") % {"name": sent.name})
        with tempfile.TemporaryDirectory() as folder:
            # Its own name, since messages tell it; a file system counts bytes, and a Vietnamese letter has up to three.
            path = Path(folder) / (Path(sent.name).name[-LONGEST_NAME:] or "tep.xlsx")
            path.write_bytes(sent.read())
            try:
                return read_reception_points(path)
            except UnusableFileError as error:
                raise forms.ValidationError(str(error)) from error


@permission_required(PERMISSION)
def reception_import(request: HttpRequest) -> HttpResponse:
    """/quan-tri/nhap-noi-tiep-nhan/: hand in a workbook; says what was written and which rows were left out."""
    form = ReceptionFileForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data["file"]
        new, changed, unchanged = save_points(drafts=found.drafts, by=request.user)  # type: ignore[arg-type]
        context |= {"new": new, "changed": changed, "unchanged": unchanged, "refused": found.refused, "done": True}
    return TemplateResponse(request, "importers/reception_import.html", context)


@require_safe
@permission_required(PERMISSION)
def reception_template(request: HttpRequest) -> FileResponse:
    """/quan-tri/nhap-noi-tiep-nhan/mau.xlsx: the empty workbook."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_template(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="mau-noi-tiep-nhan.xlsx")
