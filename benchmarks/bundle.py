"""A decision of many items, ready to publish: what the benchmarks of publishing put into a scratch portal."""

from datetime import date

from cms.models import (
    AgencyText,
    Channel,
    Cost,
    Decision,
    DecisionItem,
    Effect,
    Evidence,
    EvidenceGroup,
    LegalBasis,
    Output,
    Procedure,
    ProcessingTime,
    Requirement,
    Step,
)
from cms.services import approve_decision, scope_nation, write_contents
from cms.vocabulary import (
    Act,
    AgencyRole,
    AgencyTextKind,
    ChannelKind,
    CostReading,
    DecisionAction,
    DecisionRoute,
    ScopePart,
    TimeReading,
)
from tests.factories import draft_content, make_decision

DETAILS = 31


def procedures(count: int) -> list[Procedure]:
    """As many procedures, not public yet."""
    rows = [Procedure(code=f"9.{number:06}", slug=f"thu-tuc-{number}") for number in range(count)]
    return Procedure.objects.bulk_create(rows)


def approved(found: list[Procedure], word: str, on: date, *, reviewed: bool = False) -> Decision:
    """An approved decision that opens a text of DETAILS rows for each procedure from the day on.

    `reviewed`: as editors prepare it, so that publishing asks the gate once more.
    """
    drafts = [
        draft_content(one, f"Thủ tục {one.code} {word}", details=_details(word), applicant_types="CITIZEN")
        for one in found
    ]
    contents = write_contents(drafts=drafts)
    decision = make_decision(effective_from=on)
    items = DecisionItem.objects.bulk_create(
        DecisionItem(decision=decision, procedure=one, ordinal=place, label=str(place), action=DecisionAction.AMEND)
        for place, one in enumerate(found, 1)
    )
    nation = scope_nation()
    Effect.objects.bulk_create(
        Effect(
            item=item,
            procedure=content.procedure,
            scope=nation,
            part=ScopePart.BASE,
            act=Act.OPEN,
            content=content,
        )
        for item, content in zip(items, contents, strict=True)
    )
    decision = approve_decision(decision=decision, by=None)
    if reviewed:
        Decision.objects.filter(pk=decision.pk).update(route=DecisionRoute.REVIEWED)
    return decision


def _details(word: str) -> list[object]:
    text = f"nộp hồ sơ tại bộ phận tiếp nhận và trả kết quả {word} " * 8
    steps = [Step(ordinal=place, label=f"Bước {place}", text=text) for place in range(1, 6)]
    papers = [Evidence(ordinal=place, group=1, name=text, originals=1, form_file="Mẫu 01") for place in range(1, 13)]
    laws = [LegalBasis(ordinal=place, number=f"{place}/2025/NĐ-CP", title=text) for place in range(1, 8)]
    rest = [
        Channel(ordinal=1, kind=ChannelKind.IN_PERSON),
        ProcessingTime(ordinal=1, row=1, reading_kind=TimeReading.OTHER, text="05 ngày làm việc"),
        Cost(ordinal=1, row=1, reading_kind=CostReading.FREE, text="Không"),
        Requirement(ordinal=1, text=text),
        Output(ordinal=1, name="Giấy xác nhận"),
        AgencyText(ordinal=1, role=AgencyRole.IMPLEMENTING, text="Ủy ban nhân dân cấp xã", kind=AgencyTextKind.PHRASE),
    ]
    return [*steps, EvidenceGroup(ordinal=1), *papers, *laws, *rest]
