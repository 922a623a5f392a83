"""What every public template may use without asking a view: the portal's name, agency and contact.

From settings alone, unless PORTAL_AGENCY says whose portal it is: then what the settings leave open comes from that
agency, read only when a page shows it. The error pages use the same templates when the database is away.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from cms.selectors import browse
from cms.views.plain import is_plain_file
from portal.languages import other_languages

log = logging.getLogger(__name__)


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal` with name, agency (slug or empty), contact, base_url and is_plain_file; `LANGUAGE_CODE` for the
    `lang` attribute, and where the same page stands in other languages."""
    return {
        "portal": {
            "name": settings.WAGTAIL_SITE_NAME,
            "agency": settings.PORTAL_AGENCY,
            "contact": SimpleLazyObject(_contact) if settings.PORTAL_AGENCY else settings.PORTAL_CONTACT,
            "base_url": settings.PORTAL_BASE_URL,
            "is_plain_file": is_plain_file(request),
        },
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
        "other_languages": _elsewhere(request),
    }


def _elsewhere(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The same page in other languages; among files only where there is one."""
    found = other_languages(request.path)
    written = getattr(request, "written", ())
    return [one for one in found if one[2] in written] if is_plain_file(request) else found


def _contact() -> dict[str, str]:
    """The contact of the settings, its gaps filled from the agency whose portal this is."""
    stated: dict[str, str] = settings.PORTAL_CONTACT
    try:
        own = browse.own_agency()
    except DatabaseError:
        log.warning("portal's agency left out: database away", exc_info=True)
        return stated
    if own is None:
        return stated
    return stated | {"owner": stated["owner"] or own.name, "phone": stated["phone"] or own.hotline}
