"""Atom feeds of what changes: all of it, at one agency, in one sector, of one procedure. An entry is a row of the log
of changes: its id never changes, and its moment is the row's."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import news
from cms.selectors.news import News
from cms.values import format_date
from cms.views.found import found_agency, found_procedure, found_sector
from cms.views.plain import is_plain_file
from cms.views.tables import acts_of, full, subject_of
from cms.views.whats_new import words_of
from cms.vocabulary import ChangeKind

MOST = 50
# The portal's ids date from here: a tag names the day on which its maker held the host name (RFC 4151).
TAG_DAY = "2026"


class _Feed(Atom1Feed):
    """Atom whose day of change is the log's, not the clock's, also when it holds no entry yet."""

    content_type = "application/atom+xml; charset=utf-8"

    def latest_post_date(self) -> datetime:
        """The newest entry's moment; of an empty feed that of the portal's last change."""
        moments = [item["updateddate"] for item in self.items]
        last = None if self.feed["is_plain_file"] else news.last_change()
        return max(moments, default=last or datetime(2010, 6, 8, tzinfo=UTC))


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All changes of the portal."""
    return _feed(request, _("Có gì mới"), reverse("whats_new"), None)


@require_safe
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes at one agency and of what it lists or announced."""
    found = found_agency(slug)
    return _feed(request, found.name, found.get_absolute_url(), news.of_agency(found, today()))


@require_safe
def sector(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes of one sector's procedures."""
    found = found_sector(slug)
    return _feed(request, found.name, found.get_absolute_url(), news.of_sector(found))


@require_safe
def procedure(request: HttpRequest, identifier: str) -> HttpResponse:
    """Changes of one procedure."""
    found = found_procedure(identifier)
    name = news.names_of([found.pk], today()).get(found.pk, str(found))
    return _feed(request, name, found.get_absolute_url(), news.of_one(found, today(), MOST))


def _feed(request: HttpRequest, title: str, address: str, about: Q | list[News] | None) -> HttpResponse:
    """The feed of these rows, or of the newest rows that meet a condition."""
    feed = _Feed(
        title=f"{title} – {settings.WAGTAIL_SITE_NAME}",
        link=full(address),
        description="",
        subtitle=_("Thủ tục mới, sửa đổi, thay thế, bãi bỏ"),
        language=get_language() or "vi",
        feed_url=full(request.path),
        feed_guid=_tag(request.path),
        is_plain_file=is_plain_file(request),
        author_name=settings.PORTAL_CONTACT["owner"] or settings.WAGTAIL_SITE_NAME,
    )
    for one in about if isinstance(about, list) else news.news(today(), about, MOST):
        feed.add_item(**_entry(one))
    answer = HttpResponse(feed.writeString("utf-8"), content_type=_Feed.content_type)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _tag(path: str) -> str:
    """An id that stays although the address may move (RFC 4151)."""
    return f"tag:{urlsplit(settings.PORTAL_BASE_URL).hostname},{TAG_DAY}:{path}"


def _entry(one: News) -> dict[str, Any]:
    what = acts_of(one) or str(ChangeKind(one.kind).label)
    subject = subject_of(one)
    said = [words_of(one)]
    if one.effective_from:
        said.append(_("áp dụng từ %(day)s") % {"day": format_date(one.effective_from)})
    if one.procedure and one.procedure.code:
        said.append(_("mã %(code)s") % {"code": one.procedure.code})
    return {
        "title": f"{what}: {one.name}" if one.name else what,
        "link": full(subject.get_absolute_url() if subject else reverse("whats_new")),
        "description": "; ".join(said),
        "unique_id": _tag(f"thay-doi/{one.sequence}"),
        "updateddate": one.at,
        "pubdate": one.at,
    }
