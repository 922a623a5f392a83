"""Tables without rules: the header's words tell that there is one and what its columns are, the white between words of
all its pages tells where they lie, and a number in its column begins each row."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from importers.decisions.columns import name_of
from importers.decisions.grids import Grid, Word
from importers.decisions.headings import read_heading
from importers.decisions.white_columns import Line, Run, edges_of, runs_of, titles_of
from importers.decisions.white_rows import (
    ROW,
    Piece,
    White,
    gaps_between,
    grid_of,
    is_across,
    is_lettered,
    is_number,
    stand_on_top,
)

_END = re.compile(r"(nơi nhận|điều \d|trình tự thực hiện|phần ii\b.*nội dung)", re.IGNORECASE)
_SIGNED = re.compile(r"(ký bởi|người ký|thời gian ký|ngày ký)\s*:", re.IGNORECASE)
_LEAST_COLUMNS = 3
_APART = 15.0  # points between the same titles on two pages
_PROSE = 4  # lines of words across, one under another: the table has ended


def white_tables(pages: Mapping[int, list[Word]]) -> dict[int, list[Grid]]:
    """The tables without rules on these pages, by page from the top. A page goes on with the table of the one before
    it while numbered rows stand in its columns."""
    tables: list[White] = []
    table: White | None = None
    last = -1
    for page, lines in _without_margins(pages).items():
        table = table if page == last + 1 else None
        starts = _headers(lines, table)
        if table and (not starts or starts[0] > 0):
            rest = Piece(page, [], _until_end(lines[: starts[0]] if starts else lines, table))
            if _goes_on(rest, table):
                table.pieces.append(rest)
            else:
                table = None
        for start, end in pairwise([*starts, len(lines)]):
            piece = _printed_again(page, lines[start:end], table) or _piece(page, lines[start:end])
            if table and _is_same(piece.header, table.pieces[0].header):
                table.pieces.append(piece)
            else:
                table = White([piece], titles_of(piece.header))
                tables.append(table)
                _measure(table, [table])
            piece.body = _until_end(piece.body, table)
        last = page
    return _set(tables)


def _without_margins(pages: Mapping[int, list[Word]]) -> dict[int, list[Line]]:
    """The lines of the pages but what is printed beyond the text on each: its number, the signature's mark."""
    kept = {page: lines_of(words) for page, words in pages.items()}
    often: Counter[str] = Counter(
        mark for lines in kept.values() for mark in {_mark(lines[at]) for at in _apart(lines)}
    )
    for lines in kept.values():
        for at in sorted(_apart(lines), reverse=True):
            if (
                often[_mark(lines[at])] > 2
                or often[_mark(lines[at])] * 2 > len(kept) > 1
                or _SIGNED.match(" ".join(word.text for word in lines[at]))
            ):
                del lines[at]
    return kept


def _apart(lines: list[Line]) -> set[int]:
    """The first and the last line of a page, where white parts them from the others."""
    if len(lines) < 3:
        return set()
    found = set()
    if not _near(lines[0], lines[1]):
        found.add(0)
    if not _near(lines[-2], lines[-1]):
        found.add(len(lines) - 1)
    return found


def _mark(line: Line) -> str:
    """A line as it is on every page: its height, and its words without figures."""
    return f"{line[0].box.top // 12} " + re.sub(r"\d+", "#", " ".join(word.text for word in line))


def lines_of(words: list[Word]) -> list[Line]:
    """Words as lines from the top, each from left to right."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda one: (one.box.top, one.box.left)):
        if lines and word.middle()[1] <= lines[-1][0].box.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def _set(tables: list[White]) -> dict[int, list[Grid]]:
    """The tables as grids; those of the same titles in the same places have the same columns."""
    found: dict[int, list[Grid]] = {}
    for table in tables:
        _measure(table, [other for other in tables if other is table or _is_alike(other, table)])
        if len(table.columns) - 1 < _LEAST_COLUMNS:
            continue
        for piece in table.pieces:
            if grid := grid_of(piece, table):
                found.setdefault(piece.page, []).append(grid)
    return found


def _is_alike(one: White, other: White) -> bool:
    return len(one.titles) == len(other.titles) and all(
        name_of(a.text()) == name_of(b.text()) and abs(a.left - b.left) < _APART and abs(a.right - b.right) < _APART
        for a, b in zip(one.titles, other.titles, strict=True)
    )


def _measure(table: White, alike: list[White]) -> None:
    """Find the columns from all pages read so far, and how rows stand in them."""
    body = [line for one in alike for piece in one.pieces for line in piece.body]
    table.columns = edges_of(table.titles, [line for line in body if len(runs_of(line)) > 1 and not is_lettered(line)])
    # Once more without the headings that the first columns show.
    table.columns = edges_of(table.titles, [line for line in body if not is_across(line, table.columns)])
    names = [name_of(title.text()) for title in table.titles]
    table.numbers = names.index("ordinal") if "ordinal" in names else 0
    table.is_top = stand_on_top(table)


def _headers(lines: list[Line], table: White | None) -> list[int]:
    """The first lines of the headers on a page: those of the table above printed again, and others."""
    texts, known = _texts(lines), _texts(table.pieces[0].header) if table else []
    again = [at for at in range(len(lines)) if known and texts[at : at + len(known)] == known]
    firsts: list[int] = []
    for at, line in enumerate(lines):
        if any(first - 2 <= at < first + len(known) + 2 for first in again):
            continue
        if not _is_telling(line) or ROW.fullmatch(line[0].text):
            continue
        between = lines[firsts[-1] + 1 : at] if firsts else []
        rows = any(ROW.fullmatch(run.text()) for one in between for run in runs_of(one))
        if not firsts or rows or len(between) > 8:
            firsts.append(at)
    return sorted({*again, *(_upper(lines, at) for at in firsts)})


def _upper(lines: list[Line], at: int) -> int:
    """Titles over several lines, set in the middle, begin above the first telling line."""
    while at and _near(lines[at - 1], lines[at]):
        runs = runs_of(lines[at - 1])
        if any(ROW.fullmatch(run.text()) for run in runs) or (len(runs) < 2 and not _is_title(runs[0], lines[at])):
            break
        at -= 1
    return at


def _is_title(run: Run, below: Line) -> bool:
    """Whether words alone on their line are a part of a title: few, not in capitals, and close to the next line."""
    height = run.words[0].box.bottom - run.words[0].box.top
    close = min(word.box.top for word in below) - run.words[0].box.bottom < 0.6 * height
    return len(run.text()) < 30 and not run.text().isupper() and (close or bool(name_of(run.text())))


def _near(above: Line, below: Line) -> bool:
    gap = below[0].box.top - above[0].box.bottom
    return gap < 1.2 * (above[0].box.bottom - above[0].box.top)


def _piece(page: int, lines: list[Line]) -> Piece:
    """Cut the header from what stands below it: at the first heading, or at the last of the widest white above the
    first number, which may stand in the middle of its row."""
    end = 1
    for at in range(1, len(lines)):
        line, runs = lines[at], runs_of(lines[at])
        heading = read_heading("", " ".join(run.text() for run in runs))
        headed = len(runs) < 3 and bool(heading.kinds()) and (bool(heading.style) or not name_of(runs[0].text()))
        if is_lettered(line) or headed or not _near_header(lines[at - 1], line):
            break
        if any(ROW.fullmatch(run.text()) for run in runs):
            told = next((one for one in range(at) if _is_telling(lines[one])), 0)
            gaps = gaps_between(lines, told, at)
            end = told + 1 + max(place for place, gap in enumerate(gaps) if gap > max(gaps) - 1)
            break
        end = at + 1
    return Piece(page, lines[:end], lines[end:])


def _is_telling(line: Line) -> bool:
    names = {name_of(run.text()) for run in runs_of(line) if len(run.words) < 12}
    return len(names - {""}) > 1 and bool({"ordinal", "name", "old_name"} & names)


def _near_header(above: Line, below: Line) -> bool:
    return below[0].box.top - above[0].box.bottom < 2.0 * (above[0].box.bottom - above[0].box.top)


def _printed_again(page: int, lines: list[Line], table: White | None) -> Piece | None:
    """The header of the table above, on a later page or over the rest of a row that a page cut."""
    known = _texts(table.pieces[0].header) if table else []
    if not known or _texts(lines[: len(known)]) != known:
        return None
    return Piece(page, lines[: len(known)], lines[len(known) :])


def _is_same(header: list[Line], known: list[Line]) -> bool:
    """Whether two headers say the same in the same places."""
    if _texts(header) != _texts(known):
        return False
    pairs = (pair for one, other in zip(header, known, strict=True) for pair in zip(one, other, strict=True))
    return all(abs(one.box.left - other.box.left) < _APART for one, other in pairs)


def _texts(lines: list[Line]) -> list[str]:
    return [" ".join(word.text for word in line) for line in lines]


def _until_end(lines: list[Line], table: White) -> list[Line]:
    """The lines up to where prose begins; a page's number alone on its line is none of the table."""
    kept: list[Line] = []
    prose = 0
    for line in lines:
        text = " ".join(word.text for word in line)
        prose = prose + 1 if is_across(line, table.columns) and len(runs_of(line)) == 1 else 0
        if _END.match(text) or prose >= _PROSE:
            return kept[: len(kept) - max(0, prose - 1)]
        if len(line) == 1 and ROW.fullmatch(text) and not is_number(line, table):
            continue
        kept.append(line)
    return kept


def _goes_on(piece: Piece, table: White) -> bool:
    across = sum(is_across(line, table.columns) for line in piece.body)
    return any(is_number(line, table) for line in piece.body) and across <= len(piece.body) / 2
