"""The admin page on which a list is handed in, seen line by line as it would change the portal, and confirmed. One page
for all lists; a list says how its file is read, what is compared and which service writes."""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from import_export.results import RowResult

from cms.desk.access import View, guarded, say
from cms.services import NotAllowedError
from importers.lists.keeping import KEPT, drop, keep, kept
from importers.lists.resource import ListResource
from importers.lists.table import ListFile
from importers.rows import UnusableFileError

__all__ = ["ListScreen"]

T = TypeVar("T")
LONGEST_NAME = 80
LARGEST = 5_000_000  # bytes; a workbook of all 3,321 communes has under a million
SHOWN = 1000  # lines of one preview; a page of more can't be read
KINDS = {
    RowResult.IMPORT_TYPE_NEW: "mới",
    RowResult.IMPORT_TYPE_UPDATE: "đổi",
    RowResult.IMPORT_TYPE_SKIP: "giữ nguyên",
}


class ListScreen(Generic[T]):
    """One kind of list. `address`: the name of its page; `thing`: what a line is; `right`: what the page asks for."""

    address: ClassVar[str]
    title: ClassVar[Any]
    lead: ClassVar[Any]
    thing: ClassVar[Any]
    right: ClassVar[Any]
    # Where the list itself is taken along or an empty file is had: label and name of the address.
    helps: ClassVar[tuple[tuple[Any, str], ...]] = ()
    resource: ClassVar[type[ListResource[Any]]]

    # --- what each list says -----------------------------------------------------------------------------------------

    def allowed(self, user: Any) -> bool:
        """Whether the person may hand in such a list."""
        raise NotImplementedError

    def read(self, path: Path, user: Any) -> ListFile[T]:
        """The file's drafts, less those this person may not write. Raises UnusableFileError."""
        raise NotImplementedError

    def write(self, found: ListFile[T], user: Any) -> tuple[int, int, int]:
        """Let a service write the drafts; how many are new, changed, unchanged."""
        raise NotImplementedError

    def alone(self) -> AbstractContextManager[Any]:
        """Within this nobody else writes between comparing and writing."""
        return transaction.atomic()

    def has_news(self, found: ListFile[T], changed: bool) -> bool:
        """Whether there is anything to write."""
        return changed

    # --- the page ----------------------------------------------------------------------------------------------------

    def as_view(self) -> View:
        """The page: a list, then what it would change, then the word to do it."""

        def view(request: HttpRequest) -> HttpResponse:
            if "confirm" in request.POST:
                return self._confirm(request)
            if request.method != "POST":
                return self._page(request)
            form = FileForm(request.POST, request.FILES)
            if not form.is_valid():
                return self._page(request, form)
            sent: Any = form.cleaned_data["file"]
            content = sent.read()
            try:
                found = self._read(request, sent.name, content)
            except UnusableFileError as error:
                form.add_error("file", str(error))
                return self._page(request, form)
            return self._preview(request, found, sent.name, content)

        return guarded(self.right, lambda user, _kwargs: self.allowed(user))(view)

    def _page(
        self, request: HttpRequest, form: "FileForm | None" = None, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {"list": self, "form": form or FileForm(), **more}
        return TemplateResponse(request, "importers/list_import.html", context, status=status)

    def _read(self, request: HttpRequest, name: str, content: bytes) -> ListFile[T]:
        with tempfile.TemporaryDirectory() as folder:
            # Its own name, since messages tell it; a file system counts bytes, a Vietnamese letter has up to three.
            path = Path(folder) / (Path(name).name[-LONGEST_NAME:] or "tep.xlsx")
            path.write_bytes(content)
            return self.read(path, request.user)

    def _preview(
        self, request: HttpRequest, found: ListFile[T], name: str, content: bytes, status: int = 200
    ) -> HttpResponse:
        """What the list would change, and a sealed note that names the file kept for confirming."""
        rows = self.resource(found.drafts).preview()
        changes = [
            (KINDS[row.import_type], row.instance, self._changed(row))
            for row in rows
            if row.import_type != RowResult.IMPORT_TYPE_SKIP
        ]
        note: dict[str, Any] = {}
        if self.has_news(found, bool(changes)):
            note = {"file": keep(content), "name": name, "user": request.user.pk, "seen": _digest(rows)}
        return self._page(
            request,
            status=status,
            preview=True,
            file=name,
            rows=changes[:SHOWN],
            unshown=len(changes[SHOWN:]),
            counts=dict(Counter(KINDS[row.import_type] for row in rows)),
            refused=found.refused,
            note=signing.dumps(note, salt=self.address) if note else "",
        )

    def _changed(self, row: RowResult) -> list[tuple[str, str]]:
        """The columns that are not as they were, with the words that went and came."""
        columns: Mapping[str, Any] = self.resource.columns
        cells = zip(columns.values(), row.diff, strict=True)
        return [(str(label), cell) for label, cell in cells if "<ins>" in cell or "<del>" in cell]

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        """Write what was shown; if something else stands by now, show the new differences instead."""
        try:
            note = signing.loads(request.POST["confirm"], salt=self.address, max_age=KEPT)
            if note["user"] != request.user.pk:
                raise PermissionDenied
            content = kept(note["file"])
        except (signing.BadSignature, OSError, KeyError):
            messages.error(request, "Bản xem trước đã hết hạn hoặc đã ghi. Hãy chọn lại tệp.")
            return redirect(self.address)
        drop(note["file"])
        try:
            with self.alone():
                found = self._read(request, note["name"], content)
                done = None
                if _digest(self.resource(found.drafts).preview()) == note["seen"]:
                    done = self.write(found, request.user)
        except (NotAllowedError, ValidationError, UnusableFileError) as refused:
            say(request, refused)
            return redirect(self.address)
        if done is None:
            messages.warning(request, "Dữ liệu trên cổng vừa thay đổi. Hãy xem lại các chỗ khác nhau rồi xác nhận.")
            return self._preview(request, found, note["name"], content, status=409)
        return self._page(request, done=dict(zip(KINDS.values(), done, strict=True)), refused=found.refused)


class FileForm(forms.Form):
    """The filled-in list."""

    file = forms.FileField(
        label="Tệp .xlsx hoặc .csv",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "Hãy chọn tệp.", "empty": "Tệp rỗng. Hãy chọn tệp có dữ liệu."},
    )

    def clean_file(self) -> Any:
        """The file. Raises ValidationError when it is too large."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("%(name)s lớn hơn 5 MB. Hãy chia thành nhiều tệp.") % {"name": sent.name})
        return sent


def _digest(rows: list[RowResult]) -> str:
    said = json.dumps([[row.import_type, list(row.diff)] for row in rows], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
