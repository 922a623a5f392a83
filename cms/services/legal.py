"""Fills the register of legal documents: from the legal bases of public texts, by number alone, nothing guessed; and
from a list that those who keep it have filled in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from wagtail.log_actions import log

from cms.legal_numbers import kind_of, read_legal_number, register_key
from cms.models import LegalBasis, LegalCitation, LegalDocument, User, ValidityPeriod
from cms.selectors.rights import may_register
from cms.services.acts import NotAllowedError

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


# --- a list ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LegalDraft:
    """A document as a list states it. `values`: its fields by name, only those the list states: others stay."""

    number: str
    values: Mapping[str, Any]


class Register:
    """The register as it stands, asked once for a whole list."""

    def __init__(self) -> None:
        self._held: dict[str, list[LegalDocument]] = defaultdict(list)
        for one in LegalDocument.objects.select_for_update() if _in_transaction() else LegalDocument.objects.all():
            self._held[one.number].append(one)

    def standing(self, draft: LegalDraft) -> LegalDocument | None:
        """The document a draft is about: the one of its number; of several that of its issuer and day."""
        held = self._held.get(draft.number, [])
        if len(held) < 2:
            return held[0] if held else None
        key = register_key(draft.number, draft.values.get("issuer", ""), draft.values.get("signed_on"))
        return next((one for one in held if one.key == key), None)

    def stated(self, draft: LegalDraft) -> LegalDocument:
        """The document as it would stand, not saved."""
        before = self.standing(draft)
        document = LegalDocument(number=draft.number)
        if before:
            for one in LegalDocument._meta.concrete_fields:
                setattr(document, one.attname, getattr(before, one.attname))
            document._state.adding = False
        for name, value in draft.values.items():
            setattr(document, name, value)
        return document


def _in_transaction() -> bool:
    return bool(transaction.get_connection().in_atomic_block)


@transaction.atomic
def save_documents(*, drafts: Iterable[LegalDraft], by: User) -> tuple[int, int, int]:
    """Let the register hold what a list states (cập nhật sổ văn bản); what the list doesn't state stays.

    Returns (new, changed, unchanged). Raises NotAllowedError when `by` doesn't keep the register, ValidationError when
    a document can't stand so.
    """
    if not may_register(by):
        raise NotAllowedError("Tài khoản không giữ sổ văn bản pháp luật. Hãy nhờ người kiểm soát thủ tục.")
    register = Register()
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for draft in drafts:
        before, document = register.standing(draft), register.stated(draft)
        if before and all(getattr(before, name) == value for name, value in draft.values.items()):
            counts["unchanged"] += 1
            continue
        document.full_clean(exclude=["key"])
        document.save()
        log(document, "wagtail.edit" if before else "wagtail.create", user=by)
        counts["changed" if before else "new"] += 1
    return counts["new"], counts["changed"], counts["unchanged"]
