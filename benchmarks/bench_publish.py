"""Publishes decisions of 500 items on SQLite (WAL) while another process reads the same procedures: how long it takes,
and the longest any reader waited. Limits: 5 s and 200 ms.

A reader is slow for two reasons that are not publishing's: its own work, and a machine with no free core. So each read
says its time by the clock, its own processor time and, on Linux, how long it stood ready without a core; what is left
is time it slept: on a lock or the disk.
"""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import Seconds, fresh_database, machine, start, timed

ITEMS = 500
MOST_SECONDS, MOST_WAIT = 5.0, 0.2
SCHEDULED = Path("/proc/self/schedstat")


class Read(NamedTuple):
    """One page's data read: when, for how long, how much of that asleep (by the clock where Linux does not tell)."""

    at: float
    took: float
    asleep: float


def read() -> None:
    """Read one procedure after another until told to stop; print each reading."""
    start()
    from cms.calendar import today  # noqa: PLC0415  only after setup
    from cms.models import Procedure  # noqa: PLC0415
    from cms.selectors import show  # noqa: PLC0415

    found = list(Procedure.objects.all())
    print("ready", flush=True)
    stop = Path(sys.argv[2])
    place = 0
    while not stop.exists():
        at, clock, busy = time.time(), time.perf_counter(), _on_or_for_a_core()
        show(found[place % len(found)], None, today())
        took = time.perf_counter() - clock
        print(at, took, max(took - (_on_or_for_a_core() - busy), 0.0))
        place += 7
        time.sleep(0.01)


def _on_or_for_a_core() -> float:
    """Seconds this process has worked or stood ready for a core; 0 where the system does not tell."""
    return sum(map(int, SCHEDULED.read_text().split()[:2])) / 1e9 if SCHEDULED.exists() else 0.0


def main() -> int:
    """Publish new texts, amendments of all of them, and amendments that editors prepared; 1 when over a limit."""
    folder = start()
    from bundle import DETAILS, approved, procedures  # noqa: PLC0415  only after setup

    from cms.calendar import today  # noqa: PLC0415
    from cms.services import publish_decision  # noqa: PLC0415
    from tests.factories import make_agency  # noqa: PLC0415

    fresh_database()
    make_agency()
    found = procedures(ITEMS)
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}; {ITEMS} items, {DETAILS} rows each, SQLite WAL")
    fine = True
    for word, on in (("mới", date(2025, 1, 1)), ("sửa", today() - timedelta(days=2)), ("soạn", today())):
        decision = approved(found, word, on, reviewed=word == "soạn")
        stop = folder / f"stop-{word}"
        stop.unlink(missing_ok=True)
        reader = subprocess.Popen(
            [sys.executable, __file__, "--read", str(stop)],
            env=os.environ | {"BENCH_VAR": str(folder)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reader.stdout
        reader.stdout.readline()
        time.sleep(1)
        begun = time.time()
        _, took = timed(lambda decision=decision: publish_decision(decision=decision, by=None))
        ended = time.time()
        time.sleep(1)
        stop.touch()
        said, _ = reader.communicate()
        fine &= _report(word, took, begun, ended, [Read(*map(float, line.split())) for line in said.splitlines()])
    return 0 if fine else 1


def _report(word: str, took: Seconds, begun: float, ended: float, reads: list[Read]) -> bool:
    during = [one for one in reads if one.at + one.took >= begun and one.at <= ended]
    around = [one for one in reads if one.at + one.took < begun or one.at > ended]
    asleep = max(one.asleep for one in during)
    print(
        f"{word}: published in {took.wall:.2f} s, {took.cpu:.2f} s of it work (at most {MOST_SECONDS:.0f}); "
        f"{len(during)} reads meanwhile, held up at most {asleep * 1000:.0f} ms (at most {MOST_WAIT * 1000:.0f}; "
        f"{max(one.asleep for one in around) * 1000:.0f} when nobody publishes); the slowest by the clock "
        f"{max(one.took for one in during) * 1000:.0f} ms ({max(one.took for one in around) * 1000:.0f})"
    )
    return took.wall <= MOST_SECONDS and asleep <= MOST_WAIT


if __name__ == "__main__":
    sys.exit(read() if "--read" in sys.argv else main())
