"""Puts the rows of all files side by side before anything is written: one item per procedure, what is refused left out,
texts that came under a foreign code set apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from cms.text import match_key
from cms.vocabulary import Part
from importers.drafts import name_only, nameless
from importers.models import QuarantineReason
from importers.rows import Place, Problem, ProcedureRow, ReadFile

# ("code", "1.004222"), or for a list without codes ("NATIONAL_UUID", …) or ("name", match key).
Key = tuple[str, str]
NAME_CHANGED = "name_changed"


@dataclass
class Quarantined:
    """A row whose text is not believed to belong to its code, and why."""

    row: ProcedureRow
    reason: str


@dataclass
class Staged:
    """All that the files of one run say about one procedure."""

    key: Key
    record: ProcedureRow | None = None
    catalogue: ProcedureRow | None = None
    quarantined: Quarantined | None = None
    vouched_name: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def row(self) -> ProcedureRow:
        """The row whose text is to be published: the full record, else the name alone."""
        if self.record:
            return self.record
        if self.catalogue:
            return name_only(self.catalogue)
        assert self.quarantined
        return nameless(self.quarantined.row, self.vouched_name)

    @property
    def source(self) -> ProcedureRow:
        """The row as read, for its place."""
        found = self.record or self.catalogue or (self.quarantined and self.quarantined.row)
        assert found
        return found


@dataclass
class StagedRun:
    """The outcome of staging: items in the order read, rows left out with the reason, how many rows were read."""

    items: list[Staged] = field(default_factory=list)
    refused: list[tuple[ProcedureRow | None, list[Problem]]] = field(default_factory=list)
    rows: int = 0


def identity(row: ProcedureRow) -> Key:
    """What a row is recognised by: its code, else an identifier, else its name."""
    if row.code:
        return ("code", row.code)
    for scheme, values in sorted(row.identifiers.items()):
        if values:
            return (scheme, values[0])
    return ("name", match_key(row.name))


def stage(files: Iterable[ReadFile], vouched: Mapping[str, str]) -> StagedRun:
    """Bring the rows together by procedure. `vouched`: the names earlier catalogues gave, by code."""
    run = StagedRun()
    records: dict[Key, list[ProcedureRow]] = defaultdict(list)
    lists: dict[Key, list[ProcedureRow]] = defaultdict(list)
    order: dict[Key, None] = {}
    for file in files:
        run.rows += len(file.rows) + len(file.refused)
        run.refused += [(None, [problem]) for problem in file.refused]
        for row in file.rows:
            if reasons := _reasons_to_refuse(row):
                run.refused.append((row, reasons))
                continue
            key = identity(row)
            order.setdefault(key)
            (records if row.source == "record" else lists)[key].append(row)
    for key in order:
        item = Staged(key)
        item.record = _one(records.pop(key, []), run)
        item.catalogue = _one(lists.pop(key, []), run)
        if item.record or item.catalogue:
            run.items.append(item)
    _refuse_shared_keys(run)
    _set_foreign_apart(run, vouched)
    run.items = [item for item in run.items if item.record or item.catalogue or item.quarantined]
    return run


def _reasons_to_refuse(row: ProcedureRow) -> list[Problem]:
    reasons = [problem for problem in row.problems if problem.severity == "refused"]
    if not row.name.strip():
        message = "không có tên thủ tục; dòng này bị bỏ lại. Hãy bổ sung tên trong tệp nguồn."
        reasons.append(Problem("refused", "no_name", row.place, Part.NAME, "", message))
    return reasons


def _one(rows: list[ProcedureRow], run: StagedRun) -> ProcedureRow | None:
    """The one row of several equal ones; rows that contradict each other are all left out: no one knows which holds."""
    if len(rows) < 2 or all(_says(row) == _says(rows[0]) for row in rows[1:]):
        return rows[0] if rows else None
    places = "; ".join(str(row.place) for row in rows)
    for row in rows:
        message = (
            f"mã {row.code or row.name} có {len(rows)} bản khác nhau ({places}); tất cả bị bỏ lại. Hãy giữ một bản."
        )
        run.refused.append((row, [Problem("refused", "contradiction", row.place, Part.NAME, row.name, message)]))
    return None


def _refuse_shared_keys(run: StagedRun) -> None:
    """Leave out rows without a code whose identifier other rows have too: it leads to none of them, so every run would
    make them anew."""
    owners: dict[Key, list[Staged]] = defaultdict(list)
    for item in run.items:
        for scheme, values in item.record.identifiers.items() if item.record else ():
            for value in values:
                owners[scheme, value].append(item)
    for item in run.items:
        others = [str(other.source.place) for other in owners[item.key] if other is not item]
        if item.record and not item.record.code and others:
            why = f"định danh {item.key[1]} cũng có ở {'; '.join(others)}"
            _refuse_without_code(item, run, "shared_identifier", why)


def _refuse_without_code(item: Staged, run: StagedRun, code: str, why: str) -> None:
    row = item.record
    assert row
    message = (
        f"dòng không có mã, {why}; không rõ là thủ tục nào nên bị bỏ lại. Hãy ghi mã thủ tục trong tệp rồi nhập lại."
    )
    run.refused.append((row, [Problem("refused", code, row.place, Part.NAME, row.name, message)]))
    item.record = None


def _says(row: ProcedureRow) -> object:
    """The row without its place."""
    parts = {name: (part.presence, part.raw) for name, part in row.parts.items()}
    said = {name: value for name, value in vars(row).items() if name not in ("place", "parts", "problems")}
    return parts, said


# --- foreign texts ---------------------------------------------------------------------------------------------------


def _set_foreign_apart(run: StagedRun, vouched: Mapping[str, str]) -> None:
    """Find records whose text belongs to another procedure.

    A catalogue's name for the code decides. Where no catalogue names the code, a record is foreign when other codes
    have the same name, the same steps and the same dossier: procedures may share any two of these, in the real files
    none shares all three but by a mistake of the crawl. Without a code there is nothing left to publish: such a row is
    refused.
    """
    unnamed: dict[tuple[str, str, str], list[Staged]] = defaultdict(list)
    for item in run.items:
        if item.record is None:
            continue
        if quarantining := [problem for problem in item.record.problems if problem.severity == "quarantined"]:
            _set_apart(item, run, QuarantineReason.READER, quarantining[0].message)
            continue
        item.vouched_name = vouched.get(item.record.code or "", "")
        known = item.catalogue.name if item.catalogue else item.vouched_name
        if item.catalogue and _vouched_before(item) and not _is_called(item.record, known):
            item.problems.append(name_changed(item.catalogue, item.vouched_name))
            known = item.vouched_name
        if known and not _is_called(item.record, known):
            _set_apart(item, run, QuarantineReason.OTHER_NAME, f"danh mục ghi mã này là “{known}”")
        elif text := _shared_text(item.record):
            unnamed[text].append(item)
    for same in unnamed.values():
        if len(same) > 1:
            for item in same:
                if not item.catalogue and not item.vouched_name:
                    others = ", ".join(other.key[1] for other in same if other is not item)
                    _set_apart(item, run, QuarantineReason.SAME_TEXT, f"cùng tên, các bước và hồ sơ với {others}")


def _vouched_before(item: Staged) -> bool:
    return bool(item.record and item.vouched_name and _is_called(item.record, item.vouched_name))


def _is_called(row: ProcedureRow, name: str) -> bool:
    return same_name(name, row.name, row.code)


def name_changed(catalogue: ProcedureRow, standing: str) -> Problem:
    """The doubt about a list that renames what an earlier list vouched for."""
    what = f"danh mục mới ghi tên khác với tên đang có “{standing}”; tên đang có được giữ nguyên."
    return Problem("doubtful", NAME_CHANGED, catalogue.place, Part.NAME, catalogue.name, what)


def same_name(one: str, other: str, code: str | None = None) -> bool:
    """Whether two names are one but for marks, capitals, spaces, punctuation and the code some sources put into it."""
    return one == other or name_key(one, code) == name_key(other, code)


def name_key(name: str, code: str | None) -> str:
    """What two spellings of one procedure's name have in common."""
    return match_key(name.replace(code, " ") if code else name)


def _shared_text(row: ProcedureRow) -> tuple[str, str, str] | None:
    texts = [row.parts[part].raw if part in row.parts else "" for part in (Part.STEPS, Part.EVIDENCE)]
    return (match_key(row.name), texts[0], texts[1]) if all(texts) else None


def _set_apart(item: Staged, run: StagedRun, reason: str, why: str) -> None:
    row = item.record
    assert row
    if not row.code:
        _refuse_without_code(item, run, reason.lower(), f"nội dung không chắc là của thủ tục này ({why})")
        return
    message = f"nội dung không thuộc mã này ({why}); đã cách ly, thủ tục chỉ giữ tên."
    item.problems.append(Problem("quarantined", reason.lower(), row.place, Part.NAME, row.name, message))
    if not item.catalogue and not item.vouched_name:
        message = "chưa danh mục nào cho biết tên đúng của mã này; thủ tục được ghi là chưa rõ tên."
        item.problems.append(Problem("doubtful", "name_unknown", row.place, Part.NAME, row.name, message))
    item.quarantined, item.record = Quarantined(row, reason), None


def as_plain(row: ProcedureRow) -> dict[str, object]:
    """The row as JSON can hold it, to be kept in quarantine."""
    return asdict(row)


def place_of(row: ProcedureRow | None, problems: Iterable[Problem]) -> Place:
    """Where a refused row stands."""
    return row.place if row else next(problem.place for problem in problems)
