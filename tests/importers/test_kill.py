"""An import killed at any moment leaves all or nothing, and the next one completes; fifty times in `make bench`."""

import random
import sys

import pytest
from django.db import connection

from tests.importers.killing import Portal

KILLS = 5


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a scratch SQLite file is killed; the server guards its own")
def test_a_killed_import_leaves_all_or_nothing(tmp_path, django_db_setup):
    portal = Portal(tmp_path)
    portal.prepare(empty=connection.settings_dict["NAME"])
    chance = random.Random(20261122)
    killed = [portal.kill(chance, inside=number < KILLS - 1) for number in range(KILLS)]
    # On a busy machine a write may be over before its killer wakes.
    while sum(one.inside for one in killed) < 3 and len(killed) < 4 * KILLS:
        killed.append(portal.kill(chance, inside=True))
    assert [one.faults for one in killed] == [[]] * len(killed)
    assert sum(one.inside for one in killed) >= 3
