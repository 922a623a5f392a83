"""Brings former and popular names of places into the portal, from a dated file: which district became which communes is
law and argued about, so it is data that somebody can read and check, never code, and nothing is guessed."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import F

from cms.models import Agency, AgencyAlias, AgencySuccession
from cms.services.addresses import free_slug
from cms.services.agencies import add_agency, add_alias, merge_agencies
from cms.text import clean, match_key
from cms.values import read_date
from cms.vocabulary import AgencyKind
from importers.rows import UnusableFileError

__all__ = ["COLUMNS", "ChangesFile", "ChangesReport", "UnitChange", "import_unit_changes", "read_unit_changes"]

COLUMNS = ("ten_cu", "loai", "thuoc", "nay_la", "ngay", "van_ban")
POPULAR = "ten-goi"
# Written in this order: a commune's district must be there before it.
KINDS = {"tinh": AgencyKind.PROVINCE, "huyen": AgencyKind.DISTRICT, "xa": AgencyKind.COMMUNE}
LONGEST_NAME = 200
LONGEST_SOURCE = 300
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One line: a former unit and what it became, or (`kind` "ten-goi") another name of units of today.

    `within`: the names above it, nearest first; `codes`: units of today; `on`: the first day it no longer stood;
    `source`: the legal document; `place`: its line, for messages.
    """

    name: str
    kind: str
    within: tuple[str, ...]
    codes: tuple[str, ...]
    on: date | None
    source: str
    place: str


@dataclass
class ChangesFile:
    """What came out of the file; `refused` says in Vietnamese which line was left out, which column, and why."""

    changes: list[UnitChange] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class ChangesReport:
    """What an import did: units, successions and other names written, and lines already there as stated."""

    units: int = 0
    successions: int = 0
    names: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


def read_unit_changes(path: Path) -> ChangesFile:
    """Read a CSV file (UTF-8, comma or semicolon) with the columns of `COLUMNS`.

    Raises UnusableFileError when the file cannot be read as such a table; single bad lines are refused.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise UnusableFileError(
            f"Tệp {path.name} thiếu cột {', '.join(missing)} ở dòng đầu. Cần các cột: {', '.join(COLUMNS)}."
        )
    found = ChangesFile()
    try:
        for row in reader:
            values = {name: _words(row.get(name)) for name in COLUMNS}
            if any(values.values()):
                _read(values, f"Dòng {reader.line_num}", found)
    except csv.Error as error:
        raise UnusableFileError(f"Tệp {path.name} hỏng ở dòng {reader.line_num}. Hãy lưu lại thành CSV.") from error
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableFileError(f"Tệp {path.name} lớn hơn 20 MB. Hãy chia nhỏ tệp.")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}. Hãy kiểm tra đường dẫn.") from error
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"Tệp {path.name} không phải chữ UTF-8. Hãy lưu lại tệp bằng bảng mã UTF-8.") from error


def _words(value: object) -> str:
    return " ".join(clean(value).split()) if isinstance(value, str) else ""


def _read(values: dict[str, str], place: str, found: ChangesFile) -> None:
    errors = []
    kind, is_popular = values["loai"].lower(), values["loai"].lower() == POPULAR
    if kind not in (*KINDS, POPULAR):
        errors.append(f"cột loai: “{values['loai']}” không dùng được. Hãy ghi {', '.join((*KINDS, POPULAR))}.")
    if not values["ten_cu"] or len(values["ten_cu"]) > LONGEST_NAME:
        errors.append(f"cột ten_cu: cần một tên, không dài quá {LONGEST_NAME} ký tự.")
    codes = tuple(dict.fromkeys(filter(None, (code.strip() for code in values["nay_la"].replace(",", ";").split(";")))))
    if not codes and kind != "huyen":
        errors.append("cột nay_la: thiếu mã đơn vị hành chính hiện nay. Hãy ghi mã, nhiều mã cách nhau bằng dấu “;”.")
    on = _day(values["ngay"])
    if on is None and (values["ngay"] or not is_popular):
        errors.append(f"cột ngay: “{values['ngay']}” không phải ngày. Hãy ghi như 01/07/2025.")
    if not is_popular and not values["van_ban"]:
        errors.append("cột van_ban: thiếu số văn bản. Không có văn bản thì chưa ghi nhận thay đổi này.")
    if len(values["van_ban"]) > LONGEST_SOURCE:
        errors.append(f"cột van_ban: dài quá {LONGEST_SOURCE} ký tự.")
    within = tuple(filter(None, (part.strip() for part in values["thuoc"].split(","))))
    if kind in ("huyen", "xa") and not within:
        errors.append(
            "cột thuoc: thiếu huyện, tỉnh chứa đơn vị này. Hãy ghi như “Huyện Hóc Môn, Thành phố Hồ Chí Minh”."
        )
    found.refused += [f"{place}, {error}" for error in errors]
    if not errors:
        found.changes.append(UnitChange(values["ten_cu"], kind, within, codes, on, values["van_ban"], place))


def _day(typed: str) -> date | None:
    try:
        return read_date(typed)
    except ValueError:
        return None


@transaction.atomic
def import_unit_changes(changes: list[UnitChange]) -> ChangesReport:
    """Enter former units below their parent, ended on their day, with who stands in their place (sáp nhập), and other
    names of today's units. A second run writes nothing; what the portal holds otherwise is refused, not overwritten."""
    report = ChangesReport()
    today = {row.unit_code: row for row in Agency.objects.exclude(unit_code=None)}
    order = [*KINDS, POPULAR]
    merging: dict[tuple[int, date, str], list[Agency]] = defaultdict(list)
    for change in sorted(changes, key=lambda one: order.index(one.kind)):
        unknown = [code for code in change.codes if code not in today]
        if unknown:
            report.refused.append(
                f"{change.place} ({change.name}), cột nay_la: cổng chưa có đơn vị mã {', '.join(unknown)}. "
                "Hãy nạp đơn vị trước bằng manage.py import_units, hoặc sửa mã."
            )
        elif change.kind == POPULAR:
            _name(change, [today[code] for code in change.codes], report)
        else:
            _end(change, [today[code] for code in change.codes], merging, report)
    _merge(merging, report)
    return report


def _name(change: UnitChange, units: list[Agency], report: ChangesReport) -> None:
    held = set(AgencyAlias.objects.filter(agency__in=units, text=change.name).values_list("agency_id", flat=True))
    fresh = [unit for unit in units if unit.pk not in held]
    for unit in fresh:
        add_alias(agency=unit, text=change.name)
    report.names += len(fresh)
    report.unchanged += not fresh


def _end(
    change: UnitChange,
    successors: list[Agency],
    merging: dict[tuple[int, date, str], list[Agency]],
    report: ChangesReport,
) -> None:
    """One former unit: found or entered, and put down for the mergers it is not yet in."""
    assert change.on
    parent, error = _parent(change)
    if error:
        report.refused.append(f"{change.place} ({change.name}), cột thuoc: {error}")
        return
    former, error = _former(change, parent)
    if error:
        report.refused.append(f"{change.place} ({change.name}), cột ngay: {error}")
        return
    is_new = former is None
    if former is None:
        slug = free_slug(Agency, " ".join((change.name, *change.within)))
        former = add_agency(name=change.name, kind=KINDS[change.kind], parent=parent, slug=slug, valid_to=change.on)
        report.units += 1
    held = set(AgencySuccession.objects.filter(predecessor=former).values_list("successor_id", flat=True))
    fresh = [unit for unit in successors if unit.pk not in held]
    for unit in fresh:
        merging[unit.pk, change.on, change.source].append(former)
    report.unchanged += not (is_new or fresh)


def _parent(change: UnitChange) -> tuple[Agency | None, str]:
    """The unit above, found from the top down; what is missing, in words."""
    above: Agency | None = None
    for name in reversed(change.within):
        rows = Agency.objects.filter(match_key=match_key(name))
        rows = rows.filter(path__startswith=above.path) if above else rows.filter(kind=AgencyKind.PROVINCE)
        # One that has ended goes before one that stands under the same name; databases differ on where nothing sorts.
        found = list(rows.order_by(F("valid_to").desc(nulls_last=True), "pk")[:2])
        if not found:
            where = f" trong {above.name}" if above else ""
            return None, f"cổng chưa có “{name}”{where}. Hãy ghi thêm dòng của đơn vị ấy, hoặc sửa tên."
        if len(found) > 1 and above:
            return None, f"trong {above.name} có nhiều đơn vị tên “{name}”. Hãy ghi rõ huyện, tỉnh."
        above = found[0]
    return above, ""


def _former(change: UnitChange, parent: Agency | None) -> tuple[Agency | None, str]:
    """The former unit if the portal holds it; a standing one of the same name is another, its successor perhaps."""
    rows = Agency.objects.filter(match_key=match_key(change.name), kind=KINDS[change.kind], valid_to__isnull=False)
    if parent:
        rows = rows.filter(path__startswith=parent.path, depth=parent.depth + 1)
    held = rows.first()
    if held and held.valid_to != change.on:
        return None, f"cổng đã có đơn vị này, đến trước ngày {held.valid_to:%d/%m/%Y}. Giữ nguyên, cần người xem."
    return held, ""


def _merge(merging: dict[tuple[int, date, str], list[Agency]], report: ChangesReport) -> None:
    for (successor, on, source), former in merging.items():
        merge_agencies(predecessors=former, successor=Agency.objects.get(pk=successor), on=on, by=None, source=source)
        report.successions += len(former)
