"""Public addresses of procedures, agencies, sectors and decisions. Every state worth linking is a path."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter, reverse_lazy
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from cms.views import agencies, decisions, home, places, printing, procedures, refusal, sectors


class DayConverter:
    """A day in an address: 2026-07-01. A day the calendar does not have matches nothing."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The day; raises ValueError for 2026-02-30."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The day as it stands in the address."""
        return value.isoformat()


register_converter(DayConverter, "day")

_PLACE = "co-quan/<slug:agency>/thu-tuc/<str:identifier>/"


def _both(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """A print as a page and as PDF; the PDF first, because a sector could be called so."""
    return [path(f"{address}pdf/", view, {"pdf": True}, name=f"{name}_pdf"), path(address, view, name=name)]


def _printed(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    return _both(f"co-quan/<slug:slug>/in/{address}", view, name)


urlpatterns = [
    path("", home.home, name="home"),
    path("robots.txt", home.robots, name="robots"),
    path("co-quan/", agencies.agencies, name="agencies"),
    path("co-quan/<slug:slug>/", agencies.agency, name="agency"),
    path("co-quan/<slug:slug>/<day:on>/", agencies.agency, name="agency_on"),
    path("co-quan/<slug:slug>/linh-vuc/<slug:sector>/", agencies.agency_sector, name="agency_sector"),
    path("co-quan/<slug:slug>/linh-vuc/<slug:sector>/trang/<int:number>/", agencies.agency_sector),
    path("co-quan/<slug:slug>/cong-bo/<slug:sector>/", agencies.announced_sector, name="announced_sector"),
    path("co-quan/<slug:slug>/cong-bo/<slug:sector>/trang/<int:number>/", agencies.announced_sector),
    path(_PLACE, procedures.place, name="place"),
    path(f"{_PLACE}xem-ngay/", procedures.choose_day, name="place_day"),
    path(f"{_PLACE}bi-doi-them-giay/", refusal.refusal, name="refusal_at"),
    path(f"{_PLACE}<day:on>/", procedures.place, name="place_on"),
    *_printed("danh-muc/", printing.list_sheet, "print_list"),
    *_printed("danh-muc/<slug:sector>/", printing.list_sheet, "print_list_sector"),
    *_printed("so-tay/", printing.booklet, "print_booklet"),
    *_printed("so-tay/<slug:sector>/", printing.booklet, "print_booklet_sector"),
    path("co-quan/<slug:slug>/in/", printing.counter, name="print_counter"),
    *_both("co-quan/<slug:agency>/in/thu-tuc/<str:identifier>/", printing.procedure_sheet, "print_sheet"),
    *_both("co-quan/<slug:agency>/in/thu-tuc/<str:identifier>/<day:on>/", printing.procedure_sheet, "print_sheet_on"),
    path("chon-noi/", places.my_place, name="my_place"),
    path("chon-noi/<slug:province>/", places.my_place, name="my_place_in"),
    path("bi-doi-them-giay/", refusal.refusal, name="refusal_right"),
    path("linh-vuc/", sectors.sectors, name="sectors"),
    path("linh-vuc/<slug:slug>/", sectors.sector, name="sector"),
    path("linh-vuc/<slug:slug>/trang/<int:number>/", sectors.sector),
    path("thu-tuc/", require_safe(RedirectView.as_view(url=reverse_lazy("sectors"))), name="procedures"),
    path("thu-tuc/<str:identifier>/", procedures.procedure, name="procedure"),
    path("thu-tuc/<str:identifier>/phien-ban/", procedures.versions, name="versions"),
    path("thu-tuc/<str:identifier>/xem-ngay/", procedures.choose_day, name="procedure_day"),
    path("thu-tuc/<str:identifier>/chon-noi/", places.choose_place, name="choose_place"),
    path("thu-tuc/<str:identifier>/chon-noi/<slug:province>/", places.choose_place, name="choose_commune"),
    path("thu-tuc/<str:identifier>/bi-doi-them-giay/", refusal.refusal, name="refusal"),
    path("thu-tuc/<str:identifier>/<day:on>/", procedures.procedure, name="procedure_on"),
    path("quyet-dinh/", decisions.decisions, name="decisions"),
    path("quyet-dinh/trang/<int:number>/", decisions.decisions),
    path("quyet-dinh/<slug:slug>/", decisions.decision, name="decision"),
]
