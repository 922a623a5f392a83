"""Work shared out to forked processes, where neither a killed one nor a killed parent leaves anybody waiting for ever:
`multiprocessing.Pool` waits for the answer of a process that the system has killed for want of memory."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import TypeVar

from django.db import connections

__all__ = ["ProcessLostError", "shared_out"]

Task = TypeVar("Task")
Result = TypeVar("Result")


class ProcessLostError(RuntimeError):
    """The system has ended one of the processes."""


def shared_out(work: Callable[[Task], Result], tasks: Sequence[Task], processes: int) -> Iterator[Result]:
    """What `work` gives for each task, in the order of being done; here, one after another, where a second process
    makes no sense or the system cannot fork. Raises ProcessLostError, and what `work` raises."""
    if processes < 2 or len(tasks) < 2 or not hasattr(os, "fork"):
        yield from map(work, tasks)
        return
    # A connection must not be shared by two processes.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(min(processes, len(tasks)), context, _begin)
    try:
        for done in as_completed([pool.submit(work, task) for task in tasks]):
            yield done.result()
    except BrokenProcessPool as error:
        raise ProcessLostError from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """In a new process: Ctrl-C ends it without a word, the parent says it; and who has no parent any more ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)
