"""Whose decision a file is: by the mark of its number (a ministry), or by the body its head names."""

import re

from cms.models import Agency
from cms.text import fold
from cms.vocabulary import AgencyKind
from importers.agency_texts import AgencyTexts
from importers.decisions.rows import DecisionHead

_PROVINCE = re.compile(r"\b(?:tinh|thanh pho|tp\.?) ([a-z ]+?)(?= van phong| uy ban| so | chu tich|[,.;(]|$)")


def find_issuer(head: DecisionHead, texts: AgencyTexts) -> Agency | None:
    """The body that announces: a ministry, or the province or commune whose committee, chairman or office signed. None
    when the portal holds no such body; never guessed."""
    if ministry := texts.issuer_of(head.number):
        return ministry
    for text in (head.issuer, head.deciding_office):
        if not text.strip():
            continue
        if agency := texts.resolve(text).agency:
            return _announcing(agency)
        if province := _province_in(text):
            return province
    return None


def _announcing(agency: Agency) -> Agency:
    """A province's office or department signs for its chairman (Art. 13, Decree 63/2010/NĐ-CP)."""
    above: Agency | None = agency
    while above is not None and above.kind not in (AgencyKind.PROVINCE, AgencyKind.COMMUNE, AgencyKind.MINISTRY):
        above = above.get_parent()
    return above or agency


def _province_in(text: str) -> Agency | None:
    names = {found.group(1).strip() for found in _PROVINCE.finditer(" ".join(fold(text).split()))}
    if not names:
        return None
    provinces = Agency.objects.filter(kind=AgencyKind.PROVINCE)
    found = [row for row in provinces if fold(row.short_name) in names]
    standing = [row for row in found if row.valid_to is None] or found
    return standing[0] if len(standing) == 1 else None
