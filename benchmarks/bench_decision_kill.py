"""Kills the making of a draft from a reviewed decision file fifty times, most of them inside the write: all of it is
there, or nothing. `python benchmarks/bench_decision_kill.py [KILLS [INSIDE [SEED]]]`; a test runs five."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from killing import KilledWrite, run_kills
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


def main() -> int:
    """Run all; 1 when anything is wrong or too few died inside the write."""
    kills, inside, seed = ([int(one) for one in sys.argv[1:]] + [50, 30, 20261123][len(sys.argv) - 1 :])[:3]
    folder = start()
    from decisions import reviewed  # noqa: PLC0415  only after setup

    from importers.decisions.applying import apply  # noqa: PLC0415

    fresh_database()
    batch = reviewed(ITEMS)
    write = KilledWrite(folder, COUNTS, lambda: apply(batch=batch, by=None))
    print(f"{machine()}; {ITEMS} items, seed {seed}; applying takes {write.length:.2f} s")
    return run_kills(write.kill, kills, inside, seed)


if __name__ == "__main__":
    sys.exit(main())
