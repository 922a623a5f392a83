"""Lists of legal texts that a crawl turned into one run-on string: "title + number" again and again, nothing between.
A number that is glued to what stands before it and after it is the number column; one that stands among spaces belongs
to a title. Where a cut is not certain the words stay together in one row marked uncertain."""

import re

from importers.normalise.words import Note, is_not_published
from importers.rows import LegalBasisRow

HEADER = "Tên văn bản pháp lýMã văn bản"

# Marks of issuers. A list, because "TT-BTCThông tư" and "TT-BCTThông tư" can't be told apart by the shape of letters.
_ISSUERS = (
    "CP TTg TW CTN QH HĐTP BTC BTM BCT BCN BCA BCHQS BGDĐT BGD BGTVT BKH BKHĐT BKHCN BKHCNMT BLĐTBXH BLĐBXH BNG BNN "
    "BNNMT BNNPTNT BNV BQP BTNMT BTP BTS BTTTT BTS BVHTT BVHTTDL BXD BYT BDTTG BTS BTNVMT NHNN NHPT NHCSXH UBDT UBCK "
    "UBCKNN UBND HĐND TTCP VPCP VPQH VPCTN TANDTC TAND VKSNDTC VKSTC KTNN KBNN TLĐ BHXH TCHQ TCT TCTHADS TCTK TCCP "
    "UBTVQH BCHTW BKHHĐT BTCCBCP TCHC BTCTW UBMTTW UBTDTT UBTDTTg BNgG"
)
_ISSUER = "|".join(sorted(set(_ISSUERS.split()), key=len, reverse=True))
_KINDS = r"(?:TTLT|TT|NĐ|QĐ|NQLT|NQ|CT|CTLT|PL|L|SL|HD|KH|VBHN|TB|CV|HĐBT|QC|QCLT)"
_YEAR = r"(?:19|20)\d{2}"
_WORDS = (
    r"(?:Bộ luật|Luật|Pháp lệnh|Nghị định|Nghị quyết(?: liên tịch)?|Thông tư(?: liên tịch)?|Quyết định|Chỉ thị)"
    r"(?: số:?)? "
)
# 59/2024/QH15, 07/2017/UBTVQH14, 26/2005/PL-UBTVQH11, or
# 123/2020/NĐ-CP, 12/2010/TTLT-BKHĐT-BTC, 3218/QĐ-BTC, 15/VBHN-VPQH
NUMBER = re.compile(
    rf"(?P<words>{_WORDS})?(?P<number>(?P<digits>\d+(?:\.\d+)*(?:\.?[a-z])?)(?:"
    rf"/{_YEAR}/(?:(?:PL|NQ|L|CTN)-?)?(?:UBTVQH|QHK|QH)\d{{1,2}}"
    rf"|/(?:{_YEAR}/)?{_KINDS}(?:[-/](?:{_ISSUER}))+))"
)
_INSIDE_TITLE = " \t(\"“'/:-"
_PLAUSIBLE = re.compile(r"\d{1,4}(?:\.?[a-z])?|\d{1,2}\.\d{1,2}")
_ENDS_IN_DATE = re.compile(rf"(?:\b\d{{1,2}}/\d{{1,2}}/|\btháng \d{{1,2}} năm ){_YEAR}[.;]?$")


def _ends_row(text: str, start: int, found: re.Match[str]) -> bool | None:
    """True: this number ends the row that began at `start`. False: it stands in a title. None: it may do either."""
    before = text[found.start() - 1 : found.start()]
    rest = text[found.end() :]
    if found.start() == start:
        # The title begins with a number: "Nghị định 08/2020/NĐ-CP" and then "08/2020/NĐ-CP".
        return False if rest.startswith((found["number"], *" ,;.():")) else None
    digits = found["digits"]
    after_date = len(digits) > 4 and _ENDS_IN_DATE.search(
        text[max(start, found.start() - 20) : found.start()] + digits[:4]
    )
    if before in _INSIDE_TITLE and not after_date and not re.match(r"\d{5}", digits):
        return None if rest[:1].isalpha() else False
    # A title may begin with a space; "số 19/2021/TT-BTC ngày" goes on in small letters.
    follows = rest.lstrip(" \n\t")
    return not rest or (follows[:1] not in ',;.)/:"”' and (follows is rest or not follows[:1].islower()))


def _cut_number(title: str, found: re.Match[str]) -> tuple[str, str] | None:
    """Title and number, where the number's first digit is certain: no digit stands before it, or what stands there is
    a whole date, or the title itself names the same number."""
    digits, number = found["digits"], found["number"]
    if found["words"] or (_PLAUSIBLE.fullmatch(digits) and not re.search(r"\d[./]$", title)):
        return title, found.group()
    for cut in range(len(digits)):
        left, right = title + digits[:cut], number[cut:]
        if _PLAUSIBLE.fullmatch(digits[cut:]) and digits[cut] != ".":
            named = re.search(rf"(?<![\d.]){re.escape(right)}(?![\w])", title)
            if named or (cut and _ENDS_IN_DATE.search(left)):
                return left, right
    return None


def _row(title: str, found: re.Match[str], clear: bool) -> LegalBasisRow:
    """One row; without a certain cut all its words stay in the title."""
    cut = _cut_number(title, found) if clear and title.strip() else None
    if cut is None:
        return LegalBasisRow((title + found.group()).strip(), certain=False)
    words = found["words"] or ""
    return LegalBasisRow(cut[0].strip(), cut[1].removeprefix(words), printed=cut[1] if words else "")


def read_legal_number(text: str) -> tuple[str, bool]:
    """The number in a cell of its own ("Thông tư số 29/2025/TT-BQP" gives 29/2025/TT-BQP), and whether it is a whole
    one; words and part numbers ("12") stay as they are."""
    line = " ".join(text.split())
    found = NUMBER.search(line)
    if found and found.end() == len(line) and (found.start() == 0 or line[: found.start()].strip().lower() == "số"):
        return found["number"], True
    return line, False


def take_apart_legal_bases(text: str) -> tuple[list[LegalBasisRow], list[Note]]:
    """The legal texts of a run-on list (clean text), in order, and what is doubtful about them.

    A text without the table's header words is read too, but its first row is uncertain. Nothing at all when not
    published.
    """
    if is_not_published(text):
        return [], []
    body = text.removeprefix(HEADER)
    rows: list[LegalBasisRow] = []
    start, clear = 0, text.startswith(HEADER)
    for found in NUMBER.finditer(body):
        ends = _ends_row(body, start, found)
        if ends is None:
            clear = False
        if not ends:
            continue
        rows.append(_row(body[start : found.start()], found, clear))
        start, clear = found.end(), True
    if body[start:].strip():
        rows.append(LegalBasisRow(body[start:].strip(), certain=False))
    message = "Tên và số hiệu văn bản dính liền, không có chỗ cắt chắc chắn; giữ nguyên cả đoạn."
    return rows, [Note("LEGAL_NOT_CUT", row.title, message) for row in rows if not row.certain]
