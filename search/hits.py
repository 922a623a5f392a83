"""A hit as people read it: where, how long, how much. The index holds plain facts; the words are chosen here, in the
reader's language, and a doubtful fee is never called free."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from cms.text import fold
from cms.values import format_duration, format_money, format_number
from cms.vocabulary import AdministrativeLevel, Presence, TimeUnit
from search.backends import Stored
from search.document import Facts, State
from search.query import Query

__all__ = ["Hit", "highlighted", "how_long", "how_much"]

SHORT = 90


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure found."""

    id: int
    state: str
    facts: Facts
    query: Query

    @classmethod
    def of(cls, stored: Stored, query: Query) -> "Hit":
        """The hit of a stored document."""
        return cls(stored.id, stored.state, stored.facts, query)

    @property
    def name(self) -> str:
        """The procedure's name as announced."""
        return self.facts.name

    @property
    def marked_name(self) -> Markup:
        """The name as HTML, the typed words in <mark>."""
        return highlighted(self.facts.name, self.query)

    @property
    def code(self) -> str:
        """The national code, or ""."""
        return self.facts.code

    @property
    def url(self) -> str:
        """The procedure's public address."""
        return reverse("procedure", args=[self.facts.slug])

    @property
    def sector(self) -> str:
        """The sector as announced."""
        return self.facts.sector

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
    if facts.free:
        return _("Miễn phí")
    return _("Không phải nộp") if facts.no_cost_applies else str(Presence.NOT_PUBLISHED.label)


def _shorten(text: str) -> str:
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0] + " …"


def highlighted(text: str, query: Query) -> Markup:
    """The text as safe HTML with the query's words marked: whole words, on the original text with its marks."""
    wanted = query.wanted
    parts: list[str] = []
    word = ""
    for char in text + "\0":
        if char.isalnum():
            word += char
            continue
        if word:
            parts.append(f"<mark>{escape(word)}</mark>" if fold(word) in wanted else str(escape(word)))
            word = ""
        if char != "\0":
            parts.append(str(escape(char)))
    return Markup("".join(parts).replace("</mark> <mark>", " "))
