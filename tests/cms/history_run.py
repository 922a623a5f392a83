"""Plays a random history on the portal's services and, beside them, on the plain model."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from cms.calendar import local_day
from cms.models import (
    Agency,
    CatalogueSnapshot,
    Change,
    ClassMembership,
    Decision,
    DecisionItem,
    Effect,
    Listing,
    Replacement,
    ValidityPeriod,
)
from cms.services import (
    NothingStandsError,
    PublishingBlockedError,
    approve_decision,
    correct,
    decision_slug,
    join_class,
    merge_agencies,
    publish_decision,
    record_snapshot,
    roll_back,
    scope_nation,
    scope_of_agency,
    scope_of_area,
    scope_of_class,
    take_moment,
)
from cms.vocabulary import Act as Acts
from cms.vocabulary import AgencyKind, DecisionAction
from tests import factories as make
from tests.cms import plain_model
from tests.cms.history import ALL_DAYS, CITED, DAYS, GROUPS, PARENTS, PROCEDURES, SCOPES, STARTING_MEMBERS, TEXTS
from tests.cms.plain_model import BASE, LISTED, Plain


class World:
    """Agencies, classes, scopes, procedures and draft texts that every history starts from."""

    def __init__(self):
        kinds = {"bo": AgencyKind.MINISTRY, "tinh": AgencyKind.PROVINCE, "xa": AgencyKind.COMMUNE}
        self.agencies: dict[str, Agency] = {}
        for name, parent in PARENTS.items():
            above = self.agencies[parent] if parent else None
            self.agencies[name] = make.make_agency(name, kinds[name.split("-")[0]], above, slug=name)
        self.agencies = {agency.slug: agency for agency in Agency.objects.all()}
        self.groups = {
            name: make.make_class(name, function=name, area=self.agencies[area] if area else None)
            for name, area in GROUPS.items()
        }
        makers = {"nation": lambda _: scope_nation(), "area": self._area, "agency": self._agency}
        self.scopes = {name: makers.get(kind, self._class)(target) for name, (kind, target) in SCOPES.items()}
        self.procedures = {name: make.make_procedure(code=name, slug=name) for name in PROCEDURES}
        self.texts = {
            (name, text): make.make_content(procedure, f"{name} {text}", decision_number=CITED if text == CITED else "")
            for name, procedure in self.procedures.items()
            for text in TEXTS
        }
        self.plain = Plain(PARENTS, {"bo"}, GROUPS, SCOPES, ALL_DAYS)
        self.start()

    def _area(self, name):
        return scope_of_area(self.agencies[name])

    def _agency(self, name):
        return scope_of_agency(self.agencies[name])

    def _class(self, name):
        return scope_of_class(self.groups[name])

    def start(self):
        moment = take_moment(None)
        for group, agency, number in STARTING_MEMBERS:
            join_class(
                agency_class=self.groups[group], agencies=[self.agencies[agency]], on=DAYS[number], moment=moment
            )
            self.plain.join(group, [agency], DAYS[number], moment.at)
        self.at = moment.at


class Run:
    """One history, played on both sides. `moments` are the times after each step at which something was known."""

    def __init__(self, world):
        self.world = world
        fresh = world.plain
        self.plain = replace(
            fresh, acts=[], members=[replace(m) for m in fresh.members], successors=[], ends={},
            rolled_back=set(), gave_way={},
        )  # fmt: skip
        self.moments = [world.at]
        self.publications = []
        self.notes = []

    def play(self, operation):
        before = fingerprint()
        refused = getattr(self, f"_{type(operation).__name__.lower()}")(operation)
        self.notes.append(refused or "done")
        if refused:
            assert fingerprint() == before, "a refused act must change nothing"

    def _now(self):
        self.moments.append(Change.objects.latest("sequence").at)
        return self.moments[-1]

    def _decide(self, op):
        name = f"{len(self.notes)}-qd"
        decision = Decision(
            number=self._number(op),
            slug=name,
            issuer=self.world.agencies[op.issuer],
            signed_on=op.signed,
            effective_from=op.day,
        )
        decision.slug = decision_slug(decision)
        decision.save()
        effects = self._draft(decision, op)
        approve_decision(decision=decision, by=None)
        try:
            with transaction.atomic():
                publish_decision(decision=decision, by=None)
                at = Change.objects.latest("sequence").at
        except PublishingBlockedError as error:
            at, blocked = timezone.now(), str(error)
        else:
            blocked = None
        acts = [
            plain_model.Act(
                name, (said.procedure, said.scope, said.part), said.opens,
                f"{said.procedure} {said.text}" if said.opens and said.part != LISTED else None,
                said.day or op.day or local_day(at), said.day or op.day, op.signed, 0, None, ref=effect.pk,
            )
            for said, effect in zip(op.said, effects, strict=True)
        ]  # fmt: skip
        refused = self.plain.publish(op.issuer, name, decision.number, acts, at)
        assert bool(refused) == bool(blocked), f"model: {refused}; portal: {blocked}"
        if not refused:
            self.publications.append((name, decision))
            self._now()
        return refused

    def _number(self, op):
        """The number that catalogue files cite, where asked for and free; else one of its own."""
        taken = Decision.objects.filter(number=CITED).exclude(state="ROLLED_BACK")
        in_use = taken.filter(state="PUBLISHED").exists()
        same = taken.filter(issuer=self.world.agencies[op.issuer], signed_on=op.signed).exists()
        return CITED if op.cited and not in_use and not same else f"{len(self.notes)}/QĐ"

    def _draft(self, decision, op):
        effects = []
        for ordinal, said in enumerate(op.said, start=1):
            if ordinal == 1 or not op.one_item:
                item = DecisionItem.objects.create(
                    decision=decision, ordinal=ordinal, label=str(ordinal), effective_from=None,
                    action=DecisionAction.REPLACE if op.olds else DecisionAction.AMEND,
                    procedure=self.world.procedures[said.procedure],
                )  # fmt: skip
            effects.append(self._effect(said))
            effects[-1].item = item
            effects[-1].save()
        rows = [
            Replacement(item=item, old=self.world.procedures[old], new=self.world.procedures[new])
            for old in op.olds
            for new in op.news
        ]
        Replacement.objects.bulk_create(rows)
        return effects

    def _effect(self, said):
        opens = (Acts.LIST, Acts.DELIST) if said.part == LISTED else (Acts.OPEN, Acts.CLOSE)
        act = opens[0] if said.opens else opens[1]
        return Effect(
            procedure=self.world.procedures[said.procedure],
            scope=self.world.scopes[said.scope],
            part=BASE if said.part == LISTED else said.part,
            act=act,
            content=self.world.texts[said.procedure, said.text] if act == Acts.OPEN else None,
            effective_from=said.day,
        )

    def _snapshot(self, op):
        name = f"file {len(self.notes)}"
        snapshot = CatalogueSnapshot.objects.create(file_name=name, sha256=name, reader="test", read_on=op.read_on)
        effects = [self._effect(said) for said in op.said]
        at = record_snapshot(snapshot=snapshot, effects=effects, by=None).at
        acts = [
            plain_model.Act(
                name, (said.procedure, said.scope, said.part), True,
                None if said.part == LISTED else f"{said.procedure} {said.text}",
                op.read_on, None, None, 0, None, ref=effect.pk,
            )
            for said, effect in zip(op.said, effects, strict=True)
        ]  # fmt: skip
        self.plain.take_in(acts, at)
        self.publications.append((name, snapshot))
        self._now()

    def _correct(self, op):
        if not self.plain.acts:
            return "nothing published"
        act = self.plain.acts[op.which % len(self.plain.acts)]
        wrong = act.withdrawn is not None or act.text is None
        procedure = act.key[0]
        try:
            with transaction.atomic():
                text = self.world.texts[procedure, op.text]
                fresh = correct(effect=self._effect_of(act), content=text, by=None)
        except NothingStandsError:
            assert wrong, act
            return "nothing stands"
        assert not wrong, act
        self.plain.correct(act, f"{procedure} {op.text}", self._now()).ref = fresh.pk
        return None

    def _effect_of(self, act):
        if act.ref is None:
            procedure, scope = self.world.procedures[act.key[0]], self.world.scopes[act.key[1]]
            again = Effect.objects.filter(snapshot__file_name=act.by, procedure=procedure, scope=scope, part=act.key[2])
            act.ref = again.get(recorded_at=act.recorded, act=Acts.OPEN).pk
        return Effect.objects.get(pk=act.ref)

    def _rollback(self, op):
        if not self.publications:
            return "nothing published"
        name, what = self.publications[op.which % len(self.publications)]
        stands = any(act.by == name for act in self.plain.standing())
        try:
            with transaction.atomic():
                roll_back(what=what, by=None)
        except NothingStandsError:
            assert not stands, name
            return "nothing stands"
        assert stands, name
        self.plain.roll_back(name, self._now())
        return None

    def _merge(self, op):
        if op.new in op.olds:
            return "into itself"
        merge_agencies(
            predecessors=[self.world.agencies[old] for old in op.olds],
            successor=self.world.agencies[op.new],
            on=op.day,
            by=None,
        )
        self.plain.merge(op.olds, op.new, op.day, self._now())
        return None

    def _join(self, op):
        moment = take_moment(None)
        join_class(
            agency_class=self.world.groups[op.group],
            agencies=[self.world.agencies[op.agency]],
            on=op.day,
            moment=moment,
        )
        self.plain.join(op.group, [op.agency], op.day, moment.at)
        self.moments.append(moment.at)


def fingerprint():
    """All that a refused act must leave as it was."""
    rows = [
        list(model.objects.order_by("pk").values_list("pk", "withdrawn_at"))
        for model in (ValidityPeriod, Listing, ClassMembership)
    ]
    published = Effect.objects.filter(recorded_at__isnull=False).order_by("pk")
    return rows, list(published.values_list("pk", "withdrawn_at")), Change.objects.count()
