"""A decision of many rows as a Word file and as a reviewed batch, for the benchmarks of decision files."""

import tempfile
from pathlib import Path

import docx

from cms.vocabulary import AgencyKind
from importers.decisions.reading import read_decision
from importers.decisions.review import accept_clean
from importers.decisions.staging import stage
from importers.models import DecisionBatch
from tests.factories import make_agency
from tests.importers.decision_files import LAW, PLACES, top

HEADS = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm", "Phí", "Căn cứ pháp lý"]


def province() -> None:
    """The body that issues it."""
    make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")


def word_file(items: int, path: Path) -> Path:
    """A list of so many procedures that are all new."""
    rows = [
        [str(n), f"1.{n:06}", f"Cấp giấy phép loại {n}", f"{n % 20 + 1:02d} ngày làm việc", PLACES, "Không", LAW]
        for n in range(1, items + 1)
    ]
    title = "công bố Danh mục thủ tục hành chính mới ban hành cấp tỉnh lĩnh vực Chợ"
    articles = ["Điều 2. Quyết định này có hiệu lực kể từ ngày ký."]
    document = docx.Document()
    for line in top(88, "ngày 01 tháng 9 năm 2026", title, articles=articles):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(HEADS))
    for row in (HEADS, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def reviewed(items: int) -> DecisionBatch:
    """The batch of such a file, every row taken over."""
    province()
    with tempfile.TemporaryDirectory() as folder:
        path = word_file(items, Path(folder) / "quyet-dinh.docx")
        batch, _ = stage(read_decision([path]), by=None)
    accept_clean(batch=batch, version=batch.version, by=None)
    batch.refresh_from_db()
    return batch
