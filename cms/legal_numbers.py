"""Reading the numbers of legal documents (26/2025/NĐ-CP) as they are cited. The number is what joins a citation to the
register, so only a number that names one document is a key: "1265/QĐ-BTP" is given anew each year and "12/2024/QĐ-UBND"
in every province, and neither is joined without the day or the issuer beside it."""

import re
from dataclasses import dataclass
from datetime import date

from cms.text import clean, fold_words, match_key
from cms.vocabulary import LegalKind

__all__ = ["LegalNumber", "kind_of", "read_legal_number", "register_key"]

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LEADING = re.compile(r"^SỐ\s*:?\s*(?=\d)")
_FORM = re.compile(r"(\d+(?:\.\d+)?)/(?:(\d{4})/)?([A-ZĐ][A-ZĐ0-9]*(?:[-/.][A-ZĐ0-9]+)*)", re.ASCII)
# Marks of the National Assembly stand alone (QH15, UBTVQH14); all others name kind and body (NĐ-CP).
_ASSEMBLY = re.compile(r"(?:UBTV)?QH\d+")
_LOCAL = re.compile(r"UBND|HĐND")
_KINDS = {
    "NĐ": LegalKind.DECREE,
    "NQ": LegalKind.RESOLUTION,
    "NQLT": LegalKind.RESOLUTION,
    "QĐ": LegalKind.DECISION,
    "CT": LegalKind.DIRECTIVE,
    "TT": LegalKind.CIRCULAR,
    "TTLT": LegalKind.JOINT_CIRCULAR,
    "PL": LegalKind.ORDINANCE,
}
_FIRST_WORDS = {
    "bo luat": LegalKind.LAW,
    "luat": LegalKind.LAW,
    "nghi quyet": LegalKind.RESOLUTION,
    "phap lenh": LegalKind.ORDINANCE,
}


@dataclass(frozen=True, slots=True)
class LegalNumber:
    """A number in its one spelling; `year` is None where the number has none, `local` where each province gives it."""

    text: str
    year: int | None
    mark: str
    local: bool


def read_legal_number(raw: str) -> LegalNumber | None:
    """The number of a legal document, or None when the text is none or is incomplete ("54", "34/2023", "12/2020/TT").

    Certain repairs: spaces, kinds of dash, capitals, a leading "Số", and Đ in QĐ, NĐ and HĐND.
    """
    text = _DASHES.sub("-", " ".join(clean(raw).split())).upper().strip(" .,;:")
    text = re.sub(r"\s*([/.-])\s*", r"\1", _LEADING.sub("", text))
    text = re.sub(r"/([NQ])D-", r"/\1Đ-", text).replace("HDND", "HĐND")
    found = _FORM.fullmatch(text)
    if not found:
        return None
    mark = found.group(3)
    year = int(found.group(2)) if found.group(2) else None
    if not (_ASSEMBLY.fullmatch(mark) or re.search(r"[-/]", mark)) or (year and not 1945 <= year <= 2100):
        return None
    shown = re.sub(r"(?<=[-/])TTG\b", "TTg", text)
    return LegalNumber(shown, year, mark, bool(_LOCAL.search(mark)))


def register_key(number: str, issuer: str = "", day: date | None = None) -> str:
    """What all spellings of one document's number have in common; "" when that would not be one document.

    `day` (signed) stands in for a year the number lacks, `issuer` tells provinces apart.
    """
    read = read_legal_number(number)
    if read is None or (read.year is None and day is None) or (read.local and not issuer.strip()):
        return ""
    words = fold_words(read.text)
    words[0] = words[0].lstrip("0") or "0"
    if read.year is None and day is not None:
        words.append(f"#{day.year}")
    if read.local:
        words.append(f"@{match_key(issuer)}")
    return " ".join(words)


def kind_of(number: str, title: str = "") -> LegalKind | None:
    """The kind the number's mark names; for the National Assembly, whose marks don't, the title's first words."""
    read = read_legal_number(number)
    if read is None:
        return None
    if not _ASSEMBLY.fullmatch(read.mark):
        return _KINDS.get(re.split(r"[-/.]", read.mark)[0])
    words = " ".join(fold_words(title)[:2])
    return next((kind for start, kind in _FIRST_WORDS.items() if f"{words} ".startswith(f"{start} ")), None)
