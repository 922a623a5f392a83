"""The portal as plain files: whole, the same by every way of making it, and never a half-written one in place."""

import gzip
import json
import multiprocessing
import os
import re
import signal
import time
from datetime import date, timedelta
from pathlib import Path

import brotli
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cms.calendar import today
from cms.models import Agency, Procedure
from cms.selectors import ahead
from cms.vocabulary import AgencyKind
from portal.export import check, writer
from portal.export.links import Links, file_of, leads_to
from portal.export.manifest import FOLDER, Manifest
from portal.export.run import Options, export
from portal.export.writer import ExportRunningError, NotAnExportError, check_place, only_one, put_in_place
from tests.factories import enact, make_agency, make_procedure, repeal
from tests.kills import without_faults

DAY = date(2026, 3, 2)


def run(out, on=DAY, full=False, languages=()):
    with only_one(out) as fresh:
        return export(out, fresh, Options(on, full=full, languages=languages))


def tree(out):
    """Every public file with its bytes; what servers are told about gone addresses rests on history and is left out."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and FOLDER not in path.parts and path.name not in REDIRECTS
    }


REDIRECTS = {"_redirects", "caddy-redirects", "nginx-redirects.map", "web.config"}


@pytest.fixture
def portal(db, settings):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    ministry = make_agency("Bộ Tư pháp")
    province = make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE)
    make_agency("Phường Hạ Long", AgencyKind.COMMUNE, parent=province)
    for number, name in enumerate(("Đăng ký khai sinh", "Đăng ký kết hôn", "Khai tử")):
        enact(
            make_procedure(code=f"1.00000{number}", slug=f"thu-tuc-{number}"), name, issuer=ministry, sector="Hộ tịch"
        )
    return ministry


def test_every_link_of_the_files_leads_to_a_file(portal, tmp_path):
    out = tmp_path / "ban"
    summary = run(out, languages=("en",))
    files = tree(out)
    assert summary.pages_rendered + summary.data_rendered == summary.written > 60
    assert {
        "index.html",
        "404.html",
        "thu-tuc/thu-tuc-0/index.html",
        "du-lieu/thu-tuc.csv",
        "sitemap.xml",
    } <= files.keys()
    for name, content in files.items():
        if name.endswith(".html") and name != "404.html":
            assert not [one for one in leads_to(content.decode(), name) if one not in files], name
            assert b"/quan-tri/" not in content
    # One value of a facet is a page; what is a list already leads to it; combinations are the search page's.
    unclear = (out / "tim-kiem/qua-mang/chua-ro/index.html").read_text("utf-8")
    assert unclear.count("/thu-tuc/thu-tuc-") == 3
    assert "../../../tim-kiem/index.html?qua-mang=chua-ro" in unclear
    assert 'href="../tim-kiem/qua-mang/chua-ro/index.html"' in (out / "tim-kiem/index.html").read_text("utf-8")
    # The same pages in English lead to each other, and back by the language link; hreflang names what there is.
    english = (out / "en/thu-tuc/thu-tuc-0/index.html").read_text("utf-8")
    assert '<html lang="en">' in english
    assert 'href="../../../thu-tuc/thu-tuc-0/index.html" lang="vi"' in english
    assert 'href="../../../en/linh-vuc/ho-tich/index.html"' in english
    plain = (out / "thu-tuc/thu-tuc-0/index.html").read_text("utf-8")
    assert 'hreflang="en" href="https://tthc.example.vn/en/thu-tuc/thu-tuc-0/"' in plain
    assert "hreflang" not in (out / "thu-tuc/thu-tuc-0/phien-ban/index.html").read_text("utf-8")


def test_what_stands_around_a_page_is_that_of_its_language(portal, client, tmp_path):
    files = tree(out) if run(out := tmp_path / "ban", today(), languages=("en",)) else {}
    around = re.compile(r'<a class="brand.*?</nav>|<footer.*?</footer>', re.DOTALL)
    for address in ("/", "/thu-tuc/thu-tuc-0/", "/thu-tuc/thu-tuc-2/phien-ban/", "/linh-vuc/", "/tim-kiem/"):
        for asked in (address, f"/en{address}") if f"en{address}index.html" in files else (address,):
            written = files[file_of(asked)].decode()
            served = client.get(asked).content.decode()
            assert _told(around.findall(written)) == _told(around.findall(served)), asked


def _told(parts):
    """What stands around a page, without what only the server says: the day of the last change, visits, languages."""
    alone = (
        r'<p>(?:Cập nhật lần cuối|Last updated).*?</p>|<li><a[^>]*luot-truy-cap.*?</li>|<li class="language">.*?</li>'
    )
    return re.sub(r"<[^>]*>|\s+", " ", re.sub(alone, "", " ".join(parts))).split()


def test_pages_stand_beside_their_compressed_forms(portal, tmp_path):
    run(tmp_path / "ban")
    page = tmp_path / "ban" / "thu-tuc" / "thu-tuc-0" / "index.html"
    assert gzip.decompress(page.with_name("index.html.gz").read_bytes()) == page.read_bytes()
    assert brotli.decompress(page.with_name("index.html.br").read_bytes()) == page.read_bytes()


def test_pages_say_what_the_server_says_and_full_texts_hold_each_procedure(portal, client, tmp_path):
    run(tmp_path / "ban", today())
    for address in ("thu-tuc/thu-tuc-0/phien-ban/", "linh-vuc/ho-tich/"):
        written, served = (tmp_path / "ban" / address / "index.html").read_text("utf-8"), client.get(f"/{address}")
        assert _words(written) == _words(served.content.decode()), address
    lines = (tmp_path / "ban" / "du-lieu/toan-van.jsonl").read_bytes().splitlines()
    given = b"".join(client.get("/du-lieu/toan-van.jsonl").streaming_content).splitlines()
    assert len(lines) == 3
    # Files name the day since when a text stands, the server today.
    assert [json.loads(one) | {"on": ""} for one in lines] == [json.loads(one) | {"on": ""} for one in given]


def _words(html):
    """What a reader reads in the page's own part."""
    return re.sub(r"<[^>]*>|\s+", " ", html[html.index("<main") : html.index("</main>")]).split()


def test_two_full_exports_are_equal_byte_for_byte(portal, tmp_path):
    run(tmp_path / "mot")
    run(tmp_path / "hai")
    assert tree(tmp_path / "mot") == tree(tmp_path / "hai")


def test_nothing_changed_renders_nothing_also_on_the_next_day(portal, tmp_path):
    out = tmp_path / "ban"
    first = run(out)
    for on in (DAY, DAY + timedelta(days=1)):
        again = run(out, on)
        assert (again.pages_rendered, again.data_rendered, again.written, again.removed) == (0, 0, 0, 0)
        assert again.unchanged == first.pages_rendered + first.data_rendered


def test_a_passing_day_changes_no_byte(portal, tmp_path):
    run(tmp_path / "mot", DAY)
    run(tmp_path / "hai", DAY + timedelta(days=40))
    assert tree(tmp_path / "mot") == tree(tmp_path / "hai")


def test_a_decision_makes_anew_what_it_touches_and_not_the_other_procedures(portal, tmp_path):
    out = tmp_path / "ban"
    whole = run(out)
    before = (out / "thu-tuc/thu-tuc-1/index.html").stat().st_ino
    repeal(Procedure.objects.get(slug="thu-tuc-0"), on=date(2026, 2, 1), issuer=portal)
    summary = run(out)
    assert "Đã bãi bỏ từ" in (out / "thu-tuc/thu-tuc-0/index.html").read_text("utf-8")
    assert (out / "thu-tuc/thu-tuc-1/index.html").stat().st_ino == before
    assert 0 < summary.pages_rendered < whole.pages_rendered
    run(tmp_path / "moi")
    assert tree(out) == tree(tmp_path / "moi")


ACTS = st.lists(
    st.tuples(st.sampled_from(["enact", "amend", "repeal", "day"]), st.integers(0, 3), st.integers(0, 60)),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@hypothesis_settings(
    max_examples=int(os.environ.get("PORTAL_TEST_EXPORTS", "4")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_an_incremental_export_equals_a_full_one_after_any_decisions_and_days(portal, tmp_path_factory, acts):
    tmp_path = tmp_path_factory.mktemp("so-sanh")
    out, day = tmp_path / "ban", DAY
    run(out, day)
    for number, (act, which, days) in enumerate(acts):
        found = list(Procedure.objects.order_by("pk"))
        chosen = found[which % len(found)]
        if act == "enact":
            new = make_procedure()
            enact(new, f"Cấp giấy số {number}", on=day + timedelta(days=days), issuer=portal, sector="Hộ tịch")
        elif act == "amend":
            enact(chosen, f"Tên mới {number}", on=day + timedelta(days=days - 30), issuer=portal, sector="Hộ tịch")
        elif act == "repeal":
            repeal(chosen, on=day + timedelta(days=days), issuer=portal)
        else:
            day += timedelta(days=days)
        run(out, day)
    run(tmp_path / "toan-bo", day)
    one, other = tree(out), tree(tmp_path / "toan-bo")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_the_second_of_two_exports_is_told_so(tmp_path):
    with only_one(tmp_path / "ban"), pytest.raises(ExportRunningError), only_one(tmp_path / "ban"):
        pass


def test_a_folder_that_is_no_export_stays_as_it_is(tmp_path):
    (tmp_path / "anh").mkdir()
    (tmp_path / "anh" / "cua-toi.jpg").write_bytes(b"1")
    with pytest.raises(CommandError, match="không phải bản xuất"):
        call_command("export_site", str(tmp_path / "anh"))
    assert [path.name for path in (tmp_path / "anh").iterdir()] == ["cua-toi.jpg"]


def test_no_export_into_the_project_or_above_it(settings, tmp_path):
    for place in (settings.ROOT, settings.ROOT / "docs", settings.ROOT.parent):
        with pytest.raises(NotAnExportError):
            check_place(place, settings.ROOT, settings.ROOT / "var")
    check_place(settings.ROOT / "var" / "export", settings.ROOT, settings.ROOT / "var")


def test_a_broken_export_is_not_put_in_place(portal, tmp_path, settings):
    out = tmp_path / "ban"
    run(out)
    before = tree(out)
    enact(Procedure.objects.get(slug="thu-tuc-0"), "Tên khác", on=date(2026, 2, 1), issuer=portal)
    path = out / "thu-tuc/thu-tuc-1/phien-ban/index.html"
    path.unlink()
    with pytest.raises(CommandError, match="bản cũ vẫn nguyên"):
        said = ["--on", "02/03/2026", "--base-url", settings.PORTAL_BASE_URL, "--workers", "1", "--languages", "vi"]
        call_command("export_site", str(out), *said)
    del before["thu-tuc/thu-tuc-1/phien-ban/index.html"]
    assert tree(out) == before


def test_names_that_differ_only_in_case_are_refused_with_both_names_and_what_to_do(tmp_path):
    extras = ["/media/anh/Ảnh.png", "/media/anh/ảnh.PNG"]
    for path in map(file_of, extras):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"")
    found = check.findings(tmp_path, Manifest("", 0, DAY, []), [], extras)
    assert len(found) == 1
    assert all(part in found[0] for part in ("media/anh/Ảnh.png", "media/anh/ảnh.PNG", "hãy đổi tên", "trang quản trị"))


def test_a_full_disk_is_said_and_leaves_the_old_export_whole(portal, tmp_path, settings):
    resource = pytest.importorskip("resource")
    out = tmp_path / "ban"
    run(out)
    before = tree(out)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, limits[1]))
        with pytest.raises(CommandError, match="chỗ trống trên đĩa"):
            call_command("export_site", str(out), "--full", "--base-url", settings.PORTAL_BASE_URL, "--workers", "1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert tree(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["ban"]


def test_where_files_are_held_open_a_file_beside_names_the_new_tree_until_the_old_can_move(tmp_path, monkeypatch):
    """As on Windows: neither tree may be renamed over the other while a server reads it."""
    out, held = tmp_path / "ban", []
    rename = Path.rename

    def refused(self, target):
        if held and out in (self, target):
            raise PermissionError(13, "held open")
        return rename(self, target)

    monkeypatch.setattr(writer, "_exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", refused)
    for version, place in enumerate(("ban", "ban-1", "ban-2", "ban")):
        held[:] = [True] if place != "ban" else []
        with only_one(out) as fresh:
            (fresh / "trang.html").write_text(str(version))
            assert put_in_place(fresh, out).name == place
        assert (writer.standing(out).name, (writer.standing(out) / "trang.html").read_text()) == (place, str(version))
    # Nothing is left of the others but the lock.
    assert sorted(one.name for one in tmp_path.iterdir()) == [".ban.khoa", "ban"]


def test_a_folder_of_somebody_else_where_an_export_would_write_is_left_alone(tmp_path):
    (tmp_path / ".ban.moi").mkdir()
    (tmp_path / ".ban.moi" / "cua-toi.txt").write_text("1")
    with pytest.raises(NotAnExportError, match="không bị xóa"), only_one(tmp_path / "ban"):
        pass
    assert (tmp_path / ".ban.moi" / "cua-toi.txt").read_text() == "1"


def test_links_are_relative_and_what_needs_a_server_leads_to_the_nearest_file():
    links = Links({"/", "/thu-tuc/a/", "/thu-tuc/a/phien-ban/", "/tim-kiem/"}, {"/static/js/x.js": "static/js/x.1.js"})
    html = (
        '<a href="/">1</a><a href="/co-quan/b/thu-tuc/a/?x=1#y">2</a><form action="/thu-tuc/a/xem-ngay/">'
        '<script src="/static/js/x.js"></script><a href="/khong-co/">3</a><a href="https://a.vn/">4</a>'
    )
    made = links.rewrite(html, "/thu-tuc/a/")
    assert 'href="../../index.html"' in made
    assert 'href="../../thu-tuc/a/index.html?x=1#y"' in made
    assert 'action="../../thu-tuc/a/phien-ban/index.html"' in made
    assert 'src="../../static/js/x.1.js"' in made
    assert links.broken == {"/khong-co/"}
    assert next(leads_to(made, "thu-tuc/a/index.html")) == "index.html"
    listed = Links({"/doi-tuong/can-bo-cong-chuc/", "/cap/xa/", "/tim-kiem/", "/tim-kiem/thoi-han/7/"}, {})
    for asked, file in (
        ("/tim-kiem/doi-tuong/can-bo/", "doi-tuong/can-bo-cong-chuc/index.html"),
        ("/en/tim-kiem/cap/xa/trang/2/", "cap/xa/index.html"),
        ("/tim-kiem/thoi-han/7/trang/3/", "tim-kiem/thoi-han/7/index.html"),
        ("/tim-kiem/linh-vuc/khong-co/", None),
    ):
        assert listed.target(asked) == file
    assert file_of("/thu-tuc/a.json") == "thu-tuc/a.json"


# --- killed in the middle --------------------------------------------------------------------------------------------


def _swap_for_ever(out):
    """A run that does nothing but write trees of one version and put them in place, until it is killed."""
    version = 0
    while True:
        version += 1
        with only_one(out) as fresh:
            for number in range(40):
                (fresh / f"{number}.html").write_text(str(version))
            put_in_place(fresh, out)


def test_a_killed_run_leaves_a_whole_export(tmp_path):
    out = tmp_path / "ban"
    fork = multiprocessing.get_context("fork")
    for number in range(int(os.environ.get("PORTAL_TEST_KILLS", "5"))):
        process = fork.Process(target=_swap_for_ever, args=(out,))
        process.start()
        time.sleep(0.05 + 0.013 * number)
        process.kill()
        process.join()
        if out.exists():
            assert len({path.read_text() for path in out.glob("*.html")}) == 1
            assert len(list(out.glob("*.html"))) == 40
    with only_one(out):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".ban.khoa", ".ban.moi", "ban"]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the scratch portal of the benchmark is a SQLite file")
def test_an_export_killed_while_it_writes_leaves_the_old_tree_or_the_new_one(tmp_path, django_db_setup):
    without_faults("bench_export_kill", tmp_path)


def test_what_is_read_for_many_at_once_is_what_each_page_would_read(portal):
    repeal(Procedure.objects.get(slug="thu-tuc-1"), on=date(2026, 2, 1), issuer=portal)
    procedures, agencies = list(Procedure.objects.all()), list(Agency.objects.all())
    answers = {**ahead.of_procedures(procedures, DAY, 1), **ahead.of_agencies(agencies, DAY)}
    assert len(answers) == 4 * len(procedures) + 4 * len(agencies)
    for (read, args), answer in answers.items():
        assert read(*args) == answer, (read, args)
