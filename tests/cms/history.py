"""Random histories as plain operations. They hold only choices (numbers, keys, days), so that a failing history shrinks
to one that can be read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from hypothesis import strategies as st

from cms.calendar import local_day
from tests.cms.plain_model import BASE, LISTED

# Today lies in the middle, so that some days are past and some to come.
FIRST = local_day(timezone.now()) - timedelta(days=3)
DAYS = [FIRST + timedelta(days=number) for number in range(8)]
ALL_DAYS = [FIRST - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)]
CITED = "77/QĐ-BTP"
PARENTS = {"bo": None, "tinh-1": None, "tinh-2": None, "xa-1": "tinh-1", "xa-2": "tinh-1", "xa-3": "tinh-2"}
GROUPS = {"xa": None, "phuong": None, "xa-tinh-1": "tinh-1", "phuong-tinh-1": "tinh-1"}
SCOPES = {
    "N": ("nation", None),
    "C:xa": ("class", "xa"),
    "C:phuong": ("class", "phuong"),
    "A:tinh-1": ("area", "tinh-1"),
    "A:tinh-2": ("area", "tinh-2"),
    "A:xa-1": ("area", "xa-1"),
    "C:xa-tinh-1": ("class in area", "xa-tinh-1"),
    "C:phuong-tinh-1": ("class in area", "phuong-tinh-1"),
    "U:tinh-1": ("agency", "tinh-1"),
    "U:xa-1": ("agency", "xa-1"),
    "U:xa-2": ("agency", "xa-2"),
    "U:xa-3": ("agency", "xa-3"),
}
OWN = {
    "bo": ["N", "N", "C:xa", "C:xa", "C:phuong"],
    "tinh-1": ["A:tinh-1", "C:xa-tinh-1", "C:phuong-tinh-1", "U:tinh-1", "U:xa-1", "U:xa-2", "A:xa-1"],
    "tinh-2": ["A:tinh-2", "U:xa-3", "U:xa-2"],
    "xa-1": ["A:xa-1", "U:xa-1"],
}
PROCEDURES = ["p0", "p1"]
TEXTS = ["a", "b", "c", CITED]
PARTS = [BASE, "COST", "TIME"]
STARTING_MEMBERS = [("xa", "xa-1", 0), ("xa", "xa-2", 0), ("xa", "xa-3", 0), ("xa-tinh-1", "xa-1", 3)]


class Said(NamedTuple):
    """One effect as an operation states it; `day` None: the decision's own day."""

    procedure: str
    scope: str
    part: str
    opens: bool
    text: str
    day: object


@dataclass(frozen=True)
class Decide:
    issuer: str
    signed: object
    day: object
    said: tuple
    cited: bool = False
    one_item: bool = False
    olds: tuple = ()
    news: tuple = ()


class Snapshot(NamedTuple):
    read_on: object
    said: tuple


class Correct(NamedTuple):
    which: int
    text: str


class RollBack(NamedTuple):
    which: int


class Merge(NamedTuple):
    olds: tuple
    new: str
    day: object


class Join(NamedTuple):
    group: str
    agency: str
    day: object


# Few days, mostly one procedure: acts must meet on one key and one day for their order to matter.
days = st.sampled_from([DAYS[1], DAYS[2], DAYS[3], DAYS[5]])
signing_days = st.sampled_from([DAYS[0], DAYS[2], None])
dates_or_unknown = st.one_of(days, days, days, st.none())


def said_in(scopes):
    part = st.sampled_from([BASE, BASE, BASE, "COST", "TIME", LISTED, LISTED])
    opens = st.sampled_from([True, True, True, False])
    own_day = st.one_of(st.none(), st.none(), st.none(), days)
    procedure = st.sampled_from(["p0", "p0", "p0", "p1"])
    return st.builds(Said, procedure, st.sampled_from(scopes), part, opens, st.sampled_from(TEXTS), own_day)


@st.composite
def decisions(draw):
    issuer = draw(st.sampled_from(["bo", "bo", *OWN]))
    # One effect in about fifteen lies outside what the issuer may touch.
    said = draw(st.lists(said_in(OWN[issuer] * 4 + ["N", "U:xa-3"]), min_size=1, max_size=3))
    return Decide(
        issuer, draw(signing_days), draw(dates_or_unknown), tuple(said), draw(st.booleans()), draw(st.booleans())
    )


@st.composite
def replacements(draw):
    """Many by many: every old procedure closes and every new one opens in one decision."""
    olds = draw(st.lists(st.sampled_from(PROCEDURES), min_size=1, max_size=2, unique=True))
    news = draw(st.lists(st.sampled_from(PROCEDURES), min_size=1, max_size=2, unique=True))
    scope, text = draw(st.sampled_from(["N", "C:xa"])), draw(st.sampled_from(TEXTS))
    said = [Said(old, scope, BASE, False, text, None) for old in olds]
    said += [Said(new, scope, part, True, text, None) for new in news for part in (BASE, LISTED)]
    order = draw(st.permutations(said))
    return Decide("bo", draw(signing_days), draw(days), tuple(order), olds=tuple(olds), news=tuple(news))


snapshots = st.builds(
    Snapshot,
    days,
    st.lists(said_in(["N", "N", "C:xa", "A:tinh-1"]), min_size=1, max_size=3, unique_by=lambda one: one[:3]).map(
        lambda said: tuple(one._replace(opens=True, day=None) for one in said)
    ),
)
agencies = st.sampled_from(["tinh-1", "tinh-2", "xa-1", "xa-1", "xa-2", "xa-2", "xa-3"])
merges = st.builds(Merge, st.lists(agencies, min_size=1, max_size=2, unique=True).map(tuple), agencies, days)
joins = st.builds(Join, st.sampled_from(list(GROUPS)), agencies, days)
corrections = st.builds(Correct, st.integers(0, 30), st.sampled_from(TEXTS))
roll_backs = st.builds(RollBack, st.integers(0, 12))
operations = st.one_of(
    decisions(), decisions(), decisions(), replacements(), snapshots, corrections, roll_backs, merges, joins
)


@st.composite
def documented(draw):
    """A catalogue file cites a decision, the decision comes, and perhaps is taken back."""
    key = draw(st.sampled_from(PROCEDURES)), draw(st.sampled_from(["N", "C:xa"])), BASE, True
    file = Snapshot(draw(days), (Said(*key, CITED, None),))
    decision = Decide(
        "bo", draw(signing_days), draw(days), (Said(*key, draw(st.sampled_from(TEXTS)), None),), cited=True
    )
    return [file, decision, RollBack(-1)][: draw(st.sampled_from([2, 3]))]


@st.composite
def rivals(draw):
    """Texts of one rank for a common agency, perhaps one after the other: some are ties, some are not."""
    issuer, one, other = draw(st.sampled_from([("tinh-1", "A:tinh-1", "A:xa-1"), ("bo", "C:xa", "C:phuong")]))
    opened = [Said("p0", scope, BASE, True, draw(st.sampled_from(TEXTS)), draw(days)) for scope in (one, other)]
    closed = draw(
        st.lists(st.builds(Said, st.just("p0"), st.just(one), st.just(BASE), st.just(False), st.none(), days))
    )
    first = Decide(issuer, None, None, (opened[0], *closed[:1]))
    return [Join("phuong", "xa-1", draw(days)), first, Decide(issuer, None, None, (opened[1], *closed[1:2]))]


@st.composite
def heirs(draw):
    """A unit merges into one of another province, whose authorities then speak for it."""
    said = Said("p0", "U:xa-2", BASE, True, draw(st.sampled_from(TEXTS)), None)
    return [Merge(("xa-2",), "xa-3", draw(days)), Decide("tinh-2", draw(signing_days), draw(days), (said,))]


chance = operations.map(lambda one: [one])
# What is too rare to wait for comes in a row, beside and between the rest.
histories = st.lists(st.one_of(*[chance] * 4, documented(), rivals(), heirs()), min_size=3, max_size=12).map(
    lambda chains: [operation for chain in chains for operation in chain]
)
