"""Codes and decision numbers in what was typed, in any spelling. They are read before words, because nothing else is as
sure: a number that is found answers the question."""

import re

from cms.identifiers import code_spellings, find_codes, fold_decision_number
from cms.text import fold

__all__ = ["codes_in", "decisions_in", "digits_of"]

_DIGITS = re.compile(r"[0-9][0-9 .,_-]*")
_SEVEN = re.compile(r"(?<![\w.,])\d[ .,]?\d{3}[ .,]?\d{3}(?![\w])", re.ASCII)
# "1o04222", "l.004222": letters that look like digits, among digits.
_LOOK_ALIKE = re.compile(r"(?<![\w.,])(?=(?:[ol.,]*\d){5})[\dol][.,]?[\dol]{6}(?![\w])", re.ASCII)
_AS_DIGITS = str.maketrans("ol", "01")
# 3218/QĐ-UBND, qd 3218, quyết định số 3218 …, 903/bxd: the number, then who issued it if that is written.
_DECISION = re.compile(
    r"(?:quyet dinh|qd)[ .:]*(?:so[ .:]*)?(?P<after>\d{1,6})"
    r"(?:\W{1,3}(?:\d{4}\W{1,3})?(?:qd\W{1,3})?(?P<by>[a-z]{2,8})?)?"
    r"|(?P<before>\d{1,6})(?:\W{1,3}\d{4})?\W{0,3}qd(?:\W{1,3}(?P<issuer>[a-z]{2,8}))?\b"
)


def codes_in(cleaned: str) -> tuple[str, ...]:
    """Codes the whole text spells, else those that stand in it ("mã 1004222", "thủ tục 1.004222"), likeliest first."""
    if len(cleaned) > 200:
        return ()
    spelled = code_spellings(cleaned)
    if not spelled:
        spelled = [code for reading in find_codes(cleaned) for code in (reading.text, reading.base) if code]
    if not spelled:
        spelled = [code for found in _SEVEN.findall(cleaned) for code in code_spellings(found)]
    if not spelled:
        alike = _LOOK_ALIKE.findall(cleaned.lower())
        spelled = [code for found in alike for code in code_spellings(found.translate(_AS_DIGITS))]
    return tuple(dict.fromkeys(spelled))


def digits_of(cleaned: str) -> str:
    """The digits when nothing else was typed, else ""."""
    return "".join(char for char in cleaned if char.isdigit()) if _DIGITS.fullmatch(cleaned) else ""


def decisions_in(cleaned: str) -> tuple[str, ...]:
    """The folded decision numbers that the text may mean, likeliest first; () when it speaks of none. The last one is
    the bare number when nobody wrote who issued it."""
    found = _DECISION.search(fold(cleaned[:200]))
    if not found:
        return ()
    number = (found["after"] or found["before"]).lstrip("0") or "0"
    issuer = found["by"] or found["issuer"] or ""
    spellings = [fold_decision_number(cleaned)]
    if issuer and issuer != "qd":
        # Some lists leave out "QĐ" ("2338/BTP").
        spellings += [f"{number} qd {issuer}", f"{number} {issuer}"]
    if not found["issuer"]:
        spellings.append(number)
    return tuple(dict.fromkeys(spellings))
