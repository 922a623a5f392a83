"""Every address of the desk names the right it asks for; what a service refuses is said on the page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cms.models import Agency, Decision, DecisionItem, Effect, PendingReference
from cms.selectors.rights import Right, may, places_with
from cms.services import NotAllowedError, NothingStandsError

View = Callable[..., HttpResponseBase]


def guarded(right: Right, allowed: Callable[[Any, dict[str, Any]], bool]) -> Callable[[View], View]:
    """The view is for people of whom `allowed(user, arguments of the address)` holds; it names the right asked for."""

    def wrap(view: View) -> View:
        @never_cache
        @wraps(view)
        def checked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user, kwargs):
                raise PermissionDenied
            return view(request, **kwargs)

        checked.right = right  # type: ignore[attr-defined]
        return checked

    return wrap


def asks(right: Right) -> Callable[[View], View]:
    """The view is for people with this right at the agency the address speaks of, a decision's or its own; at any
    agency where it speaks of none."""

    def allowed(user: Any, kwargs: dict[str, Any]) -> bool:
        agency = _agency_of(kwargs)
        return may(user, right, agency) if agency else places_with(user, right) != []

    return guarded(right, allowed)


def say(request: HttpRequest, error: Exception) -> None:
    """What a service refused, on the next page."""
    for reason in error.messages if isinstance(error, ValidationError) else [str(error)]:
        messages.error(request, reason)


def _agency_of(kwargs: dict[str, Any]) -> Agency | None:
    if "agency" in kwargs:
        return get_object_or_404(Agency, pk=kwargs["agency"])
    decision = decision_of(kwargs)
    return decision.issuer if decision else None


def decision_of(kwargs: dict[str, Any]) -> Decision | None:
    """The decision an address speaks of, directly or through its item, effect or reference. Raises Http404."""
    rows: Any = Decision.objects.select_related("issuer")
    if "item" in kwargs:
        rows = rows.filter(pk__in=DecisionItem.objects.filter(pk=kwargs["item"]).values("decision"))
    elif "effect" in kwargs:
        rows = rows.filter(pk__in=Effect.objects.filter(pk=kwargs["effect"]).values("item__decision"))
    elif "reference" in kwargs:
        rows = rows.filter(pk__in=PendingReference.objects.filter(pk=kwargs["reference"]).values("item__decision"))
    elif "decision" in kwargs:
        rows = rows.filter(pk=kwargs["decision"])
    else:
        return None
    if (found := rows.first()) is None:
        raise Http404
    decision: Decision = found
    return decision


def act(right: Right, done: str) -> Callable[[Callable[..., Any]], View]:
    """A button: a POST that calls a service, then shows the decision with what came of it."""

    def wrap(do: Callable[[HttpRequest, Decision], Any]) -> View:
        @require_POST
        @wraps(do)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            decision = decision_of(kwargs)
            assert decision
            try:
                do(request, decision)
                messages.success(request, done)
            except (NotAllowedError, NothingStandsError, ValidationError) as error:
                say(request, error)
            return redirect("desk_decision", decision=decision.pk)

        return asks(right)(view)

    return wrap
