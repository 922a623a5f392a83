"""The register of legal documents as a list: the file its list exports, with days of effect filled in. An empty cell
leaves what stands, so that a column half filled in takes nothing away."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from cms.legal_numbers import read_legal_number
from cms.models import LegalDocument
from cms.selectors.comparing import said
from cms.selectors.rights import Right, may_register
from cms.services.legal import LegalDraft, Register, save_documents
from cms.vocabulary import LegalKind
from importers.lists.resource import Line, ListResource
from importers.lists.screen import ListScreen
from importers.lists.table import Form, ListFile, RefusedRowError, Row, read_table

_NAMES = (
    *("number", "kind", "title", "issuer", "signed_on", "effective_from", "effective_to", "shortened", "source"),
    "note",
)
COLUMNS = {name: str(LegalDocument._meta.get_field(name).verbose_name) for name in _NAMES}
_LONGEST = {
    name: longest for name in _NAMES if (longest := getattr(LegalDocument._meta.get_field(name), "max_length", None))
} | {"kind": 100}
FORM = Form(COLUMNS, wanted=(("number",),), longest=_LONGEST)


def read_documents(path: Path) -> ListFile[LegalDraft]:
    """The documents a list states. Raises UnusableFileError when it is no such list."""
    register = Register()
    found = read_table(path, FORM, lambda row: _draft(row, register))
    times = Counter(_identity(draft, register) for draft in found.drafts)
    for key, count in times.items():
        if count > 1:
            found.refused.append(f"“{key[0]}” có ở {count} dòng; không dòng nào được nhập. Hãy giữ lại một dòng.")
    found.drafts = [draft for draft in found.drafts if times[_identity(draft, register)] == 1]
    return found


def _identity(draft: LegalDraft, register: Register) -> tuple[str, Any]:
    document = register.stated(draft)
    return draft.number, document.pk or (document.issuer, document.signed_on)


def _draft(row: Row, register: Register) -> LegalDraft:
    typed = row.text("number")
    if not typed:
        raise RefusedRowError(f"thiếu “{COLUMNS['number']}”. Hãy điền vào ô {row.cell('number').address}.")
    read = read_legal_number(typed)
    if read is None:
        raise row.wrong("number", f"“{typed}” chưa đủ. Hãy ghi như trên văn bản, ví dụ 26/2025/NĐ-CP.")
    values: dict[str, Any] = {name: row.lines(name) for name in ("title", "note")}
    values |= {name: row.text(name) for name in ("issuer", "source")}
    values |= {name: row.day(name) for name in ("signed_on", "effective_from", "effective_to")}
    values["kind"] = row.choice("kind", {str(one): str(one.label) for one in LegalKind})
    draft = LegalDraft(read.text, {name: value for name, value in values.items() if value})
    if row.text("shortened"):
        draft.values["shortened"] = row.yes("shortened")  # type: ignore[index]  # a dict here
    _check(row, register.stated(draft))
    return draft


def _check(row: Row, document: LegalDocument) -> None:
    """Refuse what the register could not hold, by cell and column."""
    try:
        document.clean_fields(exclude=["key"])
        document.clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise row.wrong(name if name in COLUMNS else "number", " ".join(messages)) from error
    first, last = document.effective_from, document.effective_to
    if first and last and last <= first:
        raise row.wrong("effective_to", "ngày hết hiệu lực phải sau ngày có hiệu lực.")


class LegalResource(ListResource[LegalDraft]):
    """Documents as a file states them, against the register."""

    columns = COLUMNS

    def __init__(self, drafts: Sequence[LegalDraft]) -> None:
        super().__init__(drafts)
        self.register = Register()

    def standing(self, draft: LegalDraft) -> Line | None:
        """The document in the register."""
        document = self.register.standing(draft)
        return _line(document) if document else None

    def stated(self, draft: LegalDraft) -> Line:
        """The document as it would stand."""
        return _line(self.register.stated(draft))


def _line(document: LegalDocument) -> Line:
    texts = {name: said(document, name) for name in _NAMES}
    return Line(document.number, texts)


class LegalScreen(ListScreen[LegalDraft]):
    """Many documents at once."""

    address = "legal_import"
    title = "Nhập văn bản pháp luật"
    lead = (
        "Mỗi dòng một văn bản, nhận ra theo số, ký hiệu. Tải danh sách đang có về (nút xuất ở đầu danh sách), điền "
        "ngày hiệu lực rồi nhập lại. Ô để trống và cột không có trong tệp giữ nguyên điều đang ghi."
    )
    thing = "Văn bản"
    right = Right.REGISTER
    helps = (("Đến danh sách văn bản", "wagtailsnippets_cms_legaldocument:list"),)
    resource = LegalResource

    def allowed(self, user: Any) -> bool:
        """Those who keep the register."""
        return may_register(user)

    def read(self, path: Path, user: Any) -> ListFile[LegalDraft]:
        """All documents of the list."""
        return read_documents(path)

    def write(self, found: ListFile[LegalDraft], user: Any) -> tuple[int, int, int]:
        """All or nothing."""
        return save_documents(drafts=found.drafts, by=user)
