"""Lists of papers that a crawl turned into one run-on string: titles of cases, header words, and papers each ended by
its counts ("1 bản chính,1 bản sao"). The portal prints those counts without zeros in front and glued to the last
character before them; people write "01 bản chính" after a space. That difference tells a row's end from a sentence."""

import re

from importers.normalise.words import Note, is_not_published
from importers.rows import EvidenceCase, EvidenceRow

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_COUNTS = re.compile(r"(?P<originals>\d+) bản chính(?:,(?P<copies>\d+) bản sao)?")
_EXTENSION = r"\.(?:docx?|pdf|xlsx?|pptx?|rar|zip|jpe?g|png|odt|rtf)"
_FORM = re.compile(rf"{_EXTENSION}(?![a-z])", re.IGNORECASE)
_CLOSING = ".;:,)]}”\"'»"
_ENDS_IN_FORM = re.compile(rf"{_EXTENSION}$", re.IGNORECASE)


def _glue_points(name: str) -> list[int]:
    """Every place before the extension where a form's name could begin: a closing mark runs into a letter or digit, a
    small letter into a capital or a digit, a digit into a capital, or a word in capitals into the capital of the next.
    """
    stem_end = name.rfind(".")
    return [at for at in range(1, stem_end) if _is_glue(name[at - 1], name[at], name[at + 1])]


def _is_glue(left: str, right: str, following: str) -> bool:
    if left in _CLOSING:
        return right.isalnum()
    if right.isdigit():
        return left.islower()
    if not right.isupper():
        return False
    return left.islower() or left.isdigit() or (left.isupper() and following.islower())


def cut_form(name: str) -> tuple[str, str, bool]:
    """Name of the paper, its form file, and whether a form is named at all.

    The file is cut off only where it can begin in exactly one place; otherwise the name keeps the whole text.
    """
    forms = len(_FORM.findall(name))
    if not forms:
        return name, "", False
    if forms == 1 and _ENDS_IN_FORM.search(name):
        points = _glue_points(name)
        # "…NĐ-CP11.Mau.docx": the file may as well begin with the number.
        if len(points) == 1 and not re.search(r"\d\.$", name[: points[0]]):
            return name[: points[0]], name[points[0] :], True
    return name, "", True


def _closes_row(text: str, found: re.Match[str]) -> bool:
    """Whether these counts end a row, and are not words of a sentence."""
    digits = found["originals"]
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    if not before or before == "(":
        return False
    if len(digits) == 1:
        return not before.isspace() or not after or not (after.isspace() or after in ";,.):")
    if len(digits) == 2 and before.isspace():
        # "Việt Nam 2" + "1 bản chính,1 bản sao", or twenty-one originals: only the portal joins both counts so.
        return not digits.startswith("0") and found["copies"] is not None
    if len(digits) == 2 and digits.startswith("0"):
        return bool(before.isdigit() or before in "./-") and not after.isspace()
    return True


def _paper(text: str, found: re.Match[str], start: int) -> EvidenceRow:
    """The paper whose text is text[start:counts]. Digits that touch the counts belong to the name but for the last one;
    how many originals are asked is then unknown."""
    digits = found["originals"]
    certain = len(digits) == 1
    cut = found.end("originals") - 1
    name, form, names_form = cut_form(text[start:cut].strip())
    return EvidenceRow(
        name=name,
        originals=int(digits) if certain else None,
        copies=int(found["copies"]) if found["copies"] else None,
        form_file=form,
        names_form=names_form,
        certain=certain and (bool(form) or not names_form),
        counts_text=text[cut : found.end()],
    )


def _case(title: str) -> EvidenceCase:
    stripped = title.strip()
    if stripped.strip("-") == "":
        return EvidenceCase("", mark=stripped)
    return EvidenceCase(stripped)


def _notes(paper: EvidenceRow) -> list[Note]:
    if paper.originals is None:
        message = "Số lượng dính vào chữ số của tên giấy tờ; không đọc số lượng."
        return [Note("PAPER_COUNT", f"{paper.name}{paper.counts_text}", message)]
    if paper.names_form and not paper.form_file:
        message = "Tên biểu mẫu dính vào tên giấy tờ, không có chỗ cắt chắc chắn; giữ nguyên cả đoạn."
        return [Note("PAPER_FORM", paper.name, message)]
    return []


def take_apart_dossier(text: str) -> tuple[list[EvidenceCase], list[Note]]:
    """The cases and papers of a run-on dossier (clean text), in order, and what is doubtful about them.

    Text outside a table that is no title of a case (the crawl cut it from elsewhere) becomes a case without papers,
    with a note. Nothing at all when the dossier is not published.
    """
    if is_not_published(text):
        return [], []
    pieces = text.split(HEADER)
    if len(pieces) == 1:
        message = "Không nhận ra bảng thành phần hồ sơ; giữ nguyên cả đoạn chữ."
        return [EvidenceCase(text.strip())], [Note("DOSSIER_UNREADABLE", text, message)]
    cases: list[EvidenceCase] = []
    notes: list[Note] = []
    title = pieces[0]
    for piece in pieces[1:]:
        case = _case(title)
        start = 0
        for found in _COUNTS.finditer(piece):
            if _closes_row(piece, found):
                paper = _paper(piece, found, start)
                case.papers.append(paper)
                notes += _notes(paper)
                start = found.end()
        cases.append(case)
        title = piece[start:]
    if title.strip():
        cases.append(_case(title))
    if title.strip(" \n\t-"):
        notes.append(Note("DOSSIER_TAIL", title.strip(), "Đoạn chữ cuối bảng hồ sơ không có số lượng; giữ nguyên."))
    return cases, notes
