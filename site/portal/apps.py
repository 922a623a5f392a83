"""Registers the project package as an app, for its commands and system checks."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The project package."""

    name = "portal"
    verbose_name = "Cổng thủ tục hành chính"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401  checks register themselves once apps are loaded
