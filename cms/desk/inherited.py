"""Beside each local field what the wider text says there: that goes on holding wherever nothing own is written."""

from cms.models import ValidityPeriod
from cms.selectors.showing import ContentView
from cms.views.sections import case_titles, cost_lines, distinct, time_line
from cms.vocabulary import OnlineLevel, Part

NOTHING = "không nêu phần này"


def source_of(period: ValidityPeriod) -> str:
    """Whose text it is, as a person cites it."""
    item = period.opened_by.item
    return f"Quyết định {item.decision.number}" if item else f"danh mục đã nhập ({period.opened_by.snapshot})"


def inherited(view: ContentView, place: str) -> list[str]:
    """What the text says in the table or field of this name, line by line; [NOTHING] where it says nothing."""
    cases = case_titles(view)
    if place == "time":
        lines = [one.text for one in distinct(time_line(row, cases) for row in view.of("ProcessingTime"))]
    elif place == "costs":
        lines = ["; ".join(filter(None, (one.text, one.note))) for one in cost_lines(view.of("Cost"), cases)]
    elif place == "legal_basis":
        lines = [" – ".join(filter(None, (row.number, row.title))) for row in view.of("LegalBasis")]
    elif place == "agencies":
        lines = [f"{row.get_role_display()}: {row.text}" for row in view.of("AgencyText")]
    elif place == "cases":
        lines = list(cases.values())
    elif place == "reception":
        lines = view.words(Part.RECEPTION).splitlines()
    elif place == "online_level":
        level = view.content.online_level
        lines = [str(OnlineLevel(level).label)] if level else []
    else:
        lines = [getattr(view.content, place, "")]
    return [line for line in lines if line] or [NOTHING]
