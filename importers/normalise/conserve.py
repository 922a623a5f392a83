"""The check that no word is lost: what the parsers made of a run-on cell, put together again, is the raw cell less its
header words. It reads the finished rows, not the parser's own positions, so that it can fail."""

from collections.abc import Callable

from cms.vocabulary import CostDoubt, CostReading, Part
from importers.normalise import channels, dossier, legal
from importers.normalise.words import is_not_published, squeeze
from importers.rows import ChannelRow, EvidenceCase, LegalBasisRow, OutputRow, ProcedureRow, StepRow

_CHANNEL_WORDS = {str(kind): word for word, kind in channels.CHANNELS.items()}


def join_channels(rows: list[ChannelRow]) -> str:
    """The submission table's text from its rows."""
    words: list[str] = []
    for row in rows:
        words += [_CHANNEL_WORDS[row.kind], row.time.text if row.time else ""]
        for cost in row.costs:
            if cost.kind == CostReading.BRACKETED:
                continue
            words.append(cost.text)
            if CostDoubt.UNBALANCED in cost.doubts:
                words.append(f"({cost.clause}")
            elif cost.clause:
                words.append(f"({cost.clause})")
        words.append(row.description)
    return "".join(words)


def join_dossier(cases: list[EvidenceCase]) -> str:
    """The dossier's text from its cases."""
    words: list[str] = []
    for case in cases:
        words += [case.mark, case.title]
        words += [paper.name + paper.form_file + paper.counts_text for paper in case.papers]
    return "".join(words)


def join_legal_bases(rows: list[LegalBasisRow]) -> str:
    """The list of legal texts from its rows."""
    return "".join(row.title + (row.printed or row.number) for row in rows)


def join_outputs(rows: list[OutputRow]) -> str:
    """The results from their rows, with the label of each code."""
    return "".join(row.name + (f"Mã: {row.code}" if row.code else "") for row in rows)


def join_steps(rows: list[StepRow]) -> str:
    """The steps' text from its rows."""
    return "".join(row.printed + row.text for row in rows)


def lost_parts(row: ProcedureRow) -> list[str]:
    """The parts (vocabulary.Part) of a record whose rows do not give back their raw text. Parts that gave no rows are
    kept whole as raw text and can lose nothing. White space doesn't count."""
    checks: list[tuple[str, str, Callable[[], str], bool]] = [
        (Part.CHANNELS, channels.HEADER, lambda: join_channels(row.channels), bool(row.channels)),
        (Part.EVIDENCE, dossier.HEADER, lambda: join_dossier(row.cases), bool(row.cases)),
        (Part.LEGAL_BASIS, legal.HEADER, lambda: join_legal_bases(row.legal_bases), bool(row.legal_bases)),
        (Part.RESULT, "", lambda: join_outputs(row.outputs), bool(row.outputs)),
        (Part.STEPS, "", lambda: join_steps(row.steps), bool(row.steps)),
    ]
    lost = []
    for part, header, join, has_rows in checks:
        raw = row.parts[part].raw if part in row.parts else ""
        if not has_rows or is_not_published(raw):
            continue
        # Only the dossier repeats its header words, once for each case.
        whole = raw.replace(header, "") if part == Part.EVIDENCE else raw.removeprefix(header)
        if squeeze(whole) != squeeze(join()):
            lost.append(str(part))
    return lost
