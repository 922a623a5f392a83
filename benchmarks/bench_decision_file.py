"""A decision of 500 rows from its Word file to the public: read and staged by a bounded process of its own, then made a
draft and published. Limits: 20 s by the clock, and 5 s of processor time, which other work on the machine doesn't
change."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import Seconds, fresh_database, machine, start, timed

ITEMS = 500
MOST_STAGING, MOST_PUBLISHING = 20.0, 5.0


def main() -> int:
    """Stage, apply, publish once each; 1 when a limit is passed."""
    start()
    from decisions import province, word_file  # noqa: PLC0415  only after setup

    from importers.decisions.applying import apply, publish  # noqa: PLC0415
    from importers.decisions.bounded import read_bounded  # noqa: PLC0415
    from importers.decisions.staging import stage  # noqa: PLC0415

    fresh_database()
    province()
    with tempfile.TemporaryDirectory() as folder:
        path = word_file(ITEMS, Path(folder) / "quyet-dinh.docx")
        (reading, _), read = timed(lambda: read_bounded([path]))
        (batch, _), staged = timed(lambda: stage(reading, by=None, paths=[path]))
    _, applied = timed(lambda: apply(batch=batch, by=None))
    batch.refresh_from_db()
    _, published = timed(lambda: publish(batch=batch, by=None))
    print(f"{machine()}; {batch.rows.count()} rows")
    print(
        f"read {read.wall:.1f} s, staged {staged.wall:.1f} s: {read.wall + staged.wall:.1f} s (at most {MOST_STAGING})"
    )
    print(f"{_both('made a draft', applied)}, {_both('published', published)} (together at most {MOST_PUBLISHING})")
    fine = read.wall + staged.wall <= MOST_STAGING and applied.cpu + published.cpu <= MOST_PUBLISHING
    return 0 if fine else 1


def _both(what: str, took: Seconds) -> str:
    return f"{what} in {took.wall:.2f} s, {took.cpu:.2f} s of it work"


if __name__ == "__main__":
    sys.exit(main())
