"""What every public template may use without asking a view: the portal's name, agency and contact, from settings only.

No query here: the error pages use the same templates when the database is away.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.languages import other_languages


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal` with name, agency (slug or empty), contact and base_url; `LANGUAGE_CODE` for the `lang` attribute, and
    where the same page stands in other languages."""
    return {
        "portal": {
            "name": settings.WAGTAIL_SITE_NAME,
            "agency": settings.PORTAL_AGENCY,
            "contact": settings.PORTAL_CONTACT,
            "base_url": settings.PORTAL_BASE_URL,
        },
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
        "other_languages": other_languages(request.path),
    }
