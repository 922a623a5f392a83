"""Whether what people read is the sample that ships with the portal: then every page must say so."""

from django.db.models import Q

from cms.models import CatalogueSnapshot, Change, Effect

# The files of the sample are known by the beginning of their name, in the admin and in every text's source.
SAMPLE_MARK = "Dữ liệu mẫu: "


def holds_sample() -> bool:
    """Whether a text of the sample still stands, of its catalogues or its decisions; a real file or decision that takes
    its place ends it. One query."""
    files = CatalogueSnapshot.objects.filter(file_name__startswith=SAMPLE_MARK)
    decisions = Change.objects.filter(decision__isnull=False, note__startswith=SAMPLE_MARK).values("decision")
    standing = Effect.objects.filter(recorded_at__isnull=False, withdrawn_at__isnull=True)
    return standing.filter(Q(snapshot__in=files) | Q(item__decision__in=decisions)).exists()
