"""Registers the project package as an app, for its commands and system checks."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PortalConfig(AppConfig):
    """The project package."""

    name = "portal"
    verbose_name = "Cổng thủ tục hành chính"

    def ready(self) -> None:
        """Register the system checks, and the export's search among the engines that can be judged."""
        from portal.export import judging
        from search.evaluation import SITE_ENGINES

        SITE_ENGINES["export"] = judging.searcher
        from portal import checks  # noqa: F401  checks register themselves once apps are loaded


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, with our screens for people."""

    user_viewset = "cms.user_screens.PersonViewSet"
