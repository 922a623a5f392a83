"""Which procedure of the portal a row without a code may mean: proposed by name with a score; an editor decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from cms.models import Procedure, ProcedureContent, ValidityPeriod
from cms.text import match_key
from cms.vocabulary import ScopePart

# Below this two names of the real catalogue are no longer variants of one another but neighbours of one sector.
LEAST_SCORE = 80
PROPOSED = 3


@dataclass(frozen=True)
class Known:
    """A procedure of the portal by its standing name."""

    procedure: int
    code: str
    name: str


class Catalogue:
    """The procedures that stand on the portal, read once for a whole decision."""

    def __init__(self) -> None:
        """Read the standing names and all codes."""
        contents = ProcedureContent.objects.filter(
            pk__in=ValidityPeriod.objects.standing().filter(part=ScopePart.BASE).values("content")
        )
        self._known = [
            Known(pk, code or "", name)
            for pk, code, name in contents.values_list("procedure", "procedure__code", "name")
        ]
        self._keys = [_key(one.name) for one in self._known]
        self.codes: dict[str, int] = {
            code: pk for code, pk in Procedure.objects.exclude(code=None).values_list("code", "pk") if code
        }

    def proposals(self, name: str) -> list[dict[str, Any]]:
        """The likeliest procedures of that name, best first, each with a score from 0 to 100 (the same words)."""
        found = process.extract(
            _key(name), self._keys, scorer=fuzz.token_sort_ratio, limit=PROPOSED, score_cutoff=LEAST_SCORE
        )
        return [
            {
                "procedure": self._known[place].procedure,
                "code": self._known[place].code,
                "name": self._known[place].name,
                "score": round(score),
            }
            for _key, score, place in found
        ]

    def by_codes(self, codes: Iterable[str]) -> dict[str, int]:
        """The procedures of those codes that the portal has."""
        return {code: self.codes[code] for code in codes if code in self.codes}


def _key(name: str) -> str:
    """What two spellings of a name have in common; half of all names begin with "Thủ tục"."""
    return match_key(name).removeprefix("thu tuc ")
