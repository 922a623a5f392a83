"""Enters the dictionary, the pinned results and the statistics into the admin, under one menu entry."""

from wagtail.snippets.models import register_snippet

from search.viewsets import SearchGroup

register_snippet(SearchGroup)
