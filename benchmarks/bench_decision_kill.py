"""Kills the making of a draft from a reviewed decision file fifty times, most of them inside the write: all of it is
there, or nothing. `python benchmarks/bench_decision_kill.py [KILLS [INSIDE [SEED]]]`; a test runs five."""

import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import fresh_database, machine, start

ITEMS = 120
# All rows of one draft are there, or none.
COUNTS = {
    "procedures": "SELECT count(*) FROM cms_procedure",
    "texts": "SELECT count(*) FROM cms_procedurecontent",
    "parts": "SELECT count(*) FROM cms_partstate",
    "times": "SELECT count(*) FROM cms_processingtime",
    "items": "SELECT count(*) FROM cms_decisionitem",
    "effects": "SELECT count(*) FROM cms_effect",
    "decisions": "SELECT count(*) FROM cms_decision",
    "applied": "SELECT count(*) FROM importers_decisionbatch WHERE state = 'APPLIED'",
}


class Scratch:
    """A portal with a decision of many items, reviewed; put back before each kill."""

    def __init__(self) -> None:
        self.folder = start()
        from decisions import reviewed  # noqa: PLC0415  only after setup
        from django.conf import settings  # noqa: PLC0415

        fresh_database()
        self.database = Path(str(settings.DATABASES["default"]["NAME"]))
        self.kept = self.folder / "reviewed.sqlite3"
        self.kept.unlink(missing_ok=True)
        self.batch = reviewed(ITEMS)
        source = sqlite3.connect(self.database)
        source.execute("VACUUM INTO ?", [str(self.kept)])
        source.close()
        self.old = self.restore()
        self.length = Child(self.batch).wait()
        self.new = self.count()

    def restore(self) -> dict[str, int]:
        """Put the reviewed state back; return its counts."""
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

    def kill(self, chance: random.Random, *, inside: bool) -> tuple[bool, str]:
        """Kill one; return whether it died inside the write, and what is wrong ("" for nothing)."""
        self.restore()
        child = Child(self.batch)
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
            return died_inside, f"half-made: {left}"
        if left == self.old:
            Child(self.batch).wait()
            if self.count() != self.new:
                return died_inside, "the next run did not complete"
        return died_inside, ""


class Child:
    """A forked process that applies the batch: it says through a pipe when the write begins and when it is over."""

    def __init__(self, batch: object) -> None:
        from django.db import connection  # noqa: PLC0415

        from importers.decisions.applying import apply  # noqa: PLC0415

        connection.close()
        self.pipe, other = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self.pipe)
            os.write(other, b"b")
            apply(batch=batch, by=None)
            os.write(other, b"e")
            os._exit(0)
        os.close(other)
        self.said = b""

    def begun(self) -> None:
        """Wait until the write begins."""
        self.said += os.read(self.pipe, 1)

    def wait(self) -> float:
        """Let it end; return how long it took, in seconds."""
        self.begun()
        clock = time.perf_counter()
        self.said += os.read(self.pipe, 1)
        took = time.perf_counter() - clock
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        assert self.said == b"be", "applying failed"
        return took

    def kill(self) -> bool:
        """SIGKILL; return whether the write had begun and was not over."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        while more := os.read(self.pipe, 8):
            self.said += more
        os.close(self.pipe)
        return self.said == b"b"


def main() -> int:
    """Run all; 1 when anything is wrong or too few died inside the write."""
    kills, inside, seed = ([int(one) for one in sys.argv[1:]] + [50, 30, 20261123][len(sys.argv) - 1 :])[:3]
    chance = random.Random(seed)
    portal = Scratch()
    print(f"{machine()}; {ITEMS} items, seed {seed}; applying takes {portal.length:.2f} s")
    killed = [portal.kill(chance, inside=number % 10 != 9) for number in range(kills)]
    while sum(one for one, _ in killed) < inside and len(killed) < 3 * kills:
        killed.append(portal.kill(chance, inside=True))
    faults = [fault for _, fault in killed if fault]
    died_inside = sum(one for one, _ in killed)
    print(f"{len(killed)} kills, {died_inside} inside the write (at least {inside}); {len(faults)} faults")
    print(*faults, sep="\n")
    return 1 if faults or died_inside < inside else 0


if __name__ == "__main__":
    sys.exit(main())
