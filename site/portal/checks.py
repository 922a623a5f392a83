"""House rules that a setting can break in silence, as system checks."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
