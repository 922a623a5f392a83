"""What editors see in the admin: procedures under their latest name, decisions with their items, what a file gave."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from cms.models import AgencyText, CatalogueSnapshot, Decision, DecisionItem, PartState, Procedure, ProcedureContent
from cms.vocabulary import AgencyRole, Part, Presence


def procedures_by_name() -> "QuerySet[Any]":
    """All procedures, drafts too, with `latest_name` and `latest_sector` of the text written last."""
    texts = ProcedureContent.objects.filter(procedure=OuterRef("pk")).order_by("-pk")
    return Procedure.objects.annotate(
        latest_name=Subquery(texts.values("name")[:1]),
        latest_sector=Subquery(texts.values("sector__name")[:1]),
        latest_key=Subquery(texts.values("sort_key")[:1]),
    ).order_by(F("latest_key").asc(nulls_last=True), "pk")


def as_catalogue(procedures: "QuerySet[Any]") -> "QuerySet[Any]":
    """The same with `stated_sector`, `stated_issuer`, `stated_agencies`: these parts of the text written last, word
    for word."""
    issuers = AgencyText.objects.filter(content__procedure=OuterRef("pk"), role=AgencyRole.ANNOUNCING)
    states = PartState.objects.filter(content__procedure=OuterRef("pk"), presence=Presence.STATED).order_by("-content")
    return procedures.annotate(
        stated_sector=Subquery(states.filter(part=Part.SECTOR).values("raw_text")[:1]),
        stated_issuer=Subquery(issuers.order_by("-content", "ordinal").values("text")[:1]),
        stated_agencies=Subquery(states.filter(part=Part.AGENCIES).values("raw_text")[:1]),
    )


def procedures_matching(found: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """Those whose code, address, other identifier or any of whose names holds what was typed.

    SQLite compares only unmarked letters without regard to capitals, so a few ways to write it are tried.
    """
    ways = {typed, typed.lower(), typed.upper(), typed.capitalize(), typed[:1].upper() + typed[1:]}
    names = Q()
    for way in ways:
        names |= Q(name__icontains=way)
    named = ProcedureContent.objects.filter(names).values("procedure")
    ours = Q(code__icontains=typed) | Q(slug__icontains=typed) | Q(identifiers__value__iexact=typed)
    return found.filter(ours | Q(pk__in=named)).distinct()


def decisions_with_counts() -> "QuerySet[Any]":
    """All decisions, drafts too, newest first, with how many items each has."""
    newest = F("signed_on").desc(nulls_last=True)
    return Decision.objects.select_related("issuer").annotate(item_count=Count("items")).order_by(newest, "-pk")


def items_of(decision: Decision) -> list[DecisionItem]:
    """The decision's items in their order, with their procedures."""
    return list(decision.items.select_related("procedure").order_by("ordinal"))


def snapshots_with_counts() -> "QuerySet[Any]":
    """The catalogue files read, latest first, with how many effects each has."""
    return CatalogueSnapshot.objects.annotate(effect_count=Count("effects")).order_by("-read_on", "-pk")
