"""Records of the national portal as it was in 2021: no codes, real tables, loose HTML tags and the words of a button
stuck to the fees (docs/catalogue-import.md)."""

import html
import re
from typing import Any

from cms.vocabulary import AgencyRole, CostReading, IdentifierScheme, Part, TimeReading
from importers.normalise import read_time, take_apart_steps
from importers.normalise.channels import CHANNELS
from importers.readers.catalogue import state_times_and_costs, text_of
from importers.readers.defence import read_fees
from importers.readers.records import RecordBuilder, start_record
from importers.rows import ChannelRow, CostRow, EvidenceCase, EvidenceRow, Place, ProcedureRow

NAME = "portal2021"
KEYS = frozenset({"title", "Trình tự thực hiện", "Cách thức thực hiện", "Thành phần hồ sơ"})
CODE = "title"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BUTTON = "Xem chi tiết"
_FEE_HEAD = re.compile(r"(?<=\S)\s+(?=(?:Phí|Lệ phí): )")
_NO_SUM = re.compile(r"(?:Phí|Lệ phí): ?Đồng")
_COUNTS = re.compile(r"Bản chính: ?(\d+) - Bản sao: ?(\d+)")
_EMPTY_LINK = "?ma="


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One procedure of the portal of 2021. Raises ValueError when a table or field has another shape."""
    builder = start_record(place, None, _clean(text_of("title", record["title"])), "title")
    if number := _number_of_record(record.get("_id")):
        builder.row.identifiers[IdentifierScheme.OTHER.value] = [number]
    cell = "Trình tự thực hiện"
    builder.row.steps = take_apart_steps(builder.part(Part.STEPS, _field(builder, record, cell), cell))
    _channels(builder, _rows(builder, record, "Cách thức thực hiện"))
    _dossier(builder, _rows(builder, record, "Thành phần hồ sơ"))
    cell = "Cơ quan thực hiện"
    builder.agencies(AgencyRole.IMPLEMENTING, builder.part(Part.AGENCIES, _field(builder, record, cell), cell))
    tags = len(_TAG.findall(str(record)))
    if tags:
        message = f"Bỏ thẻ HTML rơi vãi trong chữ: {tags}."
        builder.problem("repaired", "HTML_REMOVED", "", "", "", message)
    return builder.done()


def _number_of_record(value: Any) -> str:
    """The number the export gives its record, the one thing that tells two procedures of one name apart."""
    return text_of("_id", value.get("$oid") if isinstance(value, dict) else value)


def _clean(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _field(builder: RecordBuilder, record: dict[str, Any], key: str) -> str:
    return builder.text(_clean(text_of(key, record.get(key))))


def _rows(builder: RecordBuilder, record: dict[str, Any], key: str) -> list[dict[str, str]]:
    rows = record.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"bảng {key} không phải danh sách dòng")
    return [{name: _field(builder, row, name) for name in row} for row in rows]


def _table_text(rows: list[dict[str, str]]) -> str:
    return "\n".join(" | ".join(" ".join(cell.split()) for cell in row.values()) for row in rows)


def _channels(builder: RecordBuilder, rows: list[dict[str, str]]) -> None:
    cell = "Cách thức thực hiện"
    for row in rows:
        row["Phí, lệ phí"] = row.get("Phí, lệ phí", "").replace(_BUTTON, "").strip()
    builder.part(Part.CHANNELS, _table_text(rows), cell)
    for number, row in enumerate(rows, start=1):
        place = f"{cell}, dòng {number}"
        kind = CHANNELS.get(row.get("Hình thức nộp", ""))
        if kind is None:
            message = "Hình thức nộp chưa có trong danh mục; bỏ dòng này khỏi bảng, chữ vẫn được giữ."
            builder.problem("doubtful", "CHANNEL_UNKNOWN", Part.CHANNELS, place, row.get("Hình thức nộp", ""), message)
            continue
        time = read_time(row.get("Thời hạn giải quyết", ""))
        if time.kind in (TimeReading.BARE, TimeReading.OTHER):
            code = f"TIME_{'BARE' if time.kind == TimeReading.BARE else 'WORDS'}"
            message = "Thời hạn không phải một số có đơn vị; giữ nguyên chữ."
            builder.problem("doubtful", code, Part.TIME, place, time.text, message)
        costs = _costs(builder, row["Phí, lệ phí"], place)
        builder.row.channels.append(ChannelRow(kind, time, costs, row.get("Mô tả", "")))
    state_times_and_costs(builder, cell)


def _costs(builder: RecordBuilder, text: str, place: str) -> list[CostRow]:
    """The fees of a cell. Several sums without a word about which holds when are none of them certain."""
    costs = read_fees(_FEE_HEAD.sub("\n", text))
    for cost in costs:
        if _NO_SUM.fullmatch(cost.text):
            cost.kind, cost.certain = CostReading.NOT_PUBLISHED, False
        if cost.kind == CostReading.OTHER:
            message = "Phí viết bằng lời; giữ nguyên chữ, không hiểu là miễn phí."
            builder.problem("doubtful", "FEE_WORDS", Part.COSTS, place, cost.text, message)
        for doubt in cost.doubts:
            builder.problem(
                "doubtful", f"FEE_{doubt}", Part.COSTS, place, cost.text, "Số tiền đáng ngờ; giữ nguyên chữ."
            )
    sums = [cost for cost in costs if cost.kind == CostReading.AMOUNT]
    if len(sums) > 1:
        for cost in sums:
            cost.certain = False
        message = "Nhiều mức phí, nguồn không nói mức nào cho trường hợp nào; giữ nguyên chữ."
        builder.problem("doubtful", "FEE_SEVERAL", Part.COSTS, place, text, message)
    return costs


def _dossier(builder: RecordBuilder, rows: list[dict[str, str]]) -> None:
    cell = "Thành phần hồ sơ"
    for row in rows:
        if row.get("Mẫu đơn, tờ khai", "").endswith(_EMPTY_LINK):
            row["Mẫu đơn, tờ khai"] = ""
    builder.part(Part.EVIDENCE, _table_text(rows), cell)
    papers = []
    for number, row in enumerate(rows, start=1):
        printed = row.get("Số lượng - bản chính", "")
        found = _COUNTS.fullmatch(printed)
        originals, copies = (int(found[1]), int(found[2])) if found else (None, None)
        # The link is one of the old portal's and names no file; it stays in the part's raw text.
        has_form = bool(row.get("Mẫu đơn, tờ khai"))
        whole = found is not None or not printed
        paper = EvidenceRow(row.get("Tên giấy tờ", ""), originals, copies, names_form=has_form, certain=whole)
        paper.counts_text = printed
        papers.append(paper)
        if not whole:
            message = "Không đọc được số bản chính, bản sao; giữ nguyên chữ."
            builder.problem("doubtful", "PAPER_COUNT", Part.EVIDENCE, f"{cell}, dòng {number}", printed, message)
    if papers:
        builder.row.cases = [EvidenceCase("", papers)]
