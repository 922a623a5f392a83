"""What the scripts of the export's search take from the server's search: its weights, its words, its reckoning of
amounts. Nothing that decides order is written twice."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings

from search import filler, weights
from search import places as offices
from search.backends import rarest
from search.document import State
from search.facets import ALL_STATES, KINDS
from search.words import bare

__all__ = ["amounts", "bonus", "engine_script", "loader_script", "page_script", "rules", "size_step", "special_cases"]

# In this order in one file: fewer rounds to the server on a slow line.
SCRIPTS: Final = ("text", "slips", "meanings", "rank", "index", "engine")
_PLAIN = (int, float, str)


def amounts(columns: Mapping[str, str]) -> dict[str, int]:
    """Word → how much these columns say it, twice the weight, so that it is whole."""
    found: Counter[str] = Counter()
    for column, text in columns.items():
        for word, count in Counter(text.split()).items():
            found[word] += round(2 * weights.COLUMNS[column]) * count
    return found


def size_step(size: int, step: float) -> int:
    """A size as the number of steps above one word."""
    return round(math.log(max(size, 1)) / math.log(step))


def special_cases(words: str) -> tuple[bool, tuple[int, ...]]:
    """Whether a name begins with "Thủ tục", and the numbers of the special cases it speaks of."""
    folded = [bare(word) for word in words.split()]
    spoken = f" {' '.join(folded)} "
    cases = tuple(number for number, case in enumerate(weights.SPECIAL_CASES) if f" {case} " in spoken)
    return folded[:2] == ["thu", "tuc"], cases


def bonus(levels: Sequence[str], sector: str) -> float:
    """What levels and sector add to a score."""
    nearest = max(weights.LEVELS.get(level, 0.0) for level in levels or ("",))
    return round(nearest + weights.SECTORS.get(sector, 0.0), 4)


def rules() -> dict[str, Any]:
    """All numbers and words that the scripts need."""
    kept = {name: value for name, value in vars(weights).items() if name.isupper() and isinstance(value, _PLAIN)}
    kinds = [
        [kind.name, kind.parameter, str(kind.label), dict(kind.values), {k: str(v) for k, v in kind.labels.items()}]
        for kind in KINDS
    ]
    return {
        "weights": kept | {"SOURCES": weights.SOURCES, "COLUMNS": weights.COLUMNS},
        "special": weights.SPECIAL_CASES,
        "filler": filler.FILLER,
        "fields": sorted(offices.FIELDS),
        "branches": sorted(offices.BRANCHES),
        "bodies": offices.BODIES,
        "bodiesFirst": offices.BODIES_FIRST,
        "mostClauses": rarest.MOST_CLAUSES,
        "fewestClauses": rarest.FEWEST_CLAUSES,
        "kinds": kinds,
        "states": list(State.values),
        "allStates": ALL_STATES,
    }


def page_script(name: str) -> str:
    """A script without the lines that only people read."""
    text: str = (settings.SITE / "static" / "js" / "search" / f"{name}.js").read_text("utf-8")
    return "\n".join(line for one in text.splitlines() if (line := one.strip()) and not line.startswith("//")) + "\n"


def loader_script() -> str:
    """The script that loads the files of the index."""
    return page_script("load")


def engine_script() -> bytes:
    """The scripts that search, one after the other, after the rules."""
    texts = [page_script(name) for name in SCRIPTS]
    head = json.dumps(rules(), ensure_ascii=False, separators=(",", ":"))
    return "".join([f"timKiem.luat={head};\n", *texts, 'timKiem.nap("m0",1);\n']).encode()
