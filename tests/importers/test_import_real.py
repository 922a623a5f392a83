"""All real files through the whole import: what becomes of them, and that a second run finds nothing to do."""

import pytest

from cms.models import AgencyText, CatalogueSnapshot, Cost, Listing, Procedure, ValidityPeriod
from cms.vocabulary import AgencyTextKind, CostReading, Reading
from importers.labels import distinct_names, rename
from importers.models import CatalogueName, ImportRow, QuarantinedRow
from importers.readers import read
from importers.run import run_import
from importers.units import import_units, read_units

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def files(shared_data):
    national = shared_data / "dvcqg-ministries"
    paths = [
        national / "procedures.jsonl",
        shared_data / "bqp-structured" / "procedures.jsonl",
        *sorted((national / "xlsx-catalogues").iterdir()),
    ]
    return lambda: [rename(read(path), name) for path, name in zip(paths, distinct_names(paths), strict=True)]


def test_all_real_files_become_a_portal_once(files, shared_data):
    import_units(read_units(next((shared_data / "vn-units").glob("*.json"))))
    report = run_import(files=files())
    counts = report.counts
    assert (counts["records"], counts["catalogue_rows"]) == (2112 + 166, 2378)
    assert (counts["created"], counts["refused"], counts["quarantined"]) == (2544, 0, 17)
    assert counts["name_only"] == 17 + 266
    assert Procedure.objects.count() == ValidityPeriod.objects.standing().count() == 2544
    assert not ValidityPeriod.objects.filter(valid_from__isnull=False).exists()
    assert QuarantinedRow.objects.count() == 17
    assert CatalogueName.objects.count() == 2378
    assert CatalogueSnapshot.objects.count() == 7
    # A fee that is doubted is never certain, and none in doubt reads as plainly free.
    assert not Cost.objects.exclude(doubts="").filter(reading=Reading.CERTAIN).exists()
    assert not Cost.objects.filter(reading_kind=CostReading.BRACKETED, reading=Reading.CERTAIN).exists()
    assert Listing.objects.standing().exists()
    phrases = AgencyText.objects.filter(kind=AgencyTextKind.PHRASE)
    assert phrases.exists()
    assert not phrases.exclude(agency=None, agency_class=None).exists()
    assert ImportRow.objects.count() > 1000
    again = run_import(files=files())
    assert (again.wrote, again.counts["unchanged"]) == (False, 2544)
