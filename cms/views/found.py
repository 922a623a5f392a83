"""From what stands in an address to the thing it names, or a 404 in words for people."""

from django.http import Http404
from django.utils.translation import gettext as _

from cms.models import Agency, Procedure, Sector
from cms.selectors import browse

__all__ = ["NothingHereError", "found_agency", "found_procedure", "found_sector"]


class NothingHereError(Http404):
    """A 404 that says in words for people what is not there; its page shows them. Other 404s speak to developers."""


def found_procedure(identifier: str) -> Procedure:
    """The procedure behind an identifier. Raises NothingHereError in words for people."""
    procedure = browse.find_procedure(identifier)
    if procedure is None:
        raise NothingHereError(_("Không có thủ tục nào ở địa chỉ này."))
    return procedure


def found_agency(slug: str) -> Agency:
    """The agency at an address. Raises NothingHereError in words for people."""
    agency = browse.find_agency(slug)
    if agency is None:
        raise NothingHereError(_("Không có cơ quan nào ở địa chỉ này."))
    return agency


def found_sector(slug: str) -> Sector:
    """The sector at an address. Raises NothingHereError in words for people."""
    sector = browse.find_sector(slug)
    if sector is None:
        raise NothingHereError(_("Không có lĩnh vực nào ở địa chỉ này."))
    return sector
