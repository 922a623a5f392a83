"""What stands for one scope: the text an amendment starts from and the text a local part stands on."""

from datetime import date

from cms.calendar import today
from cms.models import Procedure, ProcedureContent, Scope, ValidityPeriod
from cms.vocabulary import ScopePart


def period_standing(procedure: Procedure, scope: Scope, part: str, on: date | None) -> ValidityPeriod | None:
    """The standing period of exactly this scope and part on the day (None: today)."""
    day = on or today()
    periods = ValidityPeriod.objects.standing().in_force_on(day)
    return periods.filter(procedure=procedure, scope=scope, part=part).select_related("content").first()


def text_standing(procedure: Procedure, scope: Scope, part: str, on: date | None) -> ProcedureContent | None:
    """The text of that period; a text of one's own where none stands yet starts from the widest one in force."""
    found = period_standing(procedure, scope, part, on)
    if found is None and part == ScopePart.BASE:
        found = widest_standing(procedure, on)
    return found.content if found else None


def widest_standing(procedure: Procedure, on: date | None) -> ValidityPeriod | None:
    """The base text of the lowest rank in force on the day: the ministry's, under a local part."""
    periods = ValidityPeriod.objects.standing().in_force_on(on or today())
    base = periods.filter(procedure=procedure, part=ScopePart.BASE).select_related("content", "scope")
    return base.order_by("scope__rank", "pk").first()
