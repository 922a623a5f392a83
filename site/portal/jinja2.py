"""The environments of the public templates, one for each language: addresses, static files, gettext and the one set of
value filters. What a template says in plain words is translated once, when it is compiled, not on every page."""

import re
from collections.abc import Callable, Iterator, MutableMapping
from copy import copy
from functools import lru_cache
from typing import Any, cast
from unicodedata import normalize

from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext, ngettext, override
from jinja2 import Environment, StrictUndefined, Undefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from cms.selectors.keeping import kept
from cms.values import JINJA_FILTERS
from portal.styles import stylesheet

# A letter with a mark, once letters and marks are apart.
_MARKED = re.compile("[đĐ\u0300-\u0323]")


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named pattern; raises NoReverseMatch for an unknown one."""
    return _address(name, args, tuple(kwargs.items()), get_language(), get_script_prefix())


# A page asks for the same twenty addresses of its head and menu as every other: 4 ms of its 30.
@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...], *_place: str | None) -> str:
    return reverse(name, args=args or None, kwargs=dict(named) or None)


class InVietnamese:
    """`<h1{{ in_vietnamese }}>` marks what officials wrote, `<li{{ in_vietnamese(text) }}>` what may be theirs or ours,
    on pages of another language only (WCAG 3.1.2)."""

    def __init__(self, language: str) -> None:
        self._marked = Markup("" if language == "vi" else ' lang="vi"')

    def __html__(self) -> str:
        """The attribute with a space before it, or nothing."""
        return self._marked

    def __call__(self, text: object) -> Markup:
        """The attribute if the text has a letter that only Vietnamese writes."""
        return self._marked if self._marked and _MARKED.search(normalize("NFD", str(text))) else Markup()


class SaidOnce(Extension):
    """Puts the translation in the place of every `{{ _("words") }}` when a template is compiled: a page has a hundred,
    and to look each up took a tenth of it."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:  # type: ignore[override]
        """The template's tokens with those words as text."""
        language = cast(Spoken, self.environment).language
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if not _begins(held):
                yield from held
                held = []
            elif len(held) == len(_WORDS):
                with override(language):
                    # As newstyle gettext does: the words are a format string, "%%" stands for "%".
                    yield Token(token.lineno, "data", gettext(held[3].value) % {})
                held = []
        yield from held


# The tokens of {{ _("words") }}.
_WORDS = (("variable_begin", ""), ("name", "_"), ("lparen", ""), ("string", ""), ("rparen", ""), ("variable_end", ""))


def _begins(tokens: list[Token]) -> bool:
    wanted = zip(tokens, _WORDS, strict=False)
    return all(token.type == kind and (not text or token.value == text) for token, (kind, text) in wanted)


def once(written: dict[str, str] | Undefined | None, name: str, caller: Callable[[], str]) -> str:
    """What stands between `{% call once(written, "part") %}` and `{% endcall %}`: put together for the first page that
    brings this `written`, and taken from there by the next that says the same. Without one, put together."""
    if written is None or isinstance(written, Undefined):
        return caller()
    if name not in written:
        written[name] = caller()
    return written[name]


class Spoken(Environment):
    """An environment in which a misspelt name is an error, not an empty place on a page. `language`: that of all
    texts."""

    def __init__(self, language: str = settings.LANGUAGE_CODE, **options: Any) -> None:
        self.language = language
        extensions = [*options.pop("extensions", ()), SaidOnce]
        options = {"trim_blocks": True, "lstrip_blocks": True, **options, "undefined": StrictUndefined}
        super().__init__(extensions=extensions, **options)
        self.globals.update(static=kept(static), url=url, stylesheet=kept(stylesheet))
        self.globals.update(once=once, in_vietnamese=InVietnamese(language))
        self.filters.update(JINJA_FILTERS)
        self.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names every template knows, as one plain dict: Jinja2's chain of dicts is copied for every page, name by
        name. Names given to the environment later are not seen; there are none."""
        return {**self.globals, **(d or {})}


class PerLanguageJinja2(Jinja2):
    """Django's engine with an environment for each language of the portal."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._engines = {}
        for language, _name in settings.LANGUAGES:
            options = {**params["OPTIONS"], "language": language}
            engine = copy(self)
            Jinja2.__init__(engine, {**params, "OPTIONS": options})
            self._engines[language] = engine

    def _speaking(self) -> Jinja2:
        return self._engines.get(get_language() or "", self)

    def get_template(self, template_name: str) -> Any:
        """The template in the active language."""
        return Jinja2.get_template(self._speaking(), template_name)

    def from_string(self, template_code: str) -> Any:
        """A template from text, in the active language."""
        return Jinja2.from_string(self._speaking(), template_code)
