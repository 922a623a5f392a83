"""What the eleven parts of a full text say, as the plain rows every reader hands on. A line that opens nothing of its
own goes on with the one above; what has no certain reading keeps its words, and all words stay in the raw text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cms.text import fold
from cms.vocabulary import AgencyRole, Part, Presence
from importers.decisions.annex_channels import channels_of
from importers.decisions.annexes import (
    AGENCIES,
    APPLICANTS,
    CHANNELS,
    COSTS,
    EVIDENCE,
    FORMS,
    LEGAL,
    REQUIREMENTS,
    RESULT,
    STEPS,
    TIME,
    Annex,
    TextLine,
)
from importers.normalise import (
    is_not_published,
    read_applicants,
    read_fee_in_words,
    read_legal_lines,
    read_time_in_words,
    take_apart_steps,
)
from importers.rows import EvidenceCase, EvidenceRow, OutputRow, PartRow, Place, Problem, ProcedureRow

_PART_OF = {
    STEPS: Part.STEPS,
    CHANNELS: Part.CHANNELS,
    EVIDENCE: Part.EVIDENCE,
    TIME: Part.TIME,
    APPLICANTS: Part.APPLICANTS,
    AGENCIES: Part.AGENCIES,
    RESULT: Part.RESULT,
    COSTS: Part.COSTS,
    REQUIREMENTS: Part.REQUIREMENTS,
    LEGAL: Part.LEGAL_BASIS,
}
_BULLET = re.compile(r"^\s*(?:[-–+*•●▪]|\(?\d{1,2}[.)]|\(?[a-zđ]\d{0,2}\s?[’']?\))\s*", re.IGNORECASE)
_SETS = re.compile(r"^\W*(?:[a-zđ]\)\s*)?số lượng(?: hồ sơ)?\s*:\s*(?P<sets>.+)", re.IGNORECASE)
_DOSSIER = re.compile(r"^\W*(?:[a-zđ][).]\s*)?thành phần hồ sơ(?: bao gồm| gồm)?[\s:.]*", re.IGNORECASE)
_NONE = {"khong", "khong co", "khong quy dinh", "khong yeu cau", "khong co yeu cau"}
_COUNTS = re.compile(r"(?:0?(?P<number>\d{1,2}))\s*(?:\([^)]{0,12}\)\s*)?bản (?P<kind>chính|sao|gốc)", re.IGNORECASE)
_ROLES = (
    (AgencyRole.COMPETENT, r"tham quyen quyet dinh"),
    (AgencyRole.DELEGATED, r"uy quyen|phan cap"),
    (AgencyRole.IMPLEMENTING, r"truc tiep (?:thuc hien|giai quyet)"),
    (AgencyRole.COOPERATING, r"phoi hop"),
)


def procedure_of(annex: Annex) -> ProcedureRow:
    """The full text as a procedure. Names of forms have no part of their own: they stand with the papers."""
    row = ProcedureRow(annex.place, None, annex.name)
    for heading, part in _PART_OF.items():
        if heading in annex.parts:
            lines = annex.parts[heading]
            row.parts[part.value] = PartRow(part, _presence(lines), _raw(lines), _range(lines) or annex.place)
    _steps(row, annex.parts.get(STEPS, []))
    _papers(row, annex.parts.get(EVIDENCE, []))
    _form_names(row, annex)
    _agencies(row, annex.parts.get(AGENCIES, []))
    row.channels = channels_of(annex.parts.get(CHANNELS, []))
    times = _joined(annex.parts.get(TIME, []))
    row.times = [read_time_in_words(text) for text in times]
    if fee := _raw(annex.parts.get(COSTS, [])):
        row.costs = read_fee_in_words(fee)
    row.outputs = [OutputRow(text) for text in _joined(annex.parts.get(RESULT, []))]
    needs = _joined(annex.parts.get(REQUIREMENTS, []))
    row.requirements = [] if _is_none(needs) else needs
    if _is_none(needs):
        row.parts[Part.REQUIREMENTS.value] = replace(
            row.parts[Part.REQUIREMENTS.value], presence=Presence.NOT_APPLICABLE
        )
    row.legal_bases = read_legal_lines("\n".join(_joined(annex.parts.get(LEGAL, []))))[0]
    who = _raw(annex.parts.get(APPLICANTS, []))
    types, unknown = read_applicants(who)
    row.applicant_types = () if unknown else types
    row.problems += _problems(annex)
    return row


def _presence(lines: Sequence[TextLine]) -> Presence:
    return Presence.NOT_PUBLISHED if is_not_published(_raw(lines)) else Presence.STATED


def _raw(lines: Iterable[TextLine]) -> str:
    return "\n".join(line.text for line in lines)


def _range(lines: Sequence[TextLine]) -> Place | None:
    """From the first to the last paragraph or row of a part."""
    if not lines:
        return None
    first, last = lines[0].place, lines[-1].place
    if first == last:
        return first
    end = ", ".join(part for part in (last.sheet, f"dòng {last.line}" if last.line else "", last.cell) if part)
    return replace(first, cell=f"{first.cell} – {end}".strip(" –"))


def _is_rest(text: str, above: str) -> bool:
    """Whether a line only goes on with the one above: it opens nothing and the other has not ended."""
    if _BULLET.match(text) or above.rstrip().endswith((".", ";", ":", "!")):
        return False
    return text[:1].islower() or (text[:1].isdigit() and not re.match(r"\d{1,2}[.)]\s", text))


def _joined(lines: Iterable[TextLine]) -> list[str]:
    """The lines without their bullets, each with what goes on from it."""
    found: list[str] = []
    for line in lines:
        text = " ".join(line.text.split())
        if found and _is_rest(text, found[-1]):
            found[-1] += f" {text}"
        elif re.search(r"\w", bare := _BULLET.sub("", text, count=1)):
            found.append(bare)
    return found


def _is_none(texts: Sequence[str]) -> bool:
    return len(texts) == 1 and fold(texts[0]).strip(" .:;-") in _NONE


def _steps(row: ProcedureRow, lines: Sequence[TextLine]) -> None:
    row.steps = take_apart_steps(_raw(lines))


def _papers(row: ProcedureRow, lines: Sequence[TextLine]) -> None:
    """One paper a line, or a row of a table with its counts. Counts only where the words state them."""
    case = EvidenceCase("")
    columns: dict[int, str] = {}
    for line in lines:
        text = " ".join(line.text.split())
        if found := _SETS.match(text):
            row.dossier_sets = found["sets"].strip(" .")[:100]
            continue
        if line.cells:
            columns = _columns(line.cells) or columns
            if not _columns(line.cells):
                case.papers.append(_row_paper(line.cells, columns))
            continue
        if not (text := _DOSSIER.sub("", text)):
            continue
        if case.papers and (_is_rest(text, case.papers[-1].name) or _explains(text)):
            case.papers[-1].name += f" {text}"
        elif bare := _BULLET.sub("", text, count=1):
            case.papers.append(_paper(bare))
    if case.papers:
        row.cases = [case]


def _explains(text: str) -> bool:
    """Whether a line under a paper only says when it holds: no paper begins with "Trường hợp trong các văn bản …"."""
    return not _BULLET.match(text) and bool(re.match(r"trường hợp (?:trong|các giấy tờ)", text, re.IGNORECASE))


def _paper(text: str) -> EvidenceRow:
    counts: dict[str, int] = {}
    for one in _COUNTS.finditer(text):
        counts.setdefault("copies" if one["kind"].casefold() == "sao" else "originals", int(one["number"]))
    return EvidenceRow(text.rstrip(" ;"), counts.get("originals"), counts.get("copies"))


def _columns(cells: Sequence[str]) -> dict[int, str]:
    """The columns of a header row of papers; empty for any other row."""
    names = {"ban chinh": "originals", "ban goc": "originals", "ban sao": "copies", "so luong": "counts"}
    found = {at: name for at, cell in enumerate(cells) for words, name in names.items() if words in fold(cell)[:40]}
    header = any(re.match(r"\W*(?:stt|tt|ten |thanh phan|giay to)", fold(cell)) for cell in cells)
    return found if header and found else {}


def _row_paper(cells: Sequence[str], columns: dict[int, str]) -> EvidenceRow:
    counted = {at for at, name in columns.items() if name in ("originals", "copies", "counts")}
    words = [
        cell for at, cell in enumerate(cells) if cell and at not in counted and not re.fullmatch(r"\d+[.)]?", cell)
    ]
    paper = _paper(" ".join(words))
    for at in counted & set(range(len(cells))):
        if columns[at] == "counts":
            stated = _paper(cells[at])
            paper.originals, paper.copies, paper.counts_text = stated.originals, stated.copies, cells[at]
        elif found := re.fullmatch(r"0?(\d{1,2})", cells[at].strip()):
            setattr(paper, columns[at], int(found[1]))
    return paper


def _form_names(row: ProcedureRow, annex: Annex) -> None:
    lines = annex.parts.get(FORMS)
    if not lines:
        return
    held = row.parts.get(Part.EVIDENCE.value)
    words = f"Tên mẫu đơn, mẫu tờ khai:\n{_raw(lines)}"
    raw = f"{held.raw}\n{words}" if held else words
    row.parts[Part.EVIDENCE.value] = PartRow(Part.EVIDENCE, Presence.STATED, raw, held.place if held else annex.place)


def _agencies(row: ProcedureRow, lines: Sequence[TextLine]) -> None:
    """Agencies by their role; those without a printed role do it themselves."""
    role = AgencyRole.IMPLEMENTING
    raws: dict[AgencyRole, list[TextLine]] = {}
    for line in lines:
        text = _BULLET.sub("", " ".join(line.text.split()), count=1)
        before, colon, after = text.partition(":")
        named = next((one for one, words in _ROLES if colon and re.search(words, fold(before))), None)
        role = named or role
        raws.setdefault(role, []).append(line)
        name = (after if named else text).strip(" .;")
        if name and fold(name) not in _NONE:
            row.agencies.setdefault(role.value, []).append(name)
    for one, held in raws.items():
        if one != AgencyRole.IMPLEMENTING:
            part = Part(one.value)
            # "Cơ quan phối hợp: Không" says that there is none.
            presence = Presence.STATED if row.agencies.get(one.value) else Presence.NOT_APPLICABLE
            raw = _raw(held) if row.agencies.get(one.value) else ""
            row.parts[part.value] = PartRow(part, presence, raw, _range(held) or row.place)


def _problems(annex: Annex) -> list[Problem]:
    found = []
    for line in annex.glued:
        message = "Đề mục dính vào cuối dòng trên; máy tách ra."
        found.append(Problem("repaired", "GLUED_HEADING", line.place, "", line.text[:300], message))
    missing = [str(part.label) for heading, part in _PART_OF.items() if heading not in annex.parts]
    if missing:
        message = f"Nội dung “{annex.name[:120]}” không có mục: {', '.join(missing)}. Hãy so với bản gốc."
        found.append(Problem("doubtful", "ANNEX_PART", annex.place, "", "", message))
    return found
