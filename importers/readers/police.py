"""Procedures as a provincial police portal publishes them: no national codes, times, fees and papers as free text, and
the menu of the page stuck to the conditions (docs/catalogue-import.md)."""

import re
from typing import Any
from urllib.parse import urlsplit

from cms.vocabulary import AgencyRole, CostReading, IdentifierScheme, OnlineLevel, Part, Presence, TimeReading
from importers.normalise import (
    is_not_published,
    read_applicants,
    read_fee_in_words,
    read_legal_lines,
    read_levels,
    read_time_in_words,
    take_apart_outputs,
    take_apart_steps,
)
from importers.readers.catalogue import state_requirements, text_of
from importers.readers.records import RecordBuilder, start_record
from importers.rows import Place, ProcedureRow

NAME = "police"
KEYS = frozenset({"site_id", "title", "processing_time", "documents", "steps"})
CODE = "site_id"
_ONLINE = {"Toàn trình": OnlineLevel.FULL, "Một phần": OnlineLevel.PARTIAL}
# The page's button and menu, which the crawl took for the end of its last field.
_MENU = re.compile(r"(?:^|\n\n)Nộp hồ sơ trực tuyến\n\nThủ tục hành chính\n\n.*", re.DOTALL)
_SETS = re.compile(r"Số lượng(?: hồ sơ)?: ?(\d+ ?(?:\([^()]*\) )?bộ)")


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One procedure of the portal. Raises ValueError when a field holds no text."""
    builder = start_record(place, None, text_of("title", record["title"]), "title")
    get = {key: builder.text(text_of(key, value)) for key, value in record.items() if not isinstance(value, list)}
    site = urlsplit(get.get("source_url", "")).hostname
    if site and get.get("site_id"):
        builder.row.identifiers[IdentifierScheme.OTHER.value] = [f"{site}:{get['site_id']}"]
    _head(builder, get)
    state_time_and_fee(builder, get.get("processing_time", ""), "processing_time", get.get("fee", ""), "fee")
    _texts(builder, get, _attached(builder, record.get("attachments")))
    state_requirements(builder, _MENU.sub("", get.get("requirements", "")), "requirements")
    return builder.done()


def _head(builder: RecordBuilder, get: dict[str, str]) -> None:
    row = builder.row
    row.sector = builder.part(Part.SECTOR, get.get("category", ""), "category")
    row.levels, notes = read_levels(builder.part(Part.LEVEL, get.get("level", ""), "level"))
    builder.note(notes, Part.LEVEL, "level")
    service = get.get("service_level", "")
    row.online_level = _ONLINE.get(service, "")
    if service and not row.online_level:
        message = "Mức độ trực tuyến chưa có trong danh mục; giữ nguyên chữ."
        builder.problem("doubtful", "ONLINE_LEVEL_UNKNOWN", Part.CHANNELS, "service_level", service, message)
    cell = "target_audience"
    state_applicants(builder, get.get(cell, ""), cell)
    # One body stands in the cell; the full stop at its end is the sentence's.
    builder.agencies(AgencyRole.IMPLEMENTING, builder.part(Part.AGENCIES, get.get("agency", "").rstrip(" ."), "agency"))


def _texts(builder: RecordBuilder, get: dict[str, str], attached: str) -> None:
    row = builder.row
    row.steps = take_apart_steps(builder.part(Part.STEPS, get.get("steps", ""), "steps"))
    row.outputs, notes = take_apart_outputs(builder.part(Part.RESULT, get.get("result", ""), "result"))
    builder.note(notes, Part.RESULT, "result")
    cell = "legal_basis"
    row.legal_bases, notes = read_legal_lines(builder.part(Part.LEGAL_BASIS, get.get(cell, ""), cell))
    builder.note(notes, Part.LEGAL_BASIS, cell)
    state_dossier(builder, "\n".join(filter(None, (get.get("documents", ""), attached))), "documents")
    where = [get.get("service_level", ""), get.get("method", ""), get.get("online_submission_url", "")]
    builder.part(Part.CHANNELS, "\n".join(filter(None, where)), "method")


def _attached(builder: RecordBuilder, files: Any) -> str:
    if not isinstance(files or [], list) or not all(isinstance(file, dict) for file in files or []):
        raise ValueError("trường attachments không phải danh sách nhóm trường")
    names = [(text_of("title", file.get("title")), text_of("url", file.get("url"))) for file in files or []]
    return "\n".join(builder.text(" ".join(filter(None, pair))) for pair in names)


def state_time_and_fee(builder: RecordBuilder, time: str, time_cell: str, fee: str, fee_cell: str) -> None:
    """State a time and a fee that stand in sentences beside no channel; what is no plain value is listed."""
    builder.part(Part.TIME, time, time_cell)
    read = read_time_in_words(time)
    if read.kind != TimeReading.NOT_STATED:
        builder.row.times = [read]
    if read.kind == TimeReading.OTHER:
        message = "Thời hạn viết bằng lời; giữ nguyên chữ."
        builder.problem("doubtful", "TIME_WORDS", Part.TIME, time_cell, time, message)
    builder.part(Part.COSTS, fee, fee_cell)
    costs = read_fee_in_words(fee)
    builder.row.costs = [cost for cost in costs if cost.kind != CostReading.NOT_PUBLISHED]
    if costs[0].kind == CostReading.OTHER:
        message = "Phí viết bằng lời; giữ nguyên chữ, không hiểu là miễn phí."
        builder.problem("doubtful", "FEE_WORDS", Part.COSTS, fee_cell, fee, message)


def state_applicants(builder: RecordBuilder, text: str, cell: str) -> None:
    """State who may apply; a sentence of which not every word is in the vocabulary gives no codes at all."""
    builder.part(Part.APPLICANTS, text, cell)
    known, notes = read_applicants(text.rstrip("."))
    if not notes:
        builder.row.applicant_types = known
    elif not is_not_published(text):
        message = "Đối tượng viết bằng lời; giữ nguyên chữ."
        builder.problem("doubtful", "APPLICANT_WORDS", Part.APPLICANTS, cell, text, message)


def state_dossier(builder: RecordBuilder, text: str, cell: str) -> None:
    """State papers that are told in sentences: kept whole, never cut into papers on a guess."""
    presence = Presence.NOT_PUBLISHED if is_not_published(text) else Presence.STATED
    builder.part(Part.EVIDENCE, text, cell, presence)
    if presence == Presence.STATED:
        message = "Giấy tờ viết thành đoạn văn; giữ nguyên chữ, không cắt thành từng loại."
        builder.problem("doubtful", "DOSSIER_WORDS", Part.EVIDENCE, cell, text[:200], message)
    if found := _SETS.search(text):
        builder.row.dossier_sets = found[1]
