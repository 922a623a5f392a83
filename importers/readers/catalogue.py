"""Records of the national portal as a crawl of its pages stored them: one JSON object a procedure, in which each table
of the page became one run-on string (docs/catalogue-import.md)."""

from typing import Any

from cms.vocabulary import AgencyRole, CostReading, IdentifierScheme, Part, Presence, TimeReading
from importers.normalise import (
    cut_page_tail,
    is_not_published,
    read_applicants,
    read_levels,
    take_apart_channels,
    take_apart_dossier,
    take_apart_legal_bases,
    take_apart_outputs,
    take_apart_steps,
)
from importers.normalise.words import plain
from importers.readers.records import RecordBuilder, distinct, start_record
from importers.rows import Place, ProcedureRow

NAME = "catalogue"
KEYS = frozenset({"ma_thu_tuc", "ten_thu_tuc"})
CODE = "ma_thu_tuc"
_AGENCIES = (
    (AgencyRole.IMPLEMENTING, Part.AGENCIES, "co_quan_thuc_hien"),
    (AgencyRole.COMPETENT, Part.COMPETENT, "co_quan_co_tham_quyen"),
    (AgencyRole.DELEGATED, Part.DELEGATED, "co_quan_duoc_uy_quyen"),
    (AgencyRole.COOPERATING, Part.COOPERATING, "co_quan_phoi_hop"),
)
_NONE_NEEDED = frozenset({"khong", "khong co"})


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One procedure of the national portal. Raises ValueError when a field holds no text."""
    fields = {key: text_of(key, value) for key, value in record.items()}
    raw_code = record["ma_thu_tuc"]
    builder = start_record(place, raw_code, fields["ten_thu_tuc"], "ten_thu_tuc")
    get = {key: builder.text(value) for key, value in fields.items() if key != "raw_text"}
    _head(builder, get)
    _tables(builder, get)
    state_times_and_costs(builder, "cach_thuc_thuc_hien")
    _results(builder, get)
    state_requirements(builder, cut_page_tail(get.get("yeu_cau_dieu_kien", "")).text, "yeu_cau_dieu_kien")
    for role, part, key in _AGENCIES:
        builder.agencies(role, builder.part(part, get.get(key, ""), key))
    if "/thu-tuc-hanh-chinh/" in (url := get.get("detail_url", "")):
        builder.row.identifiers[IdentifierScheme.NATIONAL_UUID.value] = [url.rstrip("/").rsplit("/", 1)[-1]]
    return builder.done()


def text_of(key: str, value: Any) -> str:
    """The text of a JSON value; ValueError for a list or an object, which this form doesn't have."""
    if value is None:
        return ""
    if isinstance(value, (dict, list, bool)):
        raise ValueError(f"trường {key} không phải chữ")
    return str(value)


def _head(builder: RecordBuilder, get: dict[str, str]) -> None:
    row = builder.row
    builder.decision(get.get("so_quyet_dinh", ""), "so_quyet_dinh")
    row.procedure_kind = stated(builder.part(Part.KIND, get.get("loai_thu_tuc", ""), "loai_thu_tuc"))
    row.sector = stated(" ".join(builder.part(Part.SECTOR, get.get("linh_vuc", ""), "linh_vuc").split()))
    row.levels, notes = read_levels(builder.part(Part.LEVEL, get.get("cap_thuc_hien", ""), "cap_thuc_hien"))
    builder.note(notes, Part.LEVEL, "cap_thuc_hien")
    cell = "doi_tuong_thuc_hien"
    row.applicant_types, notes = read_applicants(builder.part(Part.APPLICANTS, get.get(cell, ""), cell))
    builder.note(notes, Part.APPLICANTS, cell)
    builder.part(Part.RECEPTION, get.get("dia_chi_tiep_nhan", ""), "dia_chi_tiep_nhan")
    builder.part(Part.RELATED, get.get("thu_tuc_lien_quan", ""), "thu_tuc_lien_quan")


def stated(text: str) -> str:
    """The text, or nothing where the source says that it has no information."""
    return "" if is_not_published(text) else text


def _tables(builder: RecordBuilder, get: dict[str, str]) -> None:
    row = builder.row
    row.steps = take_apart_steps(builder.part(Part.STEPS, get.get("trinh_tu_thuc_hien", ""), "trinh_tu_thuc_hien"))
    cell = "cach_thuc_thuc_hien"
    row.channels, notes = take_apart_channels(builder.part(Part.CHANNELS, get.get(cell, ""), cell))
    builder.note(notes, Part.CHANNELS, cell)
    cell = "thanh_phan_ho_so"
    row.cases, notes = take_apart_dossier(builder.part(Part.EVIDENCE, get.get(cell, ""), cell))
    builder.note(notes, Part.EVIDENCE, cell)
    cell = "can_cu_phap_ly"
    row.legal_bases, notes = take_apart_legal_bases(builder.part(Part.LEGAL_BASIS, get.get(cell, ""), cell))
    builder.note(notes, Part.LEGAL_BASIS, cell)


def _results(builder: RecordBuilder, get: dict[str, str]) -> None:
    cell = "ket_qua_xu_ly"
    page = cut_page_tail(get.get(cell, ""))
    builder.row.outputs, notes = take_apart_outputs(builder.part(Part.RESULT, page.text, cell))
    builder.note(notes, Part.RESULT, cell)
    if not page.keywords and not page.description:
        # Where a page has no result, its tail is stuck to the conditions.
        cell, page = "yeu_cau_dieu_kien", cut_page_tail(get.get("yeu_cau_dieu_kien", ""))
    builder.part(Part.KEYWORDS, page.keywords, cell)
    builder.part(Part.DESCRIPTION, page.description, cell)


def state_times_and_costs(builder: RecordBuilder, cell: str) -> None:
    """State the parts TIME and COSTS from the channels, which is where this country's forms print them."""
    rows = builder.row.channels
    times = [row.time.text for row in rows if row.time and row.time.kind != TimeReading.NOT_STATED]
    costs = [cost for row in rows for cost in row.costs if cost.kind != CostReading.BRACKETED]
    said = [cost for cost in costs if cost.kind != CostReading.NOT_PUBLISHED or cost.clause]
    words = [f"{cost.text} ({cost.clause})" if cost.clause else cost.text for cost in said]
    glued = any(row.time and row.time.kind == TimeReading.BARE for row in rows)
    states = ((Part.TIME, times, bool(times) or glued), (Part.COSTS, words, bool(words)))
    for part, texts, is_stated in states:
        presence = Presence.STATED if is_stated else Presence.NOT_PUBLISHED
        builder.part(part, "\n".join(distinct(texts)), cell, presence)


def state_requirements(builder: RecordBuilder, text: str, cell: str) -> None:
    """State the conditions: "Không" means that none is asked, which is not the same as not published."""
    if plain(text) in _NONE_NEEDED:
        builder.part(Part.REQUIREMENTS, text, cell, Presence.NOT_APPLICABLE)
    elif not is_not_published(builder.part(Part.REQUIREMENTS, text, cell)):
        builder.row.requirements = [text]
