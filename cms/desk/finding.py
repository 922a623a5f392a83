"""What a field offers while somebody types: procedures by name or code, decisions by number, as JSON for desk.js."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from cms.desk.access import asks
from cms.selectors.references import MOST, decisions_like, named, procedures_like
from cms.selectors.rights import Right
from cms.values import format_date

FEWEST_LETTERS = 2


@asks(Right.DRAFT)
def find_procedures(request: HttpRequest) -> HttpResponse:
    """Code (or address) and name of public procedures."""
    typed = request.GET.get("q", "").strip()
    rows = named(list(procedures_like(typed)[:MOST])) if len(typed) >= FEWEST_LETTERS else []
    return JsonResponse({"found": [{"value": one.code or one.slug, "label": name} for one, name in rows]})


@asks(Right.DRAFT)
def find_decisions(request: HttpRequest) -> HttpResponse:
    """Number, day and issuer of decisions."""
    typed = request.GET.get("q", "").strip()
    rows = decisions_like(request.user, typed)[:MOST] if typed else []  # type: ignore[arg-type]
    found = [
        {"value": one.number, "label": f"{format_date(one.signed_on)}, {one.issuer.name}" if one.signed_on else ""}
        for one in rows
    ]
    return JsonResponse({"found": found})
