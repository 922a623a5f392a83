"""Reads of the editorial pages: the menu, the newest notices and news, and the foot of every page."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max
from django.utils import timezone
from wagtail.models import Page

from cms.calendar import local_day
from cms.models import Change
from cms.models.pages import LinkedSite, NewsPage, NoticePage, PortalLinks

# The tree: 1 Wagtail's own root, 2 ours, 3 what a menu can hold.
ROOT_DEPTH = 2

__all__ = ["Foot", "changed_on", "foot", "latest_news", "menu", "standing_notices"]


@dataclass(frozen=True)
class Foot:
    """Hotline and linked sites, as an editor set them."""

    hotline: str = ""
    hotline_hours: str = ""
    sites: list[LinkedSite] = field(default_factory=list)


def menu() -> list[Page]:
    """The pages that editors put into the main menu, in their order."""
    below = Page.objects.live().public().in_menu().filter(depth=ROOT_DEPTH + 1)
    return list(below.order_by("path"))


def foot() -> Foot:
    """The foot of every page; nothing is written where nobody has set it."""
    links = PortalLinks.objects.prefetch_related("sites").first()
    return Foot(links.hotline, links.hotline_hours, list(links.sites.all())) if links else Foot()


def standing_notices(most: int) -> list[NoticePage]:
    """Notices that have not expired, newest first. Expiry holds at once, even before `run_due` takes them off."""
    now = timezone.now()
    found = NoticePage.objects.live().public().exclude(expire_at__lte=now)
    return list(found.order_by("-first_published_at")[:most])


def latest_news(most: int) -> list[NewsPage]:
    """The newest news."""
    return list(NewsPage.objects.live().public().order_by("-first_published_at")[:most])


def changed_on() -> date | None:
    """The day of the portal's last change, in procedures or in pages."""
    moments = [
        Change.objects.order_by("-sequence").values_list("at", flat=True).first(),
        Page.objects.aggregate(last=Max("last_published_at"))["last"],
    ]
    known = [moment for moment in moments if moment]
    return local_day(max(known)) if known else None
