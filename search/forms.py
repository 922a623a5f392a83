"""The search form's fields. Nothing typed is ever an error: what cannot be used is left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms

from cms.vocabulary import AdministrativeLevel
from search.backends import Filters
from search.document import State
from search.parse import LONGEST

__all__ = ["ALL_STATES", "LEVELS", "STATES", "Asked", "read_request"]

ALL_STATES = "tat-ca"
LEVELS = {
    "xa": AdministrativeLevel.COMMUNE,
    "huyen": AdministrativeLevel.DISTRICT,
    "tinh": AdministrativeLevel.PROVINCE,
    "bo": AdministrativeLevel.CENTRAL,
    "khac": AdministrativeLevel.OTHER,
}
STATES = {"sap-ap-dung": str(State.COMING), "da-bai-bo": str(State.ENDED), ALL_STATES: ""}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search address asks for. `place`: the slug of the agency whose list is searched, or ""."""

    typed: str
    filters: Filters
    page: int
    place: str = ""


class SearchForm(forms.Form):
    """Query parameters of /tim-kiem/."""

    q = forms.CharField(required=False, strip=True)
    linh_vuc = forms.SlugField(required=False, max_length=120)
    cap = forms.ChoiceField(required=False, choices=[(name, name) for name in LEVELS])
    co_quan = forms.SlugField(required=False, max_length=120)
    tinh_trang = forms.ChoiceField(required=False, choices=[(name, name) for name in STATES])
    noi = forms.SlugField(required=False, max_length=120)
    trang = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def add_prefix(self, field_name: str) -> str:
        """Addresses are written with dashes, as all the portal's are."""
        return field_name.replace("_", "-")


def read_request(parameters: Mapping[str, str]) -> Asked:
    """What was typed, the filters and the page; unusable values count as absent."""
    form = SearchForm({name: value[: LONGEST * 2].replace("\0", " ") for name, value in parameters.items()})
    form.is_valid()
    values = form.cleaned_data
    filters = Filters(
        sector=values.get("linh_vuc") or "",
        level=LEVELS.get(values.get("cap", ""), ""),
        agency=values.get("co_quan") or "",
        state=STATES.get(values.get("tinh_trang", ""), State.IN_FORCE),
    )
    return Asked(values.get("q") or "", filters, values.get("trang") or 1, values.get("noi") or "")
