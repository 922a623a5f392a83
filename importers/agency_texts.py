"""Decides what a text in an agency field names: one unit, a class of units, or nothing certain (a phrase). Rules of
names (importers.agency_names) are joined with the agencies the portal holds, read once per run; new units are created
only by `ensure`, and only where the text itself, or a hand-written table, says whose they are."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from cms.models import Agency, AgencyAlias, AgencyClass
from cms.services.agencies import BATCH, add_agency
from cms.text import match_key
from cms.vocabulary import CENTRAL_KINDS, AdministrativeLevel, AgencyKind, AgencyTextKind
from importers.agency_classes import TABLE as CLASSES
from importers.agency_classes import ClassName, class_name, ensure_classes, fill_classes
from importers.agency_names import AgencyName, beginning, is_empty, read_name, tidy
from importers.ministries import issuer_of, issuers_by_mark

__all__ = ["AgencyTexts", "Resolution"]

TABLE = json.loads((Path(__file__).parent / "data" / "central_units.json").read_text("utf-8"))
# A department's name may be followed by its province; the unit then stands below that province.
PROVINCIAL = (
    "so ",
    "phong ",
    "chi cuc ",
    "cong an",
    "thue",
    "van phong dang ki dat dai",
    "bao hiem xa hoi",
    "ban quan li ",
)
_LEVEL_OF = {match_key(name): level for level, names in CLASSES["levels"].items() for name in names}
_SAME = {match_key(one): match_key(other) for one, other in CLASSES["same"].items()}
# Never a single body without a number, a region or a place.
_SEVERAL = ("chi cuc ", "cang vu ", "doi ", "don ", "tram ", "hai quan ", "bien phong ")
# One place, so not a kind of body; before a province's name, so not a body of the province.
_LOWER_PLACE = re.compile(r"(?<!tác )\b(?:xã(?! hội)|phường|đặc khu|huyện|quận|thị xã|thị trấn)\b", re.IGNORECASE)
_PLACE = re.compile(rf"{_LOWER_PLACE.pattern}|\b(?:tỉnh|thành phố|tp)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text names. `agency` is set for a unit, `agency_class` for a class, once `ensure` has seen the text."""

    kind: AgencyTextKind
    text: str
    agency: Agency | None = None
    agency_class: AgencyClass | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A body that may be created: what stands above it, its name, and the match keys from the ministry or province down
    by which it is found again."""

    above: "Agency | _Unit"
    name: str
    chain: tuple[str, ...]


class AgencyTexts:
    """Made once per run from the database; `resolve` then asks it nothing."""

    def __init__(self) -> None:
        """Read agencies, aliases and classes."""
        self._load()

    def _load(self) -> None:
        self._agencies = {row.pk: row for row in Agency.objects.order_by("path")}
        by_path = {row.path: row for row in self._agencies.values()}
        self._chains: dict[tuple[str, ...], Agency] = {}
        self._chain_of_agency: dict[int, tuple[str, ...]] = {}
        self._exact: dict[str, set[int]] = {}
        self._provinces: dict[str, Agency] = {}
        steps = Agency.steplen
        for row in self._agencies.values():
            parents = [by_path[row.path[:end]] for end in range(steps, len(row.path) + 1, steps)]
            chain = tuple(node.match_key for node in parents if node.kind != AgencyKind.GOVERNMENT)
            self._chains.setdefault(chain or (row.match_key,), row)
            self._chain_of_agency[row.pk] = chain or (row.match_key,)
            if self._alone(row):
                self._exact.setdefault(row.match_key, set()).add(row.pk)
            if row.kind == AgencyKind.PROVINCE:
                for kind in ("tinh", "tp"):
                    self._provinces[f"{kind} {match_key(row.short_name)}"] = row
        self._spellings: set[tuple[int, str]] = set()
        for agency, text, key in AgencyAlias.objects.values_list("agency_id", "text", "match_key"):
            self._spellings.add((agency, text))
            self._exact.setdefault(key, set()).add(agency)
        self._classes = {row.key: row for row in AgencyClass.objects.select_related("area")}
        self._marks = issuers_by_mark()
        self._read_already: dict[str, Agency | _Unit | ClassName | None] = {}
        self._table = self._read_table()

    @staticmethod
    def _alone(row: Agency) -> bool:
        """Whether the bare name says which body it is. Communes share names; so may the parts of two ministries (each
        has an office, an inspectorate, a department of law), unless the name ends in "Việt Nam"."""
        if row.kind == AgencyKind.CENTRAL_UNIT:
            return row.match_key.endswith(" viet nam")
        return row.kind != AgencyKind.COMMUNE

    def _read_table(self) -> dict[str, _Unit]:
        """The central bodies whose bare name is certain, by every spelling, below the ministries the portal holds."""
        table: dict[str, _Unit] = {}
        for owner, names in TABLE["units"].items():
            above = self._chains.get((match_key(owner),))
            for name in names if above else []:
                assert above
                unit = _Unit(above, name, (match_key(owner), match_key(name)))
                for text in [name, *TABLE["aliases"].get(name, [])]:
                    table[match_key(text)] = unit
        return table

    # --- reading -----------------------------------------------------------------------------------------------------

    def resolve(self, text: str) -> Resolution:
        """What the text names; never guessed, so anything without a certain reading is a phrase."""
        found = self._read(text)
        if isinstance(found, Agency):
            return Resolution(AgencyTextKind.UNIT, text, agency=found)
        if isinstance(found, _Unit):
            return Resolution(AgencyTextKind.UNIT, text, agency=self._chains.get(found.chain))
        if isinstance(found, ClassName):
            return Resolution(AgencyTextKind.CLASS, text, agency_class=self._classes.get(found.key))
        return Resolution(AgencyTextKind.PHRASE, text)

    def issuer_of(self, number: str) -> Agency | None:
        """The ministry a decision's number names (`importers.ministries.issuer_of`)."""
        return issuer_of(number, self._marks)

    def count_kinds(self, texts: Iterable[str]) -> dict[AgencyTextKind, tuple[int, int]]:
        """How many texts, and how many different ones, name a unit, a class, or only a phrase; without empty ones."""
        counts = Counter(tidy(text) for text in texts if not is_empty(text))
        kinds = {text: self.resolve(text).kind for text in counts}
        return {
            kind: (sum(counts[text] for text in counts if kinds[text] == kind), list(kinds.values()).count(kind))
            for kind in AgencyTextKind
        }

    def _read(self, text: str) -> Agency | _Unit | ClassName | None:
        line = tidy(text)
        if line not in self._read_already:
            self._read_already[line] = self._read_line(line)
        return self._read_already[line]

    def _read_line(self, line: str) -> Agency | _Unit | ClassName | None:
        if is_empty(line):
            return None
        if agency := self._named(match_key(line)):
            return agency
        name = read_name(line)
        if name.vague:
            return None
        if name.owner:
            return self._owned(name)
        if name.level:
            return class_name(name.head, name.level)
        return self._named(match_key(name.head)) or self._placed(name) or self._known(name) or self._several(name)

    def _named(self, key: str) -> Agency | None:
        """The one agency with this name or spelling; None when there are several."""
        found = self._exact.get(key, set())
        return self._agencies[next(iter(found))] if len(found) == 1 else None

    def _owned(self, name: AgencyName) -> _Unit | None:
        """ "Cục Thuế - Bộ Tài chính": below the named body, when that is itself one certain central body."""
        above = self._read(name.owner)
        if not above or isinstance(above, ClassName) or (chain := self._chain(above)) is None:
            return None
        unit = self._table.get(match_key(name.head))
        return unit if unit and unit.chain[:-1] == chain else _Unit(above, name.head, (*chain, match_key(name.head)))

    def _chain(self, found: Agency | _Unit) -> tuple[str, ...] | None:
        """The chain of a central body; None for others: below them nothing is created."""
        if isinstance(found, _Unit):
            return found.chain
        return self._chain_of_agency[found.pk] if found.kind in CENTRAL_KINDS else None

    def _placed(self, name: AgencyName) -> Agency | _Unit | ClassName | None:
        """A name that ends in a province's, with its kind: "Sở Tài chính tỉnh …", "UBND cấp xã - tỉnh …"."""
        words = match_key(name.head).split()
        for start in range(len(words) - 1, 0, -1):
            province = self._provinces.get(" ".join(words[start:]))
            if province is None:
                continue
            head = " ".join(words[:start])
            if head == "ubnd":
                return province
            if head.startswith("ubnd ") and (commune := self._chains.get((province.match_key, head[5:]))):
                return commune
            inner = read_name(beginning(name.head.replace(".", ". "), head))
            if inner.level:
                commune_level = inner.level == AdministrativeLevel.COMMUNE
                return class_name(inner.head, inner.level, province) if commune_level else None
            if f"{head} ".startswith(PROVINCIAL) and not _LOWER_PLACE.search(inner.head):
                full = f"{inner.head} {province.name[:1].lower()}{province.name[1:]}"
                return _Unit(province, full, (province.match_key, match_key(full)))
        return None

    def _known(self, name: AgencyName) -> _Unit | None:
        """A bare name that only one body bears, or a branch of a service whose head is known by hand."""
        key = match_key(name.head)
        if key in self._table:
            return self._table[key]
        for part in ("thanh tra ", "van phong "):
            ministry = self._named(key.removeprefix(part)) if key.startswith(part) else None
            if ministry and ministry.kind == AgencyKind.MINISTRY:
                return _Unit(ministry, name.head, (*self._chain_of_agency[ministry.pk], key))
        for branch, owner in TABLE["branches"].items():
            place = key.removeprefix(f"{match_key(branch)} ")
            if place == key or not (name.branch or f"tinh {place}" in self._provinces):
                continue
            above = self._read(owner)
            if isinstance(above, Agency | _Unit) and (chain := self._chain(above)):
                return _Unit(above, name.head, (*chain, key))
        return None

    def _several(self, name: AgencyName) -> ClassName | None:
        """A bare name that many bodies bear: every province has a Sở Tư pháp."""
        key = match_key(name.head)
        key = _SAME.get(key, key)
        level = _LEVEL_OF.get(key)
        if level:
            return class_name(name.head, level)
        if name.branch or _PLACE.search(name.head):
            return None
        if "," in name.head and not key.startswith(("so ", "tram ")):
            return None
        if key.startswith(("so ", "ban quan li khu ", "ban quan li cac khu ", "van phong so ")):
            return class_name(name.head, AdministrativeLevel.PROVINCE)
        if key.startswith("chi cuc ") and " so " in key:
            return class_name(name.head, AdministrativeLevel.PROVINCE)
        if key.startswith(_SEVERAL):
            return class_name(name.head, AdministrativeLevel.OTHER)
        return None

    # --- writing -----------------------------------------------------------------------------------------------------

    @transaction.atomic
    def ensure(self, texts: Iterable[str]) -> dict[str, int]:
        """Create the units and classes that the texts name and the portal lacks, keep their spellings as aliases.

        Central units stand below their ministry, departments below their province; the commonest spelling becomes the
        name. Returns how many units, classes, aliases and memberships are new; a second run creates none.
        """
        counts = Counter(tidy(text) for text in texts if not is_empty(text))
        found = {text: self._read(text) for text, _ in counts.most_common()}
        units = sum(self._create(unit) for unit in found.values() if isinstance(unit, _Unit))
        classes = ensure_classes(name for name in found.values() if isinstance(name, ClassName))
        joined = fill_classes(AgencyClass.objects.select_related("area")) if classes or units else 0
        aliases = self._keep_spellings(found)
        if units or classes or aliases:
            self._load()
        return {"units": units, "classes": len(classes), "aliases": aliases, "memberships": joined}

    def _create(self, unit: _Unit) -> int:
        """Create the body and, first, the bodies above it; how many were created."""
        if unit.chain in self._chains:
            return 0
        created = self._create(unit.above) if isinstance(unit.above, _Unit) else 0
        parent = Agency.objects.get(pk=self._chains[unit.chain[:-1]].pk)
        kind = AgencyKind.DEPARTMENT if parent.kind == AgencyKind.PROVINCE else AgencyKind.CENTRAL_UNIT
        name = unit.name[:1].upper() + unit.name[1:]
        self._chains[unit.chain] = add_agency(name=name, kind=kind, parent=parent)
        return created + 1

    def _keep_spellings(self, found: dict[str, Agency | _Unit | ClassName | None]) -> int:
        rows = []
        for text, target in found.items():
            agency = self._chains.get(target.chain) if isinstance(target, _Unit) else target
            if isinstance(agency, Agency) and text != agency.name and (agency.pk, text) not in self._spellings:
                rows.append(AgencyAlias(agency=agency, text=text, match_key=match_key(text)))
        AgencyAlias.objects.bulk_create(rows, batch_size=BATCH)
        return len(rows)
