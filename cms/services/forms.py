"""Files of the forms announced with a text (mẫu đơn, tờ khai), kept as documents anybody can fetch, each once."""

from collections.abc import Iterable
from textwrap import shorten

from django.core.files.base import File
from django.db import transaction
from django.utils.text import slugify
from wagtail.documents.models import Document
from wagtail.models import Collection
from wagtail.search.backends import get_search_backends

from cms.models import FormTemplate
from cms.selectors.forms import CUT_FORMS
from cms.text import fold


@transaction.atomic
def keep_forms(*, files: Iterable[tuple[str, str, File]]) -> int:
    """Keep the files of forms (title, SHA-1, file) as documents, for the texts that name them; what the portal holds
    already is not stored again. Returns how many are new."""
    wanted = {file_hash: (title, file) for title, file_hash, file in files}
    held = set(Document.objects.filter(file_hash__in=wanted).values_list("file_hash", flat=True))
    fresh = {file_hash: one for file_hash, one in wanted.items() if file_hash not in held}
    collection = _collection() if fresh else None
    documents = []
    for file_hash, (title, file) in fresh.items():
        document = Document(
            title=shorten(title, 255, placeholder=" …"), collection=collection, file_hash=file_hash, file_size=file.size
        )
        ending = (file.name or "").rpartition(".")[2]
        name = f"{slugify(fold(title))[:60].strip('-')}-{file_hash[:8]}.{ending}"
        document.file.save(name, file, save=False)
        documents.append(document)
    Document.objects.bulk_create(documents)
    # One by one, the editors' search took nine tenths of the time.
    for backend in get_search_backends(with_auto_update=True) if documents else ():
        backend.add_bulk(Document, Document.objects.filter(file_hash__in=fresh))
    return len(fresh)


@transaction.atomic
def drop_unnamed_forms(*, hashes: Iterable[str]) -> int:
    """Take away those cut forms that no text names any more. Returns how many."""
    named = FormTemplate.objects.filter(file_hash__in=hashes).values("file_hash")
    gone = Document.objects.filter(file_hash__in=hashes, collection__name=CUT_FORMS).exclude(file_hash__in=named)
    return sum(1 for document in gone if document.delete())


def _collection() -> Collection:
    found = Collection.objects.filter(name=CUT_FORMS).first()
    if found is None:
        found = Collection.get_first_root_node().add_child(name=CUT_FORMS)
    return found
