"""Answers that many pages ask for, read once while nothing may change: an export makes thousands of pages of one day.
A server's page never keeps any: what it says must be what stands now."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

__all__ = ["is_keeping", "keeping", "kept"]

# Lists of a commune hold 300 rows of 3 kB; so many of them stay below 100 MB.
MOST = 100

_P = ParamSpec("_P")
_R = TypeVar("_R")
_answers: ContextVar[OrderedDict[Hashable, Any] | None] = ContextVar("answers kept", default=None)


@contextmanager
def keeping() -> Iterator[None]:
    """Inside, a selector marked `kept` answers the same question once. The caller vouches that nothing changes."""
    token = _answers.set(OrderedDict())
    try:
        yield
    finally:
        _answers.reset(token)


def is_keeping() -> bool:
    """Whether answers are kept."""
    return _answers.get() is not None


def kept(read: Callable[_P, _R]) -> Callable[_P, _R]:
    """A selector whose answer may be kept; who asks must not change it. Questions must be hashable."""

    @wraps(read)
    def ask(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        answers = _answers.get()
        if answers is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(kwargs.items()))
        if key not in answers:
            answers[key] = read(*args, **kwargs)
            if len(answers) > MOST:
                answers.popitem(last=False)
        else:
            answers.move_to_end(key)
        found: _R = answers[key]
        return found

    return ask
