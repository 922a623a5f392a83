"""Kills the publishing of a decision fifty times, most of them inside the write: the old state or the new one, never
between. `python benchmarks/bench_publish_kill.py [KILLS [INSIDE [SEED]]]`; tests/cms/test_publish_kill.py runs five."""

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from killing import KilledWrite, run_kills
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


def approved_decision() -> object:
    """A decision that amends many procedures, approved, in a fresh portal."""
    from bundle import approved, procedures  # noqa: PLC0415  only after setup

    from cms.services import publish_decision  # noqa: PLC0415
    from tests.factories import make_agency  # noqa: PLC0415

    fresh_database()
    make_agency()
    found = procedures(ITEMS)
    publish_decision(decision=approved(found, "mới", date(2025, 1, 1)), by=None)
    return approved(found, "sửa", date(2025, 7, 1))


def main() -> int:
    """Run all; 1 when anything is wrong or too few died inside the write."""
    kills, inside, seed = ([int(one) for one in sys.argv[1:]] + [50, 30, 20261123][len(sys.argv) - 1 :])[:3]
    folder = start()
    from cms.services import publish_decision  # noqa: PLC0415  only after setup

    decision = approved_decision()
    write = KilledWrite(folder, COUNTS, lambda: publish_decision(decision=decision, by=None))
    print(f"{machine()}; {ITEMS} items, seed {seed}; publishing takes {write.length:.2f} s")
    return run_kills(write.kill, kills, inside, seed)


if __name__ == "__main__":
    sys.exit(main())
