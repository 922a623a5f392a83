"""The table in the documentation is what the command counts on the real files."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.importers.pages import write_pages
from tests.importers.test_readers_other_forms import FORMS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "catalogue-import.md"


def printed(*paths):
    out = StringIO()
    call_command("catalogue_figures", *map(str, paths), stdout=out)
    return out.getvalue()


def test_the_documented_figures_are_those_of_the_real_files(shared_data):
    national = shared_data / "dvcqg-ministries"
    lists = sorted((national / "xlsx-catalogues").iterdir())
    defence = shared_data / "bqp-structured" / "procedures.jsonl"
    text = DOCS.read_text("utf-8")
    documented = re.search(r"<!-- catalogue_figures -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert printed(national / "procedures.jsonl", defence, *lists).strip() == documented[1].strip()


def test_the_documented_figures_of_the_other_forms_are_those_of_the_real_files(shared_data):
    documented = re.search(
        r"<!-- catalogue_figures: other forms -->\n(.*?)<!-- end -->", DOCS.read_text("utf-8"), re.DOTALL
    )
    assert printed(*(shared_data / path for path in FORMS.values())).strip() == documented[1].strip()


def test_each_kind_of_file_has_its_column(tmp_path):
    lines = printed(write_pages(tmp_path / "pages.jsonl", 2)).splitlines()
    assert lines[0] == "| | national pages |"
    assert "| records | 2 |" in lines
    assert "| time: UNIT | 4 |" in lines
    assert "| procedures | 2 |" in lines


def test_an_unusable_file_ends_the_command(tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(SystemExit) as stop:
        printed(tmp_path / "empty.jsonl")
    assert stop.value.code == 2
