"""Whether what people read is the sample that ships with the portal: then every page must say so."""

from cms.models import CatalogueSnapshot, Effect

# The files of the sample are known by the beginning of their name, in the admin and in every text's source.
SAMPLE_MARK = "Dữ liệu mẫu: "


def holds_sample() -> bool:
    """Whether a text of the sample still stands; a real file or decision that takes its place ends it. One query, in
    the few snapshots, where there is no sample."""
    mine = CatalogueSnapshot.objects.filter(file_name__startswith=SAMPLE_MARK)
    standing = Effect.objects.filter(recorded_at__isnull=False, withdrawn_at__isnull=True)
    return standing.filter(snapshot__in=mine).exists()
