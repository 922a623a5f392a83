"""The empty workbook of reception points, to be filled in."""

import tempfile

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from cms.desk.access import guarded
from cms.selectors.rights import Right, places_with
from importers.reception import write_template

__all__ = ["reception_template"]


@require_safe
def _template(request: HttpRequest) -> FileResponse:
    """/quan-tri/nhap-noi-tiep-nhan/mau.xlsx: the empty workbook."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_template(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="mau-noi-tiep-nhan.xlsx")


reception_template = guarded(Right.CONTACT, lambda user, _kwargs: places_with(user, Right.CONTACT) != [])(_template)
