"""The forms behind a procedure's full text told apart: where each begins, what it is called, and which paper of the
dossier asks for it. What can't be said with certainty is said to the editor."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from textwrap import shorten

from cms.text import fold
from importers.decisions.annexes import FORMS, Annex, TextLine, levels_of
from importers.decisions.rows import FormFile, ItemRow
from importers.rows import EvidenceRow, Problem

# "Mẫu số 01", "MẪU SỐ: 01/LPTB"; scanners write "Mầu", "Mâu".
_NUMBER = r"m[aâẫầấ]u\s+(?:s[oốổ]\s*)?:?\s*(?P<number>\d{1,3}\s?[a-zđ]?\b(?:[/-][^\W_][\w-]*)*)"
_NUMBERED = re.compile(rf"^\W*(?:bi[eể]u\s+)?{_NUMBER}\s*(?P<name>.*)", re.IGNORECASE | re.DOTALL)
# "Mẫu số 5a, 5b": a further number has a letter, or it may be a count of papers.
_CITED = re.compile(rf"{_NUMBER}(?P<more>(?:(?:\s*,|\s+và)\s*\d{{1,3}}[a-zđ]\b)*)", re.IGNORECASE)
_LAW = re.compile(r"\b(\d{1,4}/20\d\d)(?=/)")
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia")
_NO_NAME = re.compile(r"^\W*(?:doc lap|so\b|ngay\b|\W*,|v/v|kinh gui|ma so|mau so)")
_KINDS = (
    r"don|to khai|phieu|bao cao|giay|ban|bien ban|hop dong|quyet dinh|to trinh|thong bao|danh sach|van ban|de an|"
    r"phuong an|ho so|bang|ly lich|so yeu|cam ket|ke hoach|du an|chung chi|thuyet minh|mo ta|so do"
)
_NAME = re.compile(rf"^\W*(?:{_KINDS})\b")
_HEAD = 14  # lines in which a form has said its name
_MAX_TITLE = 480  # of the 500 a text keeps; "(2)" comes behind
_SAME = 0.8  # of the words of a form's name


@dataclass
class Form:
    """One form: its number as printed ("01", "15đ", "01/LPTB"; "" for none), its lines, and the block before which it
    ends."""

    number: str
    lines: list[TextLine] = field(default_factory=list)
    title: str = ""
    end: int = 0
    whole: bool = True

    def is_name_only(self) -> bool:
        """Whether it has no more than the line that names it."""
        return len(self.lines) == 1 and len(self.lines[0].text) < _MAX_TITLE

    @property
    def name(self) -> str:
        """The title without the number."""
        found = _NUMBERED.match(self.title)
        return found["name"].strip(" .:–-") if found else self.title


def forms_of(annex: Annex) -> tuple[list[Form], list[TextLine]]:
    """The forms behind a text in their order, and the lines that are in none of them."""
    found: list[Form] = []
    loose: list[TextLine] = []
    motto = False
    for line in _own_lines(annex):
        number, has_motto = number_of(line), bool(_MOTTO.search(fold(line.text)))
        again = bool(found and number and number == found[-1].number and len(found[-1].lines) < _HEAD)
        if (number and not again) or (has_motto and (motto or not found)) or (not found and _opens(line)):
            found.append(Form(number))
            motto = False
        motto = motto or has_motto
        (found[-1].lines if found else loose).append(line)
    _close(found, annex)
    full = {form.number for form in found if not form.is_name_only()}
    # A list of the forms' names before them is no form.
    return [form for form in found if not (form.is_name_only() and form.number in full)], loose


def number_of(line: TextLine) -> str:
    """The number of the form that begins with this line; "" for any other line."""
    for text in line.cells or (line.text,):
        if found := _NUMBERED.match(text):
            return found["number"].replace(" ", "")
    return ""


def attach(item: ItemRow, annex: Annex) -> None:
    """Set the forms down on the row, each beside the paper that asks for it, with what an editor must look at."""
    forms, loose = forms_of(annex)
    papers = [paper for case in item.content.cases for paper in case.papers] if item.content else []
    asked = _asked(papers, forms)
    for place, form in enumerate(forms):
        blocks = (form.lines[0].block, form.end) if form.whole else None
        item.forms.append(FormFile(form.title, form.lines[0].place, asked.get(place, ""), blocks))
    item.problems += _problems(annex, papers, forms, asked, loose)


def _own_lines(annex: Annex) -> Iterable[TextLine]:
    """The lines behind a text without the headings of the next list of texts at their end."""
    lines = annex.forms
    for at in range(max(len(lines) - 4, 0), len(lines)):
        if levels_of(lines[at]) and lines[at].begins:
            annex.end = lines[at].block
            return lines[:at]
    return lines


def _opens(line: TextLine) -> bool:
    """Whether a form without number or motto begins with this line: its name in capitals."""
    return line.text.isupper() and bool(_NAME.match(fold(line.text)))


def _close(forms: list[Form], annex: Annex) -> None:
    """Each form's end and title; one that shares a paragraph or table with its neighbour is not whole."""
    for form, following in zip(forms, [*forms[1:], None], strict=False):
        first = following.lines[0] if following else None
        form.end = first.block if first else annex.end
        form.whole = form.whole and form.lines[0].begins and form.end > form.lines[-1].block
        if first and not first.begins and following:
            following.whole = False
    taken: set[str] = set()
    for form in forms:
        form.title = title = shorten(_title(form), _MAX_TITLE, placeholder=" …")
        times = 1
        while form.title in taken:
            times += 1
            form.title = f"{title} ({times})"
        taken.add(form.title)


def _title(form: Form) -> str:
    """ "Mẫu số 01. Đơn đề nghị …": the name beside the number, else the heading under the motto, as printed."""
    first = form.lines[0]
    texts = [text for text in first.cells or (first.text,) if _NUMBERED.match(text)]
    found = _NUMBERED.match(texts[0]) if texts else None
    name = " ".join(found["name"].split()).strip(" .:–-") if found else ""
    name = name.split("\n")[0] if re.match(r"[^\W\d_]", name) else ""
    number = f"Mẫu số {form.number}" if form.number else ""
    heading = name or (_in_capitals(found["name"]) if found else "")
    heading = heading or _heading(form.lines[1 if form.number else 0 : _HEAD])
    return ". ".join(filter(None, (number, heading))) or f"Mẫu không ghi tên ({first.place.cell or first.place})"


def _heading(lines: Sequence[TextLine]) -> str:
    """The words in capitals that name a kind of paper, with the lines in capitals that go on from them."""
    found = ""
    for line in lines:
        for text in line.cells or (line.text,):
            bare = " ".join(text.split())
            if found:
                goes_on = bare.isupper() and not _NO_NAME.match(fold(bare)) and not _MOTTO.search(fold(bare))
                if not goes_on:
                    return found
                found += f" {bare}"
            else:
                found = _in_capitals(bare)
                if found and not bare.endswith(found):
                    return found
    return found


def _in_capitals(text: str) -> str:
    """The first run of words in capitals that names a kind of paper; "" where there is none."""
    runs = groupby(text.split(), key=lambda word: not word.strip(" .,;:()-–").islower() and word.upper() == word)
    for capitals, words in runs:
        run = " ".join(words)
        run = re.sub(r"^.*HẠNH PHÚC\W*", "", run).strip(" .:;-–_*")
        if capitals and len(run.split()) > 1 and _NAME.match(fold(run)) and not _MOTTO.search(fold(run)):
            return run
    return ""


# --- which paper asks for which form ---------------------------------------------------------------------------------


def _asked(papers: Sequence[EvidenceRow], forms: Sequence[Form]) -> dict[int, str]:
    """The paper that asks for each form; the papers are told their form."""
    found: dict[int, str] = {}
    for paper in papers:
        for place in _forms_for(paper.name, forms):
            found.setdefault(place, paper.name)
            paper.form_file = paper.form_file or forms[place].title
    return found


def _forms_for(paper: str, forms: Sequence[Form]) -> list[int]:
    """The forms a paper names by number, each only where one form fits; without a number, by its name."""
    cited = _cited(paper)
    found = []
    for number in dict.fromkeys(cited):
        fitting = [at for at, form in enumerate(forms) if _plain(form.number) == number and _agrees(paper, form)]
        if len(fitting) == 1:
            found += fitting
    if not cited:
        words = _words(paper)
        named = [at for at, form in enumerate(forms) if len(_words(form.name)) >= 3 and _begins(words, form.name)]
        if len(named) == 1:
            found += named
    return found


def _agrees(paper: str, form: Form) -> bool:
    """Whether paper and form are of the same kind (đơn, tờ khai …) and don't cite different laws."""
    kind, words = _NAME.match(fold(form.name)), set(_words(form.name))
    laws, own = set(_LAW.findall(paper)), set(_LAW.findall(form.title))
    if laws and own and not laws & own:
        return False
    if kind is None or re.search(rf"\b{kind.group().strip()}\b", fold(paper)):
        return True
    # "Văn bản đề nghị sử dụng đất …" and "Đơn đề nghị sử dụng đất …" of one number are one form.
    return len(words) >= 5 and len(words & set(_words(paper))) >= _SAME * len(words)


def _begins(paper: list[str], name: str) -> bool:
    words = _words(name)
    return paper[: len(words)] == words


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _cited(text: str) -> list[str]:
    """The numbers of forms a text names."""
    found = []
    for one in _CITED.finditer(text):
        found += [one["number"], *re.findall(r"\d{1,3}[^\W\d_]", one["more"])]
    return [_plain(number) for number in found]


def _plain(number: str) -> str:
    return number.replace(" ", "").casefold().lstrip("0")


# --- what an editor must look at -------------------------------------------------------------------------------------


def _problems(
    annex: Annex,
    papers: Sequence[EvidenceRow],
    forms: Sequence[Form],
    asked: dict[int, str],
    loose: Sequence[TextLine],
) -> list[Problem]:
    found = []
    listed = " ".join(line.text for line in annex.parts.get(FORMS, []))
    numbers = _cited(listed)
    apart = [
        form
        for place, form in enumerate(forms)
        if place not in asked and _plain(form.number) not in numbers and fold(form.name) not in fold(listed)
    ]
    if apart:
        message = (
            f"{_names(apart)}: không giấy tờ nào và không dòng nào ở mục tên mẫu đơn nhắc tới. Vẫn đính kèm thủ tục; "
            "hãy xem có đúng là mẫu của thủ tục này không."
        )
        found.append(_doubt("FORM_APART", apart[0].lines[0], message))
    if bare := [form for form in forms if not form.number]:
        message = f"{_names(bare)}: mẫu không in số, ranh giới tìm theo quốc hiệu. Hãy mở tệp mẫu xem đủ đầu đủ cuối."
        found.append(_doubt("FORM_BOUNDS", bare[0].lines[0], message))
    if cut := [form for form in forms if not form.whole]:
        message = f"{_names(cut)}: nằm chung đoạn hoặc bảng với mẫu bên cạnh nên không cắt riêng ra được."
        found.append(_doubt("FORM_NOT_WHOLE", cut[0].lines[0], message))
    absent = [paper for paper in papers if forms and not paper.form_file and _cited(paper.name)]
    if absent:
        message = f"“{absent[0].name[:160]}”: phía sau nội dung không có mẫu mang số này. Hãy so với bản gốc."
        found.append(_doubt("FORM_ABSENT", forms[0].lines[0], message))
    if loose:
        message = (
            f"Sau nội dung “{annex.name[:120]}” có {len(loose)} dòng không thuộc mẫu nào, từ “{loose[0].text[:120]}” "
            f"({loose[0].place}). Chưa đưa vào đâu; hãy xem có phải một mẫu không."
        )
        found.append(_doubt("FORM_LOOSE", loose[0], message))
    return found


def _names(forms: Sequence[Form]) -> str:
    return "; ".join(f"“{form.title[:80]}”" for form in forms[:8]) + (" …" if len(forms) > 8 else "")


def _doubt(code: str, line: TextLine, message: str) -> Problem:
    return Problem("doubtful", code, line.place, "", line.text[:300], message)
