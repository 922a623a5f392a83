"""All addresses: the editors' side, files, then the public ones; Wagtail's page tree last because it takes any path."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import JavaScriptCatalog
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import second_factor, views
from portal.visits import visits_page

handler404 = "portal.views.page_not_found"
handler500 = "portal.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("quan-tri/xac-nhan/", second_factor.ask, name="second_factor"),
    path("quan-tri/hai-buoc/", second_factor.set_up, name="second_factor_setup"),
    # Wagtail's own catalogue of its scripts' texts, at its own address, with ours on top.
    path("quan-tri/jsi18n/", JavaScriptCatalog.as_view(packages=["wagtail.admin", "cms"])),
    path("quan-tri/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("suc-khoe/", views.health, name="health"),
]
if settings.PORTAL_SERVE_MEDIA:
    # What lies in `rieng` and `documents` is handed out by views alone, as deploy/nginx.conf says too.
    open_media = r"^media/(?!rieng/|documents/)(?P<path>.*)$"
    urlpatterns.append(re_path(open_media, serve, {"document_root": settings.MEDIA_ROOT}))
# Vietnamese stands at the plain addresses, English below /en/ (portal.languages).
urlpatterns += i18n_patterns(
    path("", include("cms.urls")),
    path("", include("search.urls")),
    path("luot-truy-cap/", visits_page, name="visits"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
