"""Procedures as a helper of a provincial police portal digested them: one text a procedure, its parts behind labels at
the start of lines, some only a stretch of the handbook they came from (docs/catalogue-import.md)."""

import hashlib
import re
from typing import Any

from cms.vocabulary import AgencyRole, IdentifierScheme, Part
from importers.normalise import is_not_published, read_legal_lines, read_levels, take_apart_outputs
from importers.readers.catalogue import text_of
from importers.readers.police import state_applicants, state_dossier, state_time_and_fee
from importers.readers.records import RecordBuilder, start_record
from importers.rows import Place, ProcedureRow

NAME = "police-digest"
KEYS = frozenset({"procedureId", "title", "capLabel", "text"})
CODE = "id"
_LABELS = (
    "Tên thủ tục", "Loại thủ tục", "Cấp xử lý", "Đối tượng chính", "Thời hạn", "Lệ phí", "Phí", "Ghi chú lệ phí/phí",
    "Hồ sơ", "Đối tượng", "Cơ quan xử lý", "Kết quả", "Căn cứ pháp lý", "Nguồn", "Nội dung",
)  # fmt: skip
_LABEL = re.compile(rf"^({'|'.join(_LABELS)}):", re.MULTILINE)
# What the page shows in the place of a time that stands elsewhere in the text.
_LOOK_INSIDE = "Xem chi tiết"
_LONGEST_IDENTIFIER = 100


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One digested procedure. Raises ValueError when a field holds no text."""
    builder = start_record(place, None, text_of("title", record["title"]), "title")
    if identifier := text_of("id", record.get("id") or record["procedureId"]):
        builder.row.identifiers[IdentifierScheme.OTHER.value] = [_short(identifier)]
    get = cut_at_labels(builder.text(text_of("text", record["text"])))
    _head(builder, record, get)
    row = builder.row
    time = get.get("Thời hạn", "")
    fees = [f"{label}: {get[label]}" for label in ("Lệ phí", "Phí", "Ghi chú lệ phí/phí") if get.get(label)]
    fee = "\n".join(fees) or builder.text(text_of("fee", record.get("fee")))
    # The same word for both, "Không", is said of the whole.
    both = [get.get(label, "").rstrip(".: ") for label in ("Lệ phí", "Phí")]
    said = both[0] if both[0] and both[0] == both[1] and "Ghi chú lệ phí/phí" not in get else fee
    state_time_and_fee(builder, "" if time == _LOOK_INSIDE else time, "text, Thời hạn", said, "text, Lệ phí, Phí")
    state_dossier(builder, get.get("Hồ sơ", ""), "text, Hồ sơ")
    cell = "text, Kết quả"
    row.outputs, notes = take_apart_outputs(builder.part(Part.RESULT, get.get("Kết quả", ""), cell))
    builder.note(notes, Part.RESULT, cell)
    cell = "text, Căn cứ pháp lý"
    row.legal_bases, notes = read_legal_lines(builder.part(Part.LEGAL_BASIS, get.get("Căn cứ pháp lý", ""), cell))
    builder.note(notes, Part.LEGAL_BASIS, cell)
    # These labels open one line; what follows it without a label of ours belongs to no part.
    stray = [get.get(label, "").partition("\n")[2].strip() for label in ("Loại thủ tục", "Cấp xử lý", "Nguồn")]
    whole = "\n".join(filter(None, [*stray, get.get("Nội dung", "")]))
    if not is_not_published(builder.part(Part.DESCRIPTION, whole, "text, Nội dung")):
        message = "Cả thủ tục là một đoạn văn; giữ nguyên chữ trong phần mô tả, không cắt thành từng phần."
        builder.problem("doubtful", "TEXT_NOT_CUT", Part.DESCRIPTION, "text, Nội dung", "", message)
    return builder.done()


def cut_at_labels(text: str) -> dict[str, str]:
    """What stands behind each label, up to the next; a label counts once and only in its order, so that the same word
    inside a text opens nothing."""
    found: list[tuple[str, int, int]] = []
    for match in _LABEL.finditer(text):
        last = _LABELS.index(found[-1][0]) if found else -1
        # A stretch of the handbook runs to the end, whatever its lines begin with.
        if _LABELS.index(match[1]) > last and (not found or found[-1][0] != "Nội dung"):
            found.append((match[1], match.start(), match.end()))
    ends = [*(start for _, start, _ in found[1:]), len(text)]
    return {label: text[begin:end].strip() for (label, _, begin), end in zip(found, ends, strict=True)}


def _short(identifier: str) -> str:
    """The record's own number; one that is longer than the column keeps its beginning and a digest of the rest."""
    if len(identifier) <= _LONGEST_IDENTIFIER:
        return identifier
    return f"{identifier[:80]}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"


def _head(builder: RecordBuilder, record: dict[str, Any], get: dict[str, str]) -> None:
    row = builder.row
    builder.decision(builder.text(text_of("sourceDecision", record.get("sourceDecision"))), "sourceDecision")
    row.sector = builder.part(Part.SECTOR, builder.text(text_of("categoryLabel", record.get("categoryLabel"))), "text")
    level = builder.part(Part.LEVEL, builder.text(text_of("capLabel", record["capLabel"])), "capLabel")
    row.levels, notes = read_levels(level.replace("Cấp Trung ương", "Cấp Bộ"))
    builder.note(notes, Part.LEVEL, "capLabel")
    state_applicants(builder, get.get("Đối tượng", ""), "text, Đối tượng")
    if key := get.get("Đối tượng chính"):
        whom = builder.row.parts[Part.APPLICANTS].raw
        builder.part(Part.APPLICANTS, "\n".join(filter(None, [whom, key])), "text, Đối tượng")
    # The results of some stand in the agency's lines; a cell of several lines names no body for certain.
    agency = get.get("Cơ quan xử lý", "")
    builder.part(Part.AGENCIES, agency, "text, Cơ quan xử lý")
    if agency and "\n" not in agency:
        builder.agencies(AgencyRole.IMPLEMENTING, agency.rstrip(" ."))
    elif agency:
        message = "Cơ quan xử lý viết thành nhiều dòng lẫn nội dung khác; giữ nguyên chữ."
        builder.problem("doubtful", "AGENCY_WORDS", Part.AGENCIES, "text, Cơ quan xử lý", agency[:200], message)
