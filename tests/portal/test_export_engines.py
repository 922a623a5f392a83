"""What no query asks for is as the database has it: SQLite and PostgreSQL, and one PostgreSQL and the next, give rows
without an order, and texts in the order of a language, each in its own way. The files must not show it."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, TextField

from cms.models import Decision, PendingReference, ReceptionPoint
from cms.vocabulary import Act, AgencyKind, DecisionAction
from search import synonyms
from search.dictionary_loading import save_entries
from search.models import DictionaryEntry
from tests.factories import add_item, enact, make_agency, make_decision, make_procedure, publish
from tests.portal.test_export import run, tree

# In the order of code points, of Vietnamese and of rows these three are three orders.
NAMES = "TNN", "cách làm", "Ảnh thẻ"


@pytest.fixture
def portal(db, settings, tmp_path):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    ministry = make_agency("Bộ Tư pháp")
    commune = make_agency("Phường Hạ Long", AgencyKind.COMMUNE, parent=make_agency("Tỉnh X", AgencyKind.PROVINCE))
    for name in NAMES:
        ReceptionPoint.objects.create(agency=commune, name=name, address="Số 1")
    procedures = [make_procedure() for _name in NAMES]
    for one, name in zip(procedures, NAMES, strict=True):
        enact(one, f"Cấp {name}", issuer=ministry, sector=name)
    decision = make_decision(ministry, "7/QĐ-BTP", effective_from=date(2026, 1, 1))
    decision.rests_on.set(Decision.objects.exclude(pk=decision.pk))
    item = add_item(decision, procedures[0], DecisionAction.REPLACE, effects=[{"act": Act.CLOSE}])
    for one, name in zip(procedures, NAMES, strict=True):
        item.replacements.create(old=procedures[0], new=one)
        PendingReference.objects.create(item=item, text=f"Số 1, Quyết định về {name}")
    publish(decision)
    save_entries([DictionaryEntry(phrases=name, official="giấy tờ") for name in NAMES])


def _turn_round() -> None:
    """Let the database order what it may in another way: rows from the last, texts as a language has them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA reverse_unordered_selects = ON")
            return
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in apps.get_models(include_auto_created=True):
            texts = [one for one in model._meta.local_fields if isinstance(one, CharField | TextField)]
            if model._meta.app_label not in ("cms", "search") or not texts:
                continue
            changed = (
                f'ALTER COLUMN "{one.column}" TYPE {one.db_type(connection)} COLLATE "und-x-icu"' for one in texts
            )
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {", ".join(changed)}')


@pytest.fixture
def as_it_was():
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA reverse_unordered_selects = OFF")
    synonyms._read = None


def test_the_order_a_database_gives_rows_and_texts_in_changes_no_file(portal, as_it_was, settings, tmp_path):
    for place in ("mot", "hai"):
        synonyms._read = None
        settings.PORTAL_SEARCH_INDEX = tmp_path / f"{place}.sqlite3"
        run(tmp_path / place)
        _turn_round()
    one, other = tree(tmp_path / "mot"), tree(tmp_path / "hai")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    page = one["quyet-dinh/7-qd-btp/index.html"].decode()
    places = [page.index(f"Quyết định về {name}") for name in NAMES]
    assert places == sorted(places)
