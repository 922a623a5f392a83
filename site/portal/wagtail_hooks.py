"""Enters into the admin what needs both search and importers."""

from django.urls import URLPattern, path
from wagtail import hooks

from portal.dictionary_import import DictionaryScreen


@hooks.register("register_admin_urls")
def dictionary_addresses() -> list[URLPattern]:
    """Where the search dictionary is handed in."""
    return [path("nhap-tu-dien/", DictionaryScreen().as_view(), name="dictionary_import")]
