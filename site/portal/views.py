"""The health page and the error pages. The one for 500 must come out even when all it stands on does not."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.views.decorators.cache import never_cache

from cms.views.found import NothingHereError
from portal import clients, context, errors
from portal.operations.health import is_well, recent_findings

BARE_ERROR_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cổng đang gặp lỗi</title></head>
<body><main><h1>Cổng đang gặp lỗi</h1>
<p>Xin thử lại sau ít phút. Nếu vẫn lỗi, xin gọi bộ phận Một cửa nơi bạn nộp hồ sơ.</p>
<p>Mã lỗi: ERROR_ID</p>
<p><a href="/">Về trang đầu</a></p></main></body></html>
"""


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 “ok” or 503 “không ổn” for anyone; the findings for signed-in staff, and as plain lines on this machine."""
    findings = recent_findings()
    status = 200 if is_well(findings) else 503
    if clients.is_this_machine(request):
        lines = "".join(f"{one}\n" for one in findings)
        return HttpResponse(lines, content_type="text/plain; charset=utf-8", status=status)
    if _is_staff(request):
        return render(request, "health.html", {"findings": findings}, status=status)
    return HttpResponse("ok" if status == 200 else "không ổn", content_type="text/plain; charset=utf-8", status=status)


def _is_staff(request: HttpRequest) -> bool:
    # Who is signed in stands in the database, and that may be what is broken.
    try:
        return bool(request.user.has_perm("wagtailadmin.access_admin"))
    except DatabaseError:
        return False


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in the portal's own page; says what is not there where a view has said so."""
    said = str(exception) if isinstance(exception, NothingHereError) else ""
    return HttpResponseNotFound(loader.render_to_string("404.html", {"said": said}, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with an id that stands in the log too; a bare page if the portal's own can't be made.

    Rendered without the request, so without session, user or database.
    """
    error_id = errors.new_id(request)
    try:
        page: str = loader.render_to_string("500.html", {**context.portal(request), "error_id": error_id})
    except Exception:  # noqa: BLE001  this is the last page there is: any failure must still give an answer
        page = BARE_ERROR_PAGE.replace("ERROR_ID", error_id)
    return HttpResponseServerError(page)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 in the place of the sign-in form, after too many wrong passwords for one account from one address."""
    pause = settings.AXES_COOLOFF_TIME
    minutes = int(pause.total_seconds() // 60)
    page = render(request, "locked_out.html", {"minutes": minutes}, status=429)
    page.headers["Retry-After"] = str(int(pause.total_seconds()))
    return page
