"""Making a draft from a decision file, killed at any moment, leaves all of it or nothing; fifty times in
benchmarks/bench_decision_kill."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a scratch SQLite file is killed; the server guards its own")
def test_a_killed_import_leaves_the_whole_draft_or_none(tmp_path, django_db_setup):
    source = sqlite3.connect(connection.settings_dict["NAME"])
    source.execute("VACUUM INTO ?", [str(tmp_path / "template.sqlite3")])
    source.close()
    command = [sys.executable, str(ROOT / "benchmarks" / "bench_decision_kill.py"), "5", "3"]
    done = subprocess.run(
        command, env=os.environ | {"BENCH_VAR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
