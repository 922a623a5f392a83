"""Kills the publishing of a decision fifty times, most of them inside the write: the old state or the new one, never
between. `python benchmarks/bench_publish_kill.py [KILLS [INSIDE [SEED]]]`; tests/cms/test_publish_kill.py runs five."""

import random
import shutil
import sqlite3
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from killing import Child, run_kills
from scratch import fresh_database, machine, start

ITEMS = 120
# All rows of one publishing are there, or none.
COUNTS = {
    "periods": "SELECT count(*) FROM cms_validityperiod",
    "standing": "SELECT count(*) FROM cms_validityperiod WHERE withdrawn_at IS NULL",
    "open": "SELECT count(*) FROM cms_validityperiod WHERE valid_to IS NULL",
    "recorded": "SELECT count(*) FROM cms_effect WHERE recorded_at IS NOT NULL",
    "changes": "SELECT count(*) FROM cms_change",
    "acts": "SELECT count(*) FROM cms_decisionact",
    "published": "SELECT count(*) FROM cms_decision WHERE state = 'PUBLISHED'",
}


class Scratch:
    """A portal with a decision that amends many procedures, approved; put back before each kill."""

    def __init__(self) -> None:
        self.folder = start()
        from bundle import approved, procedures  # noqa: PLC0415  only after setup
        from django.conf import settings  # noqa: PLC0415

        from cms.services import publish_decision  # noqa: PLC0415
        from tests.factories import make_agency  # noqa: PLC0415

        fresh_database()
        self.database = Path(str(settings.DATABASES["default"]["NAME"]))
        self.kept = self.folder / "approved.sqlite3"
        self.kept.unlink(missing_ok=True)
        make_agency()
        found = procedures(ITEMS)
        publish_decision(decision=approved(found, "mới", date(2025, 1, 1)), by=None)
        self.decision = approved(found, "sửa", date(2025, 7, 1))
        source = sqlite3.connect(self.database)
        source.execute("VACUUM INTO ?", [str(self.kept)])
        source.close()
        self.old = self.restore()
        self.length = self.child().wait()
        self.new = self.count()

    def restore(self) -> dict[str, int]:
        """Put the state before publishing back; return its counts."""
        from django.db import connection  # noqa: PLC0415

        connection.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.database)
        return self.count()

    def count(self) -> dict[str, int]:
        """What is there, read by a connection of its own, as the next process would."""
        source = sqlite3.connect(self.database)
        try:
            return {name: source.execute(query).fetchone()[0] for name, query in COUNTS.items()}
        finally:
            source.close()

    def child(self) -> Child:
        """A process that publishes the decision."""
        from cms.services import publish_decision  # noqa: PLC0415  only after setup

        return Child(lambda: publish_decision(decision=self.decision, by=None))

    def kill(self, chance: random.Random, inside: bool) -> tuple[bool, str]:
        """Kill one publishing; return whether it died inside the write, and what is wrong ("" for nothing)."""
        self.restore()
        child = self.child()
        if inside:
            child.begun()
        time.sleep(chance.uniform(0, self.length))
        died_inside = child.kill()
        source = sqlite3.connect(self.database)
        (verdict,) = source.execute("PRAGMA integrity_check").fetchone()
        strays = source.execute("PRAGMA foreign_key_check").fetchall()
        source.close()
        left = self.count()
        if verdict != "ok" or strays:
            return died_inside, f"integrity: {verdict}, {len(strays)} stray keys"
        if left not in (self.old, self.new):
            return died_inside, f"half-published: {left}"
        if left == self.old:
            self.child().wait()
            if self.count() != self.new:
                return died_inside, "the next run did not complete"
        return died_inside, ""


def main() -> int:
    """Run all; 1 when anything is wrong or too few died inside the write."""
    kills, inside, seed = ([int(one) for one in sys.argv[1:]] + [50, 30, 20261123][len(sys.argv) - 1 :])[:3]
    portal = Scratch()
    print(f"{machine()}; {ITEMS} items, seed {seed}; publishing takes {portal.length:.2f} s")
    return run_kills(portal.kill, kills, inside, seed)


if __name__ == "__main__":
    sys.exit(main())
