"""Days as decisions write them: "ngày 18 tháng 11 năm 2024", "23/4/2025", "26/6 /2026". A day with a blank in it is
none."""

import re
from datetime import date

_DAY = re.compile(
    r"\b(?:ngày\s*)?(?P<d>\d{1,2})\s*(?:/|-|\.|tháng)\s*(?P<m>\d{1,2})\s*(?:/|-|\.|,?\s*năm)\s*(?P<y>\d{4})\b",
    re.IGNORECASE,
)


def dates_in(text: str) -> list[date]:
    """The days a text names, in order; an impossible one ("31/02/2026") is left out."""
    found = []
    for one in _DAY.finditer(text):
        try:
            found.append(date(int(one["y"]), int(one["m"]), int(one["d"])))
        except ValueError:
            continue
    return found
