"""Cells of real catalogues taken apart into rows. No models and no files: text in, `importers.rows` and notes out, so
that every reader can use it and every rule can be tested on one cell."""

from importers.normalise.channels import bracketed_costs, describes_fee, read_time, take_apart_channels
from importers.normalise.conserve import lost_parts
from importers.normalise.dossier import cut_form, take_apart_dossier
from importers.normalise.legal import read_legal_number, take_apart_legal_bases
from importers.normalise.lists import read_applicants, read_levels
from importers.normalise.money import read_number, sums_in
from importers.normalise.outputs import cut_page_tail, take_apart_outputs
from importers.normalise.prose import read_fee_in_words, read_legal_lines, read_time_in_words
from importers.normalise.steps import take_apart_steps
from importers.normalise.words import NO_INFORMATION, Note, is_not_published, tidy

__all__ = [
    "NO_INFORMATION",
    "Note",
    "bracketed_costs",
    "cut_form",
    "cut_page_tail",
    "describes_fee",
    "is_not_published",
    "lost_parts",
    "read_applicants",
    "read_fee_in_words",
    "read_legal_lines",
    "read_legal_number",
    "read_levels",
    "read_number",
    "read_time",
    "read_time_in_words",
    "sums_in",
    "take_apart_channels",
    "take_apart_dossier",
    "take_apart_legal_bases",
    "take_apart_outputs",
    "take_apart_steps",
    "tidy",
]
