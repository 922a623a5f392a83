"""The small form of the benchmarks that kill, for the tests of what they look at."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def without_faults(benchmark, folder):
    """Run five kills of a benchmark, three or more of them inside the write, in a scratch portal made from the tests'
    own migrated database; fail with what it printed."""
    source = sqlite3.connect(connection.settings_dict["NAME"])
    source.execute("VACUUM INTO ?", [str(folder / "template.sqlite3")])
    source.close()
    command = [sys.executable, str(ROOT / "benchmarks" / f"{benchmark}.py"), "5", "3"]
    done = subprocess.run(
        command, env=os.environ | {"BENCH_VAR": str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
