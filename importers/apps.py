"""Readers of official files and what becomes of them: staged rows, differences, published content."""

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    """Registers the importers."""

    name = "importers"
    verbose_name = "Nhập dữ liệu"
    default_auto_field = "django.db.models.BigAutoField"
