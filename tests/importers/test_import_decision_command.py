"""The command on the real draft of Quảng Ninh: what it says, what it writes, and the code it ends with."""

import json

import pytest
from django.core.management import call_command

from cms.models import Decision, Procedure
from cms.selectors.listing import listing_of
from cms.vocabulary import AgencyKind
from importers.models import DecisionBatch
from tests.factories import make_agency

pytestmark = pytest.mark.django_db
NUMBER = ("--number", "294/QĐ-VP.UBND.KSTT", "--date", "10/07/2026")


def run(*arguments):
    """The command's exit code."""
    try:
        call_command("import_decision", *map(str, arguments))
    except SystemExit as end:
        return end.code
    return 0


@pytest.fixture
def folder(shared_data):
    return shared_data / "quangninh-qd294"


@pytest.fixture
def draft(folder):
    return folder / "QD-cong-bo-TTHC-dat-dai.ban-soan-thao.docx"


@pytest.fixture
def province():
    return make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE, short_name="Quảng Ninh")


def test_a_dry_run_reports_every_row_and_writes_nothing(draft, tmp_path, capsys):
    report = tmp_path / "bao-cao.json"
    assert run(draft, "--dry-run", "--report", report) == 0
    said = json.loads(report.read_text("utf-8"))
    assert (said["kind"], said["counts"]["procedures"], said["counts"]["subcases"]) == ("announcement", 51, 24)
    nine = next(item for item in said["items"] if item["ordinal"] == "9.1")
    assert (nine["parent"], nine["level"], nine["sector"]) == ("9", "PROVINCE", "Đất đai")
    assert nine["source"] == {"file": draft.name, "table": 3, "row": 13, "page": None, "cell": None}
    assert "Số quyết định để trống" in capsys.readouterr().err
    assert not DecisionBatch.objects.exists()


def test_the_draft_becomes_public_in_one_go_and_only_once(draft, province, tmp_path, capsys):
    report = tmp_path / "bao-cao.json"
    assert run(draft, *NUMBER, "--publish", "--report", report) == 0
    decision = Decision.objects.get()
    assert (decision.number, decision.issuer) == ("294/QĐ-VP.UBND.KSTT", province)
    assert decision.published_at
    assert decision.effective_from == decision.signed_on
    assert json.loads(report.read_text("utf-8"))["published"] is True
    assert len(listing_of(province, decision.signed_on)) == 32
    assert Procedure.objects.count() == 51
    capsys.readouterr()
    assert run(draft, *NUMBER, "--publish") == 0
    assert "không ghi gì mới" in capsys.readouterr().out
    assert DecisionBatch.objects.count() == 1


def test_what_stands_in_the_way_is_told_and_nothing_is_public(draft, province, capsys):
    assert run(draft, "--publish") == 1
    assert "Chưa có số quyết định" in capsys.readouterr().err
    assert DecisionBatch.objects.get().decision is None


def test_another_kind_and_a_file_that_is_none_end_with_2(folder, tmp_path, capsys):
    other = folder / "QD-phe-duyet-quy-trinh-noi-bo.ban-soan-thao.NOT-a-cong-bo.docx"
    report = tmp_path / "bao-cao.json"
    assert run(other, "--report", report) == 2
    assert "quy trình nội bộ" in capsys.readouterr().err
    said = json.loads(report.read_text("utf-8"))
    assert (said["file"], said["kind"], said["items"]) == (other.name, "internal_process", [])
    broken = tmp_path / "hong.docx"
    broken.write_bytes(b"PK\x03\x04 hong")
    assert run(broken) == 2
    assert "hong.docx" in capsys.readouterr().err
    assert run(tmp_path / "khong-co.docx") == 2
    assert not DecisionBatch.objects.exists()
