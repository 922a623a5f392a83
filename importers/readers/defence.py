"""Records of the Ministry of Defence: extracted from the portal's Word files, with real tables instead of run-on
strings, but with the keys of the dossier's columns shifted by one (docs/catalogue-import.md)."""

import re
from datetime import date
from typing import Any

from cms.vocabulary import AgencyRole, CostDoubt, CostKind, CostReading, Part
from importers.normalise import (
    bracketed_costs,
    is_not_published,
    read_applicants,
    read_legal_number,
    read_levels,
    read_number,
    read_time,
    take_apart_outputs,
    take_apart_steps,
)
from importers.normalise.channels import CHANNELS
from importers.readers.catalogue import state_requirements, state_times_and_costs, stated, text_of
from importers.readers.records import RecordBuilder, start_record
from importers.rows import ChannelRow, CostRow, EvidenceCase, EvidenceRow, LegalBasisRow, Place, ProcedureRow

NAME = "defence"
KEYS = frozenset({"thu_tuc_id", "metadata", "content", "tables"})
CODE = "thu_tuc_id"
_AGENCIES = (
    (AgencyRole.IMPLEMENTING, Part.AGENCIES, "cơ_quan_thực_hiện"),
    (AgencyRole.COMPETENT, Part.COMPETENT, "cơ_quan_có_thẩm_quyền"),
    (AgencyRole.DELEGATED, Part.DELEGATED, "cơ_quan_được_ủy_quyền"),
    (AgencyRole.COOPERATING, Part.COOPERATING, "cơ_quan_phối_hợp"),
)
_TEXTS = (
    (Part.RECEPTION, "địa_chỉ_tiếp_nhận_hs"),
    (Part.KEYWORDS, "từ_khóa"),
    (Part.DESCRIPTION, "mô_tả"),
)
_FEE_START = re.compile(r"(?:^|\n)(?P<kind>Phí|Lệ phí) ?: ?")
_FEE = re.compile(r"(?P<number>[\d.,]+) (?P<currency>Đồng|USD)(?: ?\((?P<clause>.*)\))?", re.DOTALL)
_COUNTS = re.compile(r"Bản chính: ?(\d+)\s+Bản sao: ?(\d+)")
_DATE = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One procedure of the Ministry of Defence. Raises ValueError when a table or field has another shape."""
    head, content, tables = (_fields(record, key) for key in ("metadata", "content", "tables"))
    name = text_of("tên_thủ_tục", head.get("tên_thủ_tục"))
    builder = start_record(place, record["thu_tuc_id"], name, "tên_thủ_tục")
    get = {key: builder.text(text_of(key, value)) for key, value in {**head, **content}.items()}
    _head(builder, get)
    _channels(builder, _rows(builder, tables, "hinh_thuc_nop"))
    _dossier(builder, _rows(builder, tables, "thanh_phan_ho_so"))
    _legal_bases(builder, _rows(builder, tables, "can_cu_phap_ly"))
    return builder.done()


def _fields(record: dict[str, Any], key: str) -> dict[str, Any]:
    value = record[key]
    if not isinstance(value, dict):
        raise ValueError(f"trường {key} không phải một nhóm trường")
    return value


def _rows(builder: RecordBuilder, tables: dict[str, Any], key: str) -> list[dict[str, str]]:
    """The clean rows of one table."""
    rows = tables.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"bảng {key} không phải danh sách dòng")
    return [{name: builder.text(text_of(name, value)) for name, value in row.items()} for row in rows]


def _head(builder: RecordBuilder, get: dict[str, str]) -> None:
    row = builder.row
    builder.decision(get.get("số_quyết_định", ""), "số_quyết_định")
    row.procedure_kind = stated(builder.part(Part.KIND, get.get("loại_thủ_tục", ""), "loại_thủ_tục"))
    row.sector = stated(builder.part(Part.SECTOR, get.get("lĩnh_vực", ""), "lĩnh_vực"))
    row.levels, notes = read_levels(builder.part(Part.LEVEL, get.get("cấp_thực_hiện", ""), "cấp_thực_hiện"))
    builder.note(notes, Part.LEVEL, "cấp_thực_hiện")
    cell = "đối_tượng_thực_hiện"
    row.applicant_types, notes = read_applicants(builder.part(Part.APPLICANTS, get.get(cell, ""), cell))
    builder.note(notes, Part.APPLICANTS, cell)
    row.steps = take_apart_steps(builder.part(Part.STEPS, get.get("trình_tự_thực_hiện", ""), "trình_tự_thực_hiện"))
    cell = "kết_quả_thực_hiện"
    row.outputs, notes = take_apart_outputs(builder.part(Part.RESULT, get.get(cell, ""), cell))
    builder.note(notes, Part.RESULT, cell)
    state_requirements(builder, get.get("yêu_cầu_điều_kiện_thực_hiện", ""), "yêu_cầu_điều_kiện_thực_hiện")
    for part, key in _TEXTS:
        builder.part(part, get.get(key, ""), key)
    for role, part, key in _AGENCIES:
        builder.agencies(role, builder.part(part, get.get(key, ""), key))


def _table_text(rows: list[dict[str, str]]) -> str:
    """The cells as raw text: a row a line, cells joined by a bar."""
    return "\n".join(" | ".join(" ".join(cell.split()) for cell in row.values()) for row in rows)


def read_fees(text: str) -> list[CostRow]:
    """The fees of a cell such as "Phí : 50.000 Đồng (…)": a line each, with its kind. "Không Đồng" and "o Đồng" are
    words, not a sum; 0 is a sum of nothing, not "free"."""
    starts = list(_FEE_START.finditer(text))
    if is_not_published(text):
        return [CostRow(CostReading.NOT_PUBLISHED, text)]
    if not starts or text[: starts[0].start()].strip():
        return [CostRow(CostReading.OTHER, text, certain=False)]
    costs: list[CostRow] = []
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for found, end in zip(starts, ends, strict=True):
        kind = CostKind.FEE if found["kind"] == "Phí" else CostKind.CHARGE
        costs += _fee(text[found.start() : end].strip(), text[found.end() : end].strip(), kind)
    return costs


def _fee(line: str, value: str, kind: str) -> list[CostRow]:
    found = _FEE.fullmatch(value)
    amount = read_number(found["number"]) if found else None
    if not found or amount is None:
        return [CostRow(CostReading.OTHER, line, cost_kind=kind, certain=False), *bracketed_costs(value)]
    currency = "USD" if found["currency"] == "USD" else "VND"
    clause = (found["clause"] or "").strip()
    small = currency == "VND" and 0 < amount < 1000
    doubts = (CostDoubt.THOUSANDS,) if small else ()
    printed = line[: len(line) - len(value)] + value[: found.end("currency")]
    head = CostRow(CostReading.AMOUNT, printed, amount, currency, clause, doubts, kind, certain=not doubts)
    return [head, *bracketed_costs(clause)]


def _channels(builder: RecordBuilder, rows: list[dict[str, str]]) -> None:
    cell = "hinh_thuc_nop"
    builder.part(Part.CHANNELS, _table_text(rows), cell)
    for number, row in enumerate(rows, start=1):
        place = f"{cell}, dòng {number}"
        kind = CHANNELS.get(row.get("hinh_thuc", ""))
        if kind is None:
            message = "Hình thức nộp chưa có trong danh mục; bỏ dòng này khỏi bảng, chữ vẫn được giữ."
            builder.problem("doubtful", "CHANNEL_UNKNOWN", Part.CHANNELS, place, row.get("hinh_thuc", ""), message)
            continue
        costs = read_fees(row.get("phi_le_phi", ""))
        time = read_time(row.get("thoi_han_giai_quyet", ""))
        builder.row.channels.append(ChannelRow(kind, time, costs, row.get("mo_ta", "")))
        for cost in costs:
            for doubt in cost.doubts:
                message = str(CostDoubt(doubt).label)
                builder.problem("doubtful", f"FEE_{doubt}", Part.COSTS, place, cost.text, message)
            if cost.kind == CostReading.OTHER:
                message = "Phí viết bằng lời; giữ nguyên chữ, không hiểu là miễn phí."
                builder.problem("doubtful", "FEE_WORDS", Part.COSTS, place, cost.text, message)
    state_times_and_costs(builder, cell)


def _dossier(builder: RecordBuilder, rows: list[dict[str, str]]) -> None:
    cell = "thanh_phan_ho_so"
    builder.part(Part.EVIDENCE, _table_text(rows), cell)
    papers = []
    for number, row in enumerate(rows, start=1):
        first, second = row.get("so_luong", ""), row.get("ghi_chu", "")
        # The keys are shifted by one in every file seen; should that be mended, the counts tell which is which.
        counts_text, form = (first, second) if _COUNTS.fullmatch(first) else (second, first)
        counts = _COUNTS.fullmatch(counts_text)
        paper = EvidenceRow(
            row.get("ten_giay_to", ""),
            int(counts[1]) if counts else None,
            int(counts[2]) if counts else None,
            form,
            names_form=bool(form),
            certain=counts is not None or not counts_text,
            counts_text=counts_text,
        )
        papers.append(paper)
        if not paper.certain:
            message = "Không đọc được số bản chính, bản sao; giữ nguyên chữ."
            builder.problem("doubtful", "PAPER_COUNT", Part.EVIDENCE, f"{cell}, dòng {number}", counts_text, message)
    if papers:
        builder.row.cases = [EvidenceCase("", papers)]


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _legal_bases(builder: RecordBuilder, rows: list[dict[str, str]]) -> None:
    cell = "can_cu_phap_ly"
    builder.part(Part.LEGAL_BASIS, _table_text(rows), cell)
    for number, row in enumerate(rows, start=1):
        printed = row.get("so_ky_hieu", "")
        value, whole = read_legal_number(printed)
        day = row.get("ngay_ban_hanh", "")
        basis = LegalBasisRow(
            row.get("trich_yeu", ""),
            value,
            _day(day),
            row.get("co_quan_ban_hanh", ""),
            certain=whole and (_day(day) is not None or not day),
            printed=printed if printed != value else "",
        )
        builder.row.legal_bases.append(basis)
        if not basis.certain:
            message = "Số hiệu hoặc ngày ban hành của văn bản không đầy đủ; giữ nguyên chữ."
            raw = f"{printed} | {day}"
            builder.problem("doubtful", "LEGAL_NUMBER", Part.LEGAL_BASIS, f"{cell}, dòng {number}", raw, message)
