"""Results of a procedure as the portal's page prints them: names glued to their codes, then the words of the page
itself (key words, description, the box for choosing an agency). The page's words are cut off and never stored."""

import re
from dataclasses import dataclass

from importers.normalise.words import Note, is_not_published
from importers.rows import OutputRow

# Three shapes of one box, whole to the letter, so that nothing a body wrote can be taken for it.
_FURNITURE = re.compile(
    r"Chọn cơ quan thực hiệnTỉnh/ Thành phốBộ ngành"
    r"(?:-- Chọn Tỉnh/ Thành phố --Phường/ XãSở-- Chọn Phường/ Xã --"
    r"(?:Hệ thống chỉ hiển thị những cơ quan đã áp dụng dịch vụ công trực tuyến)?"
    r"|-- Chọn Bộ ngành --Đơn vị-- Chọn Cơ sở --)?Nộp hồ sơ\s*$"
)
_TAIL = re.compile(r"Từ khóa(?P<keywords>(?:(?!Từ khóa|Mô tả).)*)Mô tả(?P<description>(?:(?!Từ khóa).)*)$", re.DOTALL)
_EMPTY_TAIL = re.compile(r"\s*Từ khóa:?\s*$")
_LABEL = re.compile(r"Mã: ?")
_CODE = re.compile(r"KQ\.[A-Z]\d{2}\.\d{6}(?!\d)|(?:[A-Z][A-Z0-9]*[.-]|\d)(?:[A-Z0-9]*[.-])*[A-Z]*\d+")


@dataclass(frozen=True)
class PageTail:
    """A cell without the words of the page, and the key words and description that the page prints after it."""

    text: str
    keywords: str = ""
    description: str = ""


def cut_page_tail(text: str) -> PageTail:
    """The cell's own text (clean), freed of the page around it."""
    text = _FURNITURE.sub("", text)
    if found := _TAIL.search(text):
        return PageTail(text[: found.start()].strip(), found["keywords"].strip(), found["description"].strip())
    return PageTail(_EMPTY_TAIL.sub("", text).strip())


def take_apart_outputs(text: str) -> tuple[list[OutputRow], list[Note]]:
    """The results of a cell without its page tail, in order, each with its printed code, and what is doubtful."""
    if is_not_published(text):
        return [], []
    rows: list[OutputRow] = []
    notes: list[Note] = []
    start = 0
    for found in _LABEL.finditer(text):
        if found.start() < start:
            continue
        code = _CODE.match(text, found.end())
        rest = text[found.end() :]
        if code:
            end, printed = code.end(), code.group()
        elif "Mã:" not in rest and len(rest) <= 40:
            end, printed = len(text), rest.strip()
            notes.append(Note("OUTPUT_CODE", printed, "Mã kết quả không theo mẫu nào đã biết; giữ nguyên chữ."))
        else:
            notes.append(Note("OUTPUT_NOT_CUT", text[start:], "Không rõ mã kết quả dừng ở đâu; giữ nguyên chữ."))
            continue
        rows.append(OutputRow(text[start : found.start()].strip(), printed))
        start = end
    if text[start:].strip():
        rows.append(OutputRow(text[start:].strip()))
    return rows, notes
