"""The judge itself is checked: its form, its balance, that the frozen half is untouched and that its codes are real."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import openpyxl

JUDGED = Path(__file__).parent / "judged"
HALVES = ("open.tsv", "set_aside.tsv")
EXPECTED = re.compile(r"\d\.\d{6}=[1-3](;\d\.\d{6}=[1-3])*")


def rows(name):
    lines = (JUDGED / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert lines[0] == "id\tclass\tquery\texpected"
    return [line.split("\t") for line in lines[1:]]


def folded(text):
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def every_row():
    return [row for name in HALVES for row in rows(name)]


def test_every_row_has_four_columns_and_graded_codes():
    for row in every_row():
        assert len(row) == 4, row
        assert row[2] == row[2].strip() != "", row
        assert row[3] == "" or EXPECTED.fullmatch(row[3]), row
        codes = [item.split("=")[0] for item in row[3].split(";")]
        assert len(codes) == len(set(codes)), row


def test_classes_are_many_and_balanced_between_the_halves():
    assert len(every_row()) >= 300
    counts = Counter(row[1] for row in every_row())
    assert len(counts) >= 8
    assert min(counts.values()) >= 35
    for name in HALVES:
        assert min(Counter(row[1] for row in rows(name)).values()) >= 15
        assert sum(row[3] == "" for row in rows(name)) >= 6


def test_no_id_and_no_query_stands_twice_even_without_marks():
    assert len({row[0] for row in every_row()}) == len(every_row())
    counted = Counter(folded(row[2]) for row in every_row())
    assert [query for query, times in counted.items() if times > 1] == []


def test_the_set_aside_half_is_the_one_committed_before_tuning():
    stated = (JUDGED / "set_aside.sha256").read_text().split()[0]
    assert hashlib.sha256((JUDGED / "set_aside.tsv").read_bytes()).hexdigest() == stated


def test_expected_codes_exist_in_the_real_catalogue(shared_data):
    known = set()
    for source, key in (("dvcqg-ministries", "ma_thu_tuc"), ("bqp-structured", "thu_tuc_id")):
        with (shared_data / source / "procedures.jsonl").open(encoding="utf-8") as lines:
            known |= {json.loads(line)[key] for line in lines}
    for path in (shared_data / "dvcqg-ministries" / "xlsx-catalogues").glob("*.xlsx"):
        sheet = openpyxl.load_workbook(path, read_only=True).active
        known |= {str(row[0]).strip() for row in sheet.iter_rows(values_only=True)}
    wanted = {item.split("=")[0] for row in every_row() if row[3] for item in row[3].split(";")}
    assert wanted - known == set()
