"""Publishing killed at any moment leaves the old state or the new one; fifty times in benchmarks/bench_publish_kill."""

import sys

import pytest
from django.db import connection

from tests.kills import without_faults


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a scratch SQLite file is killed; the server guards its own")
def test_killed_publishing_leaves_the_old_state_or_the_new_one(tmp_path, django_db_setup):
    without_faults("bench_publish_kill", tmp_path)
