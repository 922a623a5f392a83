"""The search app: it reads published rows of `cms` into its own index file and answers what people type."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Search over procedures."""

    name = "search"
    verbose_name = _("Tìm kiếm")
