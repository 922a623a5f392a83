"""Public addresses of procedures, agencies, sectors and decisions. Every state worth linking is a path."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, register_converter, reverse, reverse_lazy
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from cms.desk.postings import print_sheets
from cms.desk.text_views import preview
from cms.views import (
    agencies,
    data,
    decisions,
    feeds,
    fees,
    home,
    lists,
    past,
    places,
    posted,
    printing,
    procedures,
    publicity,
    refusal,
    sectors,
    sitemaps,
    whats_new,
)


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


def _stretched(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """A list from A to Y: its first page, those that begin with a row, and where its pages once were numbered."""
    return [
        path(address, view, name=name),
        path(f"{address}tu/<str:anchor>/", view, name=f"{name}_from"),
        path(f"{address}trang/<int:number>/", _to_first(name)),
    ]


def _to_first(name: str) -> Callable[..., HttpResponse]:
    @require_safe
    def first_page(request: HttpRequest, number: int, **place: str) -> HttpResponse:
        return redirect(reverse(name, kwargs=place))

    return first_page


def _paged(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """A list and its further pages."""
    return [path(address, view, name=name), path(f"{address}trang/<int:number>/", view)]


def _fees(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """Fees by name, and the other tables of them."""
    return [
        path(f"{address}theo-ten/", require_safe(RedirectView.as_view(pattern_name=name, permanent=True))),
        *_paged(address, view, name),
        *_paged(f"{address}<slug:view>/", view, f"{name}_by"),
    ]


def _json(address: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """A procedure's data: today, on a day, and on a day as known at the end of another."""
    return [
        path(f"{address}.json", view, name=f"{name}_json"),
        path(f"{address}/<day:on>.json", view, name=f"{name}_json_on"),
        path(f"{address}/<day:on>/biet-den/<day:known>.json", view, name=f"{name}_json_known"),
    ]


urlpatterns = [
    # Below the public rules of what a page may load, because it is a public page; only editors are let in.
    path("xem-truoc/<int:effect>/", preview, name="desk_preview"),
    path("xem-truoc/niem-yet/<int:agency>/<int:point>/", print_sheets, name="desk_print_sheets"),
    path("", home.home, name="home"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("so-do-trang/<slug:name>-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    path("co-quan/", agencies.agencies, name="agencies"),
    path("co-quan/<slug:slug>/", agencies.agency, name="agency"),
    path("co-quan/<slug:slug>/<day:on>/", agencies.agency, name="agency_on"),
    *_stretched("co-quan/<slug:slug>/linh-vuc/<slug:sector>/", agencies.agency_sector, "agency_sector"),
    *_stretched("co-quan/<slug:slug>/cong-bo/<slug:sector>/", agencies.announced_sector, "announced_sector"),
    path(_PLACE, procedures.place, name="place"),
    path(f"{_PLACE}xem-ngay/", procedures.choose_day, name="place_day"),
    path(f"{_PLACE}bi-doi-them-giay/", refusal.refusal, name="refusal_at"),
    path(f"{_PLACE}<day:on>/", procedures.place, name="place_on"),
    path(f"{_PLACE}<day:on>/tren-cong-ngay/<day:known>/", past.as_known, name="place_known"),
    path(f"{_PLACE}so-sanh/<day:before>/<day:after>/", past.difference, name="place_difference"),
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
    path("co-quan/<slug:slug>/atom.xml", feeds.agency, name="agency_feed"),
    *_fees("co-quan/<slug:slug>/phi/", fees.of_agency, "agency_fees"),
    path("linh-vuc/", sectors.sectors, name="sectors"),
    *_stretched("linh-vuc/<slug:slug>/", sectors.sector, "sector"),
    path("linh-vuc/<slug:slug>/atom.xml", feeds.sector, name="sector_feed"),
    *_fees("linh-vuc/<slug:slug>/phi/", fees.of_sector, "sector_fees"),
    path("phi/", fees.index, name="fees"),
    path("thu-tuc/", lists.procedures, name="procedures"),
    path("a-y/", require_safe(RedirectView.as_view(url=reverse_lazy("procedures")))),
    path("a-y/<slug:slug>/", lists.letter, name="letter"),
    *_stretched("a-y/<slug:slug>/<slug:words>/", lists.letter, "letter_words"),
    path("doi-tuong/", lists.applicants, name="applicants"),
    *_stretched("doi-tuong/<slug:slug>/", lists.applicant, "applicant"),
    path("cap/", lists.levels, name="levels"),
    *_stretched("cap/<slug:slug>/", lists.level, "level"),
    path("su-kien/", lists.life_events, name="life_events"),
    path("su-kien/<slug:slug>/", lists.life_event, name="life_event"),
    *_paged("co-gi-moi/", whats_new.whats_new, "whats_new"),
    *_paged("co-gi-moi/lan/<int:sequence>/", whats_new.happening, "happening"),
    *_paged("co-gi-moi/sap-ap-dung/", whats_new.coming, "coming"),
    *_paged("co-gi-moi/da-bai-bo/", whats_new.ended, "ended"),
    path("co-gi-moi/atom.xml", feeds.everything, name="feed"),
    path("thu-tuc/<str:identifier>/", procedures.procedure, name="procedure"),
    path("thu-tuc/<str:identifier>/phien-ban/", procedures.versions, name="versions"),
    path("thu-tuc/<str:identifier>/xem-ngay/", procedures.choose_day, name="procedure_day"),
    path("thu-tuc/<str:identifier>/chon-noi/", places.choose_place, name="choose_place"),
    path("thu-tuc/<str:identifier>/chon-noi/<slug:province>/", places.choose_place, name="choose_commune"),
    path("thu-tuc/<str:identifier>/bi-doi-them-giay/", refusal.refusal, name="refusal"),
    path("thu-tuc/<str:identifier>/<day:on>/", procedures.procedure, name="procedure_on"),
    path("thu-tuc/<str:identifier>/<day:on>/tren-cong-ngay/<day:known>/", past.as_known, name="procedure_known"),
    path("thu-tuc/<str:identifier>/so-sanh/", past.choose, name="choose_difference"),
    path("thu-tuc/<str:identifier>/so-sanh/<day:before>/<day:after>/", past.difference, name="difference"),
    path("thu-tuc/<str:identifier>/atom.xml", feeds.procedure, name="procedure_feed"),
    path("quyet-dinh/", decisions.decisions, name="decisions"),
    path("quyet-dinh/trang/<int:number>/", decisions.decisions),
    path("quyet-dinh/<slug:slug>/", decisions.decision, name="decision"),
    path("quyet-dinh/<slug:slug>/ban-da-ky.pdf", decisions.signed_copy, name="signed_copy"),
    path("tinh-hinh-cong-khai/", publicity.table, name="publicity"),
    path("tinh-hinh-cong-khai/<slug:agency>/niem-yet.xlsx", posted.workbook, name="posted_file"),
    *_paged("tinh-hinh-cong-khai/<slug:agency>/niem-yet/", posted.rows, "posted"),
    *_paged("tinh-hinh-cong-khai/<slug:agency>/chua-niem-yet/", posted.missing, "not_posted"),
    path("tinh-hinh-cong-khai/<slug:agency>/<slug:kind>.xlsx", publicity.workbook, name="publicity_file"),
    *_paged("tinh-hinh-cong-khai/<slug:agency>/<slug:kind>/", publicity.rows, "publicity_rows"),
    path("du-lieu-mo/", data.open_data, name="open_data"),
    path("du-lieu/", require_safe(RedirectView.as_view(url=reverse_lazy("open_data"))), name="open_data_files"),
    path("du-lieu/toan-van.jsonl", data.everything, name="full_texts"),
    path("du-lieu/<slug:name>.<slug:form>", data.table, name="table"),
    *_json("du-lieu/thu-tuc/<str:identifier>", data.procedure, "procedure"),
    *_json("du-lieu/co-quan/<slug:agency>/thu-tuc/<str:identifier>", data.procedure, "place"),
    path("du-lieu/<slug:name>/<slug:by>/<slug:value>.<slug:form>", data.table, name="table_part"),
]
