"""The head of a decision and its articles: number, day, issuer, signer, title, grounds, from when it holds. Drafts
and stamped scans leave number and day blank: then they stay blank and are asked for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from cms.identifiers import read_decision_number
from cms.text import fold
from importers.decisions.dates import dates_in
from importers.decisions.document import Document
from importers.decisions.rows import DecisionHead, Reference
from importers.rows import Place

Lines = Sequence[tuple[str, Place]]

_MARK = r"Q[ĐDÐ]\s*-\s*[A-ZĐ&]+(?:[.\-][A-ZĐ&]+)*(?:-?[A-Z]?\d+)?"
_NUMBER = re.compile(rf"\bsố\s*[:.]?\s*(?P<number>\d[\d\s]*\.?\s*/\s*(?:\d{{4}}\s*/\s*)?{_MARK})", re.IGNORECASE)
_CITED = re.compile(rf"\d{{1,5}}(?:/\d{{4}})?\s*/\s*{_MARK}")
_LOCAL = re.compile(r"UBND|H[ĐD]ND|TTG|-CTUB|-VP\b|-S[A-ZĐ]")
_DAY = re.compile(r"ngày\b.{0,40}\btháng\b.{0,20}\bnăm\s*\d{4}", re.IGNORECASE)
_TITLE_START = re.compile(r"^\s*(?:về việc|v/v|về|phê duyệt|ban hành|công bố)\b", re.IGNORECASE)
_GROUND = re.compile(r"^\s*[-–]?\s*(?:căn cứ|theo đề nghị|xét đề nghị|xét tờ trình|thực hiện)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^\s*điều\s*\d+\s*[.:]?\s", re.IGNORECASE)
_OFFICE = re.compile(
    r"^(?:chủ tịch|chánh văn phòng|bộ trưởng|ủy ban|uỷ ban|giám đốc|cục trưởng|tổng giám đốc|thủ trưởng)", re.I
)
_POST = re.compile(r"chủ tịch|chánh văn phòng|bộ trưởng|giám đốc|cục trưởng|thủ trưởng|chánh thanh tra", re.IGNORECASE)
_NAME = re.compile(r"[A-ZĐÀ-Ỹ][a-zđà-ỹ]+(?: [A-ZĐÀ-Ỹ][a-zđà-ỹ]+){1,4}")
_LIST_START = re.compile(r"^\W*(?:(?:phần|phụ lục)\s+[ivx\d]+|danh mục\b.*(?:tthc|thủ tục)|phụ lục$)", re.IGNORECASE)
_OLD_ITEM = re.compile(
    r"[^;.]*?(?:số thứ tự|stt|mục|thủ tục số|thứ tự)\s*(?:số\s*)?\d[^;]*?"
    rf"(?P<number>\d{{1,5}}(?:/\d{{4}})?\s*/\s*{_MARK})[^;]*",
    re.IGNORECASE,
)
# Under the title of an annex: of which decision it is.
_ANNEX_OF = re.compile(
    r"^\W*(?:ban hành\s+)?kèm theo quyết định\s+số\s*[:.]?\s*"
    rf"(?P<number>\d[\d\s]*\s*/\s*(?:\d{{4}}\s*/\s*)?{_MARK})(?P<rest>[^)]{{0,300}})",
    re.IGNORECASE,
)
_MAX_LINES = 1200


@dataclass
class Body:
    """Head and articles. `references`: items of older decisions that the articles repeal."""

    head: DecisionHead = field(default_factory=DecisionHead)
    articles: list[tuple[str, Place]] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def read_body(document: Document) -> Body:
    """What stands before the lists. Without the word QUYẾT ĐỊNH (an annex, a bare list) only what the annex says of its
    decision is known."""
    lines: list[tuple[str, Place]] = []
    for text, place in document.lines():
        if text.strip():
            lines.append((" ".join(text.split()), place))
        if len(lines) >= _MAX_LINES:
            break
    body = Body()
    start = next((at for at, (text, _) in enumerate(lines[:60]) if _is_word(text)), None)
    if start is None:
        _annex(body.head, lines)
        return body
    _top(body.head, lines[:start])
    after = _title(body.head, lines, start + 1)
    articles = _articles(lines[after:])
    end = after + articles[1] if articles[1] else len(lines)
    _grounds(body.head, lines[after:])
    body.articles = articles[0]
    _effect(body)
    _signer(body.head, lines[end : end + 40])
    body.references = references_in(text for text, _ in body.articles)
    _annex(body.head, lines[end:])
    return body


def _is_word(text: str) -> bool:
    """The line "QUYẾT ĐỊNH", printed apart or spaced out."""
    return re.sub(r"[\s:.]", "", fold(text)) == "quyetdinh"


def _top(head: DecisionHead, lines: Lines) -> None:
    bodies: list[str] = []
    for text, place in lines:
        for part in re.split(r"\t|\s\|\s", text):
            folded = fold(part)
            if not head.number and (found := _NUMBER.search(part)):
                head.number = read_decision_number(re.sub(r"\s", "", found["number"])).text
                head.places["number"] = place
            if found := _DAY.search(part):
                days = dates_in(found.group())
                if days and head.signed_on is None:
                    head.signed_on = days[0]
                    head.places["signed_on"] = place
            elif re.search(r"cong hoa xa hoi|doc lap|^so\b|^\s*/|^[\W_]*$", folded):
                continue
            elif bodies and part.isupper() and (folded.startswith("va ") or bodies[-1].endswith(",")):
                bodies.append(part)
            elif re.search(r"\b(ubnd|uy ban nhan dan|bo|tinh|thanh pho|van phong|so|chu tich|cuc|bao hiem)\b", folded):
                bodies.append(part)
                head.places.setdefault("issuer", place)
    head.issuer = " ".join(" ".join(bodies).split())[:300]


def _annex(head: DecisionHead, lines: Lines) -> None:
    """What a list says of the decision it belongs to, where the head leaves it blank: number, day, and whose it is."""
    for text, place in lines:
        if not (found := _ANNEX_OF.match(text)):
            continue
        days = dates_in(found["rest"])
        of = re.search(r"\bcủa\s+(?P<body>.+)$", found["rest"], re.IGNORECASE)
        stated = {
            "number": read_decision_number(re.sub(r"\s", "", found["number"])).text,
            "signed_on": days[0] if days else None,
            "issuer": of["body"].strip() if of else "",
        }
        for name, value in stated.items():
            if value and not getattr(head, name):
                setattr(head, name, value)
                head.places[name] = place
        return


def _title(head: DecisionHead, lines: Lines, at: int) -> int:
    """Take the lines up to the deciding office or the first ground as the title; return where it ends."""
    title: list[str] = []
    while at < len(lines) and len(title) < 15:
        text, place = lines[at]
        if _GROUND.match(text) or _ARTICLE.match(text) or _is_word(text):
            break
        at += 1
        if text.isupper() and _OFFICE.match(text) and title:
            head.deciding_office = text
            continue
        if head.deciding_office and text.isupper():
            head.deciding_office += f" {text}"
            continue
        if re.search(r"\w", text):
            title.append(text)
            head.places.setdefault("title", place)
    head.title = re.sub(r"^(?:về việc|v/v)\s+", "", " ".join(title), flags=re.IGNORECASE).strip(" -–_")
    return at


def _grounds(head: DecisionHead, lines: Lines) -> None:
    for text, place in lines:
        if _ARTICLE.match(text) or _is_word(text):
            break
        if _GROUND.match(text) or not head.grounds:
            head.grounds.append(text)
            head.places.setdefault("grounds", place)
        else:
            head.grounds[-1] += f" {text}"
    for ground in head.grounds:
        for cited in _CITED.finditer(ground):
            number = read_decision_number(re.sub(r"\s", "", cited.group())).text
            # A committee's own decisions are grounds, not parents; a ministry's on procedures is what it rests on.
            about = fold(ground)
            about_procedures = re.search(r"cong bo|thu tuc hanh chinh|tthc", about)
            if about_procedures and not _LOCAL.search(number.upper()):
                head.rests_on.append(number)
    head.rests_on = list(dict.fromkeys(head.rests_on))


def _articles(lines: Lines) -> tuple[list[tuple[str, Place]], int]:
    """The articles whole, and how many lines to their end."""
    found: list[tuple[str, Place]] = []
    end = 0
    for at, (text, place) in enumerate(lines):
        if _ARTICLE.match(text):
            found.append((text, place))
            end = at + 1
        elif found:
            if re.match(r"^\W*nơi nhận", text, re.IGNORECASE) or _LIST_START.match(text):
                break
            if text.isupper():
                break
            found[-1] = (f"{found[-1][0]}\n{text}", found[-1][1])
            end = at + 1
            if text.rstrip().endswith("./."):
                break
    return found, end


def _effect(body: Body) -> None:
    for text, place in body.articles:
        for sentence in re.split(r"(?<=[.;])\s+|\n", text):
            if "hieu luc" not in fold(sentence) or body.head.effect:
                continue
            body.head.effect = re.sub(r"^Điều\s*\d+\s*[.:]\s*", "", sentence)
            body.head.places["effective_from"] = place
            after = re.split(r"hiệu lực", sentence, maxsplit=1, flags=re.IGNORECASE)[-1]
            days = dates_in(after)
            if re.search(r"từ ngày ký", after, re.IGNORECASE):
                body.head.effective_from = body.head.signed_on
            elif days:
                body.head.effective_from = days[0]


def _signer(head: DecisionHead, lines: Lines) -> None:
    """The name under the post of whoever signs."""
    post = False
    for text, place in lines:
        if _LIST_START.match(text):
            break
        if post and _NAME.fullmatch(text.strip()) and not _POST.search(text):
            head.signer = text.strip()
            head.places["signer"] = place
            return
        post = post or (text.isupper() and bool(_POST.search(text)))


def references_in(texts: Iterable[str]) -> list[Reference]:
    """The items of older decisions that articles repeal or replace: "số thứ tự 02 phần I tại Quyết định số …"."""
    found = []
    for text in texts:
        if not re.search(r"bãi bỏ|thay thế|hủy bỏ|huỷ bỏ", text, re.IGNORECASE):
            continue
        for one in _OLD_ITEM.finditer(" ".join(text.split())):
            found += [
                Reference(one.group().strip(" -–"), re.sub(r"\s", "", number.group()))
                for number in _CITED.finditer(one.group())
            ]
    return found


def effective_day(head: DecisionHead) -> date | None:
    """The day the whole holds from; the day signed where the text says so."""
    if head.effective_from is None and re.search(r"từ ngày ký", head.effect, re.IGNORECASE):
        return head.signed_on
    return head.effective_from
