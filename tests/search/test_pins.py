"""Pinned results come first while their days last, say so, and never show what the filters hide."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from cms.calendar import today
from cms.models import Procedure
from search.backends import Filters, sqlite_index
from search.engine import search
from search.models import PinnedResult
from search.pin_form import ProcedureField
from search.pins import pinned_for
from search.synonyms import shipped
from tests.search.corpus import corpus

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
DAY = timedelta(days=1)


@pytest.fixture
def index(settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, corpus()) as writing:
        writing.set_meta()


@pytest.fixture
def death():
    return Procedure.objects.create(pk=3, slug="thu-tuc-3", code="1.000656")


@pytest.fixture
def pin(death):
    return PinnedResult.objects.create(
        queries="Khai sinh\nđẻ  con", procedure=death, valid_from=FIRST, valid_until=LAST, reason="thử"
    )


def test_a_pin_holds_from_its_first_day_to_its_last(pin):
    held = [pinned_for("khai sinh", on) for on in (FIRST - DAY, FIRST, LAST, LAST + DAY)]
    assert held == [[], [3], [3], []]


@pytest.mark.parametrize("typed", ["KHAI SINH", "khai  sinh ", "khai sinh", "de con", "Đẻ con?"])
def test_the_whole_query_is_compared_without_marks(pin, typed):
    assert pinned_for(typed, FIRST) == [3]


@pytest.mark.parametrize("typed", ["khai", "khai sinh con", "sinh", "", "   ", "%", "khai_sinh"])
def test_another_query_is_not_pinned(pin, typed):
    assert pinned_for(typed, FIRST) == ([3] if typed == "khai_sinh" else [])


def test_a_pinned_procedure_comes_first_and_is_named_as_such(index, pin):
    plain = search("khai sinh", dictionary=shipped())
    found = search("khai sinh", dictionary=shipped(), on=FIRST)
    assert (plain.hits[0].id, plain.pinned) == (1, ())
    assert (found.hits[0].id, found.hits[1].id, found.pinned) == (3, 1, (3,))
    assert found.total == plain.total + 1
    assert search("khai sinh", dictionary=shipped(), on=LAST + DAY).hits == plain.hits


def test_a_procedure_found_anyway_is_shown_once(index, pin, death):
    found = search("khai tử", dictionary=shipped(), on=FIRST)
    PinnedResult.objects.create(queries="khai tử", procedure=death, valid_from=FIRST, valid_until=LAST, reason="thử")
    pinned = search("khai tử", dictionary=shipped(), on=FIRST)
    assert sorted(hit.id for hit in pinned.hits) == sorted(hit.id for hit in found.hits)


def test_filters_hide_a_pinned_procedure_too(index, pin):
    assert 3 not in [hit.id for hit in search("khai sinh", Filters(sector="dat-dai"), on=FIRST).hits]


def test_the_page_says_which_hit_is_pinned(index, pin, client):
    pin.valid_from = pin.valid_until = today()
    pin.save()
    found = client.get("/tim-kiem/?q=khai+sinh").content.decode()
    assert found.count('class="pinned"') == 1
    assert found.index('class="pinned"') < found.index("thu-tuc-3") < found.index("thu-tuc-1/")


def test_a_pin_must_end_after_it_begins_and_be_for_some_words(death):
    with pytest.raises(ValidationError, match="Ngày cuối"):
        PinnedResult(queries="a", procedure=death, valid_from=LAST, valid_until=FIRST, reason="thử").full_clean()
    with pytest.raises(ValidationError, match="Chưa có chữ"):
        PinnedResult(queries="?!", procedure=death, valid_from=FIRST, valid_until=LAST, reason="thử").full_clean()


@pytest.mark.parametrize("typed", ["1.000656", "1000656", "thu-tuc-3", "https://vi.du/thu-tuc/thu-tuc-3/?q=1"])
def test_a_procedure_is_given_by_code_or_address(death, typed):
    assert ProcedureField().clean(typed) == death


def test_an_unknown_code_is_refused_in_plain_words(death):
    with pytest.raises(ValidationError, match="Không có thủ tục nào"):
        ProcedureField().clean("9.999999")
