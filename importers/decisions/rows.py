"""What a reader of decisions hands on: the head, the rows of its lists and the texts behind them, each value with the
place it was read at. No models and no guesses: what has no certain reading keeps its raw text and says why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from importers.rows import Place, Problem, ProcedureRow

# The columns of a list, by the names they have in the report of `import_decision`.
COLUMNS = (
    "code",
    "name",
    "processing_time",
    "processing_time_cut",
    "place",
    "fees",
    "legal_bases",
    "agency",
    "online_level",
    "post_receive",
    "post_return",
    "regardless_of_residence",
    "effect",
    "note",
)


@dataclass(frozen=True)
class Value:
    """One value as read. `raw`: as printed, where that differs; `doubt`: why an editor must look, in Vietnamese ("" =
    clean). Ticks of a mark column are "x"."""

    text: str
    place: Place
    raw: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Reference:
    """A procedure as an older decision names it: "số thứ tự 02 phần I Quyết định số …"."""

    text: str
    decision_number: str = ""
    code: str = ""
    name: str = ""


@dataclass(frozen=True)
class Region:
    """Where on a page (from 1) something is printed, in thousandths of its width and height from the upper left."""

    page: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """From the left to the right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From the top to the bottom."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Printed:
    """A cell of the source row under its printed heading; `column`: the name of COLUMNS, or another, that it was taken
    for, "" where the column was not recognised."""

    head: str
    text: str
    column: str = ""


@dataclass(frozen=True)
class FormFile:
    """A form behind a procedure: its title, where it begins, and the paper that asks for it ("" = none does). `blocks`:
    its first block in `Document.blocks` and the one before which it ends; None where it shares one with a neighbour.
    `file`: the name of the file it was cut into, SHA-1 and ending; "" where it was not."""

    title: str
    place: Place
    paper: str = ""
    blocks: tuple[int, int] | None = None
    file: str = ""


@dataclass
class ItemRow:
    """One row of the lists. `ordinal` runs through all lists of the decision from 1; `label` is the printed number;
    `parent` is the ordinal of the procedure whose sub-case this is; `part` the headings it stands under, outermost
    first, joined by " › ". `action`: vocabulary.DecisionAction or "" when nothing states it; `levels`:
    vocabulary.AdministrativeLevel."""

    ordinal: int
    place: Place
    name: str
    label: str = ""
    parent: int | None = None
    part: str = ""
    action: str = ""
    levels: tuple[str, ...] = ()
    sector: str = ""
    code: str = ""
    # By a name of COLUMNS; a column the list doesn't have is absent.
    values: dict[str, Value] = field(default_factory=dict)
    effective_from: date | None = None
    # What this row replaces or repeals, as printed.
    references: list[Reference] = field(default_factory=list)
    # The full text of the content annex (Phần II), joined by order and checked by name.
    content: ProcedureRow | None = None
    forms: list[FormFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # The whole source row, columns not recognised too, and where pages show it; a row over two pages has two regions.
    printed: list[Printed] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)

    def is_refused(self) -> bool:
        """Whether the row can't be staged."""
        return any(problem.severity == "refused" for problem in self.problems)

    def is_doubtful(self) -> bool:
        """Whether an editor must look before it is taken over."""
        return bool(self.problems) or any(value.doubt for value in self.values.values())


@dataclass
class DecisionHead:
    """The head of the decision. What a draft leaves blank, or a stamp hides, is None or "" and asked for.
    `deciding_office`: as printed above the body ("CHÁNH VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH"); `rests_on`: numbers of the
    ministries' decisions among the grounds; `effect`: the sentence that says from when it holds."""

    number: str = ""
    signed_on: date | None = None
    effective_from: date | None = None
    effect: str = ""
    issuer: str = ""
    deciding_office: str = ""
    signer: str = ""
    title: str = ""
    grounds: list[str] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class DecisionFile:
    """One file of the batch. `role`: "source" (what was read), "annex" or "law" (the signed PDF compared with it);
    `reader`: "docx", "pdf", "spreadsheet" …"""

    name: str
    sha256: str
    role: str = "source"
    reader: str = ""
    tables: int = 0
    pages: int = 0


@dataclass
class DecisionReading:
    """All that the files of one decision say. `kind`: "announcement", else the name of the refused kind; `counts`: what
    headings and articles state, by heading, beside what was read: heading → (stated, read)."""

    files: list[DecisionFile]
    kind: str = "announcement"
    head: DecisionHead = field(default_factory=DecisionHead)
    items: list[ItemRow] = field(default_factory=list)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    # What concerns the whole: a count that disagrees, a head left blank, an annex that could not be joined.
    problems: list[Problem] = field(default_factory=list)

    def all_problems(self) -> Iterator[Problem]:
        """Everything to report, in the order read."""
        yield from self.problems
        for item in self.items:
            yield from item.problems


class RefusedKindError(ValueError):
    """The file is a decision of another kind (internal process, internal procedures), which is never announced; the
    message says in Vietnamese what it is, how that was seen, and what to do; `kind` names it in the report."""

    def __init__(self, message: str, kind: str) -> None:
        """Refuse a file of this kind: "internal_process" or "internal_procedures"."""
        super().__init__(message)
        self.kind = kind
