"""Which procedure of the portal a row means: told by its code, or proposed by name with a score; an editor decides."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from cms.identifiers import CodeScheme, read_code
from cms.models import Procedure, ProcedureContent, ValidityPeriod
from cms.text import match_key
from cms.vocabulary import AdministrativeLevel, ScopePart

# Below this two names of the real catalogue are no longer variants of one another but neighbours of one sector.
LEAST_SCORE = 80
PROPOSED = 3
# The catalogue often holds one name once for each level; between names so near the level decides.
OTHER_LEVEL = 5
# A procedure that only changed its name keeps more of it than this; below, the code is likelier of another one.
LEAST_SAME = 50


@dataclass(frozen=True)
class Known:
    """A procedure of the portal by its standing name."""

    procedure: int
    code: str
    name: str
    levels: frozenset[str]


def national_code(code: str) -> str:
    """The code without the agency's suffix (1.004222.000.00.00.H17 is offered there, and is procedure 1.004222)."""
    reading = read_code(code)
    return reading.base if reading and reading.scheme == CodeScheme.LOCAL and reading.base else code


def procedures_of(codes: Iterable[str]) -> dict[str, int]:
    """The portal's procedure of each code as written, with or without an agency's suffix; unknown ones are left out."""
    wanted = {code: national_code(code) for code in codes if code}
    found = Procedure.objects.filter(code__in={*wanted, *wanted.values()}).values_list("code", "pk")
    held = {str(code): pk for code, pk in found}
    return {
        code: held.get(code) or held[national] for code, national in wanted.items() if code in held or national in held
    }


class Catalogue:
    """The procedures that stand on the portal, read once for a whole decision."""

    def __init__(self) -> None:
        """Read the standing names and all codes."""
        contents = ProcedureContent.objects.filter(
            pk__in=ValidityPeriod.objects.standing().filter(part=ScopePart.BASE).values("content")
        )
        self._known = [
            Known(pk, code or "", name, frozenset(filter(None, levels.split(","))))
            for pk, code, name, levels in contents.values_list("procedure", "procedure__code", "name", "levels")
        ]
        self._names = {one.procedure: one.name for one in self._known}
        self._keys = [_key(one.name) for one in self._known]
        self.codes: dict[str, int] = {
            code: pk for code, pk in Procedure.objects.exclude(code=None).values_list("code", "pk") if code
        }

    def of_code(self, code: str) -> int | None:
        """The procedure of a code as written, with or without an agency's suffix."""
        return self.codes.get(code) or self.codes.get(national_code(code))

    def differing_name(self, procedure: int, name: str) -> str:
        """The name the portal has for the procedure, where it is far from this one, else ""."""
        held = self._names.get(procedure)
        return held if held and fuzz.token_sort_ratio(_key(held), _key(name)) < LEAST_SAME else ""

    def proposals(self, name: str, levels: Collection[str]) -> list[dict[str, Any]]:
        """The likeliest procedures of that name, best first, each with a score from 0 to 100 (the same words); of
        names alike first those at one of the levels."""
        found = process.extract(
            _key(name), self._keys, scorer=fuzz.token_sort_ratio, limit=3 * PROPOSED, score_cutoff=LEAST_SCORE
        )

        def rank(score: float, known: Known) -> float:
            elsewhere = levels and known.levels and known.levels.isdisjoint(levels)
            return score - OTHER_LEVEL if elsewhere else score

        likeliest = sorted(found, key=lambda one: -rank(one[1], self._known[one[2]]))
        return [
            {
                "procedure": self._known[place].procedure,
                "code": self._known[place].code,
                "name": self._known[place].name,
                "levels": ", ".join(str(AdministrativeLevel(one).label) for one in sorted(self._known[place].levels)),
                "score": round(score),
            }
            for _key, score, place in likeliest[:PROPOSED]
        ]


def _key(name: str) -> str:
    """What two spellings of a name have in common; half of all names begin with "Thủ tục"."""
    return match_key(name).removeprefix("thu tuc ")
