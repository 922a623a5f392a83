"""What a reader hands on: plain rows that know their source place. No models, no guesses: what has no certain reading
keeps its raw text and says so."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Place:
    """Where a value was read: file, sheet or page, line or row, cell or field."""

    file: str
    sheet: str = ""
    line: int = 0
    cell: str = ""

    def __str__(self) -> str:
        where = [self.file, self.sheet, f"dòng {self.line}" if self.line else "", self.cell]
        return ", ".join(part for part in where if part)


@dataclass(frozen=True)
class Problem:
    """Something the reader can't vouch for. `severity`: "refused" (record left out), "asked" (left out until an
    editor answers), "quarantined" (kept apart, not shown), "doubtful" (kept, marked unverified), "repaired" (text
    repaired visibly)."""

    severity: str
    code: str
    place: Place
    part: str
    raw: str
    message: str


@dataclass
class TimeRow:
    """A time cell. `kind`: vocabulary.TimeReading; amount and unit only for UNIT (BARE: amount alone or None)."""

    kind: str
    text: str
    amount: Decimal | None = None
    unit: str = ""


@dataclass
class CostRow:
    """One head of a fee cell, or one sum in its bracket (BRACKETED, with its clause). `kind`: vocabulary.CostReading;
    doubts: vocabulary.CostDoubt; `certain` False = stored as unverified."""

    kind: str
    text: str
    amount: Decimal | None = None
    currency: str = "VND"
    clause: str = ""
    doubts: tuple[str, ...] = ()
    cost_kind: str = "UNKNOWN"
    certain: bool = True


@dataclass
class ChannelRow:
    """A row of the submission table. `kind`: vocabulary.ChannelKind; `time` None where the source has no cell."""

    kind: str
    time: TimeRow | None
    costs: list[CostRow] = field(default_factory=list)
    description: str = ""


@dataclass
class EvidenceRow:
    """A paper. Counts None where not stated or not certain. `form_file` only where its cut from the name is certain.
    `counts_text`: the counts as printed ("1 bản chính,1 bản sao"), so that no text is lost where they're uncertain."""

    name: str
    originals: int | None = None
    copies: int | None = None
    form_file: str = ""
    names_form: bool = False
    certain: bool = True
    counts_text: str = ""


@dataclass
class EvidenceCase:
    """The papers of one case; title empty where the source has one untitled list. `mark`: what the source prints in
    the place of a title ("--")."""

    title: str
    papers: list[EvidenceRow] = field(default_factory=list)
    mark: str = ""


@dataclass
class StepRow:
    """One step, with its label ("Bước 1") if it has one. `printed`: the label with its bullet and colon as printed."""

    text: str
    label: str = ""
    printed: str = ""


@dataclass
class LegalBasisRow:
    """A legal text as cited. `printed`: the number's cell as printed, where words stand before the number in it."""

    title: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    certain: bool = True
    printed: str = ""


@dataclass
class OutputRow:
    """A result, with its national result code if printed."""

    name: str
    code: str = ""


@dataclass
class PartRow:
    """The cleaned raw text of one part and whether the source states it (vocabulary.Part, vocabulary.Presence)."""

    part: str
    presence: str
    raw: str
    place: Place


@dataclass
class ProcedureRow:
    """One procedure as one source states it. A catalogue row has only NAME and what its columns give."""

    place: Place
    code: str | None
    name: str
    parts: dict[str, PartRow] = field(default_factory=dict)
    sector: str = ""
    levels: tuple[str, ...] = ()
    applicant_types: tuple[str, ...] = ()
    procedure_kind: str = ""
    cited_decision: str = ""
    decision_number: str = ""
    dossier_sets: str = ""
    channels: list[ChannelRow] = field(default_factory=list)
    steps: list[StepRow] = field(default_factory=list)
    cases: list[EvidenceCase] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    legal_bases: list[LegalBasisRow] = field(default_factory=list)
    outputs: list[OutputRow] = field(default_factory=list)
    # role (vocabulary.AgencyRole) → texts as announced, one agency each
    agencies: dict[str, list[str]] = field(default_factory=dict)
    # scheme (vocabulary.IdentifierScheme) → values
    identifiers: dict[str, list[str]] = field(default_factory=dict)
    # Of a form whose times and fees stand beside its channels, not in them.
    times: list[TimeRow] = field(default_factory=list)
    costs: list[CostRow] = field(default_factory=list)
    # vocabulary.OnlineLevel; "" where the source doesn't say
    online_level: str = ""
    regardless_of_residence: bool | None = None
    problems: list[Problem] = field(default_factory=list)
    # "record": a full text; "catalogue": a row of a list, which vouches for code and name only
    source: str = "record"


@dataclass
class ReadFile:
    """What came out of one file: its rows and what was refused. `reader` is the reader's name."""

    file: str
    sha256: str
    reader: str
    rows: list[ProcedureRow] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)

    def problems(self) -> Iterable[Problem]:
        """Everything to report, in the order read."""
        yield from self.refused
        for row in self.rows:
            yield from row.problems


class UnusableFileError(ValueError):
    """The file can't be read at all; the message says in Vietnamese what, where and what to do. Nothing is written."""
