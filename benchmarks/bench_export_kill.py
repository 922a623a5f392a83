"""Kills the static export fifty times, most while it writes: the old tree stands, or the new one, never a mixture.
`python benchmarks/bench_export_kill.py [KILLS [INSIDE [SEED]]]`; tests/portal/test_export.py runs five."""

import random
import shutil
import sys
import time
from datetime import date
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from killing import Child, run_kills
from scratch import fresh_database, machine, start

PROCEDURES, WORKERS, DAY = 12, 2, date(2026, 3, 2)


class Scratch:
    """A portal exported once, then changed by a decision: the next export has all its pages to make."""

    def __init__(self) -> None:
        folder = start()
        from bundle import approved, procedures  # noqa: PLC0415  only after setup
        from django.conf import settings  # noqa: PLC0415

        from cms.services import publish_decision  # noqa: PLC0415
        from tests.factories import make_agency  # noqa: PLC0415

        settings.PORTAL_BASE_URL = "https://tthc.example.vn"
        fresh_database()
        make_agency()
        found = procedures(PROCEDURES)
        publish_decision(decision=approved(found, "mới", date(2025, 1, 1)), by=None)
        self.out, self.kept = folder / "ban", folder / "ban-cu"
        self.child().wait()
        self.old = self.tree()
        publish_decision(decision=approved(found, "sửa", date(2025, 7, 1)), by=None)
        self.out.rename(self.kept)
        self.length = self.restore().wait()
        self.new = self.tree()

    def tree(self) -> dict[str, str]:
        """Every file that stands at the place, with the digest of its bytes; empty when nothing stands there."""
        files = (path for path in self.out.rglob("*") if path.is_file())
        return {path.relative_to(self.out).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}

    def restore(self) -> Child:
        """Put the tree before the decision back and begin an export."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.kept, self.out)
        return self.child()

    def child(self) -> Child:
        """A process that exports."""
        from portal.export.run import Options, export  # noqa: PLC0415  only after setup
        from portal.export.writer import only_one  # noqa: PLC0415

        def work() -> None:
            with only_one(self.out) as fresh:
                export(self.out, fresh, Options(DAY, WORKERS))

        return Child(work)

    def kill(self, chance: random.Random, inside: bool) -> tuple[bool, str]:
        """Kill one export; return whether it died while it wrote, and what is wrong ("" for nothing)."""
        child = self.restore()
        if inside:
            child.begun()
        time.sleep(chance.uniform(0, self.length))
        died_inside = child.kill()
        left = self.tree()
        if left not in (self.old, self.new):
            return died_inside, f"half-exported: {len(left)} files, {len(self.old)} before, {len(self.new)} after"
        self.child().wait()
        if self.tree() != self.new:
            return died_inside, "the next run did not complete"
        strays = [path.name for path in self.out.parent.glob(f".{self.out.name}.*") if path.is_dir()]
        # Kept on purpose: what the next export brings up to date.
        strays = [name for name in strays if name != f".{self.out.name}.truoc"]
        return died_inside, f"left behind: {strays}" if strays else ""


def main() -> int:
    """Run all; 1 when anything is wrong or too few died inside the write."""
    kills, inside, seed = ([int(one) for one in sys.argv[1:]] + [50, 30, 20261123][len(sys.argv) - 1 :])[:3]
    portal = Scratch()
    print(
        f"{machine()}; {len(portal.new)} files, {WORKERS} processes, seed {seed}; exporting takes {portal.length:.2f} s"
    )
    return run_kills(portal.kill, kills, inside, seed)


if __name__ == "__main__":
    sys.exit(main())
