"""How much memory a run took at most, with the processes it started."""

import importlib

__all__ = ["peak_mb"]


def peak_mb() -> int:
    """The most this process held and the most one of its children held, together, in MB; 0 where nobody counts."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # Windows has none
        return 0
    held = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(sum(held) / 1024)
