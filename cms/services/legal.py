"""Keeping the register of legal documents: entering those that texts cite, with what the citations agree on."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cms.identifiers import fold_decision_number
from cms.models import LegalBasis, LegalDocument
from cms.models.legal import is_local_number
from cms.text import match_key

# 63/2010/NĐ-CP, 66.7/2025/NQ-CP, 48/VBHN-VPQH, 46/2005/TTLT/BQP-BTC: figures, then letters after a stroke.
_NUMBER = re.compile(r"[\d.]+[a-zđ]?/(?:\d{4}/)?[A-ZĐ][\wĐđ./-]*", re.IGNORECASE)


@dataclass
class Registered:
    """What entering the cited documents came to. `unclear`: citations that do not name a document for certain."""

    made: int = 0
    known: int = 0
    unclear: int = 0


@transaction.atomic
def register_cited() -> Registered:
    """Enter every legal document that texts cite and the register lacks (lập sổ văn bản pháp luật). A title or a day on
    which citations disagree stays empty, as does the first day in force, which no citation states."""
    said: dict[tuple[str, str], list[tuple[str, str, date | None, str]]] = {}
    found = Registered()
    rows = LegalBasis.objects.order_by().values_list("number", "title", "issued_on", "issuer")
    for number, title, issued_on, issuer in rows.iterator():
        local = is_local_number(number)
        if not _NUMBER.fullmatch(number) or (local and not issuer):
            found.unclear += 1
            continue
        key = fold_decision_number(number), match_key(issuer) if local else ""
        said.setdefault(key, []).append((number, title, issued_on, issuer))
    have = set(LegalDocument.objects.values_list("number_key", "issuer_key"))
    new = [_document(lines) for key, lines in said.items() if key not in have]
    LegalDocument.objects.bulk_create(new, batch_size=500)
    found.made, found.known = len(new), len(said) - len(new)
    return found


def _document(lines: list[tuple[str, str, date | None, str]]) -> LegalDocument:
    numbers = Counter(number for number, *_rest in lines)
    days = {day for _number, _title, day, _issuer in lines if day}
    issuers = Counter(issuer for *_rest, issuer in lines if issuer)
    titles = Counter(title for number, title, _day, _issuer in lines if _says_more(title, number))
    made = LegalDocument(
        number=numbers.most_common(1)[0][0],
        title=titles.most_common(1)[0][0] if titles else "",
        issued_on=days.pop() if len(days) == 1 else None,
        issuer=issuers.most_common(1)[0][0] if issuers else "",
    )
    made.set_keys()
    return made


def _says_more(title: str, number: str) -> bool:
    """Whether a title is more than the kind of paper and its number."""
    bare = title.replace(number, "")
    return len(bare.split()) > 4
