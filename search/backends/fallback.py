"""Two engines as one: the first answers while it can, the second at once when it cannot, so that a server that is down
costs a reader one short wait and the portal none after that."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from search.backends import Backend, EngineDownError, Filters, Found, IndexMissingError, Stored
from search.lexicon import Lexicon
from search.query import Query
from search.rank import Candidate

__all__ = ["Circuit", "WithFallback"]

log = logging.getLogger(__name__)
# Seconds during which an engine that failed is not asked again.
PAUSE: Final = 10.0

T = TypeVar("T")


class Circuit:
    """Remembers, for all threads of a process, that an engine is down, and lets one question try it again after each
    pause."""

    def __init__(self, pause: float = PAUSE) -> None:
        self.pause = pause
        self._lock = threading.Lock()
        self._again_at: float | None = None

    def may_try(self) -> bool:
        """Whether the engine should be asked; after a pause, only the first to ask hears yes."""
        with self._lock:
            if self._again_at is None:
                return True
            if time.monotonic() < self._again_at:
                return False
            self._again_at = time.monotonic() + self.pause
            return True

    def failed(self, why: Exception) -> None:
        """It did not answer: leave it alone for a while."""
        with self._lock:
            if self._again_at is None:
                log.warning("Elasticsearch is not used for now, SQLite answers: %r", why)
            self._again_at = time.monotonic() + self.pause

    def answered(self) -> None:
        """It answered: use it."""
        with self._lock:
            if self._again_at is not None:
                log.warning("Elasticsearch answers again and is used")
            self._again_at = None


class WithFallback:
    """A `Backend` that asks `first`, and `second` when `first` is down or has no index."""

    def __init__(self, first: Backend, second: Backend, circuit: Circuit) -> None:
        self.first, self.second, self.circuit = first, second, circuit

    def _either(self, ask: Callable[[Backend], T]) -> T:
        if self.circuit.may_try():
            try:
                answer = ask(self.first)
            except (EngineDownError, IndexMissingError) as error:
                self.circuit.failed(error)
            else:
                self.circuit.answered()
                return answer
        return ask(self.second)

    def lexicon(self) -> Lexicon:
        """See `Backend.lexicon`."""
        return self._either(lambda one: one.lexicon())

    def find_words(self, query: Query, filters: Filters, *, reranked: int) -> Found:
        """See `Backend.find_words`."""
        return self._either(lambda one: one.find_words(query, filters, reranked=reranked))

    def find_some(self, query: Query, *, limit: int) -> list[Candidate]:
        """See `Backend.find_some`."""
        return self._either(lambda one: one.find_some(query, limit=limit))

    def narrowed(self, ids: Sequence[int], filters: Filters) -> Found:
        """See `Backend.narrowed`."""
        return self._either(lambda one: one.narrowed(ids, filters))

    def find_names(self, query: Query, filters: Filters, *, limit: int) -> list[Candidate]:
        """See `Backend.find_names`."""
        return self._either(lambda one: one.find_names(query, filters, limit=limit))

    def find_keys(self, kind: str, values: Sequence[str], filters: Filters, *, prefix: bool = False) -> Found:
        """See `Backend.find_keys`."""
        return self._either(lambda one: one.find_keys(kind, values, filters, prefix=prefix))

    def find_all(self, filters: Filters) -> Found:
        """See `Backend.find_all`."""
        return self._either(lambda one: one.find_all(filters))

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """See `Backend.stored`."""
        return self._either(lambda one: one.stored(ids))
