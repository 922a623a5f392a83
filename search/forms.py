"""The search form's fields. Nothing typed is ever an error: what cannot be used is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from search.backends import Filters
from search.facets import ALL_STATES, BY_PARAMETER, KINDS
from search.parse import LONGEST

__all__ = ["Asked", "facets_in_address", "read_request", "state_in_address"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search address asks for. `place`: the slug of the agency whose list is searched, or ""."""

    typed: str
    filters: Filters
    page: int
    place: str = ""


class SearchForm(forms.Form):
    """Query parameters of /tim-kiem/, those of the facets among them."""

    q = forms.CharField(required=False, strip=True)
    noi = forms.SlugField(required=False, max_length=120)
    trang = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        for kind in KINDS:
            self.fields[kind.parameter] = forms.SlugField(required=False, max_length=120)


def read_request(parameters: Mapping[str, str]) -> Asked:
    """What was typed, the filters and the page; unusable values count as absent."""
    form = SearchForm({name: value[: LONGEST * 2].replace("\0", " ") for name, value in parameters.items()})
    form.is_valid()
    values = form.cleaned_data
    chosen: dict[str, Any] = {kind.name: kind.indexed(values.get(kind.parameter) or "") for kind in KINDS}
    # Without a choice only what is in force; "tat-ca" is the choice of all.
    if not chosen["state"] and values.get("tinh-trang") != ALL_STATES:
        del chosen["state"]
    return Asked(values.get("q") or "", Filters(**chosen), values.get("trang") or 1, values.get("noi") or "")


def state_in_address(state: str) -> str:
    """A state of `Filters` as it stands in an address: nothing for the usual one."""
    named = {"": ALL_STATES, str(Filters().state): ""}
    return named[state] if state in named else BY_PARAMETER["tinh-trang"].in_address(state)


def facets_in_address(filters: Filters) -> dict[str, str]:
    """The filters as they stand in an address: parameter → value, only what is chosen."""
    found = {kind.parameter: kind.in_address(str(getattr(filters, kind.name))) for kind in KINDS}
    found["tinh-trang"] = state_in_address(str(filters.state))
    return {parameter: value for parameter, value in found.items() if value}
