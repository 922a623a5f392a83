"""A hit as people read it: where, how long, how much. The index holds plain facts; the words are chosen here, in the
reader's language, and a doubtful fee is never called free."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from cms.values import format_duration, format_money, format_number
from cms.vocabulary import AdministrativeLevel, Part, Presence, TimeUnit
from search.backends import Stored
from search.document import Facts, State
from search.excerpts import excerpt, marked, words_in
from search.query import Query

__all__ = ["Hit", "highlighted", "how_long", "how_much"]

SHORT = 90
# Wordings looked for in a hit's long text; the likeliest come first, and each costs a reading.
MOST_WORDINGS = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure found. `place`: the slug of the agency whose list is searched; `successors`: (name, address) of
    what took its place; `same`: all hits of this name, itself among them, for the reader to choose from."""

    id: int
    state: str
    facts: Facts
    query: Query
    passages: Sequence[Sequence[str]] = ()
    place: str = ""
    successors: tuple[tuple[str, str], ...] = ()
    same: tuple["Hit", ...] = ()

    @classmethod
    def of(cls, stored: Stored, query: Query) -> "Hit":
        """The hit of a stored document."""
        return cls(stored.id, stored.state, stored.facts, query, stored.passages)

    @property
    def name(self) -> str:
        """The procedure's name as announced."""
        return self.facts.name

    @property
    def marked_name(self) -> Markup:
        """The name as HTML, the typed words in <mark>."""
        return highlighted(self.facts.name, self.query)

    @property
    def excerpt(self) -> tuple[str, Markup] | None:
        """Why it was found when the name does not hold all words: (part, the line with its words marked)."""
        missing = _missing(self.query, words_in(self.facts.name))[:MOST_WORDINGS]
        found = excerpt(self.passages, *missing)
        return (str(Part(found[0]).label), highlighted(found[1], self.query)) if found else None

    @property
    def code(self) -> str:
        """The national code, or ""."""
        return self.facts.code

    @property
    def url(self) -> str:
        """The procedure's public address: at the place whose list is searched, else its base text."""
        if self.place:
            return reverse("place", args=[self.place, self.facts.slug])
        return reverse("procedure", args=[self.facts.slug])

    @property
    def sector(self) -> str:
        """The sector as announced."""
        return self.facts.sector

    @property
    def name_only(self) -> bool:
        """Whether nothing but the name is known: then nobody has failed to publish a part of it."""
        return self.facts.name_only

    @property
    def levels(self) -> list[str]:
        """The levels it is carried out at, in words, nearest first."""
        return [str(AdministrativeLevel(level).label) for level in self.facts.levels]

    @property
    def where(self) -> str:
        """Who takes the file: the agencies named, else the levels; "" where the source says neither."""
        named = self.facts.carried_out_by
        if named:
            rest = _(" và %(count)s nơi khác") % {"count": len(named) - 2} if len(named) > 2 else ""
            return _shorten("; ".join(named[:2])) + rest
        return ", ".join(self.levels)

    @property
    def announced_by(self) -> str:
        """The agency that announced it, or ""."""
        return self.facts.announced_by

    @property
    def choice(self) -> str:
        """What tells it from others of its name: the levels, else who does it, else its code."""
        return ", ".join(self.levels) or self.where or self.announced_by or self.code

    @property
    def time(self) -> str:
        """How long it takes."""
        return how_long(self.facts)

    @property
    def cost(self) -> str:
        """How much is to be paid."""
        return how_much(self.facts)

    @property
    def notice(self) -> str:
        """What must be known before reading on: not yet, or no longer, in force."""
        if self.state == State.COMING:
            return _("Áp dụng từ %(day)s") % {"day": self.facts.starts}
        if self.state == State.ENDED:
            if self.facts.replaced:
                return _("Đã được thay thế từ %(day)s, không làm theo bản này nữa") % {"day": self.facts.ends}
            return _("Đã bãi bỏ từ %(day)s, không phải làm nữa") % {"day": self.facts.ends}
        return ""


def how_long(facts: Facts) -> str:
    """The processing time in one line; a number without a unit never gets one."""
    by_unit: dict[str, list[Decimal]] = {}
    for amount, unit in facts.times:
        by_unit.setdefault(unit, []).append(Decimal(amount))
    ordered = sorted(by_unit.items(), key=lambda item: TimeUnit.values.index(item[0]))
    spans = [_span(amounts, unit) for unit, amounts in ordered]
    if facts.bare_times:
        numbers = ", ".join(format_number(Decimal(number)) for number in facts.bare_times)
        spans.append(_("%(number)s (nguồn không ghi ngày hay giờ)") % {"number": numbers})
    if len(spans) > 2:
        return _("%(one)s, %(two)s …, tùy trường hợp") % {"one": spans[0], "two": spans[1]}
    if spans:
        text = _(" hoặc ").join(spans)
        return _("%(time)s; có mức chưa rõ") % {"time": text} if facts.doubtful_time else text
    if facts.doubtful_time:
        return _("Chưa rõ, xem trong thủ tục")
    return _shorten(facts.time_texts[0]) if facts.time_texts else str(Presence.NOT_PUBLISHED.label)


def _span(amounts: list[Decimal], unit: str) -> str:
    if len(amounts) == 1:
        return format_duration(amounts[0], unit)
    least, most = min(amounts), max(amounts)
    return _("từ %(least)s đến %(most)s") % {"least": format_number(least), "most": format_duration(most, unit)}


def how_much(facts: Facts) -> str:
    """The fee in one line. Doubtful rows only ever say that something may have to be paid."""
    may = _("Có thể phải nộp tiền, xem trong thủ tục")
    amounts = [(Decimal(amount), currency) for amount, currency in facts.costs]
    if len({currency for _amount, currency in amounts}) > 1:
        return _("Nhiều mức, xem trong thủ tục")
    if amounts:
        least, most = min(amounts), max(amounts)
        text = format_money(*least)
        if least != most:
            text = _("từ %(least)s đến %(most)s") % {"least": format_number(least[0]), "most": format_money(*most)}
        if facts.doubtful_cost:
            return _("%(amount)s; có khoản chưa rõ") % {"amount": text}
        return _("%(amount)s; có trường hợp miễn phí") % {"amount": text} if facts.free else text
    if facts.doubtful_cost:
        return may
    if facts.cost_texts:
        return _shorten(facts.cost_texts[0])
    if facts.free and facts.unpublished_cost:
        return _("Có cách nộp miễn phí; xem trong thủ tục")
    if facts.free:
        return _("Miễn phí")
    return _("Không phải nộp") if facts.no_cost_applies else str(Presence.NOT_PUBLISHED.label)


def _shorten(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + " …"


def highlighted(text: str, query: Query) -> Markup:
    """The text as safe HTML with the query's words marked: whole words, on the original text with its marks."""
    return marked(text, _wanted(query, words_in(text)))


def _wanted(query: Query, held: Set[str]) -> set[str]:
    """The folded words to mark in a text that holds these words: what was typed, and another wording only as a whole,
    because half of it means something else."""
    wanted: set[str] = set()
    for idea in query.required:
        for place, one in enumerate(idea.alternatives):
            words = {word.folded for word in one.words}
            if place == 0 or words <= held:
                wanted |= words
    return wanted


def _missing(query: Query, name: Set[str]) -> list[set[str]]:
    """What the name does not say, in the wordings to look for elsewhere: as typed, then as it is also called."""
    lacking = [
        [{word.folded for word in one.words} for one in idea.alternatives]
        for idea in query.required
        if not any({word.folded for word in one.words} <= name for one in idea.alternatives)
    ]
    if not lacking:
        return []
    typed = set[str]().union(*(wordings[0] for wordings in lacking)) - name
    return [typed, *(words - name for wordings in lacking for words in wordings[1:])]
