"""Answers that many pages ask for, read once while nothing may change: an export makes thousands of pages of one day.
A server's page never keeps any: what it says must be what stands now."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import get_language

__all__ = ["given", "is_keeping", "keeping", "kept", "kept_few", "question"]

# Lists of a commune hold 300 rows of 3 kB; so many of them stay below 100 MB. Of each question its newest answers.
MOST = 100
FEW = 4  # of questions with large answers

_P = ParamSpec("_P")
_R = TypeVar("_R")
_answers: ContextVar[dict[Hashable, OrderedDict[Hashable, Any]] | None] = ContextVar("answers kept", default=None)
_given: ContextVar[Mapping[Hashable, Any]] = ContextVar("answers given", default={})  # noqa: B039  never written to


@contextmanager
def keeping() -> Iterator[None]:
    """Inside, a selector marked `kept` answers the same question once. The caller vouches that nothing changes."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def is_keeping() -> bool:
    """Whether answers are kept."""
    return _answers.get() is not None


@contextmanager
def given(answers: Mapping[Hashable, Any]) -> Iterator[None]:
    """Inside, these questions are answered so: read for many pages together, a query costs what it does for one."""
    token = _given.set(answers)
    try:
        yield
    finally:
        _given.reset(token)


def question(ask: Callable[..., Any], *args: Any) -> Hashable:
    """What `given` calls the question put to a `kept` selector with these arguments, all by place."""
    return ask.__wrapped__, args  # type: ignore[attr-defined]


def _keeper(most: int) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    def kept(read: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(read)
        def ask(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            every = _answers.get()
            if every is None:
                return read(*args, **kwargs)
            if not kwargs and (read, args) in (ready := _given.get()):
                answer: _R = ready[read, args]
                return answer
            # Answers may hold words.
            key = (get_language(), args, tuple(kwargs.items()))
            answers = every.setdefault(read, OrderedDict())
            if key not in answers:
                answers[key] = read(*args, **kwargs)
                if len(answers) > most:
                    answers.popitem(last=False)
            else:
                answers.move_to_end(key)
            found: _R = answers[key]
            return found

        return ask

    return kept


def kept(read: Callable[_P, _R]) -> Callable[_P, _R]:
    """A selector whose answer may be kept; who asks must not change it. Questions must be hashable."""
    return _keeper(MOST)(read)


def kept_few(read: Callable[_P, _R]) -> Callable[_P, _R]:
    """A selector whose answers are large: only the newest few are kept."""
    return _keeper(FEW)(read)
