"""Decides, without writing, what becomes of each procedure of a run: new, corrected, amended, unchanged or refused.

A catalogue never overrules a decision that is in hand, and a list never overrules a full record (design.md 2b).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cms.identifiers import fold_decision_number
from cms.vocabulary import AgencyRole, Part
from importers.drafts import DraftMaker, name_only
from importers.fitting import misfits
from importers.models import Outcome, QuarantineReason
from importers.rows import Problem, ProcedureRow
from importers.staging import NAME_CHANGED, Key, Staged, name_changed, same_name
from importers.standing import Standing

# Doubts an editor must see though the portal stays as it is.
FOR_AN_EDITOR = frozenset({NAME_CHANGED, "decision_in_hand", "agencies_differ", "without_code"})


@dataclass(slots=True)
class Plan:
    """What to write for one procedure. `row` None: its text stays; `corrects`: the effect whose text is put right;
    `lists_from`: the file that names the agencies."""

    item: Staged
    outcome: str
    procedure_id: int | None = None
    row: ProcedureRow | None = None
    hash: str = ""
    corrects: int | None = None
    listed: list[str] = field(default_factory=list)
    delisted: list[str] = field(default_factory=list)
    lists_from: str = ""
    quarantined_content: int | None = None
    quarantined_name: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def opens(self) -> bool:
        """Whether the text opens a period of its own."""
        return self.row is not None and self.corrects is None

    @property
    def lists(self) -> bool:
        """Whether it enters or leaves an agency's list."""
        return bool(self.listed or self.delisted)

    @property
    def keeps_its_name(self) -> bool:
        """Whether a list gives a new name that is not followed, because an earlier list vouched for the old one."""
        return any(problem.code == NAME_CHANGED for problem in self.problems)

    @property
    def writes(self) -> bool:
        """Whether anything is to be published."""
        return self.row is not None or self.lists


@dataclass
class Comparer:
    """Compares staged items with what stands."""

    maker: DraftMaker
    vouched: Mapping[str, str]
    questions: Mapping[Key, Problem] = field(default_factory=dict)

    def compare(self, items: Iterable[Staged], standing: Mapping[Key, Standing]) -> Iterator[Plan]:
        """One plan per item. What doesn't fit its columns is refused here, so that no write can fail on it."""
        for item in items:
            yield self.decide(item, standing.get(item.key))

    def decide(self, item: Staged, standing: Standing | None) -> Plan:
        """What becomes of one procedure."""
        row = item.row
        plan = Plan(item, Outcome.UNCHANGED, problems=[*item.problems, *item.source.problems])
        if refusals := misfits(row):
            plan.outcome = Outcome.REFUSED
            plan.problems += refusals
            return plan
        if question := self.questions.get(item.key):
            plan.outcome = Outcome.ASKED
            plan.problems.insert(0, question)
            return plan
        if standing:
            plan.procedure_id = standing.procedure_id
        if standing and standing.effect_id:
            plan.hash = self.maker.make(row).seal()
        if standing is None or standing.effect_id is None:
            plan.outcome, plan.row = Outcome.CREATED, row
        elif standing.by_decision:
            self._beside_a_decision(plan, standing)
            return plan
        elif standing.has_code and not item.source.code:
            self._without_code(plan, standing)
            return plan
        elif item.record:
            self._record(plan, item.record, standing)
        else:
            self._name(plan, row, standing)
        self._lists(plan, standing)
        if plan.outcome == Outcome.UNCHANGED and plan.writes:
            plan.outcome = Outcome.AMENDED
        return plan

    # --- the text ----------------------------------------------------------------------------------------------------

    def _beside_a_decision(self, plan: Plan, standing: Standing) -> None:
        """A decision opened (or closed) the text: a catalogue that differs is listed, never followed."""
        record = plan.item.record
        differs = (
            standing.hash != plan.hash
            if record
            else not same_name(standing.name, plan.item.row.name, plan.item.row.code)
        )
        if differs and not plan.item.quarantined:
            what = "khác với nội dung theo quyết định đang có trên cổng; nội dung trên cổng được giữ nguyên."
            plan.problems.append(_doubt(plan, "decision_in_hand", Part.DECISION, standing.number, what))

    def _without_code(self, plan: Plan, standing: Standing) -> None:
        """An editor joined this source's record to a procedure with a code: it vouches for nothing that has one."""
        if standing.hash != plan.hash:
            what = (
                "bản ghi không có mã, khác với nội dung của thủ tục đã được ghép; nội dung trên cổng được giữ nguyên."
            )
            plan.problems.append(_doubt(plan, "without_code", Part.NAME, plan.item.source.name, what))

    def _record(self, plan: Plan, record: ProcedureRow, standing: Standing) -> None:
        if standing.hash == plan.hash:
            return
        plan.row = record
        old, new = (fold_decision_number(text) for text in (standing.number, _number(record)))
        if old and new and old != new:
            plan.outcome = Outcome.AMENDED
            what = (
                f"số quyết định đổi từ {standing.number} thành {_number(record)}; ghi là sửa đổi chưa rõ ngày hiệu lực."
            )
            plan.problems.append(_doubt(plan, "amended", Part.DECISION, _number(record), what, "amended"))
            return
        plan.outcome, plan.corrects = Outcome.CORRECTED, standing.effect_id
        what = "cùng số quyết định nhưng nội dung khác trước; ghi là đính chính."
        if old and not new:
            what = f"tệp mới không còn ghi số quyết định {standing.number}, nội dung khác trước; ghi là đính chính."
        plan.problems.append(_doubt(plan, "corrected", Part.DECISION, _number(record), what, "corrected"))

    def _name(self, plan: Plan, row: ProcedureRow, standing: Standing) -> None:
        """Only the name is vouched for: by a list, or because the full text was set apart."""
        item = plan.item
        if standing.name_only:
            # Without the list in hand, the standing text may know more (sector, agencies) than the code alone.
            if item.catalogue and standing.hash != plan.hash:
                self._correct_to(plan, row, standing, "danh mục ghi khác trước; ghi là đính chính.")
            return
        foreign = item.quarantined is not None and same_name(item.quarantined.row.name, standing.name, row.code)
        if foreign:
            self._correct_to(plan, row, standing, "nội dung đang có không thuộc mã này; thủ tục chỉ giữ tên.")
        elif item.catalogue and not same_name(item.catalogue.name, standing.name, row.code):
            self._another_name(plan, item.catalogue, standing)

    def _another_name(self, plan: Plan, catalogue: ProcedureRow, standing: Standing) -> None:
        before = self.vouched.get(catalogue.code or "")
        if before and same_name(before, standing.name, catalogue.code):
            plan.problems.append(name_changed(catalogue, standing.name))
            return
        reason = str(QuarantineReason.OTHER_NAME).lower()
        what = f"nội dung đang có mang tên “{standing.name}”, không phải tên của mã này; đã cách ly, chỉ giữ tên."
        plan.problems.append(_doubt(plan, reason, Part.NAME, catalogue.name, what, "quarantined"))
        plan.quarantined_content, plan.quarantined_name = standing.content_id, standing.name
        self._correct_to(plan, name_only(catalogue), standing, "")

    def _correct_to(self, plan: Plan, row: ProcedureRow, standing: Standing, what: str) -> None:
        plan.outcome, plan.row, plan.corrects = Outcome.CORRECTED, row, standing.effect_id
        if what:
            plan.problems.append(_doubt(plan, "corrected", Part.NAME, row.name, what, "corrected"))

    # --- the lists ---------------------------------------------------------------------------------------------------

    def _lists(self, plan: Plan, standing: Standing | None) -> None:
        """A source that names agencies changes the lists; one that names none leaves them as they are."""
        item = plan.item
        own = self._targets(item.record)
        given = self._targets(item.catalogue)
        if item.record and item.record.agencies.get(AgencyRole.IMPLEMENTING):
            wanted, plan.lists_from = own, item.record.place.file
            if item.catalogue and item.catalogue.agencies.get(AgencyRole.IMPLEMENTING) and own != given:
                self._doubt_agencies(plan, item.catalogue)
        elif item.catalogue and item.catalogue.agencies.get(AgencyRole.IMPLEMENTING):
            if standing and standing.states_agencies and not standing.name_only and plan.row is None:
                if given != standing.listed | (given & standing.listed_by_decision):
                    self._doubt_agencies(plan, item.catalogue)
                return
            wanted, plan.lists_from = given, item.catalogue.place.file
        elif standing and _takes_text_away(plan, standing):
            # It was the foreign text that put the procedure on these lists.
            wanted, plan.lists_from = set(), item.source.place.file
        else:
            return
        before = standing.listed if standing else set()
        decided = standing.listed_by_decision if standing else set()
        plan.listed = sorted(wanted - before - decided)
        plan.delisted = sorted(before - wanted)

    def _targets(self, row: ProcedureRow | None) -> set[str]:
        """The agencies and classes whose lists the row enters: "U:<slug>", "C:<key>"; a phrase enters none."""
        texts = row.agencies.get(AgencyRole.IMPLEMENTING, ()) if row else ()
        named = [self.maker.named(text) for text in texts]
        units = {f"U:{one.agency.slug}" for one in named if one.agency}
        return units | {f"C:{one.agency_class.key}" for one in named if one.agency_class}

    def _doubt_agencies(self, plan: Plan, catalogue: ProcedureRow) -> None:
        texts = "; ".join(catalogue.agencies[AgencyRole.IMPLEMENTING])
        what = "cơ quan thực hiện trong danh mục khác với bản ghi đầy đủ; giữ theo bản ghi đầy đủ."
        problem = Problem("doubtful", "agencies_differ", catalogue.place, Part.AGENCIES, texts, what)
        plan.problems.append(problem)


def _takes_text_away(plan: Plan, standing: Standing) -> bool:
    """Whether a full text that named agencies gives way to the name alone."""
    full = standing.states_agencies and not standing.name_only
    return full and plan.corrects is not None and plan.item.record is None


def _number(row: ProcedureRow) -> str:
    return row.decision_number or row.cited_decision


def _doubt(plan: Plan, code: str, part: str, raw: str, what: str, severity: str = "doubtful") -> Problem:
    return Problem(severity, code, plan.item.source.place, part, raw, what)
