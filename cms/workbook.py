"""Workbooks (.xlsx) of plain cells, written as the text they are: a general library takes twenty times as long for the
same cells and puts the time of writing in, so that no two files of the same rows are equal."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = ["Sheet", "write"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The second style is text whatever stands there: a code of digits is no number.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0" xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# What XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BUFFER = 1 << 20


@dataclass
class Sheet:
    """`rows`: of text, numbers and None; `codes`: which columns hold codes; `widths`: in letters; `frozen`: whether
    the first row stays in sight."""

    title: str
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int]
    codes: Collection[int] = ()
    frozen: bool = False


def write(sheets: Sequence[Sheet]) -> IO[bytes]:
    """The sheets as an open .xlsx file, written row by row: memory does not grow with them."""
    file = SpooledTemporaryFile(max_size=_BUFFER)  # noqa: SIM115  the answer closes it when it has been sent
    with ZipFile(file, "w") as book:
        for name, text in _frame(sheets):
            book.writestr(_entry(name), _HEAD + text)
        for number, sheet in enumerate(sheets, 1):
            with book.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as entry:
                for text in _sheet(sheet):
                    entry.write(text.encode())
    file.seek(0)
    return file


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _frame(sheets: Sequence[Sheet]) -> Iterable[tuple[str, str]]:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, len(sheets) + 1)]
    types = "".join(f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in parts)
    types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    yield "[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>'
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    links = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    yield "xl/_rels/workbook.xml.rels", _relations([*links, ("styles", "styles.xml")])
    named = "".join(
        f'<sheet name={quoteattr(sheet.title)} sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
    yield "xl/styles.xml", _STYLES


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _sheet(sheet: Sheet) -> Iterable[str]:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(sheet.widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if sheet.frozen else ""
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )
    for row in sheet.rows:
        yield f"<row>{''.join([_cell(value, at in sheet.codes) for at, value in enumerate(row)])}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any, code: bool) -> str:
    if value is None or value == "":
        return "<c/>"
    style = ' s="1"' if code else ""
    if isinstance(value, bool):
        return f'<c t="b"{style}><v>{value:d}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c{style}><v>{value}</v></c>"
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(_CONTROL.sub("", value))}</t></is></c>'
