"""Files of forms: documents that editors have uploaded under the very name a paper gives its form."""

from collections.abc import Iterable

from wagtail.documents.models import Document


def documents_titled(titles: Iterable[str]) -> dict[str, Document]:
    """The newest document of each of these titles."""
    return {one.title: one for one in Document.objects.filter(title__in=set(titles)).order_by("created_at")}
