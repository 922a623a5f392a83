"""The index follows what is published, on the day it holds, and is never half-written."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cms.models import Cost, Effect, ProcessingTime, Sector
from cms.services import correct, roll_back
from search import sync as sync_module
from search.backends import Filters, sqlite_index
from search.backends.sqlite import SqliteBackend
from search.document import State
from search.engine import search
from search.sync import CountsDisagreeError, sync
from tests.factories import enact, make_content, make_procedure, repeal, snapshot_of
from tests.search.corpus import corpus

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 7, 1)
NAMES = ("Đăng ký khai sinh", "Đăng ký kết hôn", "Cấp hộ chiếu phổ thông", "Đăng ký thường trú", "Hòa giải tranh chấp")

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(tmp_path):
    return tmp_path / "search.sqlite3"


def found(index, query, **filters):
    return [hit.code for hit in search(query, Filters(**filters), engine=SqliteBackend(index)).hits]


def content_of(index):
    rows = sqlite_index.dump(index)
    rows["meta"] = SqliteBackend(index).meta()
    return rows


def test_a_published_procedure_is_found_and_a_corrected_one_by_its_new_name(index):
    sync(index, TODAY)
    procedure = make_procedure("1.001193")
    enact(procedure, "Đăng ký khai sinh", sector="Hộ tịch")
    assert sync(index, TODAY).written == 1
    assert found(index, "khai sinh") == ["1.001193"]
    correct(effect=Effect.objects.get(), content=make_content(procedure, "Đăng ký kết hôn"), by=None)
    sync(index, TODAY)
    assert (found(index, "khai sinh"), found(index, "ket hon")) == ([], ["1.001193"])


def test_a_day_that_passes_brings_in_and_takes_out(index):
    coming, ending = make_procedure("1.000001"), make_procedure("1.000002")
    enact(coming, "Đăng ký kết hôn", on=TODAY + timedelta(days=2))
    enact(ending, "Đăng ký kết hôn lưu động", on=TODAY - timedelta(days=9))
    repeal(ending, TODAY + timedelta(days=1))
    sync(index, TODAY)
    assert found(index, "kết hôn") == ["1.000002"]
    assert found(index, "kết hôn", state=State.COMING) == ["1.000001"]
    done = sync(index, TODAY + timedelta(days=2))
    assert (done.rebuilt, done.written) == (False, 2)
    assert found(index, "kết hôn") == ["1.000001"]
    assert found(index, "kết hôn", state=State.ENDED) == ["1.000002"]


def test_a_clock_set_back_is_followed_too(index):
    enact(make_procedure("1.000001"), "Đăng ký kết hôn", on=TODAY)
    sync(index, TODAY)
    sync(index, TODAY - timedelta(days=1))
    assert found(index, "kết hôn") == []


def test_nothing_new_writes_nothing(index):
    enact(make_procedure(), "Đăng ký kết hôn")
    sync(index, TODAY)
    done = sync(index, TODAY)
    assert (done.rebuilt, done.written, done.removed, done.in_force) == (False, 0, 0, 1)


def test_a_rolled_back_procedure_leaves_the_index(index):
    enact(make_procedure(), "Đăng ký kết hôn")
    sync(index, TODAY)
    roll_back(what=Effect.objects.get().item.decision, by=None)
    assert sync(index, TODAY).removed == 1
    assert found(index, "kết hôn", state="") == []


def act_at_random(dice, procedures, day):
    procedure = dice.choice(procedures)
    name = f"{dice.choice(NAMES)} {dice.choice(('', 'lưu động', 'có yếu tố nước ngoài'))}"
    on = day + timedelta(days=dice.randint(-30, 30))
    details = [ProcessingTime(ordinal=1, reading_kind="UNIT", amount=dice.randint(1, 9), unit="WORKING_DAY")]
    details += [Cost(ordinal=1, reading_kind="AMOUNT", amount=dice.choice((5000, 8000)))]
    what = dice.randrange(4)
    if what == 0:
        enact(procedure, name, on=on, sector=dice.choice(("Hộ tịch", "Cư trú")), details=details, levels="COMMUNE")
    elif what == 1:
        repeal(procedure, on)
    elif what == 2:
        snapshot_of(procedure, name, read_on=on, cited_decision="3218/QĐ-UBND", decision_number="3218/QĐ-UBND")
    elif standing := list(Effect.objects.filter(withdrawn_at=None, act="OPEN", procedure=procedure)):
        correct(effect=dice.choice(standing), content=make_content(procedure, name, details=details), by=None)


@pytest.mark.parametrize("seed", range(4))
def test_following_and_rebuilding_give_the_same_rows(index, tmp_path, seed):
    dice = random.Random(seed)
    procedures = [make_procedure() for _ in range(5)]
    day = TODAY
    for _ in range(8):
        for _ in range(dice.randint(0, 3)):
            act_at_random(dice, procedures, day)
        day += timedelta(days=dice.randint(-3, 12))
        sync(index, day)
        sync(tmp_path / "anew.sqlite3", day, anew=True)
        assert content_of(index) == content_of(tmp_path / "anew.sqlite3")


def test_a_renamed_sector_shows_its_new_name_without_any_change_of_procedures(index):
    enact(make_procedure(), "Đăng ký kết hôn", sector="Hộ tịch")
    sync(index, TODAY)
    Sector.objects.update(name="Hộ tịch và chứng thực")
    sync(index, TODAY)
    facets = search("kết hôn", engine=SqliteBackend(index)).facets["sector"]
    assert [facet.label for facet in facets] == ["Hộ tịch và chứng thực"]


def test_counts_that_disagree_fail_and_keep_the_old_index(index, monkeypatch):
    enact(make_procedure(), "Đăng ký kết hôn")
    sync(index, TODAY)
    before = content_of(index)
    connection = sqlite3.connect(index)
    connection.execute("DELETE FROM doc")
    connection.commit()
    connection.close()
    with pytest.raises(CountsDisagreeError):
        sync(index, TODAY)
    assert sync(index, TODAY, anew=True).in_force == 1
    assert content_of(index) == before


def test_many_changes_are_written_beside_and_swapped(index, monkeypatch):
    monkeypatch.setattr(sync_module, "MANY", 2)
    sync(index, TODAY)
    for _ in range(2):
        enact(make_procedure(), "Đăng ký kết hôn")
    assert sync(index, TODAY).rebuilt


def test_a_database_other_than_the_indexed_one_is_indexed_anew(index):
    with sqlite_index.rebuild(index, corpus()) as writing:
        writing.set_meta(sequence="99", day=TODAY.isoformat())
    assert sync(index, TODAY).rebuilt
    assert found(index, "khai sinh") == []


def test_reading_costs_the_same_number_of_queries_for_many_procedures(index, django_assert_max_num_queries):
    for number in range(12):
        enact(make_procedure(), f"Đăng ký kết hôn {number}")
    with django_assert_max_num_queries(30):
        sync(index, TODAY, anew=True)


def run(**options):
    out = StringIO()
    call_command("sync_search_index", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def portal_index(settings, index):
    settings.PORTAL_SEARCH_INDEX = index
    return index


def test_the_command_prints_counts(portal_index):
    enact(make_procedure(), "Đăng ký kết hôn")
    assert "làm mới toàn bộ; ghi 1, bỏ 0, đang áp dụng 1 thủ tục" in run()
    assert "cập nhật; ghi 0" in run()
    assert "làm mới toàn bộ" in run(rebuild=True)


def test_two_at_once_are_refused_with_code_2(portal_index):
    with sqlite_index.only_one(portal_index), pytest.raises(CommandError, match="đang chạy") as refused:
        run()
    assert refused.value.returncode == 2
    assert run()


def test_disagreement_ends_with_code_1_and_says_what_to_do(portal_index):
    enact(make_procedure(), "Đăng ký kết hôn")
    run()
    connection = sqlite3.connect(portal_index)
    connection.execute("DELETE FROM doc")
    connection.commit()
    connection.close()
    with pytest.raises(CommandError, match="--rebuild") as failed:
        run()
    assert failed.value.returncode == 1


def test_a_folder_that_cannot_be_written_ends_with_code_1(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.PORTAL_SEARCH_INDEX = tmp_path / "file" / "search.sqlite3"
    with pytest.raises(CommandError, match="quyền ghi") as failed:
        run()
    assert failed.value.returncode == 1


WRITER = """
import sys, time
sys.path[:0] = [{root!r}, {site!r}]
import django
django.setup()
from pathlib import Path
from search.backends import sqlite_index
from tests.search.corpus import copies, corpus
path = Path(sys.argv[1])
def slowly():
    for number, document in enumerate(copies(400)):
        if number == 50:
            print("inside", flush=True)
        if number > 50:
            time.sleep(0.005)
        yield document
with sqlite_index.only_one(path):
    anew = sys.argv[2] == "anew"
    with sqlite_index.rebuild(path, slowly()) if anew else sqlite_index.update(path, slowly(), [1]) as writing:
        writing.set_meta()
"""


@pytest.mark.parametrize("how", ["anew", "followed"])
def test_killed_while_writing_the_old_index_stands_and_the_next_run_succeeds(index, how):
    with sqlite_index.rebuild(index, corpus()) as writing:
        writing.set_meta(sequence="0", day=TODAY.isoformat())
    before = content_of(index)
    code = textwrap.dedent(WRITER).format(root=str(ROOT), site=str(ROOT / "site"))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    writer = subprocess.Popen([sys.executable, "-c", code, str(index), how], stdout=subprocess.PIPE, env=environment)
    assert writer.stdout.readline() == b"inside\n"
    time.sleep(random.random() / 4)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert content_of(index) == before
    assert sync(index, TODAY, anew=True).rebuilt


def test_readers_see_the_old_index_until_the_new_one_is_whole(index):
    with sqlite_index.rebuild(index, corpus()) as writing:
        writing.set_meta()
    with sqlite_index.rebuild(index, []) as writing:
        writing.set_meta()
        assert "1.001193" in found(index, "khai sinh")
    assert found(index, "khai sinh") == []
