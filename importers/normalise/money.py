"""Sums of money as fee cells write them. The portal's own cell groups thousands by commas ("2,000,000 VNĐ"), the words
in the bracket beside it by dots ("2.000.000 đồng"): two readings, and a number that fits neither is no sum."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_CURRENCIES = {
    "việt nam đồng": "VND",
    "đồng": "VND",
    "đ": "VND",
    "vnđ": "VND",
    "vnd": "VND",
    "usd": "USD",
    "đô la mỹ": "USD",
    "eur": "EUR",
    "euro": "EUR",
}
_MULTIPLIERS = {"nghìn": 1000, "ngàn": 1000, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_CURRENCY = r"Việt Nam Đồng|đô la Mỹ|đồng|VNĐ|VND|USD|EURO?|đ"

# A head: the portal's own fee value, as it stands at the start of a fee cell.
HEAD_AMOUNT = r"\d[\d.,]* (?:Việt Nam Đồng|VNĐ|VND|USD|EUR|Đồng)"
_HEAD = re.compile(rf"(\d[\d.,]*) ({_CURRENCY})", re.IGNORECASE)
# "02 đồng chí" and "đồng thời" are no money.
_SUM = re.compile(
    rf"(?<![\w.,])(?<!\d )(\d{{1,3}}(?: \d{{3}})+|\d+(?:[.,]\d+)*)\s*(?:({'|'.join(_MULTIPLIERS)})\s*)?({_CURRENCY})"
    r"(?!\w)(?!\s+(?:thời|chí)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sum:
    """An amount with its currency (ISO 4217) and where it stands in the text that was read."""

    amount: Decimal
    currency: str
    start: int
    end: int


def read_number(text: str) -> Decimal | None:
    """A number as Vietnamese text writes it: "15.000" and "15,000" are fifteen thousand, "1,5" and "1.5" one and a
    half. None for what is neither ("15.000.0000")."""
    if re.fullmatch(r"\d{1,3}(?:[ .]\d{3})+(?:,\d{1,2})?", text) and len(set(re.findall(r"[ .]", text))) == 1:
        return Decimal(re.sub(r"[ .]", "", text).replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", text):
        return Decimal(text.replace(",", ""))
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", text):
        return Decimal(text.replace(",", "."))
    return None


def read_head_amount(text: str) -> tuple[Decimal | None, str]:
    """Amount and currency of a head such as "6,000,000 VNĐ". The amount is None where dots group its digits or the
    groups are not of three: the portal never writes that, so it is no certain reading."""
    found = _HEAD.fullmatch(text)
    if not found:
        return None, ""
    digits, currency = found.group(1), _CURRENCIES[found.group(2).lower()]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d{1,2})?", digits):
        return Decimal(digits.replace(",", "")), currency
    return None, currency


def sums_in(text: str) -> Iterator[Sum]:
    """Every sum written with a currency word, in order. A bare number is no sum, and neither is an unreadable one."""
    for found in _SUM.finditer(text):
        number = read_number(found.group(1))
        if number is not None:
            amount = number * _MULTIPLIERS.get((found.group(2) or "").lower(), 1)
            yield Sum(amount, _CURRENCIES[found.group(3).lower()], found.start(), found.end())
