"""The admin's screens for search: from a query without an answer to an entry in two clicks, seen before it is saved."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from cms.calendar import today
from cms.models import Procedure
from search.backends import sqlite_index
from search.models import DictionaryEntry, PinnedResult, SearchCount
from search.preview import changed_by_entry, changed_by_pin
from tests.search.corpus import corpus

pytestmark = pytest.mark.django_db
DICTIONARY, PINS, STATISTICS = (
    f"/quan-tri/{path}/" for path in ("tim-kiem/tu-dien", "tim-kiem/ghim", "tim-kiem-thong-ke")
)


@pytest.fixture
def index(settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, corpus()) as writing:
        writing.set_meta()


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser("bientap", None, "x", full_name="Biên tập")
    client.force_login(user)
    return client


def body(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def fields(**values):
    return {"official": "", "kind": "colloquial", "keeps": "on", "active": "on", "note": "", **values}


def test_a_query_that_found_nothing_is_two_clicks_from_an_entry(editor):
    SearchCount.objects.create(day=today(), query="giay doc than", zero=True, count=7)
    report = body(editor.get(STATISTICS))
    address = f"{DICTIONARY}add/?phrases=giay+doc+than"
    assert f'href="{address}"' in report
    assert "giay doc than" in body(editor.get(address))
    answer = editor.post(
        f"{DICTIONARY}add/", fields(phrases="giấy độc thân", official="giấy xác nhận tình trạng hôn nhân")
    )
    assert answer.status_code == 302
    assert DictionaryEntry.objects.get().entry.phrases == ("giấy độc thân",)


def test_the_report_counts_only_the_days_chosen(editor):
    SearchCount.objects.create(day=today() - timedelta(days=20), query="cu", zero=False, count=1)
    assert ">cu<" in body(editor.get(STATISTICS))
    assert ">cu<" not in body(editor.get(f"{STATISTICS}?ngay=7"))
    assert ">cu<" in body(editor.get(f"{STATISTICS}?ngay=x"))


def test_only_those_with_the_right_see_the_report(client):
    user = get_user_model().objects.create_user("khach", None, "x", full_name="Khách")
    client.force_login(user)
    assert client.get(STATISTICS).status_code in (302, 403)


def test_entries_are_found_by_what_they_mean_and_by_kind(editor):
    DictionaryEntry.objects.create(phrases="vk", official="vợ", kind="teencode")
    DictionaryEntry.objects.create(phrases="sổ đỏ", official="giấy chứng nhận")
    assert "sổ đỏ" in body(editor.get(f"{DICTIONARY}?q=chứng"))
    assert "sổ đỏ" not in body(editor.get(f"{DICTIONARY}?kind=teencode"))


def test_the_preview_shows_what_an_unsaved_entry_would_change(editor, index):
    SearchCount.objects.create(day=today(), query="lam zzgiay o dau", zero=True, count=3)
    row = DictionaryEntry(phrases="zzgiấy", official="hòa giải tranh chấp đất đai")
    first, asked = changed_by_entry(row, today())
    assert (first.query, asked.query) == ("zzgiấy", "lam zzgiay o dau")
    assert [hit.id for hit in first.after][:1] == [8]
    assert first.changes and 8 not in [hit.id for hit in first.before]
    assert DictionaryEntry.objects.count() == 0


def test_the_preview_of_a_switched_off_entry_is_the_search_without_it(index):
    row = DictionaryEntry.objects.create(phrases="zzgiấy", official="hòa giải tranh chấp đất đai")
    row.active = False
    (change,) = changed_by_entry(row, today())
    assert [hit.id for hit in change.before][:1] == [8]
    assert 8 not in [hit.id for hit in change.after]


@pytest.mark.parametrize("address", ["preview/", "preview/{pk}/"])
def test_the_form_posts_its_preview(editor, index, address):
    row = DictionaryEntry.objects.create(phrases="vk", official="vợ")
    address = DICTIONARY + address.format(pk=row.pk)
    answer = editor.post(address, fields(phrases="zzgiấy", official="hòa giải tranh chấp đất đai"))
    assert answer.json() == {"is_valid": True, "is_available": True}
    shown = body(editor.get(address))
    assert "“zzgiấy”" in shown and "<strong>Mới:</strong> Hòa giải tranh chấp đất đai" in shown


def test_a_pin_is_made_by_code_keeps_who_made_it_and_is_previewed(editor, index):
    death = Procedure.objects.create(pk=3, slug="thu-tuc-3", code="1.000656")
    day = today().strftime("%d/%m/%Y")
    assert f'value="{day}"' in body(editor.get(f"{PINS}add/"))
    form = {"queries": "khai sinh", "procedure": "1000656", "valid_from": day, "valid_until": day, "reason": "mùa vụ"}
    editor.post(f"{PINS}preview/", form)
    assert "<strong>Mới:</strong> Thủ tục đăng ký khai tử" in body(editor.get(f"{PINS}preview/"))
    assert editor.post(f"{PINS}add/", form).status_code == 302
    pin = PinnedResult.objects.get()
    assert (pin.procedure, pin.made_by.username) == (death, "bientap")
    assert "1.000656" in body(editor.get(PINS))
    assert "1.000656" in body(editor.get(f"{PINS}edit/{pin.pk}/"))
    (change,) = changed_by_pin(pin)
    assert [hit.id for hit in change.after][:2] == [3, 1]


def test_deleting_a_shipped_entry_in_the_admin_switches_it_off(editor):
    row = DictionaryEntry.objects.create(phrases="vk", official="vợ", shipped_key="teencode:vk")
    editor.post(f"{DICTIONARY}delete/{row.pk}/")
    row.refresh_from_db()
    assert row.active is False


def test_the_dictionary_can_be_taken_along_as_a_spreadsheet(editor):
    DictionaryEntry.objects.create(phrases="vk", official="vợ")
    response = editor.get(f"{DICTIONARY}?export=csv")
    assert "vợ" in b"".join(response.streaming_content).decode()
