"""The error pages. The one for 500 must come out even when the database, the templates or the settings do not."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.template import loader

from portal import context

BARE_ERROR_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cổng đang gặp lỗi</title></head>
<body><main><h1>Cổng đang gặp lỗi</h1>
<p>Xin thử lại sau ít phút. Nếu vẫn lỗi, xin gọi bộ phận Một cửa nơi bạn nộp hồ sơ.</p>
<p><a href="/">Về trang đầu</a></p></main></body></html>
"""


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in the portal's own page."""
    return HttpResponseNotFound(loader.render_to_string("404.html", {}, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500, rendered without the request, so without session, user or database; a bare page if even that fails."""
    try:
        return HttpResponseServerError(loader.render_to_string("500.html", context.portal(request)))
    except Exception:  # noqa: BLE001  this is the last page there is: any failure must still give an answer
        return HttpResponseServerError(BARE_ERROR_PAGE)
