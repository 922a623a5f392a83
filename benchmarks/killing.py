"""Kills a piece of work at random moments, most of them inside its write, and counts what is wrong afterwards."""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Kill = Callable[[random.Random, bool], tuple[bool, str]]


class Child:
    """A forked process that does the work: it says through a pipe when the write begins and when it is over."""

    def __init__(self, work: Callable[[], object]) -> None:
        from django.db import connection  # noqa: PLC0415  only after setup

        connection.close()
        self.pipe, other = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self.pipe)
            # What the work starts itself must not hold the pipe open.
            os.set_inheritable(other, False)
            os.write(other, b"b")
            work()
            os.write(other, b"e")
            os._exit(0)
        os.close(other)
        self.said = b""

    def begun(self) -> None:
        """Wait until the write begins."""
        self.said += os.read(self.pipe, 1)

    def wait(self) -> float:
        """Let it end; return how long the write took, in seconds."""
        self.begun()
        clock = time.perf_counter()
        self.said += os.read(self.pipe, 1)
        took = time.perf_counter() - clock
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        assert self.said == b"be", "the work failed"
        return took

    def kill(self) -> bool:
        """SIGKILL; return whether the write had begun and was not over. Waits for what the process had started."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        while more := os.read(self.pipe, 8):
            self.said += more
        os.close(self.pipe)
        return self.said == b"b"


class KilledWrite:
    """A write into the scratch portal's SQLite file as it is now: put back before each kill.

    `counts`: queries of which one write changes all answers or none; `work` writes.
    """

    def __init__(self, folder: Path, counts: Mapping[str, str], work: Callable[[], object]) -> None:
        from django.conf import settings  # noqa: PLC0415  only after setup

        self.database = Path(str(settings.DATABASES["default"]["NAME"]))
        self.kept, self.counts, self.work = folder / "before.sqlite3", counts, work
        self.kept.unlink(missing_ok=True)
        source = sqlite3.connect(self.database)
        source.execute("VACUUM INTO ?", [str(self.kept)])
        source.close()
        self.old = self.restore()
        self.length = Child(work).wait()
        self.new = self.count()

    def restore(self) -> dict[str, int]:
        """Put the state before the write back; return its counts."""
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
            return {name: source.execute(query).fetchone()[0] for name, query in self.counts.items()}
        finally:
            source.close()

    def kill(self, chance: random.Random, inside: bool) -> tuple[bool, str]:
        """Kill one write; return whether it died inside, and what is wrong ("" for nothing)."""
        self.restore()
        child = Child(self.work)
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
            return died_inside, f"half-written: {left}"
        if left == self.old:
            Child(self.work).wait()
            if self.count() != self.new:
                return died_inside, "the next run did not complete"
        return died_inside, ""


def run_kills(kill: Kill, kills: int, inside: int, seed: int) -> int:
    """Kill again and again; print the counts; 1 when anything is wrong or too few died inside the write.

    `kill(chance, inside)` says whether the work died inside its write, and what is wrong ("" for nothing).
    """
    chance = random.Random(seed)
    killed = [kill(chance, number % 10 != 9) for number in range(kills)]
    while sum(one for one, _ in killed) < inside and len(killed) < 3 * kills:
        killed.append(kill(chance, True))
    faults = [fault for _, fault in killed if fault]
    died_inside = sum(one for one, _ in killed)
    print(f"{len(killed)} kills, {died_inside} inside the write (at least {inside}); {len(faults)} faults")
    print(*faults, sep="\n")
    return 1 if faults or died_inside < inside else 0
