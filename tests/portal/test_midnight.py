"""Midnight: what was published for tomorrow is shown tomorrow, on pages and in search, with nobody doing anything."""

import re
from datetime import date, datetime, timedelta

import pytest

from cms import calendar
from cms.models import Change
from portal.operations.jobs import JOBS, run_due
from tests.factories import enact, make_procedure, repeal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def passing(monkeypatch):
    """Lets days pass: the portal's clock shows five past midnight of that many days from now."""

    index = next(one for one in JOBS if one.name == "search_index")

    def pass_days(days):
        class Shifted(datetime):
            @classmethod
            def now(cls, tz=None):
                return (datetime.now(tz) + timedelta(days=days)).replace(hour=0, minute=5)

        monkeypatch.setattr(calendar, "datetime", Shifted)
        (done,) = run_due(Shifted.now(calendar.TIME_ZONE), jobs=(index,))
        assert not done.error

    return pass_days


def test_tomorrows_version_is_shown_tomorrow_without_anybodys_act(client, settings, tmp_path, passing):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    settings.PORTAL_PAGE_CACHE = "off"
    tomorrow = calendar.today() + timedelta(days=1)
    permit, ending = make_procedure(slug="cap-phep"), make_procedure(slug="nuoi-ong")
    enact(permit, "Cấp phép nuôi hươu", on=date(2024, 1, 1))
    enact(permit, "Cấp phép chăn dê", on=tomorrow)
    enact(ending, "Khai báo nuôi ong", on=date(2024, 1, 1))
    repeal(ending, on=tomorrow)
    passing(0)
    acts = Change.objects.count()

    def words(address):
        return re.sub(r"<[^>]*>", "", client.get(address).content.decode())

    def heading(address):
        return client.get(address).content.decode().partition("<h1")[2].partition("</h1>")[0]

    def seen():
        return (
            "Cấp phép chăn dê" in heading("/thu-tuc/cap-phep/"),
            "Đã bãi bỏ từ" in client.get("/thu-tuc/nuoi-ong/").content.decode(),
            "Cấp phép chăn dê" in words("/tim-kiem/?q=chăn+dê"),
            "Cấp phép nuôi hươu" in words("/tim-kiem/?q=nuôi+hươu"),
        )

    assert seen() == (False, False, False, True)
    passing(1)
    assert seen() == (True, True, True, False)
    assert Change.objects.count() == acts
