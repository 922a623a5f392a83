"""A decision of many items, ready to publish: what the benchmarks of publishing put into a scratch portal."""

from datetime import date

from cms.models import Decision, DecisionItem, Effect, Evidence, EvidenceGroup, LegalBasis, Procedure, Step
from cms.services import approve_decision, scope_nation, write_contents
from cms.vocabulary import Act, DecisionAction, ScopePart
from tests.factories import draft_content, make_decision

DETAILS = 25


def procedures(count: int) -> list[Procedure]:
    """As many procedures, not public yet."""
    rows = [Procedure(code=f"9.{number:06}", slug=f"thu-tuc-{number}") for number in range(count)]
    return Procedure.objects.bulk_create(rows)


def approved(found: list[Procedure], word: str, on: date) -> Decision:
    """An approved decision that opens a text of 25 rows for each procedure from the day on."""
    drafts = [draft_content(one, f"Thủ tục {one.code} {word}", details=_details(word)) for one in found]
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
    return approve_decision(decision=decision, by=None)


def _details(word: str) -> list[object]:
    text = f"nộp hồ sơ tại bộ phận tiếp nhận và trả kết quả {word} " * 8
    steps = [Step(ordinal=place, label=f"Bước {place}", text=text) for place in range(1, 6)]
    papers = [Evidence(ordinal=place, group=1, name=text, originals=1) for place in range(1, 13)]
    laws = [LegalBasis(ordinal=place, number=f"{place}/2025/NĐ-CP", title=text) for place in range(1, 8)]
    return [*steps, EvidenceGroup(ordinal=1), *papers, *laws]
