"""Reads files of judged queries strictly: a file that is read wrongly would give figures that look right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

__all__ = ["COLUMNS", "HIGHEST_GRADE", "Judged", "JudgedFileError", "read_judged"]

COLUMNS: Final = ("id", "class", "query", "expected")
HIGHEST_GRADE: Final = 3


class JudgedFileError(ValueError):
    """A file of judged queries that cannot be used; the message, for people, says where and what to do."""

    def __init__(self, path: Path, line: int, column: str, problem: str) -> None:
        place = _("tệp %(file)s") % {"file": path.name}
        if line:
            place += _(", dòng %(line)d") % {"line": line}
        if column:
            place += _(", cột %(column)s") % {"column": column}
        super().__init__(f"{place}: {problem}")


@dataclass(frozen=True, slots=True)
class Judged:
    """One query as typed, and the grade of each procedure code it should find: 1 (related) to 3 (exactly what is
    wanted). No codes: nothing should be found. `line` is its place in the file, from 1."""

    id: str
    kind: str
    query: str
    expected: dict[str, int] = field(default_factory=dict)
    line: int = 0


def read_judged(path: Path) -> list[Judged]:
    """The judged queries of a tab-separated file without quoting; its first line names the columns. Queries stay as
    they are, decomposed letters too. Raises JudgedFileError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise JudgedFileError(path, 0, "", _("không đọc được; hãy kiểm tra đường dẫn và quyền đọc")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise JudgedFileError(path, line, "", _("không phải UTF-8; hãy lưu lại tệp ở dạng UTF-8")) from error
    found = list(_rows(path, text))
    if not found:
        raise JudgedFileError(path, 0, "", _("không có câu hỏi nào sau dòng tên cột"))
    return found


def _rows(path: Path, text: str) -> Iterator[Judged]:
    # Only "\n" ends a line: a query may hold the other characters that Python calls line ends.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    header = lines[0].split("\t")
    for name in COLUMNS:
        if header.count(name) != 1:
            problem = _("dòng đầu phải ghi tên các cột, cách nhau bằng phím Tab: %(columns)s")
            raise JudgedFileError(path, 1, name, problem % {"columns": ", ".join(COLUMNS)})
    seen: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 2):
        if line:
            judged = _row(path, number, header, line)
            if judged.id in seen:
                problem = _("mã câu “%(id)s” đã có ở dòng %(line)d; hãy đặt mã khác")
                raise JudgedFileError(path, number, "id", problem % {"id": judged.id, "line": seen[judged.id]})
            seen[judged.id] = number
            yield judged


def _row(path: Path, number: int, header: list[str], line: str) -> Judged:
    cells = line.split("\t")
    if len(cells) != len(header):
        missing = header[len(cells)] if len(cells) < len(header) else ""
        problem = _("có %(found)d ô, dòng tên cột có %(wanted)d; các ô cách nhau bằng phím Tab, ô trống vẫn phải có")
        raise JudgedFileError(path, number, missing, problem % {"found": len(cells), "wanted": len(header)})
    values = dict(zip(header, cells, strict=True))
    for name in ("id", "class", "query"):
        if not values[name].strip():
            raise JudgedFileError(path, number, name, _("ô này không được để trống"))
    graded = dict(_expected(path, number, values["expected"]))
    expected = {code: grade for code, grade in graded.items() if grade}
    if graded and not expected:
        problem = _("mọi mã đều có điểm 0; hãy cho ít nhất một mã điểm từ 1, hoặc để trống ô nếu không được thấy gì")
        raise JudgedFileError(path, number, "expected", problem)
    return Judged(values["id"].strip(), values["class"].strip(), values["query"], expected, number)


def _expected(path: Path, number: int, cell: str) -> Iterator[tuple[str, int]]:
    seen = set()
    for item in cell.split(";") if cell.strip() else ():
        code, equals, grade = (part.strip() for part in item.partition("="))
        if not code or (equals and not (grade.isascii() and grade.isdigit() and int(grade) <= HIGHEST_GRADE)):
            problem = _("“%(item)s” phải có dạng mã thủ tục hoặc mã=điểm, điểm từ 0 đến %(most)d, cách nhau bằng “;”")
            raise JudgedFileError(path, number, "expected", problem % {"item": item, "most": HIGHEST_GRADE})
        if code in seen:
            raise JudgedFileError(path, number, "expected", _("mã %(code)s ghi hai lần") % {"code": code})
        seen.add(code)
        yield code, int(grade) if equals else 1
