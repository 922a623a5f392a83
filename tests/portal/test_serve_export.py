"""`serve_export` answers as the servers of deploy/ do: a tree seen there behaves like the one that goes out."""

from wsgiref.util import setup_testing_defaults

import pytest

from portal.management.commands.serve_export import application

PAGE, SCRIPT = "tim-kiem/index.html", "static/js/suggest.1e0e3f0a821c.js"


@pytest.fixture
def ask(tmp_path):
    for name in ("404.html", "index.html", PAGE, SCRIPT, f"{SCRIPT}.br", ".cong-xuat/manifest.json", "du-lieu/a.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    # A form that is not smaller is not handed out.
    (tmp_path / SCRIPT).write_text("plain " * 20)
    server = application(tmp_path)

    def ask(address):
        path, _mark, query = address.partition("?")
        environ, said = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT_ENCODING": "br"}, []
        setup_testing_defaults(environ)
        body = b"".join(server(environ, lambda status, headers: said.extend([status[:3], dict(headers)])))
        return said[0], said[1], body.decode()

    return ask


@pytest.mark.parametrize("address", ["/tim-kiem/", "/tim-kiem/index.html"])
def test_a_folders_page_has_two_names_and_is_asked_for_again_each_time(ask, address):
    status, headers, body = ask(address)
    assert (status, body) == ("200", PAGE)
    assert headers["Cache-Control"].startswith("max-age=0")


def test_what_is_named_by_its_content_is_kept_for_ever_and_comes_compressed(ask):
    status, headers, body = ask(f"/{SCRIPT}")
    assert (status, body, headers["Content-Encoding"]) == ("200", f"{SCRIPT}.br", "br")
    assert "immutable" in headers["Cache-Control"]


def test_tables_say_what_they_are(ask):
    assert ask("/du-lieu/a.csv")[1]["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("address", ["/khong-co/", "/.cong-xuat/manifest.json", "/../index.html"])
def test_what_is_not_there_and_the_exports_own_files_give_the_page_for_it(ask, address):
    status, _headers, body = ask(address)
    assert (status, body) == ("404", "404.html")


@pytest.mark.parametrize("query", ["", "?q=khai%20sinh&cap=xa"])
def test_a_question_goes_on_with_whom_the_missing_slash_is_added_to(ask, query):
    status, headers, _body = ask(f"/tim-kiem{query}")
    assert (status, headers["Location"]) == ("302", f"tim-kiem/{query}")
