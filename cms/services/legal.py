"""Fills the register of legal documents from the legal bases of public texts: by number alone, nothing guessed."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from cms.legal_numbers import kind_of, read_legal_number, register_key
from cms.models import LegalBasis, LegalCitation, LegalDocument, ValidityPeriod

BATCH = 500


@dataclass(frozen=True)
class Registered:
    """What a run did. `unread`: citations without a whole number; `several`: numbers of more than one document."""

    linked: int
    made: int
    unread: int
    several: int


@dataclass(frozen=True)
class _Cited:
    pk: int
    number: str
    title: str
    issuer: str
    day: date | None


@transaction.atomic
def register_documents() -> Registered:
    """Link each legal basis of a public text to its document (đưa căn cứ vào sổ văn bản); again changes nothing.

    A document that is not in the register is added, with what its citations say alike; days they don't state stay
    unknown. A citation whose number is incomplete, or doesn't name one document, stays without a link and is counted.
    """
    public = ValidityPeriod.objects.filter(content=OuterRef("content"))
    rows = LegalBasis.objects.filter(Exists(public), citation=None).order_by("pk")
    groups: dict[str, list[_Cited]] = defaultdict(list)
    unread = several = 0
    for values in rows.values_list("pk", "number", "title", "issuer", "issued_on"):
        one = _Cited(*values)
        if key := register_key(one.number, one.issuer, one.day):
            groups[key].append(one)
        elif read_legal_number(one.number):
            several += 1
        else:
            unread += 1
    known = dict(LegalDocument.objects.filter(key__in=groups).values_list("key", "pk")) if groups else {}
    fresh = [_document(key, cited) for key, cited in groups.items() if key not in known]
    LegalDocument.objects.bulk_create(fresh, batch_size=BATCH)
    known |= {one.key: one.pk for one in fresh}
    links = [LegalCitation(basis_id=one.pk, document_id=known[key]) for key, all_ in groups.items() for one in all_]
    LegalCitation.objects.bulk_create(links, batch_size=BATCH)
    return Registered(len(links), len(fresh), unread, several)


def _document(key: str, cited: list[_Cited]) -> LegalDocument:
    """A document as its citations have it: the title most of them give, issuer and day only where none disagrees."""
    read = read_legal_number(cited[0].number)
    assert read
    titles = Counter(" ".join(one.title.split()) for one in cited if one.title.strip())
    title = titles.most_common(1)[0][0] if titles else ""
    issuers = {one.issuer.strip() for one in cited if one.issuer.strip()}
    days = {one.day for one in cited if one.day}
    return LegalDocument(
        key=key,
        number=read.text,
        kind=kind_of(read.text, title) or "",
        title=title,
        issuer=issuers.pop() if len(issuers) == 1 else "",
        signed_on=days.pop() if len(days) == 1 else None,
    )
