"""Brings the provinces and communes into the portal. They come from a dated file, never from code: the list of units is
argued about and will change again, and a renamed unit must be seen by a person, not overwritten by a run."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from cms.models import Agency, AgencyClass
from cms.services.addresses import free_slug
from cms.services.agencies import BATCH, TWO_LEVELS_FROM, add_agency, agency_fields
from cms.text import clean, sort_key
from cms.vocabulary import AgencyKind
from importers.agency_classes import PEOPLES_COMMITTEES, ensure_classes, fill_classes
from importers.rows import UnusableFileError

KEYS = ("Code", "Name", "FullName")
CODE_LENGTH = 10
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A province (`province` empty) or a commune, as the file states it."""

    code: str
    name: str
    short_name: str
    province: str
    place: str


@dataclass
class UnitsFile:
    """What came out of the file; `refused` says in Vietnamese what was left out, where, and why."""

    provinces: list[UnitRow] = field(default_factory=list)
    communes: list[UnitRow] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class UnitsReport:
    """What an import did. `differing`: units the portal holds under another name or
    province; they stay as they are."""

    created: int = 0
    unchanged: int = 0
    joined: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.joined)


def read_units(path: Path) -> UnitsFile:
    """Read a file in the vn-units form: a JSON list of provinces, each with `Code`, `Name`, `FullName` and `Wards`.

    Units with a missing key or a code that stands twice are refused (all of them: nobody can say which is right), and
    the communes of a refused province with it. Raises UnusableFileError when the file is not such a list.
    """
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UnusableFileError(f"Không mở được tệp {path.name}: {error.strerror}. Hãy kiểm tra đường dẫn.") from error
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"Tệp {path.name} không phải chữ UTF-8. Hãy lưu lại tệp bằng bảng mã UTF-8.") from error
    except json.JSONDecodeError as error:
        raise UnusableFileError(
            f"Tệp {path.name} không phải JSON: hỏng ở dòng {error.lineno}, cột {error.colno}. Hãy tải lại tệp."
        ) from error
    except RecursionError as error:
        raise UnusableFileError(f"Tệp {path.name} lồng nhau quá sâu. Hãy tải lại tệp.") from error
    if not isinstance(data, list):
        raise UnusableFileError(f"Tệp {path.name} phải là một danh sách tỉnh, thành phố. Hãy chọn đúng tệp đơn vị.")
    units = UnitsFile()
    _read_provinces(data, units)
    _refuse_repeated(units)
    if not units.provinces:
        reason = f" Lỗi đầu tiên: {units.refused[0]}" if units.refused else ""
        raise UnusableFileError(f"Tệp {path.name} không có tỉnh, thành phố nào đọc được.{reason}")
    return units


def _read_provinces(data: list[Any], units: UnitsFile) -> None:
    for number, raw in enumerate(data, 1):
        place = f"tỉnh thứ {number}"
        province = _read_unit(raw, place, "", units.refused)
        if province is None:
            continue
        wards = raw.get("Wards")
        if not isinstance(wards, list):
            units.refused.append(f"{place} ({province.name}): thiếu danh sách xã “Wards”; tỉnh này bị bỏ qua.")
            continue
        units.provinces.append(province)
        for index, ward in enumerate(wards, 1):
            inside = f"{place} ({province.name}), xã thứ {index}"
            if commune := _read_unit(ward, inside, province.code, units.refused):
                units.communes.append(commune)


def _read_unit(raw: Any, place: str, province: str, refused: list[str]) -> UnitRow | None:
    if not isinstance(raw, dict):
        refused.append(f"{place}: không phải một đơn vị (cần các khóa {', '.join(KEYS)}).")
        return None
    values = {key: _words(raw.get(key)) for key in KEYS}
    missing = [key for key in KEYS if not values[key]]
    if missing:
        refused.append(f"{place}: thiếu khóa {', '.join(f'“{key}”' for key in missing)}.")
        return None
    if len(values["Code"]) > CODE_LENGTH or max(map(len, values.values())) > NAME_LENGTH:
        refused.append(f"{place}: mã dài hơn {CODE_LENGTH} hoặc tên dài hơn {NAME_LENGTH} ký tự.")
        return None
    stated = _words(raw.get("ProvinceCode"))
    if province and stated and stated != province:
        refused.append(f"{place} ({values['FullName']}): ghi mã tỉnh {stated} nhưng nằm trong tỉnh {province}.")
        return None
    # One official name stands with a small first letter in the real file.
    name = values["FullName"][0].upper() + values["FullName"][1:]
    return UnitRow(values["Code"], name, values["Name"], province, place)


def _words(value: object) -> str:
    return " ".join(clean(value).split()) if isinstance(value, str) else ""


def _refuse_repeated(units: UnitsFile) -> None:
    counts = Counter(row.code for row in [*units.provinces, *units.communes])
    for row in [*units.provinces, *units.communes]:
        if counts[row.code] > 1:
            units.refused.append(f"{row.place} ({row.name}): mã {row.code} có {counts[row.code]} lần trong tệp.")
    units.provinces = [row for row in units.provinces if counts[row.code] == 1]
    kept = {row.code for row in units.provinces}
    for row in units.communes:
        if counts[row.code] == 1 and row.province not in kept:
            units.refused.append(f"{row.place} ({row.name}): bị bỏ qua cùng tỉnh.")
    units.communes = [row for row in units.communes if counts[row.code] == 1 and row.province in kept]


@transaction.atomic
def import_units(units: UnitsFile) -> UnitsReport:
    """Enter the units that the portal does not hold yet, and let all of them join the classes of their level.

    Communes begin on 1 July 2025 (Resolution 202/2025/QH15 and the two-level model); a province's own first day is not
    in the file and stays unknown. A second run writes nothing.
    """
    report = UnitsReport()
    held = {row.unit_code: row for row in Agency.objects.exclude(unit_code=None)}
    new_provinces = [row for row in units.provinces if not _held(row, held, report)]
    new_communes = [row for row in units.communes if not _held(row, held, report)]
    report.created = len(new_provinces) + len(new_communes)
    for row in new_provinces:
        held[row.code] = add_agency(
            name=row.name, kind=AgencyKind.PROVINCE, short_name=row.short_name, unit_code=row.code
        )
    _add_communes(new_communes, held)
    ensure_classes(PEOPLES_COMMITTEES)
    report.joined = fill_classes(AgencyClass.objects.all())
    return report


def _held(row: UnitRow, held: dict[str | None, Agency], report: UnitsReport) -> bool:
    """Whether the portal has the unit; a difference from the file is noted, never written."""
    known = held.get(row.code)
    if known is None:
        return False
    report.unchanged += 1
    province = held.get(row.province)
    if sort_key(known.name) != sort_key(row.name):
        report.differing.append(f"{row.place}: mã {row.code} trong cổng là “{known.name}”, trong tệp là “{row.name}”.")
    elif row.province and (province is None or not known.is_child_of(province)):
        report.differing.append(f"{row.place} ({row.name}): trong cổng thuộc một tỉnh khác.")
    return True


def _add_communes(rows: list[UnitRow], provinces: dict[str | None, Agency]) -> None:
    """Write all at once: adding 3,321 nodes one by one takes several queries each."""
    slugs = set(Agency.objects.values_list("slug", flat=True))
    by_province: dict[str, list[UnitRow]] = {}
    for row in rows:
        by_province.setdefault(row.province, []).append(row)
    nodes: list[Agency] = []
    for code, communes in by_province.items():
        province = Agency.objects.get(pk=provinces[code].pk)
        paths = _free_paths(province)
        for row in communes:
            slug = free_slug(Agency, f"{row.name} {province.name}", slugs)
            fields = agency_fields(row.name, short_name=row.short_name, kind=AgencyKind.COMMUNE, unit_code=row.code)
            nodes.append(
                Agency(path=next(paths), depth=province.depth + 1, slug=slug, valid_from=TWO_LEVELS_FROM, **fields)
            )
        Agency.objects.filter(pk=province.pk).update(numchild=F("numchild") + len(communes))
    Agency.objects.bulk_create(nodes, batch_size=BATCH)


def _free_paths(parent: Agency) -> Iterator[str]:
    """The tree paths after the parent's last child (treebeard materialised path)."""
    last = parent.get_last_child()
    step = last._get_lastpos_in_path() if last else 0
    while True:
        step += 1
        yield Agency._get_path(parent.path, parent.depth + 1, step)
