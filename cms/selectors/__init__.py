"""Reads for pages, open data, search and export. A selector takes the day it speaks of; none knows a hidden today."""

from cms.selectors.canonical import canonical_content, canonical_hash
from cms.selectors.listing import (
    AgencyList,
    agency_list,
    base_periods,
    each_once,
    listing_of,
    procedures_announced_by,
    procedures_of_sector,
)
from cms.selectors.showing import ContentView, Shown, load_contents, read_ahead, show, show_many
from cms.selectors.transitions import Transition, transitions

__all__ = [
    "AgencyList",
    "ContentView",
    "Shown",
    "Transition",
    "agency_list",
    "base_periods",
    "canonical_content",
    "canonical_hash",
    "each_once",
    "listing_of",
    "load_contents",
    "procedures_announced_by",
    "procedures_of_sector",
    "read_ahead",
    "show",
    "show_many",
    "transitions",
]
