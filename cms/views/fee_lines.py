"""A fee in the words of the pages: the sum or what the source says, its exemptions, and the text it rests on."""

import re

from django.utils.translation import gettext as _

from cms.selectors.fees import Fee
from cms.views.sections import Line, cost_line
from cms.views.standing import source_of

# 85/2019/TT-BTC, 60/2014/QH13, 02/2020/NQ-HĐND: what a fee's own words cite.
_CITED = re.compile(r"\b\d{1,4}/\d{4}/[A-ZĐ]{2}[A-ZĐ0-9&-]*(?:-[A-ZĐ0-9&]+)*")


def words_of(fee: Fee) -> Line:
    """The fee in words; what is doubtful keeps its own words and is never called free."""
    if fee.cost:
        return cost_line(fee.cost)
    if fee.words:
        return Line(_("Có thể phải nộp: “%(words)s”") % {"words": fee.words}, "", True)
    return Line(_("Cơ quan chưa công bố phần này"))


def exemption_of(fee: Fee) -> str:
    """The clause beside the fee: for whom it is waived or lowered, and on what condition."""
    return words_of(fee).note if fee.cost and not fee.cost.doubts else ""


def basis_of(fee: Fee) -> str:
    """The texts the fee's own words cite, else the announcing decision."""
    words = f"{fee.cost.text} {fee.cost.clause}" if fee.cost else fee.words
    return "; ".join(dict.fromkeys(_CITED.findall(words))) or source_of(fee.period).number
