"""Kills an import fifty times, at least thirty of them inside the write: nothing half-written, nothing lost."""

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import machine

from tests.importers.killing import RECORDS, Portal

KILLS, INSIDE, LEAST_INSIDE = 50, 40, 30


def main() -> int:
    """Run all; 1 when anything is wrong."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261122
    chance = random.Random(seed)
    print(f"{machine()}; {RECORDS} records, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="portal-kill-") as folder:
        portal = Portal(Path(folder))
        portal.prepare()
        print(f"an import takes {portal.lead:.1f} s up to the write and {portal.length:.1f} s from there")
        killed = [portal.kill(chance, inside=number < INSIDE) for number in range(KILLS)]
    faults = [fault for one in killed for fault in one.faults]
    inside = sum(one.inside for one in killed)
    print(f"{KILLS} kills, {inside} inside the write (at least {LEAST_INSIDE}); {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults or inside < LEAST_INSIDE else 0


if __name__ == "__main__":
    sys.exit(main())
