"""How long decisions take to read, format by format, and 500 rows to stage and to publish. Limits: 20 s staged, 5 s
published. Peers read the same files in the same run: python-docx the cells, pdfplumber its own tables; neither knows
what the cells mean."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scratch import Seconds, fresh_database, machine, start, timed

MOST_STAGED, MOST_PUBLISHED = 20.0, 5.0
FORMS = ("docx", "xlsx", "xls", "csv", "pdf", "white.pdf", "crooked.pdf")


def main() -> int:
    """Print the times; 1 when over a limit. `--no-long-pdf` leaves out the 500 rows in PDF."""
    start()
    fresh_database()
    from importers.decisions.reading import read_decision  # noqa: PLC0415  only after setup
    from tests.importers.decision_files import WRITERS, amended  # noqa: PLC0415

    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for rows in (50, 500):
            described = amended(rows // 2)
            for form in FORMS:
                if form.endswith("pdf") and rows == 500 and "--no-long-pdf" in sys.argv:
                    continue
                path = WRITERS[form](described, Path(folder) / f"{rows}.{form}")
                reading, took = timed(lambda path=path: read_decision([path]))  # type: ignore[misc]
                assert len(reading.items) == len(described.expected)
                peer = _peer(form, path, took.cpu)
                print(
                    f"{rows} rows, {form}: {_said(took)}, {took.cpu / MOST_STAGED:.0%} of the limit{peer}", flush=True
                )
        return _staged(Path(folder) / "500.docx")


def _said(took: Seconds) -> str:
    return f"{took.wall:.2f} s ({took.cpu:.2f} s of processor)"


def _peer(form: str, path: Path, own: float) -> str:
    peers: dict[str, tuple[str, Callable[[Path], None]]] = {
        "docx": ("python-docx", _with_python_docx),
        "pdf": ("pdfplumber", _with_pdfplumber),
    }
    if form not in peers:
        return ""
    name, read = peers[form]
    _, took = timed(lambda: read(path))
    return f"; {name} reads its cells in {took.cpu:.2f} s of processor, {took.cpu / own:.1f} times as long"


def _with_python_docx(path: Path) -> None:
    import docx  # noqa: PLC0415  a peer, for tests only

    for table in docx.Document(str(path)).tables:
        for row in table.rows:
            [cell.text for cell in row.cells]


def _with_pdfplumber(path: Path) -> None:
    import pdfplumber  # noqa: PLC0415

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_tables()
            page.close()


def _staged(path: Path) -> int:
    from cms.vocabulary import AgencyKind  # noqa: PLC0415
    from importers.decisions.applying import apply, publish  # noqa: PLC0415
    from importers.decisions.reading import read_decision  # noqa: PLC0415
    from importers.decisions.review import accept_clean  # noqa: PLC0415
    from importers.decisions.staging import stage  # noqa: PLC0415
    from importers.models import DecisionBatch  # noqa: PLC0415
    from tests.factories import make_agency  # noqa: PLC0415

    make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")
    (batch, _), staged = timed(lambda: stage(read_decision([path]), by=None, paths=[path]))
    accept_clean(batch=batch, version=batch.version, by=None)
    _, drafted = timed(lambda: apply(batch=batch, by=None))
    batch = DecisionBatch.objects.get()
    _, published = timed(lambda: publish(batch=batch, by=None))
    print(f"500 rows: read and staged in {_said(staged)}, limit {MOST_STAGED:.0f} s")
    print(f"500 rows: made a draft in {_said(drafted)}, published in {_said(published)}, limit {MOST_PUBLISHED:.0f} s")
    return int(staged.wall > MOST_STAGED or published.wall > MOST_PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
