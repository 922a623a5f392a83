"""Objects for tests, made through the same services as in service: a test reads as the history it needs."""

from __future__ import annotations

from datetime import date
from itertools import count

from cms.models import (
    Agency,
    AgencyClass,
    CatalogueSnapshot,
    Decision,
    DecisionItem,
    Effect,
    PartState,
    Procedure,
    ProcedureContent,
    Sector,
    Step,
)
from cms.services import (
    ContentDraft,
    add_agency,
    approve_decision,
    publish_decision,
    record_snapshot,
    scope_nation,
    write_contents,
)
from cms.services.addresses import decision_slug, free_slug
from cms.text import match_key, slugify, sort_key
from cms.vocabulary import Act, AgencyKind, DecisionAction, Part, Presence, ScopePart

_numbers = count(1)


def make_agency(name="Bộ Tư pháp", kind=AgencyKind.MINISTRY, parent=None, **values) -> Agency:
    if parent:
        parent = Agency.objects.get(pk=parent.pk)
    return add_agency(name=name, kind=kind, parent=parent, **values)


def make_class(name="Ủy ban nhân dân cấp xã", level="COMMUNE", function="ubnd", area=None) -> AgencyClass:
    key = f"{level}/{slugify(name)}/{area.slug if area else ''}"
    return AgencyClass.objects.create(
        key=key, name=name, level=level, function=function, area=area, match_key=match_key(name)
    )


def make_sector(name="Hộ tịch") -> Sector:
    found = Sector.objects.filter(match_key=match_key(name)).first()
    return found or Sector.objects.create(
        name=name, slug=free_slug(Sector, name), match_key=match_key(name), sort_key=sort_key(name)
    )


def make_procedure(code=None, slug=None) -> Procedure:
    number = next(_numbers)
    return Procedure.objects.create(code=code or f"1.{number:06}", slug=slug or f"thu-tuc-{number}")


def draft_content(procedure, name="Đăng ký khai sinh", sector=None, details=(), parts=None, **values) -> ContentDraft:
    """A text that is not saved yet; `parts` maps a Part to its raw text ("" = not published)."""
    if isinstance(sector, str):
        sector = make_sector(sector)
    content = ProcedureContent(
        procedure=procedure, name=name, sector=sector, sector_text=sector.name if sector else "", **values
    )
    states = [
        PartState(part=part, presence=Presence.STATED if raw else Presence.NOT_PUBLISHED, raw_text=raw)
        for part, raw in (parts or {Part.NAME: name}).items()
    ]
    return ContentDraft(content, states, list(details))


def make_content(procedure, name="Đăng ký khai sinh", **values) -> ProcedureContent:
    values.setdefault("details", [Step(ordinal=1, label="Bước 1", text=f"Nộp hồ sơ ({name})")])
    return write_contents(drafts=[draft_content(procedure, name, **values)])[0]


def make_decision(issuer=None, number=None, signed_on=date(2025, 6, 20), effective_from=None, **values) -> Decision:
    number = number or f"{next(_numbers)}/QĐ-BTP"
    decision = Decision(
        number=number,
        issuer=issuer or Agency.objects.filter(kind=AgencyKind.MINISTRY).first() or make_agency(),
        signed_on=signed_on,
        effective_from=effective_from,
        **values,
    )
    decision.slug = decision_slug(decision)
    decision.save()
    return decision


def add_item(decision, procedure, action=DecisionAction.ENACT, effects=(), **values) -> DecisionItem:
    """An item with its effects, each a dict of Effect fields (`scope` defaults to the nation)."""
    ordinal = decision.items.count() + 1
    item = DecisionItem.objects.create(
        decision=decision, procedure=procedure, ordinal=ordinal, label=str(ordinal), action=action, **values
    )
    for effect in effects:
        fields = {"scope": effect.get("scope") or scope_nation(), "part": ScopePart.BASE, "procedure": procedure}
        Effect.objects.create(item=item, **fields | {k: v for k, v in effect.items() if k != "scope"})
    return item


def publish(decision, by=None) -> Decision:
    approve_decision(decision=decision, by=by)
    return publish_decision(decision=decision, by=by)


def enact(procedure, name="Đăng ký khai sinh", on=date(2025, 7, 1), scope=None, issuer=None, listed=None, **content):
    """Publish a decision that opens the base text of one procedure, and lists it in the scope `listed`."""
    decision = make_decision(issuer=issuer, effective_from=on)
    effects = [{"act": Act.OPEN, "content": make_content(procedure, name, **content), "scope": scope}]
    if listed:
        effects.append({"act": Act.LIST, "scope": listed})
    add_item(decision, procedure, effects=effects)
    return publish(decision)


def repeal(procedure, on, scope=None, issuer=None):
    """Publish a decision that closes the base text of one procedure."""
    decision = make_decision(issuer=issuer, effective_from=on)
    add_item(decision, procedure, DecisionAction.REPEAL, effects=[{"act": Act.CLOSE, "scope": scope}])
    return publish(decision)


def snapshot_of(procedure, name="Đăng ký khai sinh", read_on=date(2026, 1, 15), scope=None, listed=None, **content):
    """Record a catalogue file that states the base text of one procedure, start unknown."""
    snapshot = CatalogueSnapshot.objects.create(
        file_name="danh-muc.jsonl", sha256="0" * 64, reader="test", read_on=read_on
    )
    opened = Effect(
        procedure=procedure,
        scope=scope or scope_nation(),
        part=ScopePart.BASE,
        act=Act.OPEN,
        content=make_content(procedure, name, **content),
    )
    effects = [opened]
    if listed:
        effects.append(Effect(procedure=procedure, scope=listed, act=Act.LIST))
    record_snapshot(snapshot=snapshot, effects=effects, by=None)
    return snapshot
