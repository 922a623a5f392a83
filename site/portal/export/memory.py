"""How much memory a run took at most, with the processes it started, and what need not be searched in it."""

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["lasting", "peak_mb"]


def peak_mb() -> int:
    """The most this process held and the most one of its children held, together, in MB; 0 where nobody counts."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # Windows has none
        return 0
    held = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(sum(held) / 1024)


@contextmanager
def lasting() -> Iterator[None]:
    """Inside nothing is searched for rings of objects, nor later what was made there: the list of all files stands to
    the end, and to search it again and again took a fifth of planning."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
