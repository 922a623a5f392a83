"""How rightly decisions are read, column by column: `python -m tests.importers.decision_accuracy` prints the table
for the real list and for every file the tests make. exact = the very text; normalised = the same but for spaces, line
ends and the form of letters; wrong, missing; doubted = of the wrong ones those that carry a doubt an editor sees."""

import csv
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

GOLD = Path(__file__).parent / "decisions_gold"
LEGAL = ("49/2026/NĐ-CP", "254/2025/QH15", "56/2026/QĐ-UBND", "60/2026/QĐ-UBND", "61/2026/QĐ-UBND", "9494/BTC-CT")
WAYS = ("Trực tiếp", "Trực tuyến", "bưu chính")


def gold_294():
    """The expected rows of Quảng Ninh 294 as columns of text; None = no list column to compare."""
    with (GOLD / "quang-ninh-294.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        {
            "label": row["label"],
            "level": row["level"],
            "action": "ENACT",
            "sector": "Đất đai",
            "code": "",
            "name": row["name"],
            "processing_time": row["processing_time"].replace("⏎", "\n"),
            "fees": row["fees"],
            "place": set(WAYS),
            "legal_bases": set(LEGAL),
            "post_receive": row["marks"],
            "post_return": row["marks"],
            "online_level": "PARTIAL" if row["marks"] else "",
            "regardless_of_residence": row["marks"],
        }
        for row in rows
    ]


def value_of(item, column):
    if column in ("label", "action", "sector", "code", "name"):
        return getattr(item, column)
    if column == "level":
        return ", ".join(item.levels)
    if column == "references":
        return {one.code or one.decision_number for one in item.references}
    if column == "effective_from":
        return item.effective_from.isoformat() if item.effective_from else ""
    return item.values[column].text if column in item.values else ""


def judge(item, column, expected):
    from cms.text import clean

    if item is None:
        return "missing"
    got = value_of(item, column)
    if isinstance(expected, set):
        whole = got == expected if isinstance(got, set) else all(one in got for one in expected)
        doubted = column in item.values and item.values[column].doubt
        return "exact" if whole else "doubted" if doubted else "wrong" if got else "missing"
    if got == expected:
        return "exact"

    def bare(text):
        return " ".join(clean(text).split())

    if bare(got) == bare(expected):
        return "normalised"
    if expected and not got:
        return "missing"
    doubted = item.is_doubtful()
    return "doubted" if doubted else "wrong"


def compare(items, expected):
    """column → Counter of verdicts. Rows are joined by level and printed number, else by order."""
    table = {}
    keys = {}
    for item in items:
        keys.setdefault((item.label, ", ".join(item.levels)), []).append(item)
    for place, row in enumerate(expected):
        held = keys.get((row["label"], row.get("level", "")), [])
        item = held.pop(0) if held else (items[place] if place < len(items) and not row["label"] else None)
        for column, value in row.items():
            table.setdefault(column, Counter())[judge(item, column, value)] += 1
    extra = len(items) - len(expected)
    if extra > 0:
        table.setdefault("rows", Counter())["wrong"] += extra
    return table


def share_right(table):
    right = sum(count["exact"] + count["normalised"] for count in table.values())
    return right / max(1, sum(sum(count.values()) for count in table.values()))


def show(title, table):
    print(f"\n{title}: {share_right(table):.1%}")
    print(f"{'column':26}{'exact':>7}{'normal.':>9}{'doubted':>9}{'wrong':>7}{'missing':>9}")
    for column, count in table.items():
        print(
            f"{column:26}{count['exact']:>7}{count['normalised']:>9}{count['doubted']:>9}{count['wrong']:>7}"
            f"{count['missing']:>9}"
        )


def main():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    from importers.decisions.reading import read_decision

    shared = Path(__file__).parents[3] / "shared" / "data" / "quangninh-qd294"
    if shared.is_dir():
        items = read_decision(sorted(shared.glob("QD-cong-bo*.docx"))).items
        show("Quảng Ninh 294, Word", compare(items, gold_294()))
    try:
        from tests.importers import decision_files
    except ImportError:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, paths, expected in decision_files.all_files(Path(folder)):
            show(name, compare(read_decision(paths).items, expected))


if __name__ == "__main__":
    sys.exit(main())
