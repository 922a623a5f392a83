"""Decisions the tests write themselves, from facts of their own: one description, written as Word, as PDF with ruled,
white and scanned tables over pages, and as a spreadsheet. What must be read stands beside what is written."""

import csv
import subprocess
import zipfile
from dataclasses import dataclass, field
from html import escape

from tests.importers.decision_scans import scan

H, V = "H", "V"  # a cell that goes on with the one to its left, or above it


@dataclass
class Described:
    """A decision as blocks (a text, or a table as rows of cells) and the rows that must come out of it."""

    name: str
    blocks: list
    expected: list
    head: dict = field(default_factory=dict)
    header_rows: int = 1


PLACES = "Trung tâm Phục vụ hành chính công thành phố"
LAW = "Nghị định số 11/2026/NĐ-CP ngày 05/01/2026 của Chính phủ"
WORK = (
    "đo đạc",
    "giám định",
    "lưu kho",
    "vận hành",
    "thăm dò",
    "bảo dưỡng",
    "kiểm định",
    "thử nghiệm",
    "đóng gói",
    "bốc dỡ",
)


def top(number, day, title, kind="QĐ-UBND", articles=()):
    return [
        "ỦY BAN NHÂN DÂN",
        "THÀNH PHỐ BẾN SÔNG",
        f"Số: {number}/{kind}",
        f"Bến Sông, {day}",
        "QUYẾT ĐỊNH",
        f"Về việc {title}",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ BẾN SÔNG",
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "Căn cứ Quyết định số 1234/QĐ-BCT ngày 02/6/2026 của Bộ Công Thương về việc công bố thủ tục hành chính;",
        "QUYẾT ĐỊNH:",
        f"Điều 1. Công bố kèm theo Quyết định này {title}.",
        *articles,
        "Điều 4. Chánh Văn phòng và các sở, ngành chịu trách nhiệm thi hành Quyết định này./.",
        "CHỦ TỊCH",
        "Trần Văn Thử",
    ]


def amended(rows=14):
    """Amended procedures with a time before and after shortening, levels and sectors as heading rows, sub-cases."""
    header = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", H, "Địa điểm", "Phí", "Căn cứ pháp lý"],
        [V, V, V, "Theo quy định", "Sau cắt giảm", V, V, V],
    ]  # fmt: skip
    table, expected = [], []
    plan = [
        ("A. THỦ TỤC HÀNH CHÍNH CẤP TỈNH", "PROVINCE", "Công nghiệp"),
        ("B. THỦ TỤC HÀNH CHÍNH CẤP XÃ", "COMMUNE", "Chợ"),
    ]
    for block, (heading, level, sector) in enumerate(plan):
        table.append([f"{heading} ({rows:02d} TTHC)", *[H] * 7])
        table.append([f"LĨNH VỰC {sector.upper()}", *[H] * 7])
        for number in range(1, rows + 1):
            code = f"1.{block + 1}{number:02d}07{number % 10}"
            name = (
                f"Cấp lại giấy phép {WORK[number % 10]} số {number} tại khu vực {sector.lower()} do bị hỏng hoặc bị mất"
            )
            time, cut = f"{number + 4:02d} ngày làm việc", f"{number + 2},5 ngày làm việc"
            if number % 5 == 0:
                cut = "Không thực hiện cắt giảm"
            table.append([str(number), code, name, time, cut, PLACES, "Không", LAW])
            expected.append(_row(str(number), level, "AMEND", sector, code, name, time, cut, "Không"))
            if number == 3:
                for sub in (1, 2):
                    case = f"Trường hợp thứ {sub} của việc cấp lại"
                    table.append([f"3.{sub}", "", case, f"0{sub} ngày", f"0{sub} ngày", PLACES, "Không", LAW])
                    expected.append(
                        _row(f"3.{sub}", level, "AMEND", sector, "", case, f"0{sub} ngày", f"0{sub} ngày", "Không")
                    )
    title = "công bố Danh mục thủ tục hành chính được sửa đổi, bổ sung thuộc phạm vi quản lý của Sở Công Thương"
    articles = [
        "Điều 2. Bãi bỏ thủ tục số thứ tự 02 phần I tại Quyết định số 77/QĐ-UBND ngày 03/4/2025 của Chủ tịch.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày 01 tháng 3 năm 2027.",
    ]
    head = {
        "number": "3501/QĐ-UBND",
        "signed_on": "2026-09-01",
        "effective_from": "2027-03-01",
        "rests_on": ["1234/QĐ-BCT"],
    }
    blocks = [
        *top(3501, "ngày 01 tháng 9 năm 2026", title, articles=articles),
        "DANH MỤC THỦ TỤC HÀNH CHÍNH",
        header + table,
    ]
    return Described("sửa đổi, hai mức thời hạn", blocks, expected, head, header_rows=2)


def _row(label, level, action, sector, code, name, time, cut=None, fees=None):
    row = {"label": label, "level": level, "action": action, "sector": sector, "code": code, "name": name}
    if time is not None:
        row["processing_time"] = time
    if cut is not None:
        row["processing_time_cut"] = cut
    if fees is not None:
        row["fees"] = fees
    return row


def mixed():
    """Three kinds in one decision: new ones in columns of another order, repealed ones with what repeals them and a day
    of their own, replaced ones with two names and two codes in one row."""
    new = [["Tên thủ tục", "Căn cứ pháp lý", "TT", "Cơ quan thực hiện", "Phí, lệ phí", "Thời hạn giải quyết"]]
    gone = [["STT", "Mã TTHC", "Tên thủ tục hành chính", "Tên VB QPPL quy định việc bãi bỏ TTHC", "Ghi chú"]]
    other = [
        ["STT", "Mã TTHC được thay thế", "Tên TTHC được thay thế", "Mã TTHC thay thế", "Tên TTHC thay thế", "Thời hạn"]
    ]
    expected = []
    for number in range(1, 5):
        name = f"Đăng ký {WORK[number]} bến bãi loại {number}"
        new.append([name, LAW, str(number), "Sở Xây dựng", "Không quy định", f"{number} ngày"])
        expected.append(
            _row(str(number), "PROVINCE", "ENACT", "Đường thủy", "", name, f"{number} ngày", fees="Không quy định")
        )
    for number in range(1, 4):
        name = f"Thẩm tra phương án {WORK[number]} cũ"
        note = "Bãi bỏ từ ngày 01/01/2027" if number == 2 else ""
        gone.append([str(number), f"2.00055{number}", name, LAW, note])
        row = _row(str(number), "PROVINCE", "REPEAL", "Đường thủy", f"2.00055{number}", name, None)
        expected.append({**row, "effective_from": "2027-01-01" if note else ""})
    old, fresh = "Cho phép neo đậu kiểu cũ", "Chấp thuận neo đậu theo kế hoạch"
    other.append(["1", "1.000111", old, "1.116222", fresh, "3 ngày"])
    row = _row("1", "PROVINCE", "REPLACE", "Đường thủy", "1.116222", fresh, "3 ngày")
    expected.append({**row, "references": {"1.000111"}})
    title = (
        "công bố thủ tục hành chính mới ban hành, bị bãi bỏ và được thay thế lĩnh vực đường thủy thuộc thẩm quyền giải "
        "quyết cấp tỉnh"
    )
    blocks = top("", "ngày     tháng     năm 2026", title)
    blocks += ["I. THỦ TỤC HÀNH CHÍNH MỚI BAN HÀNH (04 TTHC)", new, "II. THỦ TỤC HÀNH CHÍNH BỊ BÃI BỎ (03 TTHC)", gone]
    blocks += ["III. THỦ TỤC HÀNH CHÍNH ĐƯỢC THAY THẾ (01 TTHC)", other]
    return Described("ba loại, cột đảo thứ tự", blocks, expected, {"number": "", "signed_on": None})


def spans(rows):
    """(row, column, text, height, width) of each cell of a table with H and V marks."""
    found = []
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text in (H, V):
                continue
            width = height = 1
            while column + width < len(row) and row[column + width] == H:
                width += 1
            while at + height < len(rows) and rows[at + height][column] == V:
                height += 1
            found.append((at, column, text, height, width))
    return found


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def as_docx(described, path):
    """A Word file, its XML written straight: libraries take seconds for a long table."""
    body = "".join(_paragraphs(block) if isinstance(block, str) else _table(block) for block in described.blocks)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return path


def _paragraphs(text):
    lines = (f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in text.split("\n"))
    return "".join(lines)


def _table(rows):
    cells = {}
    for row, column, text, height, width in spans(rows):
        for down in range(height):
            merge = f'<w:vMerge w:val="{"continue" if down else "restart"}"/>' if height > 1 else ""
            settings = f'<w:tcPr><w:gridSpan w:val="{width}"/>{merge}</w:tcPr>'
            cells[row + down, column] = f"<w:tc>{settings}{_paragraphs('' if down else text)}</w:tc>"
    lines = ("".join(cells.get((row, column), "") for column in range(len(rows[row]))) for row in range(len(rows)))
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def as_html(described, border="1px solid black", background=""):
    parts = []
    for block in described.blocks:
        if isinstance(block, str):
            parts.append(f"<p>{escape(block)}</p>")
            continue
        lines = {}
        for row, _, text, height, width in spans(block):
            lines.setdefault(row, []).append(f'<td rowspan="{height}" colspan="{width}">{escape(text)}</td>')
        body = [f"<tr>{''.join(lines.get(row, []))}</tr>" for row in range(len(block))]
        cut = described.header_rows
        parts.append(f"<table><thead>{''.join(body[:cut])}</thead><tbody>{''.join(body[cut:])}</tbody></table>")
    style = (
        f"@page {{size: A4 landscape; margin: 1.5cm; {background}}} body {{font: 10pt 'DejaVu Sans'}} "
        f"table {{border-collapse: collapse; width: 100%}} td {{border: {border}; padding: 4pt; vertical-align: top}}"
    )
    return f"<html><style>{style}</style><body>{''.join(parts)}</body></html>"


def as_pdf(described, path, border="1px solid black"):
    from weasyprint import HTML

    HTML(string=as_html(described, border)).write_pdf(path)
    return path


def as_scan(described, path):
    """Every page a picture, with its words as an unseen layer, as a scanner with text recognition leaves it."""
    return scan(as_html(described), _unseen(described), path)


def _unseen(described):
    # Text without any colour would not be written at all.
    return as_html(described, "1px solid transparent").replace("<style>", "<style>body {color: rgba(0, 0, 0, 0.004)} ")


def as_crooked_scan(described, path):
    """Pages that lean and lie elsewhere on each sheet, with the words a little beside what is printed."""
    return scan(as_html(described), _unseen(described), path, crooked=len(described.expected))


def as_xlsx(described, path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    row = 0
    for block in described.blocks:
        if isinstance(block, str):
            row += 1
            sheet.cell(row, 1, block)
            continue
        for at, column, text, height, width in spans(block):
            sheet.cell(row + at + 1, column + 1, text)
            if height > 1 or width > 1:
                sheet.merge_cells(
                    start_row=row + at + 1,
                    end_row=row + at + height,
                    start_column=column + 1,
                    end_column=column + width,
                )
        row += len(block)
    book.save(path)
    return path


def as_csv(described, path):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for block in described.blocks:
            for row in [[block]] if isinstance(block, str) else block:
                writer.writerow(["" if text in (H, V) else text for text in row])
    return path


def as_xls(described, path):
    """The workbook of Excel 97-2003."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Danh mục")
    row = 0
    for block in described.blocks:
        if isinstance(block, str):
            sheet.write(row, 0, block)
            row += 1
            continue
        for at, column, text, height, width in spans(block):
            if height > 1 or width > 1:
                sheet.write_merge(row + at, row + at + height - 1, column, column + width - 1, text)
            else:
                sheet.write(row + at, column, text)
        row += len(block)
    book.save(str(path))
    return path


def as_white_pdf(described, path):
    """Tables without rules."""
    return as_pdf(described, path, "none")


WRITERS = {
    "docx": as_docx,
    "pdf": as_pdf,
    "scan.pdf": as_scan,
    "crooked.pdf": as_crooked_scan,
    "white.pdf": as_white_pdf,
    "xlsx": as_xlsx,
    "xls": as_xls,
    "csv": as_csv,
}


def described_from(document, name, expected):
    """A file that was read as a description, to write it in other formats."""
    blocks = []
    for block in document.blocks:
        if not hasattr(block, "rows"):
            blocks.append(block.full())
            continue
        rows = []
        for at, row in enumerate(block.rows):
            texts = []
            for column, cell in enumerate(row):
                left = column and row[column - 1] is cell
                above = at and column < len(block.rows[at - 1]) and block.rows[at - 1][column] is cell
                texts.append(H if left else V if above else cell.text)
            rows.append(texts)
        width = max(map(len, rows))
        blocks.append([[*row, *[""] * (width - len(row))] for row in rows])
    return Described(name, blocks, expected, header_rows=2)


def by_office(path, ending, folder):
    """A file turned into another format by LibreOffice."""
    profile = (folder / "office").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending, "--outdir", folder]
    subprocess.run([*command, path], check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{ending}"
