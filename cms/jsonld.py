"""A procedure in schema.org's words, for machines that read the page: only what is known, no doubtful value."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from markupsafe import Markup

from cms.models import Agency, Channel, Cost, ProcedureContent
from cms.selectors import ContentView, Shown, browse
from cms.views.sections import case_titles, rows_of, view_of
from cms.views.standing import address_of, source_of
from cms.vocabulary import AgencyKind, AgencyRole, ChannelKind, CostReading, Part, Reading, ScopeKind

_AREAS = {AgencyKind.PROVINCE, AgencyKind.COMMUNE, AgencyKind.DISTRICT}


def procedure_jsonld(shown: Shown, base_url: str) -> dict[str, Any]:
    """GovernmentService with provider, area, channels, offers and the decision. Needs a base text."""
    assert shown.base and shown.text
    content = shown.text.content
    # One identity and one language, on whichever language's page it stands.
    with translation.override(settings.LANGUAGE_CODE):
        found = _service(shown, shown.text, content, base_url)
    return {key: value for key, value in found.items() if value}


def _service(shown: Shown, text: ContentView, content: ProcedureContent, base_url: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": base_url + address_of(shown.procedure, shown.agency),
        # The version, not the day asked: the same text keeps one address while it stands.
        "url": base_url + address_of(shown.procedure, shown.agency, shown.stands_since or shown.on),
        "name": content.name,
        "identifier": shown.procedure.code,
        "inLanguage": "vi",
        "serviceType": content.sector.name if content.sector else content.sector_text,
        "provider": _providers(shown, base_url),
        "areaServed": _area(shown),
        "availableChannel": [_channel(kind, shown) for kind in _kinds(text.of("Channel"))],
        "serviceOutput": [{"@type": "Thing", "name": row.name} for row in rows_of(text, Part.RESULT)],
        "offers": _offers(view_of(shown, Part.COSTS)),
        "subjectOf": _legislation(shown, base_url),
    }


def as_script(value: dict[str, Any]) -> Markup:
    """The value as the body of a script element: nothing in it can end the element or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _organisation(agency: Agency, base_url: str) -> dict[str, Any]:
    found = {"@type": "GovernmentOrganization", "name": browse.label_of(agency)}
    found["url"] = base_url + agency.get_absolute_url()
    return found | ({"telephone": agency.hotline} if agency.hotline else {})


def _providers(shown: Shown, base_url: str) -> list[dict[str, Any]]:
    """The agency of the page; without one, the units the text names. Classes and phrases name nobody."""
    if shown.agency:
        return [_organisation(shown.agency, base_url)]
    rows = view_of(shown, Part.AGENCIES).of("AgencyText")
    return [_organisation(row.agency, base_url) for row in rows if row.role == AgencyRole.IMPLEMENTING and row.agency]


def _area(shown: Shown) -> dict[str, Any]:
    assert shown.base
    scope = shown.base.scope
    agency = shown.agency or scope.agency
    if agency and agency.kind in _AREAS:
        return {"@type": "AdministrativeArea", "name": browse.label_of(agency)}
    return {"@type": "Country", "name": "Việt Nam"} if scope.kind == ScopeKind.NATION and not agency else {}


def _kinds(rows: Iterable[Channel]) -> list[str]:
    return list(dict.fromkeys(row.kind for row in rows))


def _channel(kind: str, shown: Shown) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "ServiceChannel", "name": str(ChannelKind(kind).label)}
    if kind == ChannelKind.IN_PERSON and shown.agency and shown.agency.hotline:
        found["servicePhone"] = {"@type": "ContactPoint", "telephone": shown.agency.hotline}
    return found


def _is_certain(row: Cost) -> bool:
    stated = row.reading_kind == CostReading.FREE or (row.reading_kind == CostReading.AMOUNT and row.amount is not None)
    return stated and row.reading == Reading.CERTAIN and not row.doubts


def _offers(view: ContentView) -> list[dict[str, Any]]:
    """The certain fees; one that holds for a case alone names it, since a machine reads an offer as everybody's."""
    cases = case_titles(view)
    offers = ((_offer(row), cases.get(row.case, "")) for row in view.of("Cost") if _is_certain(row))
    return [offer | ({"name": case} if case else {}) for offer, case in offers]


def _offer(row: Cost) -> dict[str, Any]:
    price = "0" if row.reading_kind == CostReading.FREE or row.amount is None else format(row.amount.normalize(), "f")
    found = {"@type": "Offer", "price": price, "priceCurrency": row.currency}
    return found | ({"description": row.clause} if row.clause else {})


def _legislation(shown: Shown, base_url: str) -> dict[str, Any]:
    assert shown.base
    source = source_of(shown.base)
    if not source.number:
        return {}
    found = {
        "@type": "LegislationObject" if source.in_hand else "Legislation",
        "legislationIdentifier": source.number,
        "url": base_url + source.address if source.address else "",
        "legislationDate": source.signed_on.isoformat() if source.signed_on else "",
        "legislationDateOfApplicability": shown.base.valid_from.isoformat() if shown.base.valid_from else "",
    }
    return {key: value for key, value in found.items() if value}
