"""Random histories of law, played on the portal and on a plain model: both must answer alike, now and for the past."""

import os
from collections import defaultdict
from itertools import pairwise, product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from cms.models import Listing, Scope, ValidityPeriod
from cms.selectors import listing_of, show, transitions
from cms.selectors.showing import scopes_for
from cms.vocabulary import Act
from tests.cms.history import ALL_DAYS, GROUPS, PARENTS, PARTS, PROCEDURES, SCOPES, agencies, histories
from tests.cms.history_run import Run, World
from tests.cms.plain_model import BASE, LISTED, known_at

CHECKS_OFF = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("histories", max_examples=40, deadline=None, suppress_health_check=CHECKS_OFF)
settings.register_profile("long", settings.get_profile("histories"), max_examples=1000)
PROFILE = settings.get_profile("long" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else "histories")

PLACES = list(PARENTS)
# Reading lists day by day takes most of the time: two communes under one province see every kind of scope.
WATCHED = ["xa-1", "xa-2"]
places = st.one_of(agencies, agencies, agencies, st.none())
questions = st.lists(
    st.tuples(st.sampled_from(["p0", "p0", "p1"]), places, st.sampled_from(ALL_DAYS)),
    min_size=1,
    max_size=3,
    unique=True,
)


class UndoneError(Exception):
    """Takes an example's rows back."""


@pytest.mark.django_db
def test_random_histories_answer_like_the_plain_model_now_and_about_every_past_moment():
    world = World()

    @PROFILE
    @given(history=histories, asked=questions)
    def check(history, asked):
        with pytest.raises(UndoneError), transaction.atomic():
            run, hashes = Run(world), {}
            for operation in history:
                run.play(operation)
                ask(run, asked, run.moments[-1], hashes)
            note(f"{run.notes}")
            for known in run.moments:
                ask(run, asked, known, hashes)
            check_scopes(run, asked)
            check_lists(run, asked)
            check_every_period(run)
            check_gaps()
            check_passing_days(run)
            raise UndoneError

    check()


def ask(run, asked, known, hashes):
    """The portal's answers are among the model's, and a question asked before gets the hash it got then."""
    for procedure, place, day in asked:
        agency = run.world.agencies[place] if place else None
        shown = show(run.world.procedures[procedure], agency, day, known)
        answers = run.plain.shows(procedure, place, day, known, PARTS)
        assert as_told(shown) in [told(run, answer) for answer in answers], (procedure, place, day, known)
        if known == run.moments[-1]:
            assert show(run.world.procedures[procedure], agency, day).hash == shown.hash
        question = (procedure, place, day, known)
        assert hashes.setdefault(question, shown.hash) == shown.hash, question


def as_told(shown):
    periods = [*([shown.base] if shown.base else []), *shown.local.values()]
    return {p.part: (p.scope.key, p.content.name, p.valid_from, p.holds_from, source(p.opened_by)) for p in periods}


def source(effect):
    return effect.item.decision.slug if effect.item else effect.snapshot.file_name


def told(run, answer):
    return {part: told_act(run, act) for part, act in answer.items()}


def told_act(run, act):
    return run.world.scopes[act.key[1]].key, act.text, act.known_day, act.day, act.by


def check_scopes(run, asked):
    """For whom a text holds is answered alike for every moment known, also before a merger moved the memberships."""
    for (_, _, day), known, place in product(asked, run.moments, ["xa-1", "xa-2", "xa-3"]):
        agency = run.world.agencies[place]
        found = set(Scope.objects.filter(scopes_for(agency, day, known, prefix="")).values_list("key", flat=True))
        expected = {scope for scope in SCOPES if run.plain.holds_for(scope, place, day, known)}
        assert found == {run.world.scopes[scope].key for scope in expected}, (place, day, known)


def check_lists(run, asked):
    """An agency's list holds the model's procedures, each once with the text its own page shows, sorted by name."""
    for (_, place, day), known in product(asked, run.moments[-2:]):
        place = place or "bo"
        agency = run.world.agencies[place]
        rows = listing_of(agency, day, known)
        expected = run.plain.list_of(place, day, known, PROCEDURES)
        assert sorted(row.procedure.slug for row in rows) == sorted(expected)
        for row in rows:
            told_row = (row.scope.key, row.content.name, row.valid_from, row.holds_from, source(row.opened_by))
            assert told_row in [told_act(run, act) for act in expected[row.procedure.slug]]
            assert show(row.procedure, agency, day, known).base == row
        assert [row.content.sort_key for row in rows] == sorted(row.content.sort_key for row in rows)


def all_rows():
    """Every period and listing ever written, by its key."""
    rows = defaultdict(list)
    for model, part in ((ValidityPeriod, None), (Listing, LISTED)):
        for row in model.objects.select_related("procedure", "closed_by", "opened_by").order_by("holds_from"):
            rows[row.procedure.slug, row.scope_id, part or row.part].append(row)
    return rows


def check_every_period(run):
    """At every moment known and on every day, at most one period of a key holds, and it is the model's act."""
    rows = all_rows()
    names = {scope.pk: name for name, scope in run.world.scopes.items()}
    keys = {(procedure, names[scope], part) for procedure, scope, part in rows} | {act.key for act in run.plain.acts}
    for key, known, day in product(keys, run.moments, ALL_DAYS):
        own = rows[key[0], run.world.scopes[key[1]].pk, key[2]]
        holding = [
            row.holds_from
            for row in own
            if known_at(row.recorded_at, row.withdrawn_at, known)
            and row.holds_from <= day
            and (row.valid_to is None or day < row.valid_to)
        ]
        act = run.plain.in_force(key, day, known)
        assert holding == ([act.day] if act else []), (key, known, day)


def check_gaps():
    """Periods of a key follow one another without a gap, but one that a repeal explains."""
    for key, rows in all_rows().items():
        standing = [row for row in rows if row.withdrawn_at is None]
        for former, later in pairwise(standing):
            assert former.valid_to is not None and former.valid_to <= later.holds_from, key
            if former.valid_to == later.holds_from:
                assert former.closed_by == later.opened_by, key
            else:
                assert former.closed_by.act in (Act.CLOSE, Act.DELIST), key
        for row in standing:
            assert (row.valid_to is None) == (row.closed_by is None), key
            assert row.closed_by is None or row.closed_by.holds_from == row.valid_to, key
            assert row.opened_by.withdrawn_at is None, key


def check_passing_days(run):
    """From one day to the next without any act, exactly what `transitions` names changes; lists change only with it."""
    known = run.moments[-1]
    names = {scope.pk: name for name, scope in run.world.scopes.items()}
    slugs = {procedure.pk: name for name, procedure in run.world.procedures.items()}
    places = {agency.pk: name for name, agency in run.world.agencies.items()}
    keys = {act.key for act in run.plain.acts}
    before = {place: list_on(run, place, ALL_DAYS[0]) for place in WATCHED}
    for yesterday, day in pairwise(ALL_DAYS):
        named = transitions(yesterday, day)
        assert all(one.day == day for one in named) and len(set(named)) == len(named)
        moved = {
            (slugs[one.procedure_id], names[one.scope_id], one.part if one.what == "period" else LISTED)
            for one in named
            if one.what in ("period", "listing")
        }
        act = run.plain.in_force
        assert moved == {key for key in keys if act(key, yesterday, known) is not act(key, day, known)}, day
        members = {places[one.agency_id] for one in named if one.what == "membership"}
        assert members == {place for place in PLACES if groups_on(run, place, yesterday) != groups_on(run, place, day)}
        ended = {places[one.agency_id] for one in named if one.what == "agency"}
        assert ended == {place for place, end in run.plain.ends.items() if end == day}
        for place in WATCHED:
            after = list_on(run, place, day)
            changed = {procedure for procedure, _ in before[place] ^ after}
            assert place in members or changed <= {key[0] for key in moved if key[2] in (BASE, LISTED)}, (place, day)
            before[place] = after


def list_on(run, place, day):
    return {(row.procedure.slug, row.pk) for row in listing_of(run.world.agencies[place], day)}


def groups_on(run, place, day):
    return {group for group in GROUPS if run.plain.is_member(place, group, day, run.moments[-1])}
