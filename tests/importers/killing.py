"""Kills imports at random moments and looks at what they leave: a few times in a test, fifty in a benchmark."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.importers.pages import write_pages

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 300
# Empty in a fresh portal but filled by an import: all of one run's rows are there, or none.
TABLES = (
    "cms_procedure",
    "cms_procedurecontent",
    "cms_partstate",
    "cms_step",
    "cms_channel",
    "cms_evidence",
    "cms_agencytext",
    "cms_effect",
    "cms_validityperiod",
    "cms_listing",
    "cms_change",
    "cms_sector",
    "cms_cataloguesnapshot",
    "importers_importbatch",
)


@dataclass
class Killed:
    """One killed import. `inside`: it died between the marks that begin and end the write."""

    inside: bool
    faults: list[str]


class Portal:
    """A portal of its own in a folder, with 300 made-up records to import."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"
        self.var.mkdir()
        self.database = self.var / "portal.sqlite3"
        self.template = folder / "template.sqlite3"
        self.log = self.var / "log" / "import.log"
        self.pages = write_pages(folder / "pages.jsonl", RECORDS)
        self.whole: dict[str, int] = {}
        self.lead = self.length = 0.0

    def environment(self):
        values = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return values | {
            "PORTAL_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def start(self, *arguments):
        command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def finish(self, *arguments):
        process = self.start(*arguments)
        _, complaint = process.communicate()
        assert process.returncode == 0, complaint.decode()

    def prepare(self, empty: Path | None = None):
        """Import once unharmed, and note how long that takes and what it leaves. `empty`: a migrated database."""
        if empty is None:
            self.finish("migrate", "--verbosity=0")
        source = sqlite3.connect(empty or self.database)
        source.execute("VACUUM INTO ?", [str(self.template)])
        source.close()
        self.restore()
        begun = time.monotonic()
        process = self.start("import_catalogue", self.pages)
        self.lead = self.wait_for("bắt đầu", process) - begun
        _, complaint = process.communicate()
        self.length = time.monotonic() - begun - self.lead
        assert process.returncode == 0, complaint.decode()
        self.whole = self.count()
        assert self.whole["cms_procedure"] == RECORDS

    def restore(self):
        """Put the empty portal back."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.database)
        shutil.rmtree(self.log.parent, ignore_errors=True)

    def marks(self):
        text = self.log.read_text("utf-8") if self.log.exists() else ""
        return "ghi: bắt đầu" in text, "ghi: xong" in text

    def wait_for(self, mark, process):
        """The moment the log shows the mark."""
        while process.poll() is None:
            if self.log.exists() and f"ghi: {mark}" in self.log.read_text("utf-8"):
                return time.monotonic()
            time.sleep(0.002)
        return time.monotonic()

    def count(self):
        connection = sqlite3.connect(self.database)
        try:
            return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
        finally:
            connection.close()

    def kill(self, chance: random.Random, *, inside: bool) -> Killed:
        """Start an import, kill it at a random moment (in the write, or at any), and look at what is left."""
        self.restore()
        process = self.start("import_catalogue", self.pages)
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        if inside:
            self.wait_for("bắt đầu", process)
            time.sleep(chance.uniform(0, self.length * 0.6))
        else:
            time.sleep(chance.uniform(0, self.lead + self.length))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        drain.join()
        begun, ended = self.marks()
        return Killed(begun and not ended, self.faults(ended))

    def faults(self, ended: bool) -> list[str]:
        """What is wrong with the database, before and after the next run."""
        found = []
        connection = sqlite3.connect(self.database)
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
        if verdict != "ok" or strays:
            found.append(f"integrity: {verdict}, {len(strays)} stray keys")
        left = self.count()
        if any(left.values()) and left != self.whole:
            found.append(f"half-written: {left}")
        if ended and left != self.whole:
            found.append("lost after the mark that it was written")
        self.finish("import_catalogue", self.pages)
        if self.count() != self.whole:
            found.append("the next run did not complete")
        return found
