"""The parsers against what people read in the same cells before any parser existed (gold/README.md)."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from cms.text import clean
from cms.vocabulary import CostReading
from importers.normalise import take_apart_channels, take_apart_dossier

GOLD = Path(__file__).parent / "gold"
# Said of a description, which the gold's channel rows do not judge.
BEYOND_GOLD = {"FREE_BUT_DESCRIBED"}


def gold(name):
    with (GOLD / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    by_code = defaultdict(list)
    for row in rows:
        by_code[row["code"]].append(row)
    return by_code


@pytest.fixture(scope="module")
def cells(shared_data):
    with (shared_data / "dvcqg-ministries" / "procedures.jsonl").open(encoding="utf-8") as lines:
        return {record["ma_thu_tuc"]: record for record in map(json.loads, lines)}


def number(amount):
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def sums(costs):
    return "; ".join(f"{number(cost.amount)} {cost.currency}" for cost in costs if cost.amount is not None)


def channel_lines(code, text):
    for index, row in enumerate(take_apart_channels(clean(text))[0], start=1):
        heads = [cost for cost in row.costs if cost.kind != CostReading.BRACKETED]
        doubts = {str(doubt) for cost in heads for doubt in cost.doubts} - BEYOND_GOLD
        yield {
            "code": code,
            "row": str(index),
            "channel": str(row.kind),
            "time": str(row.time.kind),
            "amount": "" if row.time.amount is None else number(row.time.amount),
            "unit": str(row.time.unit),
            "fee": "/".join({str(cost.kind) for cost in heads}),
            "heads": sums(heads),
            "bracketed": sums(cost for cost in row.costs if cost.kind == CostReading.BRACKETED),
            "doubts": ",".join(sorted(doubts)),
            "described": " ".join(row.description.split()[:3]),
        }


def paper_lines(code, text):
    for case_number, case in enumerate(take_apart_dossier(clean(text))[0], start=1):
        for number_in_case, paper in enumerate(case.papers, start=1):
            words = (paper.name + paper.form_file).split()
            unknown = "?" if paper.counts_text else ""
            yield {
                "code": code,
                "case": str(case_number),
                "case_title": " ".join((case.mark or case.title).split()[:5]),
                "item": str(number_in_case),
                "originals": unknown if paper.originals is None else str(paper.originals),
                "copies": "" if paper.copies is None else str(paper.copies),
                "starts": " ".join(words[:4]),
                "ends": " ".join(words[-3:]),
                "form": "yes" if paper.names_form else "no",
            }


def test_every_channel_row_of_the_gold_is_met(cells):
    rows = gold("channels.tsv")
    for code, wanted in rows.items():
        for line in wanted:
            line["doubts"] = ",".join(sorted(filter(None, line["doubts"].split(","))))
        assert list(channel_lines(code, cells[code]["cach_thuc_thuc_hien"])) == wanted, code


def test_every_paper_of_the_gold_is_met(cells):
    for code, wanted in gold("dossiers.tsv").items():
        assert list(paper_lines(code, cells[code]["thanh_phan_ho_so"])) == wanted, code


def test_the_gold_is_as_large_as_was_asked_for():
    channels = [line for lines in gold("channels.tsv").values() for line in lines]
    assert len(channels) >= 150
    assert len([line for line in channels if line["fee"]]) >= 150
    assert len(gold("dossiers.tsv")) >= 40
    classes = Counter(doubt for line in channels for doubt in line["doubts"].split(",") if doubt)
    assert {"GLUED", "THOUSANDS", "FREE_WITH_AMOUNT", "UNBALANCED"} <= classes.keys()
