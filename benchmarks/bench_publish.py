"""Publishes a decision of 500 items on SQLite (WAL) while another process reads pages of the same procedures: how long
it takes, and the longest any reader waited before, during and after. Limits: 5 s and 200 ms."""

import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import Seconds, fresh_database, machine, start, timed

ITEMS = 500
MOST_SECONDS, MOST_WAIT = 5.0, 0.2


def read() -> None:
    """Read one procedure after another until told to stop; print when each began and how long it took."""
    start()
    from cms.calendar import today  # noqa: PLC0415  only after setup
    from cms.models import Procedure  # noqa: PLC0415
    from cms.selectors import show  # noqa: PLC0415

    found = list(Procedure.objects.all())
    print("ready", flush=True)
    stop = Path(sys.argv[2])
    place = 0
    while not stop.exists():
        begun, clock = time.time(), time.perf_counter()
        show(found[place % len(found)], None, today())
        print(begun, time.perf_counter() - clock)
        place += 7
        time.sleep(0.01)


def main() -> int:
    """Publish twice: texts that are new, then amendments of all of them; 1 when a limit is passed."""
    folder = start()
    from bundle import DETAILS, approved, procedures  # noqa: PLC0415  only after setup

    from cms.calendar import today  # noqa: PLC0415
    from cms.services import publish_decision  # noqa: PLC0415
    from tests.factories import make_agency  # noqa: PLC0415

    fresh_database()
    make_agency()
    found = procedures(ITEMS)
    print(f"{machine()}; {ITEMS} items, {DETAILS} rows each, SQLite WAL")
    fine = True
    for word, on in (("mới", date(2025, 1, 1)), ("sửa", today() - timedelta(days=1))):
        decision = approved(found, word, on)
        stop = folder / f"stop-{word}"
        stop.unlink(missing_ok=True)
        reader = subprocess.Popen(
            [sys.executable, __file__, "--read", str(stop)],
            env=_environment(folder),
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
        fine &= _report(word, took, begun, ended, [tuple(map(float, line.split())) for line in said.splitlines()])
    return 0 if fine else 1


def _report(word: str, took: Seconds, begun: float, ended: float, reads: list[tuple[float, ...]]) -> bool:
    during = [wait for at, wait in reads if at + wait >= begun and at <= ended]
    around = [wait for at, wait in reads if at + wait < begun or at > ended]
    worst, usual = max(during), max(around)
    print(
        f"{word}: published in {took.wall:.2f} s, {took.cpu:.2f} s of it work (at most {MOST_SECONDS:.0f}); "
        f"{len(during)} reads meanwhile, the longest {worst * 1000:.0f} ms (at most {MOST_WAIT * 1000:.0f}; "
        f"{usual * 1000:.0f} when nobody publishes)"
    )
    return took.wall <= MOST_SECONDS and worst <= MOST_WAIT


def _environment(folder: Path) -> dict[str, str]:
    import os  # noqa: PLC0415

    return os.environ | {"BENCH_VAR": str(folder)}


if __name__ == "__main__":
    sys.exit(read() if "--read" in sys.argv else main())
