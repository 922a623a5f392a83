"""The tree before last, kept beside the export and brought up to date: no copy of 100,000 names each time."""

from datetime import date

from cms.models import Procedure
from portal.export.manifest import FOLDER
from tests.factories import enact, make_procedure, repeal
from tests.portal.test_export import portal, run, tree

__all__ = ["portal"]


def test_a_third_export_brings_the_tree_before_last_up_to_date_and_leaves_the_second_as_it_was(portal, tmp_path):
    out, last = tmp_path / "ban", tmp_path / ".ban.truoc"
    run(out)
    assert not last.exists()
    repeal(Procedure.objects.get(slug="thu-tuc-0"), on=date(2026, 2, 1), issuer=portal)
    run(out)
    second = tree(out)
    folder = (out / "thu-tuc").stat().st_ino
    assert last.is_dir()
    enact(make_procedure(slug="moi"), "Cấp mới", on=date(2026, 2, 1), issuer=portal, sector="Hộ tịch")
    summary = run(out)
    # What stood first stands now, and what stood second is kept, no byte of it changed.
    assert (last / "thu-tuc").stat().st_ino == folder
    assert tree(last) == second
    assert 0 < summary.written < 60
    run(tmp_path / "moi")
    assert tree(out) == tree(tmp_path / "moi")
    # Killed while it brings that tree up to date, or with another one in its place, an export links all anew.
    last.rename(tmp_path / ".ban.moi")
    repeal(Procedure.objects.get(slug="thu-tuc-1"), on=date(2026, 2, 2), issuer=portal)
    run(out)
    assert last.is_dir()
    (last / FOLDER / "ban").write_text("another")
    (last / "la.html").write_text("of another run")
    repeal(Procedure.objects.get(slug="thu-tuc-2"), on=date(2026, 2, 2), issuer=portal)
    run(out)
    run(tmp_path / "moi", full=True)
    assert tree(out) == tree(tmp_path / "moi")
    run(out, full=True)
    assert not last.exists()
