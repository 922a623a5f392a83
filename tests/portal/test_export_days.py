"""Any other day in the portal as files: one page of a procedure answers for every day of the law and of the portal."""

from datetime import date, datetime, time, timedelta

import pytest

from cms.calendar import TIME_ZONE, today
from cms.services import changelog
from portal.export.run import Options, export
from portal.export.writer import only_one
from tests.factories import enact, make_agency, make_procedure, repeal


@pytest.fixture
def tree(db, settings, tmp_path, monkeypatch):
    """A procedure of three texts, the first known otherwise until five days ago, and ended by now."""
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    ministry, birth = make_agency("Bộ Tư pháp"), make_procedure(code="1.001193", slug="khai-sinh")
    for before, act in (
        (10, lambda: enact(birth, "Tên đầu", on=date(2024, 1, 1), issuer=ministry, sector="Hộ tịch")),
        (5, lambda: enact(birth, "Tên giữa", on=date(2025, 1, 1), issuer=ministry, sector="Hộ tịch")),
        (5, lambda: enact(birth, "Tên cuối", on=date(2026, 1, 1), issuer=ministry, sector="Hộ tịch")),
        (5, lambda: repeal(birth, on=date(2026, 3, 1), issuer=ministry)),
    ):
        moment = datetime.combine(today() - timedelta(days=before), time(9), TIME_ZONE)
        monkeypatch.setattr(changelog.timezone, "now", lambda moment=moment: moment)
        act()
    monkeypatch.undo()
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    out = tmp_path / "ban"
    with only_one(out) as fresh:
        export(out, fresh, Options(today()))
    return out


@pytest.mark.browser
def test_every_other_day_is_answered_from_the_disk_by_the_list_of_versions(tree, chromium):
    tab, known = chromium.new_page(locale="vi-VN"), today() - timedelta(days=10)
    versions = (tree / "thu-tuc/khai-sinh/phien-ban/index.html").as_uri()

    def asked(query):
        """Where a query leads, below the procedure; or what is said."""
        tab.goto(f"{versions}?{query}")
        tab.wait_for_load_state()
        place = tab.url.partition("/khai-sinh/")[2].removesuffix("index.html")
        return tab.inner_text("[data-other-day]") if place.startswith("phien-ban") else place

    try:
        assert asked("ngay=15/7/2025") == "2025-01-01/"
        assert asked("ngay=2026-05-05") == "2026-03-01/"
        assert "Đã bãi bỏ" in tab.inner_text("main")
        assert "cổng chỉ có số liệu từ 01/01/2024" in asked("ngay=05/05/2020")
        assert "Không đọc được ngày “31/02/2026”" in asked("ngay=31/02/2026")
        assert asked(f"ngay=2026-02-02&biet-den={known + timedelta(days=2)}") == f"2024-01-01/tren-cong-ngay/{known}/"
        assert "Tên đầu" in tab.inner_text("h1")
        assert asked(f"ngay=2025-05-05&biet-den={today()}") == "2025-01-01/"
        assert "chưa hiển thị" in asked("ngay=2025-05-05&biet-den=2020-01-01")
        assert "chưa đến" in asked(f"ngay=2025-05-05&biet-den={today() + timedelta(days=3)}")
        assert asked("truoc=2026-02-02&sau=2024-05-05") == "so-sanh/2024-01-01/2026-01-01/"
        assert tab.inner_text("main .changes ins >> nth=0") == "cuối"
        tab.goto(versions)
        tab.select_option("#truoc", "2024-01-01")
        tab.select_option("#sau", "2025-01-01")
        with tab.expect_navigation(url="**/so-sanh/2024-01-01/2025-01-01/index.html"):
            tab.click(".two-days button")
        # What the portal showed on the very day a version began.
        tab.goto((tree / "thu-tuc/khai-sinh/2026-01-01/index.html").as_uri())
        with tab.expect_navigation():
            tab.click("text=Cổng đã hiển thị gì vào chính ngày đó")
        tab.wait_for_load_state()
        assert "chưa hiển thị thủ tục này" in tab.inner_text("[data-other-day]")
    finally:
        tab.close()
