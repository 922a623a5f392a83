"""Ministries, and the provinces that ended on 1 July 2025. Few, hardly changing and certain, they stand in hand-written
tables with their legal source, so that a decision's number leads to its issuer, also when that issuer is gone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.identifiers import read_decision_number
from cms.models import Agency, AgencyAlias, AgencySuccession
from cms.services.agencies import add_agency, add_alias
from cms.text import match_key
from cms.vocabulary import AgencyKind

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_ministries() -> int:
    """Enter the Government, its ministries of today and those that ended on 1 March 2025, with marks and successors.

    Source: Resolution 176/2025/QH15. Returns how many agencies were created; a second run creates none.
    """
    table = json.loads((DATA / "ministries.json").read_text("utf-8"))
    held = {row.match_key: row for row in Agency.objects.filter(kind__in=[AgencyKind.MINISTRY, AgencyKind.GOVERNMENT])}
    before = len(held)
    name = table["government"]
    government = held.get(match_key(name)) or add_agency(name=name, kind=AgencyKind.GOVERNMENT)
    held[government.match_key] = government
    until = date.fromisoformat(table["until"])
    for row in table["now"]:
        start = row.get("valid_from")
        _ministry(row, held, government, valid_from=date.fromisoformat(start) if start else None)
    for row in table["former"]:
        former = _ministry(row, held, government, valid_to=until)
        for successor in row["into"]:
            _succeeds(former, held[match_key(successor)], until, table["source"])
    return len(held) - before


def _ministry(row: dict[str, Any], held: dict[str, Agency], government: Agency, **dates: date | None) -> Agency:
    name = row["name"]
    agency = held.get(match_key(name))
    if agency is None:
        government.refresh_from_db()
        agency = add_agency(
            name=name, kind=AgencyKind.MINISTRY, parent=government, national_code=row.get("national_code"), **dates
        )
        held[agency.match_key] = agency
    for text in [*row["marks"], *row.get("aliases", [])]:
        add_alias(agency=agency, text=text)
    return agency


@transaction.atomic
def load_former_provinces() -> int:
    """Enter the 29 provinces that became part of another one on 1 July 2025, each with its successor.

    Source: Resolution 202/2025/QH15. Only those whose successor the portal holds; a second run creates none.
    """
    table = json.loads((DATA / "former_provinces.json").read_text("utf-8"))
    on = date.fromisoformat(table["on"])
    provinces = list(Agency.objects.filter(kind=AgencyKind.PROVINCE))
    now = {match_key(row.short_name): row for row in provinces if row.valid_to is None and row.unit_code}
    held = {row.match_key: row for row in provinces}
    created = 0
    for place, names in table["into"].items():
        successor = now.get(match_key(place))
        if successor is None:
            continue
        for name in names:
            former = held.get(match_key(name))
            if former is None:
                short = name.removeprefix("Tỉnh ")
                former = add_agency(name=name, kind=AgencyKind.PROVINCE, short_name=short, valid_to=on)
                created += 1
            _succeeds(former, successor, on, table["source"])
    return created


def _succeeds(predecessor: Agency, successor: Agency, on: date, source: str) -> None:
    AgencySuccession.objects.get_or_create(
        predecessor=predecessor, successor=successor, defaults={"on": on, "source": source}
    )


def issuers_by_mark() -> dict[str, Agency]:
    """The ministries by the mark their decision numbers bear ("BTC"), for reading many numbers with one query."""
    rows = AgencyAlias.objects.filter(agency__kind=AgencyKind.MINISTRY).select_related("agency")
    return {row.text: row.agency for row in rows if row.text.isupper() and row.text.isalpha()}


def issuer_of(number: str, marks: dict[str, Agency] | None = None) -> Agency | None:
    """The ministry that a decision's number names: 3085/QĐ-BNN-TT → BNN, 5230/QĐ-BCA-C06 → BCA.

    None for a malformed number, for a mark no ministry bears, and for QĐ-UBND, which does not say of which province.
    Pass `issuers_by_mark()` when there are many numbers.
    """
    reading = read_decision_number(number)
    if not reading.well_formed:
        return None
    return (issuers_by_mark() if marks is None else marks).get(reading.body.split("-")[0])
