"""House rules that a setting can break in silence, as system checks."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from cms.selectors import browse


@register(Tags.compatibility)
def known_traps(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Errors for settings that break the portal without any message of their own."""
    errors: list[CheckMessage] = []
    if "modelsearch" in settings.INSTALLED_APPS and "wagtail.search" in settings.INSTALLED_APPS:
        errors.append(
            Error(
                "“modelsearch” đứng cạnh “wagtail.search” trong INSTALLED_APPS: mọi lần lập chỉ mục sẽ hỏng.",
                hint="Bỏ “modelsearch” khỏi INSTALLED_APPS.",
                id="portal.E001",
            )
        )
    if getattr(settings, "WAGTAILREDIRECTS_AUTO_CREATE", True):
        errors.append(
            Error(
                "WAGTAILREDIRECTS_AUTO_CREATE đang bật.",
                hint="Đặt WAGTAILREDIRECTS_AUTO_CREATE = False.",
                id="portal.E002",
            )
        )
    if (settings.SITE / "__init__.py").exists():
        errors.append(
            Error(
                "Có tệp site/__init__.py: “site” là mô-đun của Python, không thể là gói của dự án.",
                hint="Xóa tệp site/__init__.py.",
                id="portal.E003",
            )
        )
    return errors


@register(Tags.compatibility)
def portal_agency_exists(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An error when PORTAL_AGENCY names no agency: the portal would stand without its header, hotline and scope.

    Silent before any agency is loaded, and while the database can't be asked.
    """
    slug = settings.PORTAL_AGENCY
    try:
        if not slug or browse.own_agency() or not (known := browse.agency_slugs()):
            return []
    except DatabaseError:
        return []
    near = ", ".join(get_close_matches(slug, known, n=3, cutoff=0.5))
    hint = f"Có phải là: {near}?" if near else "Mở trang cơ quan trên cổng và chép phần cuối của địa chỉ /co-quan/…/."
    words = f"PORTAL_AGENCY=“{slug}” không phải địa chỉ của cơ quan nào trên cổng."
    return [Error(words, hint=f"{hint} Sửa biến môi trường PORTAL_AGENCY rồi chạy lại.", id="portal.E004")]
