"""Files of forms: those announced with a text, known by their content, and those that editors have uploaded under the
very name a paper gives its form."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wagtail.documents.models import Document

from cms.models import FormTemplate
from cms.selectors.keeping import is_keeping, kept
from cms.selectors.showing import ContentView

# Documents cut out of decisions: their names repeat from procedure to procedure with other contents.
CUT_FORMS = "Mẫu đơn, tờ khai lấy từ quyết định"


@dataclass(frozen=True)
class Form:
    """A form of a text, and its file where the portal holds one. `asked`: whether one of the papers names it."""

    name: str
    document: Document | None = None
    asked: bool = True

    @property
    def is_pdf(self) -> bool:
        """Whether the file can stand behind a sheet in one PDF."""
        return self.document is not None and self.document.file_extension == "pdf"


def is_public(document: Document) -> bool:
    """Whether anybody may fetch the file. A form cut out of a decision may be once a text that names it has been made
    public, and stays so: what was public can always be shown."""
    if document.collection.name != CUT_FORMS:
        return True
    named = FormTemplate.objects.filter(file_hash=document.file_hash)
    return named.filter(content__effects__recorded_at__isnull=False).exists()


def documents_titled(titles: Iterable[str]) -> dict[str, Document]:
    """The newest document of each of these titles that editors have uploaded."""
    if is_keeping():
        return {title: _every()[1][title] for title in titles if title in _every()[1]}
    held = Document.objects.filter(title__in=set(titles)).exclude(collection__name=CUT_FORMS)
    return {one.title: one for one in held.order_by("created_at", "pk")}


def _held(hashes: Collection[str]) -> dict[str, Document]:
    if is_keeping():
        return _every()[0]
    return {one.file_hash: one for one in Document.objects.filter(file_hash__in=hashes).order_by("pk")}


@kept
def _every() -> tuple[dict[str, Document], dict[str, Document]]:
    """All documents by content, and those that editors have uploaded by title: two queries for all pages."""
    uploaded = Document.objects.exclude(collection__name=CUT_FORMS).order_by("created_at", "pk")
    return {one.file_hash: one for one in Document.objects.order_by("pk")}, {one.title: one for one in uploaded}


def forms_of(view: ContentView) -> list[Form]:
    """The forms of a text, each once: those its papers name, then the others announced with it."""
    attached = {row.title: row.file_hash for row in view.of("FormTemplate")}
    asked = list(dict.fromkeys(row.form_file for row in view.of("Evidence") if row.form_file))
    names = list(dict.fromkeys([*asked, *attached]))
    if not names:
        return []
    hashes = {hash for hash in attached.values() if hash}
    held = _held(hashes) if hashes else {}
    found = {name: held[hash] for name, hash in attached.items() if hash in held}
    if missing := [name for name in names if name not in found]:
        found |= documents_titled(missing)
    return [Form(name, found.get(name), name in asked) for name in names]
