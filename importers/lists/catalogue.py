"""A catalogue of procedures as a list: read, compared and written as `import_catalogue` does it, from the admin."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from cms.models import AgencyText, ProcedureContent, ValidityPeriod
from cms.selectors.rights import Right, places_with
from cms.vocabulary import AgencyRole, ScopePart
from importers.apply import ChangedMeanwhileError
from importers.compare import Plan
from importers.lists.resource import Line, ListResource
from importers.lists.screen import ListScreen
from importers.lists.table import ListFile
from importers.locking import ImportRunningError, only_import
from importers.models import Outcome
from importers.questions import BY_COMMAND
from importers.readers import read, spreadsheet
from importers.report import Report
from importers.rows import ReadFile, UnusableFileError
from importers.run import run_import
from importers.standing import NATION

_CHUNK = 500
_LEFT_OUT = (Outcome.REFUSED, Outcome.ASKED)


@dataclass
class CatalogueFile(ListFile[Plan]):
    """What would become of each row; `files` is what was read, `report` what the comparing found."""

    files: list[ReadFile] = field(default_factory=list)
    report: Report | None = None


class CatalogueResource(ListResource[Plan]):
    """Procedures as a catalogue states them, against the texts for the whole country."""

    columns = {
        "outcome": "Cách ghi",
        "code": "Mã thủ tục",
        "name": "Tên",
        "sector": "Lĩnh vực",
        "agencies": "Cơ quan thực hiện",
        "lists": "Danh mục của cơ quan",
    }

    def __init__(self, drafts: Sequence[Plan]) -> None:
        super().__init__(drafts)
        changed = [plan.procedure_id for plan in drafts if plan.writes and plan.procedure_id]
        self.texts: dict[int, dict[str, str]] = {}
        for start in range(0, len(changed), _CHUNK):
            self.texts |= _standing_texts(changed[start : start + _CHUNK])

    def standing(self, draft: Plan) -> Line | None:
        """The text in force; None for a procedure the portal does not have."""
        if draft.outcome == Outcome.CREATED:
            return None
        if not draft.writes:
            return self.stated(draft)
        texts = {"code": draft.item.source.code or "", **self.texts.get(draft.procedure_id or 0, {})}
        texts["lists"] = "; ".join(draft.delisted)
        return Line(texts.get("name", ""), texts)

    def stated(self, draft: Plan) -> Line:
        """What the file says; where only lists change, the text is as it was."""
        source = draft.item.source
        texts = {"code": source.code or ""}
        if draft.row:
            texts |= {"name": draft.row.name, "sector": draft.row.sector}
            texts["agencies"] = "; ".join(draft.row.agencies.get(AgencyRole.IMPLEMENTING, []))
        else:
            texts |= self.texts.get(draft.procedure_id or 0, {})
        if draft.writes:
            texts |= {"outcome": str(Outcome(draft.outcome).label), "lists": "; ".join(draft.listed)}
        return Line(f"{source.code or ''} {source.name}".strip(), texts)


def _standing_texts(procedures: Sequence[int]) -> dict[int, dict[str, str]]:
    rows = ValidityPeriod.objects.standing().filter(
        procedure__in=procedures, scope__key=NATION, part=ScopePart.BASE, valid_to=None
    )
    contents = dict(rows.values_list("content", "procedure"))
    texts = {
        contents[one.pk]: {"name": one.name or "", "sector": one.sector_text}
        for one in ProcedureContent.objects.filter(pk__in=contents)
    }
    named = AgencyText.objects.filter(content__in=contents, role=AgencyRole.IMPLEMENTING).order_by("ordinal")
    for content, text in named.values_list("content", "text"):
        held = texts[contents[content]]
        held["agencies"] = "; ".join(filter(None, [held.get("agencies"), text]))
    return texts


class CatalogueScreen(ListScreen[Plan]):
    """A catalogue holds for the whole country: only for those who publish everywhere."""

    address = "catalogue_import"
    title = "Nhập danh mục"
    lead = (
        "Danh mục .xlsx hoặc .csv có cột mã và tên thủ tục, như cổng quốc gia xuất ra. Bản ghi theo quyết định không "
        "bị danh mục ghi đè. Thủ tục không có trong tệp giữ nguyên."
    )
    thing = "Thủ tục"
    right = Right.PUBLISH
    helps = (
        ("Đến danh sách thủ tục", "wagtailsnippets_cms_procedure:list"),
        ("Câu hỏi danh mục", "catalogue_questions"),
    )
    resource = CatalogueResource

    def allowed(self, user: Any) -> bool:
        """Those who may publish at every agency."""
        return places_with(user, Right.PUBLISH) is None

    def read(self, path: Path, user: Any) -> CatalogueFile:
        """What would become of each row."""
        file = read(path)
        if file.reader not in (spreadsheet.NAME, spreadsheet.CSV_NAME):
            raise UnusableFileError(
                f"{file.file}: đây là tệp bản ghi, không phải danh mục .xlsx hay .csv. Người quản trị máy nhập tệp này "
                "bằng lệnh import_catalogue."
            )
        report = run_import(files=[file], dry_run=True)
        told = [entry for entry in report.entries if entry["severity"] in ("refused", "asked")]
        refused = [f"{entry['where']}: {entry['made_of_it'].partition(BY_COMMAND)[0].rstrip('.')}." for entry in told]
        plans = [plan for plan in report.plans if plan.outcome not in _LEFT_OUT]
        return CatalogueFile(plans, refused, [file], report)

    def has_news(self, found: ListFile[Plan], changed: bool) -> bool:
        """Names that the list vouches for and rows to look at are kept too."""
        assert isinstance(found, CatalogueFile) and found.report
        return found.report.has_news

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One import at a time; the write is one transaction of its own."""
        try:
            with only_import():
                yield
        except ImportRunningError as error:
            raise ValidationError(str(error)) from error
        except ChangedMeanwhileError as error:
            message = "Có người liên tục công khai nội dung trong lúc nhập. Hãy nhập lại sau ít phút."
            raise ValidationError(message) from error

    def write(self, found: ListFile[Plan], user: Any) -> tuple[int, int, int]:
        """As the command writes."""
        assert isinstance(found, CatalogueFile)
        counts = run_import(files=found.files, by=user).counts
        return counts["created"], counts["amended"] + counts["corrected"], counts["unchanged"]
