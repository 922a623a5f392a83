"""Which public pages exist, for machines that visit the site: enumerated, never crawled, with the day each changed."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef

from cms.models import Agency, Change, LifeEvent, Procedure, Sector, ValidityPeriod
from cms.selectors.gazette import shown_decisions

_Row = tuple[tuple[str, ...], datetime | None]


def procedures() -> Iterator[_Row]:
    """(slug,) of every procedure that is or was public, with the moment of its last change. Two queries."""
    changed = dict(
        Change.objects.filter(procedure__isnull=False).order_by().values("procedure").annotate(Max("at")).values_list(
            "procedure", "at__max"
        )
    )  # fmt: skip
    public = Procedure.objects.filter(Exists(ValidityPeriod.objects.filter(procedure=OuterRef("pk"))))
    for pk, slug in public.order_by("pk").values_list("pk", "slug").iterator(chunk_size=2000):
        yield (slug,), changed.get(pk)


def local_pages() -> Iterator[_Row]:
    """(agency, procedure) slugs where local data differ from the base text: an agency's or area's own text stands."""
    rows = ValidityPeriod.objects.standing().filter(scope__agency__isnull=False)
    pairs = rows.order_by("scope__agency", "procedure").values_list("scope__agency__slug", "procedure__slug")
    for agency, procedure, at in pairs.annotate(at=Max("recorded_at")).values_list(
        "scope__agency__slug", "procedure__slug", "at"
    ):
        yield (agency, procedure), at


def agencies() -> Iterator[_Row]:
    """(slug,) of every agency that is or was."""
    for slug in Agency.objects.order_by("path").values_list("slug", flat=True).iterator(chunk_size=2000):
        yield (slug,), None


def sectors() -> Iterator[_Row]:
    """(slug,) of every sector."""
    for slug in Sector.objects.order_by("pk").values_list("slug", flat=True):
        yield (slug,), None


def life_events() -> Iterator[_Row]:
    """(slug,) of every life event."""
    for slug in LifeEvent.objects.values_list("slug", flat=True):
        yield (slug,), None


def decisions() -> Iterator[_Row]:
    """(slug,) of every public decision, with the moment it was published."""
    rows = shown_decisions().order_by(F("published_at"), "pk")
    for slug, at in rows.values_list("slug", "published_at"):
        yield (slug,), at
