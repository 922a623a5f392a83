"""Rows an import leaves out: listed once with the reason, while the rest is written."""

import pytest

from cms.models import Procedure
from importers.models import ImportRow
from importers.rows import Place, Problem
from importers.run import run_import
from tests.importers.catalogue import MONDAY, TUESDAY, counts, file_of, record, take

pytestmark = pytest.mark.django_db


def test_refused_rows_are_listed_and_left_out_and_the_rest_is_written():
    place = Place("procedures.jsonl", line=7)
    refused = [Problem("refused", "json", place, "", "{", "dòng 7 không phải JSON")]
    report = run_import(files=[file_of(record(), record("1.000002", name=" "), refused=refused)], on=MONDAY)
    assert counts(report) == {"created": 1, "refused": 2}
    assert report.exit_code == 1
    assert set(ImportRow.objects.values_list("place", "outcome")) == {
        ("procedures.jsonl, dòng 7", "REFUSED"),
        ("procedures.jsonl, dòng 2", "REFUSED"),
    }


def test_a_run_of_refused_rows_only_is_kept_once_and_a_new_reason_is_kept_too():
    def line(raw):
        place = Place("procedures.jsonl", line=7)
        return file_of(refused=[Problem("refused", "json", place, "", raw, "dòng 7 không phải JSON")])

    assert run_import(files=[line("{\0\ud800")], on=MONDAY).wrote
    assert not run_import(files=[line("{\0\ud800")], on=TUESDAY).wrote
    assert run_import(files=[line("[")], on=TUESDAY).wrote
    misfit = record(sector="x" * 301)
    assert take(misfit).wrote
    assert not take(misfit).wrote
    assert ImportRow.objects.count() == 3
    assert not Procedure.objects.exists()


def test_two_different_texts_under_one_code_are_both_refused():
    other = record(steps="Khác", place=Place("procedures.jsonl", line=9))
    report = take(record(), other, record("1.000002", "Đăng ký kết hôn"))
    assert counts(report) == {"created": 1, "refused": 2}
    assert not Procedure.objects.filter(code="1.000001").exists()


def test_the_same_text_twice_under_one_code_is_one():
    assert counts(take(record(), record(place=Place("procedures.jsonl", line=9)))) == {"created": 1}


def test_what_no_column_can_hold_is_refused_before_anything_is_written():
    report = take(record(sector="x" * 301), record("1.000002", "Đăng ký kết hôn"))
    assert counts(report) == {"created": 1, "refused": 1}
    assert "300" in next(entry["made_of_it"] for entry in report.entries)
