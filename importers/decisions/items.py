"""One line of a list as an item: which code is its own, which it replaces, what its marks and times say, and what
about it an editor must look at. A line's values stay as printed."""

import re
from dataclasses import dataclass, field
from datetime import date

from cms.identifiers import CodeReading, CodeScheme, find_codes, normalise_code, read_code
from cms.text import fold
from cms.vocabulary import AdministrativeLevel, DecisionAction, OnlineLevel
from importers.decisions.columns import Header
from importers.decisions.dates import dates_in
from importers.decisions.document import Cell
from importers.decisions.headings import Standing, actions_in, levels_of_cell
from importers.decisions.repairs import REPAIRED, mended_code
from importers.decisions.rows import COLUMNS, ItemRow, Printed, Reference, Region, Value
from importers.rows import Place, Problem

_SUBCASE = re.compile(r"\d{1,4}(?:\s*\.\s*\d{1,3})+\s*[.)]?")
_TICK = re.compile(r"[x×✓✔☑☒v●•+]|có", re.IGNORECASE)
_NO = re.compile(r"không|ko|-|–|0|[☐□◻❑❒]", re.IGNORECASE)
_LEVEL_COLUMNS = {
    "level_central": AdministrativeLevel.CENTRAL,
    "level_province": AdministrativeLevel.PROVINCE,
    "level_district": AdministrativeLevel.DISTRICT,
    "level_commune": AdministrativeLevel.COMMUNE,
}
_PLAIN = ("processing_time", "processing_time_cut", "place", "fees", "legal_bases", "agency", "effect", "note")
# "... 15 ngày làm việc" at the end of a name: the time's cell ran into it.
_TIME_AT_END = re.compile(
    r"\s+(?P<time>(?:(?:không quá|tối đa|trong(?: vòng)?)\s+)?\d{1,3}(?:[.,]\d)?\s*(?:\(\w+\)\s*)?(?:ngày|giờ|tháng)\b"
    r"(?:(?!\d{4}).){0,200})$",
    re.IGNORECASE | re.DOTALL,
)
_TIME_UNIT = re.compile(r"[(/,]\s*(?:đơn vị(?: tính)?\s*:?\s*|số\s+)?(ngày làm việc|ngày|giờ)\b", re.IGNORECASE)
# Under "(đồng)" a bare number is what it says; thousands are not.
_UNITS = {
    "processing_time": _TIME_UNIT,
    "processing_time_cut": _TIME_UNIT,
    "fees": re.compile(
        r"[(/,]\s*(?:đơn vị(?: tính)?\s*:?\s*)?((?:nghìn|ngàn|triệu|1\.000)\s*(?:đồng|đ)\b)", re.IGNORECASE
    ),
}
_OLD_NUMBER = re.compile(r"\d{1,5}(?:/\d{4})?\s*/\s*QĐ\s*-\s*[A-ZĐ&.\-]+(?:\d+)?", re.IGNORECASE)
_OLD_ITEM = re.compile(r"(?:số thứ tự|stt|mục|thủ tục số|thứ tự)\s*(?:số\s*)?\d", re.IGNORECASE)
_CODE_IN_NAME = re.compile(
    r"\s*[(\[]?\s*(?:mã(?: số)?(?: hồ sơ)?(?: TTHC| thủ tục)?\s*:?\s*)?(\d\.\d{6}[\w.]*)\s*[)\]]?", re.I
)


@dataclass
class Line:
    """A row of a list before it is read: its cells by column, with the rest that pages cut off; and all of it as
    printed."""

    label: str
    place: Place
    standing: Standing
    header: Header
    cells: dict[str, list[tuple[Cell, Place]]]
    printed: list[Printed] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A column's text, its cells a line each."""
        return "\n".join(text for cell, _ in self.cells.get(name, []) if (text := cell.text.strip()))

    def raw(self, name: str) -> str:
        """The text before extraction was repaired, "" where nothing was."""
        cells = [cell for cell, _ in self.cells.get(name, [])]
        return "\n".join(cell.raw or cell.text for cell in cells).strip() if any(cell.raw for cell in cells) else ""

    def doubt(self, name: str) -> str:
        """Why a column's text must be looked at, "" where nothing is doubtful."""
        return " ".join(dict.fromkeys(cell.doubt for cell, _ in self.cells.get(name, []) if cell.doubt))

    def is_subcase(self) -> bool:
        """Whether its number is one of a sub-case (9.1)."""
        return bool(_SUBCASE.fullmatch(self.label)) and normalise_code(self.label) is None

    def add(self, rest: "Line") -> None:
        """Take what a page cut off this row."""
        for name, cells in rest.cells.items():
            held = self.cells.setdefault(name, [])
            # A cell merged down over both, or carried over a page, is one cell.
            known = {cell.text for cell, _ in held}
            held += [(cell, place) for cell, place in cells if cell.text not in known]
        self.printed += [one for one in rest.printed if one not in self.printed]
        self.regions += rest.regions


def make_item(line: Line, ordinal: int) -> ItemRow:
    """The item a line states; `ordinal` runs through all lists."""
    standing = line.standing
    item = ItemRow(
        ordinal,
        line.place,
        _joined(line.text("name")),
        label=re.sub(r"\s", "", line.label).strip(".)"),
        part=standing.part,
        action=_action(line),
        levels=_levels(line),
        sector=_joined(line.text("sector")) or standing.sector,
        printed=line.printed,
        regions=line.regions,
    )
    _times(line, item)
    _codes(line, item)
    _marks(line, item)
    _effect(line, item)
    _repairs(line, item)
    if standing.internal:
        _problem(item, "refused", "INTERNAL", item.name, "Thủ tục nội bộ không đưa vào danh mục công khai.")
    if not item.levels and item.action not in (DecisionAction.REPEAL, "") and not line.is_subcase():
        _problem(item, "doubtful", "NO_LEVEL", item.name, "Không thấy cấp thực hiện: hãy chọn theo bản gốc.")
    if doubt := line.doubt("sector"):
        _problem(item, "doubtful", "SECTOR", item.sector, f"Lĩnh vực: {doubt[:1].lower()}{doubt[1:]}")
    if not item.name:
        _problem(item, "refused", "NO_NAME", "", "Dòng này không có tên thủ tục.")
    return item


def _joined(text: str) -> str:
    return " ".join(text.split())


def _problem(item: ItemRow, severity: str, code: str, raw: str, message: str) -> None:
    item.problems.append(Problem(severity, code, item.place, "", raw[:500], message))


def _levels(line: Line) -> tuple[str, ...]:
    ticked = tuple(level.value for name, level in _LEVEL_COLUMNS.items() if _is_ticked(line.text(name)))
    return ticked or levels_of_cell(line.text("level")) or line.standing.levels or levels_of_cell(line.text("agency"))


def _action(line: Line) -> str:
    """The kind of change: by the row's own column, or the one of several that is ticked, else by its headings."""
    if not line.text("action"):
        return line.standing.action
    said: set[str] = set()
    for cell, _ in line.cells["action"]:
        title = line.header.titles[cell.column].split(" / ")[-1] if cell.column < len(line.header.titles) else ""
        said.update(actions_in(cell.text) or (actions_in(title) if _is_ticked(cell.text) else ()))
    return said.pop() if len(said) == 1 else ""


def _is_ticked(text: str) -> bool:
    bare = text.strip(" .()")
    return bool(bare) and not _NO.fullmatch(bare)


def _times(line: Line, item: ItemRow) -> None:
    """The plain columns as printed; a time that ran into the name's cell is cut off it, with a doubt."""
    for name in _PLAIN:
        if line.header.where(name):
            cells = line.cells.get(name, [])
            place = cells[0][1] if cells else line.place
            printed = line.text(name)
            text = _with_unit(line, name, printed)
            raw = line.raw(name) or (printed if text != printed else "")
            item.values[name] = Value(text, place, raw, line.doubt(name))
    if line.cells.get("name"):
        printed = line.text("name")
        item.values["name"] = Value(item.name, line.cells["name"][0][1], line.raw("name"), line.doubt("name"))
        time = item.values.get("processing_time")
        if time and not time.text and (found := _TIME_AT_END.search(item.name)):
            item.name = item.name[: found.start()].rstrip(" -–:;,")
            doubt = "Thời hạn in chung ô với tên; máy tách ra, cần xem lại."
            item.values["name"] = Value(item.name, item.values["name"].place, printed, doubt)
            item.values["processing_time"] = Value(found["time"], time.place, printed, doubt)


def _with_unit(line: Line, name: str, text: str) -> str:
    """A bare number with the unit that its column's title states: "15" under "Thời hạn (ngày làm việc)"."""
    if name not in _UNITS or not re.fullmatch(r"\d{1,6}(?:[.,]\d{1,3})?", text.strip()):
        return text
    titles = " ".join(line.header.titles[place] for place in line.header.where(name))
    unit = _UNITS[name].search(titles)
    # A spreadsheet writes half a day with a point.
    number = text.strip().replace(".", ",") if name != "fees" else text.strip()
    return f"{number} {unit[1].casefold()}" if unit else text


def _codes(line: Line, item: ItemRow) -> None:
    """The row's own code and those it replaces. A code in the number column, or in brackets behind the name, counts
    too; one that a spreadsheet turned into a number is kept with a doubt."""
    cell = line.text("code")
    place = line.cells["code"][0][1] if line.cells.get("code") else line.place
    found = [reading for reading in (read_code(part) for part in _code_parts(cell)) if reading]
    # "1.00 4221": the gap is certain to be none, and is shown all the same.
    is_whole = found and not re.fullmatch(r"\d[\d.,]*(\s+[\d.,]+)+", cell.strip())
    broken = "" if is_whole else mended_code(cell)
    if broken:
        found = [reading for reading in [read_code(broken)] if reading]
    in_name = find_codes(item.name)
    numbered = read_code(line.label) if normalise_code(line.label) else None
    if numbered:
        item.label = ""
        # Beside a code in the name, the one in the number column is what is replaced.
        found = [*found, numbered] if in_name else [numbered, *found]
    if in_name:
        item.name = _joined(_CODE_IN_NAME.sub(" ", item.name)) or item.name
        if found and in_name[0].text != found[0].text:
            item.references += [Reference(one.text, code=one.text) for one in found]
            found = in_name
        found = found or in_name
    old = _old_codes(line)
    if len(found) > 1 and not old:
        # Two codes in one cell of a replaced list: which is the new one nothing certain says.
        _problem(item, "doubtful", "SEVERAL_CODES", cell, "Ô mã có hơn một mã; máy lấy mã cuối, cần xem lại.")
        item.references += [Reference(one.text, code=one.text) for one in found[:-1]]
        found = found[-1:]
    item.references += old
    if found:
        _take_code(item, found[0], line.raw("code") or cell, place, REPAIRED if broken else line.doubt("code"))
    elif cell.strip(" -–./"):
        doubt = "Ô mã không phải một mã thủ tục."
        item.values["code"] = Value("", place, cell, doubt)
        _problem(item, "doubtful", "CODE_UNREADABLE", cell, f"{doubt} Ghi: “{cell[:60]}”.")
    elif line.header.where("code"):
        item.values["code"] = Value("", place, "", line.doubt("code"))
    _old_references(line, item)


def _take_code(item: ItemRow, reading: CodeReading, cell: str, place: Place, doubt: str) -> None:
    if reading.scheme == CodeScheme.INTERNAL:
        _problem(item, "refused", "INTERNAL", cell, "Mã thủ tục nội bộ: không đưa vào danh mục công khai.")
    if reading.doubtful:
        doubt = f"Mã “{_joined(cell)}” có vẻ bị bảng tính đổi thành số; máy đoán {reading.text}."
        _problem(item, "doubtful", "CODE_DAMAGED", cell, doubt)
    item.code = reading.text
    raw = cell if _joined(cell) != reading.text else ""
    item.values["code"] = Value(reading.text, place, raw, doubt)


def _code_parts(cell: str) -> list[str]:
    parts = [part for part in re.split(r"[\n;]+|\s{2,}", cell) if part.strip()]
    whole = find_codes(_joined(cell))
    if len(whole) > 1:
        return [one.text for one in whole]
    return [_joined(cell)] if len(parts) > 1 and read_code(cell) else parts


def _old_codes(line: Line) -> list[Reference]:
    codes = [one for one in (read_code(part) for part in _code_parts(line.text("old_code"))) if one]
    name = _joined(line.text("old_name"))
    codes += [one for one in find_codes(name) if one.text not in {held.text for held in codes}]
    bare = _joined(_CODE_IN_NAME.sub(" ", name)) if codes else name
    if codes:
        return [Reference(f"{one.text} {bare}".strip(), code=one.text, name=bare) for one in codes]
    return [Reference(name, name=name)] if name else []


def _old_references(line: Line, item: ItemRow) -> None:
    """What the row says of older decisions: the number of one, or an item of one in the note."""
    for name in ("old_decision", "note", "legal_bases"):
        text = line.text(name)
        if name == "legal_bases" and item.action != DecisionAction.REPEAL:
            continue
        for one in text.splitlines():
            number = _OLD_NUMBER.search(one)
            if number and (name == "old_decision" or _OLD_ITEM.search(one)):
                item.references.append(Reference(_joined(one), re.sub(r"\s", "", number.group())))
    if item.references and item.action == "" and line.header.where("old_name"):
        item.action = DecisionAction.REPLACE


def _marks(line: Line, item: ItemRow) -> None:
    for name in ("post_receive", "post_return", "regardless_of_residence"):
        source = name if line.header.where(name) or name == "regardless_of_residence" else "post_both"
        if line.header.where(source):
            item.values[name] = _mark(line, source)
    if line.header.where("online_full") or line.header.where("online_partial"):
        full, partial = _mark(line, "online_full"), _mark(line, "online_partial")
        both = bool(full.text and partial.text)
        level = OnlineLevel.FULL.value if full.text else OnlineLevel.PARTIAL.value if partial.text else ""
        doubt = "Đánh dấu cả toàn trình và một phần." if both else full.doubt or partial.doubt
        place = partial.place if partial.text else full.place
        item.values["online_level"] = Value("" if both else level, place, "", doubt)
    elif line.header.where("online_level"):
        text = line.text("online_level")
        words = fold(text)
        level = OnlineLevel.FULL if "toan trinh" in words else OnlineLevel.PARTIAL if "mot phan" in words else ""
        place = line.cells["online_level"][0][1] if line.cells.get("online_level") else line.place
        doubt = (
            "Không rõ mức độ trực tuyến." if text.strip() and not level and not _NO.fullmatch(text.strip(" .")) else ""
        )
        item.values["online_level"] = Value(str(level), place, text, doubt)


def _mark(line: Line, name: str) -> Value:
    cells = line.cells.get(name, [])
    text = _joined(line.text(name))
    place = cells[0][1] if cells else line.place
    doubt = line.doubt(name)
    if not _is_ticked(text):
        return Value("", place, text, doubt)
    if not _TICK.fullmatch(text.strip(" .()")):
        doubt = f"Ô đánh dấu ghi “{text[:40]}”, cần xem lại."
    return Value("x", place, text if text != "x" else "", doubt)


def _effect(line: Line, item: ItemRow) -> None:
    """A date of its own, from the effect column or a note "có hiệu lực / bị bãi bỏ từ ngày …"."""
    for name in ("effect", "note", "name"):
        text = line.text(name)
        if name != "effect" and not re.search(r"(hiệu lực|bãi bỏ|áp dụng|thực hiện)[^.;\n]{0,40}\btừ ngày", text, re.I):
            continue
        days: list[date] = dates_in(text)
        if len(days) == 1:
            item.effective_from = days[0]
            return


def _repairs(line: Line, item: ItemRow) -> None:
    """One visible word that extraction was repaired; both readings are kept beside each other in the values."""
    repaired = [name for name in ("name", *COLUMNS) if line.raw(name)]
    code = item.values.get("code")
    if not repaired and code and code.doubt == REPAIRED:
        _problem(item, "repaired", "TEXT_REPAIRED", code.raw, REPAIRED)
    if repaired:
        message = "Chữ bị vỡ khi trích từ tệp, máy đã nối lại; bản gốc giữ bên cạnh."
        _problem(item, "repaired", "TEXT_REPAIRED", line.raw(repaired[0]), message)
