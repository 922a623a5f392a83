"""Elasticsearch beside SQLite: it follows what is published from a cursor of its own; when it is gone, pages go on."""

import os
import random
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.models import Sector
from portal.operations import health
from search import engine as door
from search.backends import EngineDownError, Filters, IndexMissingError, sqlite_index
from search.backends.elasticsearch import TIMEOUT, ElasticsearchBackend, connect, unpack
from search.backends.elasticsearch_index import ElasticsearchIndex
from search.backends.fallback import Circuit, WithFallback
from search.backends.sqlite import SqliteBackend
from search.document import State
from search.sync import CountsDisagreeError, sync_into
from search.synonyms import shipped
from tests.factories import enact, make_procedure, repeal
from tests.search import real_elasticsearch
from tests.search.corpus import ROWS, corpus, document
from tests.search.test_sync import ROOT, TODAY, act_at_random

search = partial(door.search, dictionary=shipped())
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def new_index(elasticsearch, elasticsearch_prefix):
    return lambda: ElasticsearchIndex(elasticsearch, f"{elasticsearch_prefix}-{secrets.token_hex(4)}")


@pytest.fixture
def index(new_index):
    return new_index()


def backend_of(index):
    return ElasticsearchBackend(index.client, index.prefix)


def found(index, query, **filters):
    return [hit.code for hit in search(query, Filters(**filters), engine=backend_of(index)).hits]


def content_of(index):
    """All that an index holds, in a fixed order; searched columns by the terms they were made from."""
    fields = ["candidate", "terms", "sort", "state", "length", "far", "pk", "key_*", "facet_*"]
    answer = index.client.search(
        index=index.alias, query={"exists": {"field": "state"}}, sort="pk", size=1000, docvalue_fields=fields
    )
    rows = [(hit["_id"], hit["_source"], hit["fields"]) for hit in answer["hits"]["hits"]]
    names = unpack(index.client.get(index=index.alias, id="names")["_source"]["packed"])
    return rows, names, index.read_meta()


class TestFollowing:
    pytestmark = pytest.mark.django_db

    def test_what_is_published_and_what_a_day_brings_is_found(self, index):
        coming, ending = make_procedure("1.000001"), make_procedure("1.000002")
        enact(coming, "Đăng ký kết hôn", on=TODAY + timedelta(days=2), sector="Hộ tịch")
        enact(ending, "Đăng ký kết hôn lưu động", on=TODAY - timedelta(days=9), sector="Hộ tịch")
        repeal(ending, TODAY + timedelta(days=1))
        assert sync_into(index, TODAY).rebuilt
        assert (found(index, "kết hôn"), found(index, "kết hôn", state=State.COMING)) == (["1.000002"], ["1.000001"])
        done = sync_into(index, TODAY + timedelta(days=2))
        assert (done.rebuilt, done.written) == (False, 2)
        assert (found(index, "kết hôn"), found(index, "kết hôn", state=State.ENDED)) == (["1.000001"], ["1.000002"])

    def test_following_and_rebuilding_give_the_same_content(self, index, new_index):
        dice, day = random.Random(7), TODAY
        procedures = [make_procedure() for _ in range(5)]
        for _ in range(5):
            for _ in range(dice.randint(0, 3)):
                act_at_random(dice, procedures, day)
            day += timedelta(days=dice.randint(-3, 12))
            sync_into(index, day)
            anew = new_index()
            sync_into(anew, day, anew=True)
            assert content_of(index) == content_of(anew)

    def test_nothing_new_writes_nothing_and_lets_readers_keep_what_they_know(self, index):
        enact(make_procedure(), "Đăng ký kết hôn")
        sync_into(index, TODAY)
        stamp = index.about("stamp")
        done = sync_into(index, TODAY)
        assert (done.rebuilt, done.written, done.removed, done.in_force) == (False, 0, 0, 1)
        assert index.about("stamp") == stamp

    def test_a_renamed_sector_shows_its_new_name_to_a_running_process(self, index):
        enact(make_procedure(), "Đăng ký kết hôn", sector="Hộ tịch")
        sync_into(index, TODAY)
        engine = backend_of(index)
        assert [facet.label for facet in search("kết hôn", engine=engine).facets["sector"]] == ["Hộ tịch"]
        Sector.objects.update(name="Hộ tịch và chứng thực")
        sync_into(index, TODAY)
        facets = search("kết hôn", engine=engine).facets["sector"]
        assert [facet.label for facet in facets] == ["Hộ tịch và chứng thực"]

    def test_counts_that_disagree_fail_and_keep_the_cursor(self, index):
        enact(make_procedure("1.000001"), "Đăng ký kết hôn")
        sync_into(index, TODAY)
        before = index.read_meta()
        (hit,) = search("kết hôn", engine=backend_of(index)).hits
        index.client.delete(index=index.alias, id=str(hit.id), refresh=True)
        with pytest.raises(CountsDisagreeError):
            sync_into(index, TODAY)
        assert index.read_meta() == before
        assert sync_into(index, TODAY, anew=True).in_force == 1
        assert found(index, "kết hôn") == ["1.000001"]


def test_readers_see_the_old_index_until_the_new_one_is_whole(index):
    with index.rebuild(corpus()) as writing:
        writing.set_meta()
    with index.rebuild([]) as writing:
        writing.set_meta()
        assert "1.001193" in found(index, "khai sinh")
    assert found(index, "khai sinh") == []
    assert len(index.every_name()) == 1


def test_a_new_index_that_fails_leaves_the_old_one(index):
    with index.rebuild(corpus()) as writing:
        writing.set_meta()
    with pytest.raises(ZeroDivisionError), index.rebuild([]) as writing:
        raise ZeroDivisionError
    assert "1.001193" in found(index, "khai sinh")
    assert len(index.every_name()) == 1


WRITER = """
import sys, time
sys.path[:0] = [{root!r}, {site!r}]
import django
django.setup()
from search.backends.elasticsearch import connect
from search.backends.elasticsearch_index import ElasticsearchIndex
from tests.search.corpus import copies
index = ElasticsearchIndex(connect(sys.argv[1]), sys.argv[2])
def slowly():
    for number, document in enumerate(copies(900)):
        if number == 450:
            print("inside", flush=True)
        if number > 450:
            time.sleep(0.005)
        yield document
with index.rebuild(slowly()) if sys.argv[3] == "anew" else index.update(slowly(), [1]) as writing:
    writing.set_meta()
"""


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["anew", "followed"])
def test_killed_while_writing_the_cursor_stands_and_the_next_run_makes_it_whole(index, elasticsearch_url, how):
    enact(make_procedure("1.000001"), "Đăng ký kết hôn")
    sync_into(index, TODAY)
    before = content_of(index)
    code = textwrap.dedent(WRITER).format(root=str(ROOT), site=str(ROOT / "site"))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    command = [sys.executable, "-c", code, elasticsearch_url, index.prefix, how]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert writer.stdout.readline() == b"inside\n"
    time.sleep(random.random() / 4)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert index.read_meta() == before[2]
    assert how == "followed" or content_of(index) == before
    assert sync_into(index, TODAY, anew=True).rebuilt
    assert content_of(index) == before
    assert len(index.every_name()) == 1


class TestCommand:
    pytestmark = pytest.mark.django_db

    @pytest.fixture(autouse=True)
    def _portal(self, settings, tmp_path, elasticsearch_url, elasticsearch_prefix):
        settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
        settings.PORTAL_ELASTICSEARCH_URL = elasticsearch_url
        settings.PORTAL_ELASTICSEARCH_PREFIX = f"{elasticsearch_prefix}-{secrets.token_hex(4)}"
        enact(make_procedure("1.000001"), "Đăng ký kết hôn")

    @staticmethod
    def run(**options):
        out = StringIO()
        call_command("sync_search_index", stdout=out, **options)
        return out.getvalue()

    def test_both_indexes_are_brought_up_to_date_each_from_its_own_cursor(self, settings):
        first = self.run()
        assert "SQLite: làm mới toàn bộ; ghi 1" in first and "Elasticsearch: làm mới toàn bộ; ghi 1" in first
        settings.PORTAL_SEARCH_INDEX.unlink()
        again = self.run()
        assert "SQLite: làm mới toàn bộ; ghi 1" in again and "Elasticsearch: cập nhật; ghi 0" in again
        assert isinstance(door.backend(), WithFallback)
        assert [hit.code for hit in search("kết hôn", engine=door.elasticsearch()).hits] == ["1.000001"]

    def test_health_tells_how_the_servers_index_stands(self, settings):
        def found():
            (one,) = (one for one in health.findings(timezone.now()) if one.label == "Chỉ mục Elasticsearch")
            return one

        assert found().state is health.State.BAD
        self.run()
        assert found().state is health.State.GOOD, found()
        enact(make_procedure("1.000002"), "Đăng ký khai tử")
        assert found().state is health.State.WARNING
        settings.PORTAL_ELASTICSEARCH_URL = NOWHERE
        assert "không trả lời" in found().text

    def test_a_server_that_is_down_fails_the_command_after_sqlite_is_in_step(self, settings):
        settings.PORTAL_ELASTICSEARCH_URL = NOWHERE
        with pytest.raises(CommandError, match="PORTAL_ELASTICSEARCH_URL") as failed:
            self.run()
        assert failed.value.returncode == 1
        assert [hit.code for hit in search("kết hôn", engine=door.sqlite()).hits] == ["1.000001"]

    def test_the_judge_can_be_pointed_at_it_and_says_when_it_is_down(self, settings, tmp_path):
        path = tmp_path / "queries.tsv"
        path.write_text("id\tclass\tquery\texpected\na\tx\tket hon\t1.000001=3\n", encoding="utf-8")
        self.run()
        out = StringIO()
        call_command("evaluate_search", str(path), engine="elasticsearch", stdout=out)
        assert "== elasticsearch" in out.getvalue() and "1.0000" in out.getvalue()
        settings.PORTAL_ELASTICSEARCH_URL = NOWHERE
        with pytest.raises(CommandError, match="không trả lời"):
            call_command("evaluate_search", str(path), engine="elasticsearch", stdout=out)
        settings.PORTAL_ELASTICSEARCH_URL = ""
        with pytest.raises(CommandError, match="sync_search_index"):
            call_command("evaluate_search", str(path), engine="elasticsearch", stdout=out)


ONLY_IN_ELASTICSEARCH, ONLY_IN_SQLITE = ROWS[0], ROWS[1]


class TestFallback:
    """Each engine holds another procedure, so a hit tells who answered."""

    @pytest.fixture
    def file(self, tmp_path):
        with sqlite_index.rebuild(tmp_path / "search.sqlite3", [document(ONLY_IN_SQLITE)]) as writing:
            writing.set_meta()
        return SqliteBackend(tmp_path / "search.sqlite3")

    @pytest.fixture
    def both(self, index, file, elasticsearch_url):
        with index.rebuild([document(ONLY_IN_ELASTICSEARCH)]) as writing:
            writing.set_meta()
        return WithFallback(ElasticsearchBackend(connect(elasticsearch_url), index.prefix), file, Circuit(pause=1))

    @pytest.fixture
    def server(self, elasticsearch_url):
        if not real_elasticsearch.ROOT.is_dir():
            if os.environ.get("CI"):
                pytest.fail("CI must start Elasticsearch itself, so that it can be stopped and started again")
            pytest.skip("Elasticsearch was not started on this machine")
        return real_elasticsearch.Server(elasticsearch_url)

    @staticmethod
    def who_answers(engine):
        code = search("khai sinh", engine=engine).hits[0].code
        return {ONLY_IN_ELASTICSEARCH[1]: "elasticsearch", ONLY_IN_SQLITE[1]: "sqlite"}[code]

    def returns_to_elasticsearch(self, engine):
        until = time.monotonic() + 90
        while self.who_answers(engine) != "elasticsearch" and time.monotonic() < until:
            time.sleep(0.3)
        return self.who_answers(engine) == "elasticsearch"

    def test_a_frozen_server_costs_one_timeout_then_none_and_is_used_again(self, both, server):
        assert self.returns_to_elasticsearch(both)
        both.circuit.pause = 600
        server.freeze()
        try:
            # Each search asks several times: were every one to wait, it would take a multiple of this.
            started = time.monotonic()
            assert self.who_answers(both) == "sqlite"
            assert time.monotonic() - started < 2 * TIMEOUT
            started = time.monotonic()
            assert [self.who_answers(both) for _ in range(8)] == ["sqlite"] * 8
            assert time.monotonic() - started < 8 * TIMEOUT
        finally:
            server.thaw()
        both.circuit.pause = 0
        both.circuit.failed(EngineDownError())
        assert self.returns_to_elasticsearch(both)

    @pytest.mark.slow
    def test_a_stopped_server_leaves_sqlite_and_a_started_one_is_used_again(self, both, server):
        assert self.returns_to_elasticsearch(both)
        server.stop()
        try:
            assert [self.who_answers(both) for _ in range(3)] == ["sqlite"] * 3
        finally:
            server.start()
        assert self.returns_to_elasticsearch(both)

    def test_a_server_without_our_index_leaves_sqlite_until_there_is_one(self, index, file):
        both = WithFallback(backend_of(index), file, Circuit(pause=0))
        assert self.who_answers(both) == "sqlite"
        with index.rebuild([document(ONLY_IN_ELASTICSEARCH)]) as writing:
            writing.set_meta()
        assert self.returns_to_elasticsearch(both)

    def test_alone_it_says_that_it_is_down_or_has_no_index(self, index):
        with pytest.raises(EngineDownError):
            ElasticsearchBackend(connect(NOWHERE), "any").lexicon()
        with pytest.raises(IndexMissingError):
            backend_of(index).lexicon()


def test_after_a_pause_one_question_tries_again_and_the_others_do_not_wait():
    circuit = Circuit(pause=60)
    assert circuit.may_try()
    circuit.failed(EngineDownError())
    assert not circuit.may_try()
    circuit.pause = 0
    circuit.failed(EngineDownError())
    circuit.pause = 60
    assert [circuit.may_try() for _ in range(3)] == [True, False, False]
    circuit.answered()
    assert circuit.may_try()


def test_without_a_server_sqlite_alone_is_the_engine(settings):
    assert settings.PORTAL_ELASTICSEARCH_URL == ""
    assert isinstance(door.backend(), SqliteBackend)
