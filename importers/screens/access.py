"""Every address of these screens names the right it asks for at the agency whose decision the batch is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cms.desk.access import View, guarded, say
from cms.selectors.rights import Right, may, places_with, within
from cms.services import NotAllowedError, NothingStandsError
from importers.models import DecisionBatch, DecisionBatchFile, DecisionRow

__all__ = ["act", "asks", "batch_of", "batches_of", "may_on", "say"]


def asks(right: Right) -> Callable[[View], View]:
    """The view is for people with this right at the batch's agency; without a batch, at any agency."""

    def allowed(user: Any, kwargs: dict[str, Any]) -> bool:
        found = batch_of(kwargs)
        return may_on(user, right, found) if found else places_with(user, right) != []

    return guarded(right, allowed)


def batch_of(kwargs: dict[str, Any]) -> DecisionBatch | None:
    """The batch an address speaks of, directly or through its row or file. Raises Http404."""
    rows = DecisionBatch.objects.select_related("agency", "decision", "by")
    if "row" in kwargs:
        rows = rows.filter(pk__in=DecisionRow.objects.filter(pk=kwargs["row"]).values("batch"))
    elif "file" in kwargs:
        rows = rows.filter(pk__in=DecisionBatchFile.objects.filter(pk=kwargs["file"]).values("batch"))
    elif "batch" in kwargs:
        rows = rows.filter(pk=kwargs["batch"])
    else:
        return None
    if (found := rows.first()) is None:
        raise Http404
    return found


def may_on(user: Any, right: Right, batch: DecisionBatch) -> bool:
    """Whether the person holds the right at the batch's agency; while nobody said whose it is, everywhere."""
    return may(user, right, batch.agency) if batch.agency else places_with(user, right) is None


def batches_of(user: Any) -> Any:
    """The batches this person may look at, the newest first."""
    return DecisionBatch.objects.filter(within(user, Right.VIEW, "agency__path")).select_related("agency", "decision")


def act(right: Right, done: str) -> Callable[[Callable[..., str | None]], View]:
    """A button: a POST that calls a service, then leads where it says (None: the batch's page)."""

    def wrap(do: Callable[..., str | None]) -> View:
        @require_POST
        @wraps(do)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            found = batch_of(kwargs)
            assert found
            try:
                onward = do(request, found)
            except (NotAllowedError, NothingStandsError, ValidationError) as error:
                say(request, error)
                onward = None
            else:
                messages.success(request, done)
            return redirect(onward or "desk_import", *([] if onward else [found.pk]))

        return asks(right)(view)

    return wrap
