"""Search in the portal as files: the scripts fold, rank and look like the server, from a disk, and change no more files
than they must."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from portal.export import carried as carried_module
from portal.export.carried import carried
from portal.export.links import INDEX
from portal.export.run import Options, export
from portal.export.searching import SIZES, bucket, index_files, numbers, steps
from portal.export.writer import Tree, only_one
from portal.styles import source_of
from search import engine
from search.backends import sqlite_index
from search.models import DictionaryEntry
from search.synonyms import shipped
from tests.factories import enact, make_agency, make_procedure
from tests.search.corpus import copies, corpus

VECTORS = Path(__file__).parents[1] / "data" / "vectors" / "text.json"
DAY = date(2026, 3, 2)
OPEN = """async (entry) => {
    const tag = document.createElement("script");
    Object.assign(tag, { src: entry, charset: "utf-8" });
    await new Promise((done, failed) => { tag.onload = done; tag.onerror = failed; document.head.append(tag); });
    await timKiem.ready();
}"""
QUERIES = (
    *(
        "khai sinh",
        "dang ky khai sinh nuoc ngoai",
        "khai tử",
        "1004222",
        "1872/qd-btp",
        "khaisinh",
        "dangf kys keets hoon",
    ),
    *("ho chieu", "giấy chứng sinh", "ở đâu làm khai sinh", "khai sih", "thuong tru", "zzzz", "kết hôn phường Hạ Long"),
)


def written(to, files):
    tree = Tree(to, None)
    to.mkdir()
    for name, content in files.items():
        tree.write(name, content)
    (to / "trang.html").write_text("<!doctype html><title>x</title>")


@pytest.fixture
def index(settings, tmp_path, db):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, [*corpus(), *copies(30)]) as writing:
        writing.set_meta()
    return settings.PORTAL_SEARCH_INDEX


def run(out, on=DAY):
    with only_one(out) as fresh:
        return export(out, fresh, Options(on))


@pytest.mark.browser
def test_the_scripts_fold_and_answer_as_the_server_does(index, chromium, tmp_path):
    written(tmp_path / "ban", index_files(index))
    tab = chromium.new_page()
    try:
        tab.goto((tmp_path / "ban" / "trang.html").as_uri())
        tab.evaluate(OPEN, (tmp_path / "ban" / INDEX).as_uri())
        vectors = json.loads(VECTORS.read_text("utf-8"))
        for name in ("clean", "fold"):
            given = [pair[0] for pair in vectors[name]]
            assert tab.evaluate(f"(some) => some.map(timKiem.{name})", given) == [pair[1] for pair in vectors[name]]
        answers = tab.evaluate(
            """async (queries) => Promise.all(queries.map(async (one) => {
              const found = await timKiem.search(one);
              return [found.hits.slice(0, 3).map((hit) => hit.code), found.query.corrected];
            }))""",
            list(QUERIES),
        )
        for query, (codes, corrected) in zip(QUERIES, answers, strict=True):
            found = engine.search(query, dictionary=None)
            assert (codes, corrected) == ([hit.code for hit in found.hits[:3]], found.query.corrected), query
        suggested = tab.evaluate("async () => (await timKiem.suggest('đăng ký khai s')).map((hit) => hit.code)")
        assert suggested[:2] == [hit.code for hit in engine.suggest("đăng ký khai s")][:2]
        counted = tab.evaluate(
            """async () => {
              const filters = { state: "IN_FORCE", level: "COMMUNE" }, found = await timKiem.search("khai", filters);
              const levels = Object.fromEntries(await timKiem.facets(found, filters)).level;
              return [found.total, levels.find((row) => row.value === "COMMUNE").count];
            }"""
        )
        assert counted[0] == counted[1] > 0
    finally:
        tab.close()


@pytest.fixture
def portal(db, settings, tmp_path):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    ministry = make_agency("Bộ Tư pháp")
    for number, name in enumerate(("Đăng ký khai sinh", "Đăng ký kết hôn", "Khai tử")):
        enact(
            make_procedure(code=f"1.00000{number}", slug=f"thu-tuc-{number}"), name, issuer=ministry, sector="Hộ tịch"
        )
    return ministry


@pytest.mark.browser
def test_a_person_searches_from_a_disk_and_axe_finds_nothing(portal, chromium, tmp_path, axe_violations):
    out = tmp_path / "ban"
    run(out)
    tab = chromium.new_page(locale="vi-VN")
    said = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    try:
        tab.goto((out / "index.html").as_uri())
        tab.click("main input[name=q]")
        tab.keyboard.type("khai s", delay=10)
        tab.wait_for_selector("[role=option]")
        assert tab.locator("[role=option] span").all_inner_texts() == ["Đăng ký khai sinh"]
        tab.fill("main input[name=q]", "khai sinh")
        tab.press("main input[name=q]", "Enter")
        tab.wait_for_selector("[data-search=done]")
        assert tab.inner_text("[role=status][data-said]") == "Tìm thấy 1 thủ tục."
        assert tab.locator("ol.hits li h2").all_inner_texts() == ["Đăng ký khai sinh"]
        assert axe_violations(tab) == []
        # Asked again the page stays, so nothing of it is fetched twice; going back asks the first question.
        tab.evaluate("() => { self.stayed = true; }")
        tab.fill("#q", "ket hon")
        tab.press("#q", "Enter")
        tab.wait_for_selector("ol.hits h2:has-text('kết hôn')")
        tab.fill("#q", "zzzz")
        tab.press("#q", "Enter")
        tab.wait_for_selector("[data-search=done]")
        assert "danh mục dưới đây" in tab.inner_text("[data-found]")
        assert not tab.locator("[data-found] details").count()
        tab.go_back()
        tab.go_back()
        tab.wait_for_selector("ol.hits h2:has-text('khai sinh')")
        assert tab.evaluate("() => self.stayed")
        tab.click("ol.hits h2 a")
        assert tab.inner_text("h1") == "Đăng ký khai sinh"
        assert said == []
    finally:
        tab.close()


@pytest.mark.browser
def test_a_question_loads_the_files_of_its_own_words_and_of_its_hits(index, chromium, tmp_path):
    files = index_files(index)
    written(tmp_path / "ban", files)
    tab = chromium.new_page()
    asked = []
    tab.on("request", lambda request: asked.append("/".join(request.url.split("/")[-2:])))
    try:
        tab.goto((tmp_path / "ban" / "trang.html").as_uri())
        tab.evaluate(OPEN, (tmp_path / "ban" / INDEX).as_uri())
        tab.evaluate("async () => timKiem.search('khai sinh', undefined, 1, 1)")
        words = {f"s/{bucket(word, SIZES[0])}" for word in ("khai", "sinh")}
        assert {one.partition(".")[0] for one in asked if one.startswith("s/")} == words
        assert len([one for one in asked if one.startswith("h/")]) == 1
    finally:
        tab.close()


def search_page(to, scripts):
    """A search page of its scripts alone, beside the index; its address."""
    tags = "".join(f"<script>{one}</script>" for one in scripts[1:])
    path = to / "tim-kiem" / "index.html"
    path.write_text(f"<!doctype html><script data-asked>{scripts.first}</script><title>x</title>{tags}", "utf-8")
    return path.as_uri()


@pytest.mark.browser
@pytest.mark.parametrize("most", [0, carried_module.MOST])
def test_what_the_search_page_carries_says_of_hits_what_their_files_say(index, chromium, tmp_path, monkeypatch, most):
    monkeypatch.setattr(carried_module, "MOST", most)
    files = index_files(index)
    written(tmp_path / "ban", files)
    address = search_page(tmp_path / "ban", carried(files))
    held = [row for name, one in files.items() if "/h/" in name for row in json.loads(one[one.index(b",") + 1 : -3])]
    tab, asked = chromium.new_page(), []
    tab.on("request", lambda request: asked.append(request.url.split("/")[-2]))
    try:
        tab.goto(address)
        for query in ("khai sinh", "ket hon nuoc ngoai"):
            hits = tab.evaluate("async (query) => (await timKiem.search(query)).hits.map(Object.values)", query)
            rows = {row[0]: row[:-1] for row in held}
            assert hits
            for hit in hits:
                *shown, group = (one for one in hit if not isinstance(one, list))
                assert shown == rows[hit[0]][:-1]
                assert bool(group) == bool(rows[hit[0]][-1])
        assert ("h" in asked) == (most == 0)
        assert not {"m", "d"} & set(asked)
    finally:
        tab.close()


@pytest.mark.browser
def test_words_of_the_dictionary_are_fetched_while_the_search_page_is_still_coming(index, chromium, tmp_path):
    files = index_files(index)
    written(tmp_path / "ban", files)
    scripts = carried(files)
    # Neither what searches nor what hits show has come yet.
    address = search_page(tmp_path / "ban", scripts._replace(engine="", rows=""))
    tab, asked = chromium.new_page(), []
    tab.on("request", lambda request: asked.append("/".join(request.url.split("/")[-2:]).partition(".")[0]))
    try:
        tab.goto(f"{address}?q=l%C3%A0m%20passport%201.004222")
        there = {name.removeprefix("tim-kiem/").partition(".")[0] for name in files}
        words = {f"s/{bucket(word, SIZES[0])}" for word in ("lam", "ho", "chieu", "cap")}
        assert {"s/" + str(bucket("chieu", SIZES[0])), "k/0"} <= there
        assert (words | {"k/0"}) & there <= set(asked)
    finally:
        tab.close()


def test_the_search_page_alone_runs_what_stands_in_it_and_names_it_by_hash(portal, tmp_path):
    out = tmp_path / "ban"
    run(out)
    policy = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
    for path in (out / "tim-kiem" / "index.html", out / "index.html"):
        html = path.read_text("utf-8")
        inside = re.findall(r"<script(?! src)[^>]*>(.*?)</script>", html, re.DOTALL)
        allowed = ["script-src 'self'", *(source_of(one) for one in inside)]
        assert " ".join(allowed) in re.split("; ?", policy.search(html)[1])
        assert bool(inside) == (path.parent != out)


@pytest.mark.browser
def test_who_waits_for_the_search_page_sees_the_question_and_may_go_on_typing(portal, chromium, tmp_path):
    out = tmp_path / "ban"
    run(out)
    path = out / "tim-kiem" / "index.html"
    html = path.read_text("utf-8")
    tab = chromium.new_page()
    try:
        # What searches has not come yet.
        path.write_text(html.replace('timKiem.comes("n0");', "throw 1;"), "utf-8")
        tab.goto(f"{path.as_uri()}?q=khai%20sinh")
        assert tab.input_value("#q") == "khai sinh"
        assert tab.inner_text("[data-said]") == "Đang tải dữ liệu để tìm …"
        # Somebody types before the last scripts come.
        path.write_text(html, "utf-8")
        tab.add_init_script(
            """const seen = new MutationObserver(() => {
              const field = document.getElementById("q");
              if (!field) return;
              seen.disconnect();
              field.focus();
              field.value = "ket h";
            });
            seen.observe(document, {childList: true, subtree: true});"""
        )
        tab.goto(path.as_uri())
        tab.wait_for_function("() => document.querySelector('[data-search]').dataset.search !== undefined")
        assert tab.input_value("#q") == "ket h"
    finally:
        tab.close()


def test_an_unchanged_index_is_not_written_and_a_new_procedure_rewrites_its_own_words(portal, tmp_path):
    out = tmp_path / "ban"
    whole = run(out)
    before = {path.name: path.stat().st_ino for path in (out / "tim-kiem").rglob("*.js")}
    enact(make_procedure(code="1.000009", slug="nuoi-con-nuoi"), "Nuôi con nuôi", issuer=portal, sector="Hộ tịch")
    again = run(out)
    after = {path.name: path.stat().st_ino for path in (out / "tim-kiem").rglob("*.js")}
    assert 0 < again.index_written < whole.index_written
    assert len(after.items() & before.items()) == len(after) - again.index_written
    run(tmp_path / "moi")
    one, other = (
        {path.relative_to(to): path.read_bytes() for path in (to / "tim-kiem").rglob("*.js")}
        for to in (out, tmp_path / "moi")
    )
    assert one == other


def test_a_word_of_the_dictionary_reaches_the_next_export(portal, tmp_path):
    out = tmp_path / "ban"
    run(out)
    assert run(out).index_written == 0
    entry = next(iter(shipped().entries))
    DictionaryEntry.objects.create(phrases="chữ thử nghiệm", official=entry.official[0], kind="colloquial")
    assert run(out).index_written > 0
    assert any("chữ thử nghiệm" in path.read_text("utf-8") for path in (out / "tim-kiem" / "s").glob("*.js"))


def test_numbers_are_written_in_characters_that_need_no_escape():
    text = numbers(range(5000)) + steps([3, 3, 70, 100_000])
    assert text.isascii()
    assert '"' not in text
    assert "\\" not in text
