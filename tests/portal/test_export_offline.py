"""The export with the network off: what was visited opens with its day, the search answers, the rest says why not."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cms.models import Agency
from portal.export.offline import WORKER
from portal.export.run import Options, export
from portal.export.writer import only_one
from tests.factories import enact, make_agency, make_procedure
from tests.portal.test_export_search import DAY

READY = "() => navigator.serviceWorker.controller !== null"
# Waits until the files of the index that the worker keeps are these and no others.
KEPT = """async (names) => {
    let found = "";
    for (let tries = 0; found !== names.join() && tries < 600; tries += 1) {
        await new Promise((done) => setTimeout(done, 100));
        const held = (await caches.keys()).map(async (one) => (await caches.open(one)).keys());
        const files = (await Promise.all(held)).flat().map((one) => /tim-kiem[/][a-z][/](.*)/.exec(one.url)?.[1]);
        found = files.filter((one) => one).sort().join();
    }
    return found;
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder):
    """The folder below a path, as on a server that holds more than the portal; its port is the same each time."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def tree(db, settings, tmp_path):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn/tinh"
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    ministry = make_agency("Bộ Tư pháp")
    for number, name in enumerate(("Đăng ký khai sinh", "Đăng ký kết hôn", "Đăng ký khai tử")):
        procedure = make_procedure(code=f"1.00000{number}", slug=f"thu-tuc-{number}")
        enact(procedure, name, issuer=ministry, sector="Hộ tịch")
    out = tmp_path / "web" / "tinh"
    out.parent.mkdir()
    write(out)
    return out


def write(out, **options):
    with only_one(out) as fresh:
        export(out, fresh, Options(DAY, languages=("en",), **options))


@pytest.fixture
def tab(chromium):
    context = chromium.new_context(locale="vi-VN")
    yield context.new_page()
    context.close()


def arrive(tab, server):
    """Read a page until the worker is at work; the address of the export."""
    root = f"http://127.0.0.1:{server.server_address[1]}/tinh"
    tab.goto(f"{root}/thu-tuc/thu-tuc-0/")
    tab.wait_for_function(READY)
    return root


@pytest.mark.browser
def test_what_was_visited_opens_without_a_line_and_the_search_answers(tree, tab, axe_violations):
    said = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    with served(tree.parent) as server:
        root = arrive(tab, server)
        tab.goto(f"{root}/thu-tuc/thu-tuc-1/index.html")
        tab.goto(f"{root}/tim-kiem/index.html")
        tab.wait_for_selector("[data-keep] button:visible")
        assert "MB" in tab.inner_text("[data-keep] button")
        assert axe_violations(tab) == []
        tab.click("[data-keep] button")
        tab.wait_for_selector("[data-keep] [role=status]:has-text('cả khi không có mạng')")
    # The server is gone: nothing answers any more but the worker.
    tab.goto(f"{root}/thu-tuc/thu-tuc-1/")
    assert tab.inner_text("h1") == "Đăng ký kết hôn"
    assert "đã lưu ngày" in tab.inner_text("[data-kept-page]")
    assert axe_violations(tab) == []
    tab.goto(f"{root}/tim-kiem/?q=khai%20tu")
    tab.wait_for_selector("[data-search=done]")
    assert tab.locator("ol.hits li h2").all_inner_texts() == ["Đăng ký khai tử"]
    tab.click("ol.hits h2 a")
    assert tab.inner_text("h1") == "Không có mạng"
    assert axe_violations(tab) == []
    tab.click("main a.more")
    assert tab.inner_text("h1") == "Tìm thủ tục"
    assert said == []


@pytest.mark.browser
def test_who_kept_the_whole_search_keeps_the_next_one_whole_and_no_file_of_the_old(tree, tab):
    with served(tree.parent) as server:
        root = arrive(tab, server)
        tab.goto(f"{root}/tim-kiem/index.html")
        tab.click("[data-keep] button")
        tab.wait_for_selector("[data-keep] [role=status]:has-text('cả khi không có mạng')")
        enact(make_procedure(code="1.000009", slug="nuoi"), "Nuôi con nuôi", issuer=Agency.objects.get())
        write(tree)
        tab.goto(f"{root}/tim-kiem/index.html")
        names = sorted({path.name for path in (tree / "tim-kiem").glob("?/*.js")})
        assert tab.evaluate(KEPT, names) == ",".join(names)
    tab.goto(f"{root}/tim-kiem/?q=con%20nuoi")
    tab.wait_for_selector("[data-search=done]")
    assert tab.locator("ol.hits li h2").all_inner_texts() == ["Nuôi con nuôi"]


@pytest.mark.browser
def test_a_page_is_the_new_one_while_there_is_a_line(tree, tab):
    with served(tree.parent) as server:
        root = arrive(tab, server)
        tab.goto(f"{root}/thu-tuc/thu-tuc-0/")
        page = tree / "thu-tuc" / "thu-tuc-0" / "index.html"
        page.write_text(page.read_text("utf-8").replace("Đăng ký khai sinh", "Đăng ký khai sinh mới"), "utf-8")
        tab.goto(f"{root}/thu-tuc/thu-tuc-0/")
        assert tab.inner_text("h1") == "Đăng ký khai sinh mới"
        assert not tab.locator("[data-kept-page]").count()


def test_the_worker_is_the_same_as_long_as_the_files_are(tree, tmp_path):
    first = (tree / WORKER).read_bytes()
    write(tree, full=True)
    assert (tree / WORKER).read_bytes() == first
    assert (tree / f"{WORKER}.br").exists()
