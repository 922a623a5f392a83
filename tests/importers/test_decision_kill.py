"""Making a draft from a decision file, killed at any moment, leaves all of it or nothing; fifty times in
benchmarks/bench_decision_kill."""

import sys

import pytest
from django.db import connection

from tests.kills import without_faults


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a scratch SQLite file is killed; the server guards its own")
def test_a_killed_import_leaves_the_whole_draft_or_none(tmp_path, django_db_setup):
    without_faults("bench_decision_kill", tmp_path)
