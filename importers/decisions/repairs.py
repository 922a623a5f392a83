"""What extraction breaks is repaired where it can be seen: look-alike letters, split and glued syllables, letters that
stand for digits. Both readings stay with the cell, and somebody must look at it."""

import re
from dataclasses import replace

from cms.identifiers import read_code
from cms.text import clean
from importers.decisions.document import Cell, Document, Paragraph, Table
from importers.decisions.spelling import is_syllable, mended_words

REPAIRED = "Chữ bị vỡ hoặc lẫn ký tự khi trích từ tệp, máy đã sửa; bản gốc giữ bên cạnh."
# Letters of other alphabets that print like ours: Cyrillic, then Greek.
_OTHER = "АВЕКМНОРСТУХІЅЈаеорсухіѕјкмнтԁһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρι"
_OURS = "ABEKMHOPCTYXISJaeopcyxisjkmhtdhlABEZHIKMNOPTYXovpi"
_ALIKE = str.maketrans(_OTHER + "ÐðƉɖ", _OURS + "ĐđĐđ")
_FOREIGN = re.compile(f"[{_OTHER}ÐðƉɖ]")
_ETH = re.compile("([ÐðƉɖ])")
_DIGIT = str.maketrans("OoQDlI|iSB", "0000111158")
# "l.OO4221": a code of which letters took the place of digits; at least four are left.
_CODE = re.compile(r"(?<![\w.])(?=(?:\D*\d){4})([\dlI|])[.,]([\dOoQlI|SB]{6})(?![\w])")
_AMOUNT = re.compile(r"(?<![\w.,/])([\dOolI|]{1,3})(?=\s*(?:ngày|giờ|tháng)\b)")
# "3l/2024", "1.200.O00", "05/0l/2026", "QHl5"; a roman I before a year is one.
_FIGURES = re.compile(
    r"(?<![\w.,/])(?=\S*[Ol|])(?=\S*\d)[\dOl|]+(?:[./][\dOl|]+)+(?!\w)|(?<=/QH)(?=\d?[Ol|])[\dOl|]{2}(?!\w)"
)
_GLUED = re.compile(r"(?<=\d)(?=(?:ngày|giờ|tháng|đồng)\b)")
_NUMBER = re.compile(r"(?<![\w/])([\dOlI|]{1,5})(?=/(?:\d{4}/)?(?:QĐ|NĐ|TT|NQ|QH)\b)")


def tidy(raw: str) -> str:
    """`cms.text.clean`, but a look-alike of Đ stays, to be repaired where it is seen."""
    if not _ETH.search(raw):
        return clean(raw)
    return "".join(part if _ETH.fullmatch(part) else clean(part) for part in _ETH.split(raw))


def mend_document(document: Document) -> None:
    """Repair the cells of a document in place; those of a PDF also where extraction split or glued words. Paragraphs
    carry no second reading: of theirs only look-alikes are replaced."""
    is_print = document.reader == "pdf"
    known = _known(document) if is_print else set()
    for at, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            if _FOREIGN.search(block.text):
                document.blocks[at] = replace(block, text=block.text.translate(_ALIKE))
            continue
        made: dict[int, Cell] = {}
        for row in block.rows:
            for column, cell in enumerate(row):
                if id(cell) not in made:
                    made[id(cell)] = _mended(cell, known, is_print=is_print)
                row[column] = made[id(cell)]


def _mended(cell: Cell, known: set[str], *, is_print: bool) -> Cell:
    text = mended(cell.text, known, is_print=is_print)
    if text == cell.text:
        return cell
    doubt = REPAIRED if not cell.doubt else f"{cell.doubt} {REPAIRED}"
    return replace(cell, text=text, raw=cell.raw or cell.text, doubt=doubt)


def mended(text: str, known: set[str], *, is_print: bool = True) -> str:
    """A cell's text repaired. `known`: syllables that stand elsewhere in the document; `is_print`: the file was
    printed, so that its words may be split, glued or misread."""
    if _FOREIGN.search(text):
        text = text.translate(_ALIKE)
    if not is_print or not text:
        return text
    text = "\n".join(" ".join(mended_words(line.split(" "), known)) for line in text.split("\n"))
    text = _CODE.sub(lambda found: f"{found[1].translate(_DIGIT)}.{found[2].translate(_DIGIT)}", text)
    text = _AMOUNT.sub(_digits, text)
    text = _NUMBER.sub(_digits, text)
    text = _FIGURES.sub(_digits, text)
    return _GLUED.sub(" ", text)


def _digits(found: re.Match[str]) -> str:
    word = found.group()
    # A letter alone is a letter, but for the one that is always misread.
    return word.translate(_DIGIT) if re.search(r"\d", word) or word in "l|" else word


def mended_code(text: str) -> str:
    """A code cell whose code extraction broke ("1.00 4221", "l.OO4221"), repaired; "" when that makes none."""
    bare = re.sub(r"\s", "", text).translate(_DIGIT).replace(",", ".")
    reading = read_code(bare) if bare != text.strip() and sum(one.isdigit() for one in text) > 3 else None
    return reading.text if reading and not reading.doubtful else ""


def _known(document: Document) -> set[str]:
    """The syllables of a document that stand alone in it."""
    found: set[str] = set()
    for block in document.blocks:
        texts = [block.text] if isinstance(block, Paragraph) else _texts(block)
        for text in texts:
            found.update(word for word in re.findall(r"[^\W\d_]+", text.lower()) if is_syllable(word))
    return found


def _texts(table: Table) -> list[str]:
    return [cell.text for row in range(len(table.rows)) for cell in table.distinct(row) if cell.row == row]
