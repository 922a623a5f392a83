"""What rests on which legal document, and what a change of a document touches: matched by number as cited, so that
sealed texts need no pointer and a document entered late still finds them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cms.identifiers import fold_decision_number
from cms.models import DecisionItem, LegalBasis, LegalChange, LegalDocument, ValidityPeriod
from cms.text import match_key
from cms.vocabulary import DecisionState, LegalChangeKind

# A change stays on the list this long after its day, so that nobody misses it for having been away.
LOOK_BACK = timedelta(days=90)
WAITING = (DecisionState.DRAFT, DecisionState.IN_REVIEW, DecisionState.RETURNED, DecisionState.APPROVED)


@dataclass(frozen=True)
class Resting:
    """A standing text that cites a document. `answer`: what has been done about the change since, in words; empty =
    nothing. `sure`: the citation names the issuer where the number alone does not tell the document."""

    period: ValidityPeriod
    answer: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Impact:
    """A document changes from a day (None: the day is not known). `by`: the document that changes it, if any."""

    document: LegalDocument
    by: LegalDocument | None
    words: str
    day: date | None
    days_left: int | None
    rows: tuple[Resting, ...]

    @property
    def open_rows(self) -> int:
        """How many texts nobody has done anything about."""
        return sum(not row.answer for row in self.rows)


def find_documents(rows: Any, typed: str) -> Any:
    """Those whose number, in any spelling, or title holds what was typed."""
    ways = {typed, typed.lower(), typed.capitalize()}
    titles = Q()
    for way in ways:
        titles |= Q(title__icontains=way)
    key = fold_decision_number(typed)
    return rows.filter(Q(number_key__contains=key) | titles) if key else rows.filter(titles)


def spellings(documents: Iterable[LegalDocument]) -> dict[int, list[str]]:
    """The numbers under which texts cite these documents, as written, by the document's key. One query."""
    wanted = defaultdict(list)
    for document in documents:
        wanted[document.number_key].append(document.pk)
    found: dict[int, list[str]] = defaultdict(list)
    for number in LegalBasis.objects.exclude(number="").order_by().values_list("number", flat=True).distinct():
        for pk in wanted.get(fold_decision_number(number), ()):
            found[pk].append(number)
    return found


def documents_of(contents: Collection[int]) -> dict[int, list[LegalDocument]]:
    """The registered documents each text cites, by the text's key. Two queries."""
    cited = LegalBasis.objects.filter(content__in=contents).exclude(number="").order_by("content", "ordinal")
    rows = list(cited.values_list("content", "number", "issuer"))
    keys = {number: fold_decision_number(number) for _content, number, _issuer in rows}
    by_key: dict[str, list[LegalDocument]] = defaultdict(list)
    for document in LegalDocument.objects.filter(number_key__in=set(keys.values())):
        by_key[document.number_key].append(document)
    found: dict[int, list[LegalDocument]] = defaultdict(list)
    for content, number, issuer in rows:
        matching = [one for one in by_key[keys[number]] if _is_meant(one, issuer)]
        found[content] += [one for one in matching if one not in found[content]]
    return found


def _is_meant(document: LegalDocument, issuer: str) -> bool:
    return not document.issuer_key or document.issuer_key == match_key(issuer)


def resting_on(document: LegalDocument, on: date, numbers: Collection[str] | None = None) -> list[Resting]:
    """The texts in force on the day or later that cite the document, in Vietnamese order. Two queries."""
    written = spellings([document])[document.pk] if numbers is None else numbers
    citing = LegalBasis.objects.filter(number__in=written)
    periods = ValidityPeriod.objects.standing().filter(Q(valid_to=None) | Q(valid_to__gt=on))
    found = periods.filter(Exists(citing.filter(content=OuterRef("content")))).select_related(
        "procedure", "content", "scope__agency", "scope__agency_class"
    )
    rows = [Resting(one) for one in found.order_by("content__sort_key", "procedure_id", "scope__rank", "pk")]
    if not document.issuer_key:
        return rows
    issuers = defaultdict(set)
    pages = citing.filter(content__in=[row.period.content_id for row in rows])
    for content, issuer in pages.values_list("content", "issuer"):
        issuers[content].add(match_key(issuer))
    kept = []
    for row in rows:
        named = issuers[row.period.content_id]
        if named & {document.issuer_key, ""}:
            kept.append(Resting(row.period, sure=document.issuer_key in named))
    return kept


def impacts(on: date, *, documents: Collection[int] | None = None) -> list[Impact]:
    """Documents that change on the day or later, or have changed lately, with what rests on them; the nearest first,
    those whose day is not known last. `documents`: only these."""
    changes = LegalChange.objects.select_related("document", "by")
    ends = LegalDocument.objects.filter(ended_on__gte=on - LOOK_BACK)
    if documents is not None:
        changes, ends = changes.filter(document__in=documents), ends.filter(pk__in=documents)
    recent = [one for one in changes if one.day is None or one.day >= on - LOOK_BACK]
    told: list[tuple[LegalDocument, LegalDocument | None, str, date | None]] = [
        (one.document, one.by, str(LegalChangeKind(one.kind).label), one.day) for one in recent
    ]
    told += [(one, None, "Hết hiệu lực", one.ended_on) for one in ends]
    written = spellings({document for document, *_rest in told})
    resting = {pk: resting_on(one, on, written[pk]) for pk, one in {each[0].pk: each[0] for each in told}.items()}
    drafts = _drafted({row.period.procedure_id for rows in resting.values() for row in rows})
    found = [
        Impact(
            document,
            by,
            words,
            day,
            (day - on).days if day else None,
            tuple(_answered(row, day, drafts) for row in resting[document.pk]),
        )
        for document, by, words, day in told
    ]
    return sorted(found, key=lambda one: (one.day is None, one.day or on, one.document.number_key))


def _drafted(procedures: set[int]) -> dict[int, str]:
    """Numbers of decisions being prepared that touch these procedures."""
    items = DecisionItem.objects.filter(decision__state__in=WAITING, procedure__in=procedures)
    return dict(items.order_by("-decision").values_list("procedure", "decision__number"))


def _answered(row: Resting, day: date | None, drafts: dict[int, str]) -> Resting:
    period, answer = row.period, ""
    if day and period.holds_from >= day:
        answer = "đã có bản từ ngày này"
    elif day and period.valid_to and period.valid_to <= day:
        answer = "hết hiệu lực trước hoặc cùng ngày"
    elif period.procedure_id in drafts:
        answer = f"đang soạn: {drafts[period.procedure_id] or 'quyết định chưa có số'}"
    return Resting(period, answer, row.sure)


def ended_among(documents: Iterable[LegalDocument], on: date) -> set[int]:
    """Which of these documents are known to have ended by the day. One query."""
    rows: Any = LegalDocument.objects
    found = rows.ended_on(on).filter(pk__in=[one.pk for one in documents])
    return set(found.values_list("pk", flat=True))


def last_to_take_effect(documents: Iterable[LegalDocument]) -> LegalDocument | None:
    """The document whose first day in force is the latest: the one that makes a decision due. None when no day is
    known."""
    dated = [one for one in documents if one.effective_from]
    return max(dated, key=lambda one: (one.effective_from or date.min, one.pk), default=None)
