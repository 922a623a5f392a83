"""The environment of the public templates: addresses, static files, gettext and the one set of value filters."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined

from cms.values import JINJA_FILTERS
from portal.styles import stylesheet


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named pattern; raises NoReverseMatch for an unknown one."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """A Jinja2 environment in which a misspelt name is an error, not an empty place on a page."""
    options["undefined"] = StrictUndefined
    jinja = Environment(**{"trim_blocks": True, "lstrip_blocks": True, **options})
    jinja.globals.update(static=static, url=url, stylesheet=stylesheet)
    jinja.filters.update(JINJA_FILTERS)
    jinja.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return jinja
