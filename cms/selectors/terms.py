"""The law's terms on a decision: for each item by when to be announced, for the whole by when to be made public."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from cms.calendar import local_day
from cms.clocks import ANNOUNCE_ARTICLE, Clock, ClockState, DayCount, announcing, publishing
from cms.legal_numbers import register_key
from cms.models import Decision, DecisionItem, Effect, LegalBasis, LegalDocument

NAMED = 3  # documents a sentence names before it counts the rest


@dataclass(frozen=True)
class Ground:
    """A legal basis as cited and its document, None while the register does not have it."""

    number: str
    document: LegalDocument | None


@dataclass(frozen=True)
class Terms:
    """How a decision stands on a day: the clock of making it public, and of announcing each item."""

    publish: Clock
    items: list[tuple[DecisionItem, Clock]]

    @property
    def clocks(self) -> list[Clock]:
        """All of them."""
        return [self.publish, *(clock for _item, clock in self.items)]

    @property
    def shortened(self) -> bool:
        """Whether a text made by the shortened route stands behind it."""
        return any(clock.shortened for _item, clock in self.items)


def day_count() -> DayCount:
    """How days before a text takes effect are counted here (PORTAL_ANNOUNCE_DAYS)."""
    return DayCount(settings.PORTAL_ANNOUNCE_DAYS)


def count_words() -> str:
    """The same in words, with its source: readings differ."""
    if day_count() == DayCount.WORKING:
        return _("đếm ngày làm việc, theo cách tính chỉ số 1.1 của bộ chỉ số tại Quyết định số 766/QĐ-TTg")
    return _("đếm mọi ngày, vì Điều 15 ghi “ngày”, không ghi “ngày làm việc”")


def grounds(contents: Collection[int]) -> dict[int, list[Ground]]:
    """What these texts rest on, drafts too. Two queries."""
    rows = LegalBasis.objects.filter(content__in=contents).order_by("content", "ordinal")
    cited = [
        (content, number, register_key(number, issuer, day))
        for content, number, issuer, day in rows.values_list("content", "number", "issuer", "issued_on")
        if number
    ]
    known = {one.key: one for one in LegalDocument.objects.filter(key__in={key for _c, _n, key in cited if key})}
    found: dict[int, list[Ground]] = defaultdict(list)
    for content, number, key in cited:
        found[content].append(Ground(number, known.get(key)))
    return found


def announce_clock(decision: Decision | None, rests_on: Iterable[Ground], on: date) -> Clock:
    """The clock of announcing a text: counted from the document that takes effect last, all of them being known."""
    rows = list(rests_on)
    kind, signed_on = (decision.kind, decision.signed_on) if decision else ("MINISTRY", None)
    unknown = [one.number for one in rows if one.document is None or one.document.effective_from is None]
    if unknown:
        return Clock(ClockState.UNKNOWN, ANNOUNCE_ARTICLE, missing=(_of(list(dict.fromkeys(unknown))),))
    documents = [one.document for one in rows if one.document]
    last = max(documents, key=lambda one: one.effective_from or date.min, default=None)
    day = last.effective_from if last else None
    if last and last.shortened:
        if last.signed_on is None:
            missing = _("ngày ký của %(number)s") % {"number": last.number}
            return Clock(ClockState.UNKNOWN, ANNOUNCE_ARTICLE, missing=(missing,), shortened=True)
        return announcing(
            kind=kind,
            text_effective=day,
            signed_on=signed_on,
            on=on,
            shortened_signed=last.signed_on,
            count=day_count(),
        )
    return announcing(kind=kind, text_effective=day, signed_on=signed_on, on=on, count=day_count())


def _of(numbers: list[str]) -> str:
    named = ", ".join(numbers[:NAMED])
    if len(numbers) > NAMED:
        named = _("%(named)s và %(count)d văn bản khác") % {"named": named, "count": len(numbers) - NAMED}
    return _("ngày có hiệu lực của %(number)s") % {"number": named}


def publish_clock(decision: Decision, on: date, *, shortened: bool = False) -> Clock:
    """How publishing stands against the term that began when the decision was signed."""
    published = local_day(decision.published_at) if decision.published_at else None
    return publishing(
        kind=decision.kind, signed_on=decision.signed_on, published_on=published, on=on, shortened=shortened
    )


def decision_terms(decisions: Collection[Decision], on: date) -> dict[int, Terms]:
    """The terms of these decisions, by key. Four queries, however many items."""
    by_pk = {one.pk: one for one in decisions}
    items = list(DecisionItem.objects.filter(decision__in=by_pk).order_by("decision", "ordinal"))
    texts = Effect.objects.filter(item__in=[one.pk for one in items], content__isnull=False)
    contents: dict[int, list[int]] = defaultdict(list)
    for item, content in texts.values_list("item", "content"):
        contents[item or 0].append(content or 0)
    found = grounds([one for several in contents.values() for one in several])
    clocks: dict[int, list[tuple[DecisionItem, Clock]]] = defaultdict(list)
    for row in items:
        rests_on = [ground for content in contents[row.pk] for ground in found[content]]
        clocks[row.decision_id].append((row, announce_clock(by_pk[row.decision_id], rests_on, on)))
    return {
        pk: Terms(publish_clock(one, on, shortened=any(clock.shortened for _row, clock in clocks[pk])), clocks[pk])
        for pk, one in by_pk.items()
    }
