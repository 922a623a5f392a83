"""How rightly decisions are read, column by column: `python -m tests.importers.decision_accuracy` prints the tables of
docs/decision-import.md (`--write` puts them there) for the real list and for every file the tests make, in each format.
exact = the very text; normalised = the same but for spaces, line ends and the form of letters; doubted = wrong, with a
doubt that an editor sees; wrong = without one; missing."""

import csv
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    import django

    sys.path.insert(0, str(ROOT / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()

from cms.text import clean  # noqa: E402
from importers.decisions.docx import read_docx  # noqa: E402
from importers.decisions.reading import read_decision  # noqa: E402
from importers.readers.files import examine  # noqa: E402
from importers.rows import UnusableFileError  # noqa: E402
from tests.importers import decision_files, decision_variants  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
DOCS = ROOT / "docs" / "decision-import.md"
START, END = "<!-- decision_accuracy -->", "<!-- end -->"
REAL = "Quảng Ninh 294"
CHEAP = ("docx", "xlsx", "xls", "csv")
FORMS = (*CHEAP, "pdf", "scan.pdf", "crooked.pdf", "white.pdf", "pdf (LibreOffice)", "doc (LibreOffice)")
VERDICTS = ("exact", "normalised", "doubted", "wrong", "missing")
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
    if column == "refused":
        return next((problem.code for problem in item.problems if problem.severity == "refused"), "")
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
        return "doubted" if column in item.values and item.values[column].doubt else "missing"
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


def cases(folder, forms, shared=SHARED):
    """(file, form, paths, expected) of every file there is to judge in those forms."""
    for number, make in enumerate((decision_files.amended, decision_files.mixed, *decision_variants.VARIANTS)):
        described = make()
        for form in forms:
            if form in decision_files.WRITERS:
                path = decision_files.WRITERS[form](described, folder / f"{number}.{form}")
                yield described.name, form, [path], described.expected
    word = next(iter(shared.glob("quangninh-qd294/QD-cong-bo*.docx")), None)
    if word is None:
        return
    described = decision_files.described_from(read_docx(examine(word)), REAL, gold_294())
    for form in forms:
        if form == "docx":
            yield REAL, form, [word], gold_294()
        elif form in decision_files.WRITERS:
            yield REAL, form, [decision_files.WRITERS[form](described, folder / f"294.{form}")], gold_294()
        elif shutil.which("soffice"):
            given = shutil.copyfile(word, folder / "office-294.docx")
            yield REAL, form, [decision_files.by_office(given, form.split()[0], folder)], gold_294()


def measure(folder, forms, shared=SHARED):
    """{(file, form): table}; a file that was refused has only missing values."""
    found = {}
    for name, form, paths, expected in cases(folder, forms, shared):
        try:
            items = read_decision(paths).items
        except UnusableFileError:
            items = []
        found[name, form] = compare(items, expected)
    return found


def lines(found, forms):
    """Two Markdown tables: share right by file, verdicts by column."""
    yield f"| File | {' | '.join(forms)} |"
    yield "|---|" + "--:|" * len(forms)
    for name in dict.fromkeys(name for name, _ in found):
        shares = [f"{share_right(found[name, form]):.1%}" if (name, form) in found else "" for form in forms]
        yield f"| {name} | {' | '.join(shares)} |"
    yield ""
    yield f"| Column | {' | '.join(forms)} |"
    yield "|---|" + "---|" * len(forms)
    for column in dict.fromkeys(column for table in found.values() for column in table):
        cells = []
        for form in forms:
            count = sum((table.get(column, Counter()) for (_, one), table in found.items() if one == form), Counter())
            cells.append(" ".join(str(count[verdict]) for verdict in VERDICTS) if count else "")
        yield f"| {column} | {' | '.join(cells)} |"


def main():
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), FORMS)
    text = "\n".join(lines(found, FORMS))
    print(text)
    if "--write" in sys.argv:
        page = DOCS.read_text("utf-8")
        start, end = page.index(START) + len(START), page.index(END)
        DOCS.write_text(f"{page[:start]}\n{text}\n{page[end:]}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
