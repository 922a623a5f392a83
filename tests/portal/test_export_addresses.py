"""Every public address of the portal stands in the export, leads to a file of it, or is said to need a server."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import get_resolver, resolve, reverse
from wagtail.models import Page

from cms.models import Decision, LifeEvent
from cms.selectors.survey import survey
from cms.services import changelog, scope_of_agency
from cms.views import sitemaps
from cms.vocabulary import AgencyKind
from portal.export.addresses import NEEDS_SERVER, PARTS
from portal.export.languages import twins
from portal.export.links import Links
from portal.export.searching import followed
from portal.export.writer import Tree
from tests.factories import enact, make_agency, make_procedure

# Editors' side, files that pages bring with them, Wagtail's sign-in; its pages are told one by one below.
NOT_PAGES = re.compile(r"quan-tri/|xem-truoc/|tai-lieu/|\^?media/|_util/|\^\(\(\?:")
SAMPLES = {
    "identifier": "khai-sinh", "on": "2024-01-01", "known": "2026-02-01", "before": "2024-05-05", "after": "2026-01-01",
    "agency": "phong-nha", "sector": "ho-tich", "words": "dang-ky", "anchor": "khai-sinh", "number": "1",
    "province": "quang-tri", "sequence": "1", "view": "theo-muc-thu", "kind": "qua-han", "parameter": "thoi-han",
    "value": "7", "name": "thu-tuc", "by": "linh-vuc", "form": "csv",
}  # fmt: skip
SLUGS = (
    *("phong-nha", "ho-tich", "dd", "cong-dan", "xa", "sinh-con", "quang-tri", "bo-tu-phap"),
    *("danh-sach", "khai-sinh"),
)


def routes(patterns, before=""):
    """(route, name) of every pattern; those of the public part have no language before them."""
    for one in patterns:
        route = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, route)
        else:
            yield route, one.name


@pytest.fixture
def stated(db, settings, tmp_path, monkeypatch):
    """All addresses of the export of a small portal, nothing rendered."""
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province, slug="phong-nha")
    ministry, birth = make_agency("Bộ Tư pháp", slug="bo-tu-phap"), make_procedure(code="1.001193", slug="khai-sinh")
    about = {"sector": "Hộ tịch", "applicant_types": "CITIZEN", "levels": "COMMUNE"}
    with monkeypatch.context() as patch:
        patch.setattr(changelog.timezone, "now", lambda: datetime(2026, 2, 1, tzinfo=UTC))
        enact(birth, "Đăng ký khai sinh", on=date(2024, 1, 1), issuer=ministry, **about)
    enact(birth, "Đăng ký khai sinh", on=date(2025, 1, 1), issuer=ministry, **about)
    scope = scope_of_agency(commune)
    enact(make_procedure(slug="tai-cho"), "Đăng ký tại chỗ", issuer=commune, scope=scope, listed=scope, **about)
    LifeEvent.objects.update_or_create(slug="sinh-con", defaults={"name": "Sinh con", "codes": "1.001193"})
    Decision.objects.update(signed_sha256="0" * 64)
    on = date(2026, 3, 2)
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    (tmp_path / "moi" / ".cong-xuat").mkdir(parents=True)
    with followed(Tree(tmp_path / "moi", None), on):
        found = survey(on)
        groups = [group for part in PARTS for group in part(found)]
        groups += list(twins(groups, "en"))
        return {each.address: "" for group in groups for each in group.addresses()}


def samples(route):
    """Addresses that this route may have: every slug in turn."""
    plain = re.sub(r"<\w+:(?!slug>)(\w+)>", lambda match: SAMPLES[match[1]], route)
    return {f"/{plain.replace('<slug:slug>', slug)}" for slug in SLUGS}


def test_every_public_address_is_a_file_leads_to_one_or_is_said_to_need_a_server(stated):
    links, held = Links(stated, {}), set()
    for address in stated:
        if address not in ("/404.html",) and "danh-muc-chung" not in address and not address.startswith("/en/"):
            try:
                held.add(resolve(address).route)
            except Exception:  # noqa: BLE001  what only an export has
                assert address.startswith(("/tim-kiem/", "/tinh-hinh-cong-khai/tung-dong")), address
    forgotten, stale = [], []
    for route, name in routes(get_resolver().url_patterns):
        if NOT_PAGES.match(route):
            continue
        there = route in held or any(links.target(address) for address in samples(route))
        if name in NEEDS_SERVER:
            stale += [route] if route in held else []
        elif not there:
            forgotten.append(route)
    assert (forgotten, stale) == ([], [])


def test_every_address_of_the_sitemaps_and_every_editors_page_is_a_file(stated):
    wanted = {address for read in sitemaps.SECTIONS.values() for address, _at in read()}
    wanted |= {page.url for page in Page.objects.live().public() if page.depth > 1 and page.url}
    assert wanted - stated.keys() == set()
    for name in ("home", "procedures", "agencies"):
        assert f"/en{reverse(name)}" in stated
