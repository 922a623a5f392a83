"""The one door to reading a decision: its files, in whatever format, become one DecisionReading. Nothing is written,
and nothing that isn't certain is left without a word."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from cms.text import fold
from importers.decisions.annexes import read_annexes
from importers.decisions.document import Document
from importers.decisions.form_files import cut_forms
from importers.decisions.formats import read_document
from importers.decisions.gather import Found, gathered
from importers.decisions.head import Body, effective_day, read_body
from importers.decisions.headings import (
    Standing,
    actions_in,
    count_in,
    counts_by_action,
    levels_in,
    nice_sector,
    sector_in,
)
from importers.decisions.joining import join
from importers.decisions.kinds import refuse_other_kinds
from importers.decisions.lists import Lists, read_lists
from importers.decisions.pdf import NoTextError
from importers.decisions.rows import DecisionFile, DecisionReading
from importers.decisions.signed import compare_heads, compare_lists
from importers.rows import Place, Problem, UnusableFileError


def read_decision(
    paths: Sequence[Path],
    *,
    number: str = "",
    signed_on: date | None = None,
    progress: Callable[[int], None] | None = None,
    forms: Path | None = None,
) -> DecisionReading:
    """Read the files, the folder or the zip of one decision. `number` and `signed_on`: as given by hand, where the file
    leaves them blank; they count before what was read. `progress` is told how much has been read, in per cent.
    `forms`: a folder into which the forms behind the procedures are cut.

    Raises RefusedKindError for a decision that is no announcement, and UnusableFileError when nothing can be used.
    """
    with gathered(paths) as files:
        tell = progress or (lambda _percent: None)
        documents = []
        for place, file in enumerate(files):
            documents.append(_document(file, partial(_share, tell, place, len(files)), alone=len(files) == 1))
        reading = _read(documents, number, signed_on)
        if forms:
            sources = [file.source for file in files]
            cut_forms(reading.items, list(zip(documents, sources, strict=True)), forms)
    tell(100)
    return reading


def _document(file: Found, progress: Callable[[int], None], *, alone: bool) -> Document:
    """One file; a scan without text beside other files is kept unread: it may be the paper with the signature."""
    try:
        return read_document(file, progress)
    except NoTextError:
        if alone:
            raise
        return Document(file.source.name, file.source.sha256, "pdf")


def _share(tell: Callable[[int], None], place: int, files: int, part: int) -> None:
    """Tell how much of all files has been read when `part` per cent of one have been."""
    tell((place * 100 + part) * 95 // (100 * files))


def _read(documents: list[Document], number: str, signed_on: date | None) -> DecisionReading:
    bodies = [read_body(document) for document in documents]
    for document, body in zip(documents, bodies, strict=True):
        if body.head.title or body.articles:
            refuse_other_kinds(body.head, [text for text, _ in body.articles], document.name)
    lists = [read_lists(document, default=_standing(body)) for document, body in zip(documents, bodies, strict=True)]
    main = max(
        range(len(documents)), key=lambda at: (bool(lists[at].items), _rank(documents[at]), len(lists[at].items))
    )
    if not lists[main].items:
        _refuse_empty(documents)
    annexes = [read_annexes(document) for document in documents]
    # A PDF of full texts alone is no signed paper, even where tables of its forms look like lists.
    signable = [bool(body.articles) or not texts for body, texts in zip(bodies, annexes, strict=True)]
    reading = DecisionReading(
        [_file(document, at == main, lists[at], signable[at]) for at, document in enumerate(documents)],
        head=bodies[main].head,
        items=lists[main].items,
        counts=dict(lists[main].counts),
    )
    for at, file in enumerate(reading.files):
        if file.role == "law":
            reading.problems += compare_heads(bodies[main].head, bodies[at].head, file.name)
            reading.problems += compare_lists(reading.items, lists[at].items, file.name)
    join(reading.items, [one for at, texts in enumerate(annexes) if reading.files[at].role != "law" for one in texts])
    _complete_head(reading, bodies, documents[main], number, signed_on)
    _check_counts(reading, bodies[main], documents[main])
    for place in lists[main].skipped:
        message = (
            "Bảng có dòng đánh số nhưng không có hàng đầu bảng và khác số cột với danh mục trên nó; máy không đọc."
        )
        reading.problems.append(Problem("doubtful", "TABLE_SKIPPED", place, "", "", f"{message} Hãy so với bản gốc."))
    return reading


def _rank(document: Document) -> int:
    """Which of two files with lists is the source: Word before a sheet before a PDF."""
    return {"docx": 3, "doc": 2, "spreadsheet": 1}.get(document.reader, 0)


def _file(document: Document, is_main: bool, lists: Lists, signable: bool) -> DecisionFile:
    is_law = document.reader == "pdf" and (not document.blocks or (bool(lists.items) and signable))
    role = "source" if is_main else "law" if is_law else "annex"
    return DecisionFile(
        document.name, document.sha256, role, document.reader, tables=len(document.tables()), pages=document.pages
    )


def _standing(body: Body) -> Standing:
    """What title and first article say for every row, where they say one thing only."""
    text = body.head.title or (body.articles[0][0] if body.articles else "")
    actions = actions_in(text)
    return Standing(
        action=actions[0] if len(actions) == 1 else "",
        levels=_levels(text),
        sector=nice_sector(sector_in(text)),
    )


def _levels(title: str) -> tuple[str, ...]:
    """The one level, or those that the procedures share; which of several a row is of, the title can't say."""
    levels, words = levels_in(title), " ".join(fold(title).split())
    shared = "dung chung" in words
    several = len(levels) > 1 or re.search(r"\btham quyen [\w ]*\bcua (cac |giam doc )?so\b", words)
    return levels if shared or not several else ()


def _refuse_empty(documents: list[Document]) -> None:
    names = ", ".join(document.name for document in documents)
    raise UnusableFileError(
        f"{names}: không thấy bảng danh mục thủ tục (bảng có cột tên thủ tục và thời hạn, mã, phí hoặc căn cứ). "
        "Kiểm tra xem đúng tệp quyết định chưa; nếu tệp được chuyển đổi, bảng có thể đã mất: hãy lấy bản Word gốc."
    )


def _complete_head(
    reading: DecisionReading, bodies: list[Body], main: Document, number: str, signed_on: date | None
) -> None:
    """Fill blanks from the other files and from what was given by hand; ask for what is still missing."""
    head = reading.head
    for body in bodies:
        head.number = head.number or body.head.number
        head.signed_on = head.signed_on or body.head.signed_on
        for name in ("issuer", "deciding_office", "signer", "title", "effect"):
            setattr(head, name, getattr(head, name) or getattr(body.head, name))
    head.number = number or head.number
    head.signed_on = signed_on or head.signed_on
    reading.head = replace(head, effective_from=effective_day(head))
    place = Place(main.name)
    if not head.number:
        message = "Số quyết định để trống trong tệp (bản thảo hoặc đóng dấu). Hãy ghi theo bản đã ký."
        reading.problems.append(Problem("asked", "NO_NUMBER", place, "", "", message))
    if head.signed_on is None:
        message = "Ngày ký để trống trong tệp. Hãy ghi theo bản đã ký."
        reading.problems.append(Problem("asked", "NO_DATE", place, "", "", message))
    for body in bodies:
        for reference in body.references:
            message = f"Quyết định bãi bỏ mục của quyết định cũ: {reference.text}. Chờ cán bộ chỉ ra thủ tục."
            reading.problems.append(Problem("doubtful", "OLD_ITEM", place, "", reference.text, message))


def _check_counts(reading: DecisionReading, body: Body, main: Document) -> None:
    # A page breaks lines anywhere; the first paragraph ends where a sentence or a clause does.
    first = re.split(r"(?<=[.;:])\n", body.articles[0][0])[0].replace("\n", " ") if body.articles else ""
    stated = count_in(first)
    whole = sum(item.parent is None for item in reading.items)
    if stated is not None:
        reading.counts["Điều 1"] = (stated, whole)
    else:
        for action, count, words in counts_by_action(first):
            read = sum(item.parent is None and item.action == action for item in reading.items)
            reading.counts[f"Điều 1: {words}"] = (count, read)
    for heading, (said, read) in reading.counts.items():
        if said != read:
            message = f"“{heading}” ghi {said} thủ tục, máy đọc được {read}. Hãy so với bản gốc."
            reading.problems.append(Problem("doubtful", "COUNT", Place(main.name), "", heading, message))
