"""What the index holds of one procedure, as plain values: made by `indexing` from published rows, written by an engine,
read back as a hit. It is apart from both so that an engine needs no database of ours."""

import json
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cms.text import fold_words
from search import weights
from search.words import bare, marked_words, pairs_of

__all__ = ["SCHEMA", "Document", "Facts", "State"]

# Raised whenever documents, columns, their weights or folding change: an index of another schema is made anew.
SCHEMA: Final = "5"


class State(TextChoices):
    """Where a procedure stands on the day of the index."""

    IN_FORCE = "IN_FORCE", _("Đang áp dụng")
    COMING = "COMING", _("Sắp áp dụng")
    ENDED = "ENDED", _("Đã bãi bỏ")


@dataclass(slots=True)
class Facts:
    """What a hit shows. Times are [amount, unit] pairs (amount as text), costs [amount, currency] pairs.
    `name_only`: nothing but the name is known; `unpublished_*`: stated for some way of filing, not for another;
    `replaced`: it ended because another took its place; `successors`: the procedures (ids) that did."""

    name: str = ""
    name_only: bool = False
    code: str = ""
    slug: str = ""
    sector: str = ""
    levels: list[str] = field(default_factory=list)
    announced_by: str = ""
    carried_out_by: list[str] = field(default_factory=list)
    times: list[list[str]] = field(default_factory=list)
    time_texts: list[str] = field(default_factory=list)
    bare_times: list[str] = field(default_factory=list)
    doubtful_time: bool = False
    unpublished_time: bool = False
    costs: list[list[str]] = field(default_factory=list)
    free: bool = False
    doubtful_cost: bool = False
    unpublished_cost: bool = False
    no_cost_applies: bool = False
    cost_texts: list[str] = field(default_factory=list)
    starts: str = ""
    ends: str = ""
    replaced: bool = False
    successors: list[int] = field(default_factory=list)

    def to_json(self) -> str:
        """Canonical JSON, so that equal facts are equal text."""
        values = {name: getattr(self, name) for name in _FACTS}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Facts":
        """The facts as written by `to_json`."""
        values: dict[str, Any] = json.loads(text)
        return cls(**values)


# `asdict` copies every list; that alone took a tenth of making an index.
_FACTS: Final = tuple(one.name for one in fields(Facts))


@dataclass(slots=True)
class Document:
    """One procedure in the index. `keys` are (kind, value): codes, digits, decision numbers, looked up exactly;
    `facets` are (kind, value): what it can be filtered and counted by (see `facets`), and its scopes; `passages` are
    [part, text] in the words of the source, for showing where a word stands; `sort` is its place among the names."""

    id: int
    state: str
    facts: Facts
    sector_text: str = ""
    agency_text: str = ""
    papers: str = ""
    text: str = ""
    sort: str = ""
    passages: list[list[str]] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)
    facets: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name_words(self) -> list[str]:
        """The name's words with their marks."""
        return marked_words(self.facts.name)

    @property
    def terms(self) -> set[str]:
        """What the lexicon counts: the words of the name with their marks, and its neighbours with a blank between."""
        words = self.name_words
        return {*words, *(f"{first} {second}" for first, second in pairwise(words))}

    @property
    def around(self) -> str:
        """What stands around the name, folded, each word once, a blank at both ends: sector, then agencies."""
        words = dict.fromkeys(fold_words(self.sector_text)[:40] + fold_words(self.agency_text)[:80])
        return f" {' '.join(words)} "

    @property
    def far(self) -> int:
        """How far from the citizen's door the procedure is done: 0 at the commune."""
        nearness = sorted(filter(None, weights.LEVELS), key=lambda level: -weights.LEVELS[level])
        return min((nearness.index(level) for level in self.facts.levels), default=len(nearness))

    def columns(self) -> dict[str, str]:
        """The searchable columns, named as in `weights.COLUMNS`."""
        marked = self.name_words
        folded = [bare(word) for word in marked]
        return {
            "name": " ".join(folded),
            "marked": " ".join(marked),
            "pairs": " ".join(pairs_of(folded)),
            "sector": " ".join(fold_words(self.sector_text)),
            "agency": " ".join(fold_words(self.agency_text)),
            "papers": " ".join(fold_words(self.papers)),
            "text": " ".join(fold_words(self.text)),
        }
