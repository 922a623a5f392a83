"""The domain app: procedures, decisions, agencies and the time in which they hold."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CmsConfig(AppConfig):
    """Registers the domain and re-makes the database's own guards after each migration."""

    name = "cms"
    verbose_name = "Thủ tục hành chính"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """SQLite's triggers stand in the way of a table's rebuilding and fall with it: off before, anew after."""
        from cms import checks, triggers  # noqa: F401  (models must be loaded first)

        pre_migrate.connect(triggers.drop_before_migrate, sender=self)
        post_migrate.connect(triggers.install_after_migrate, sender=self)
