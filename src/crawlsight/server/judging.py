"""Judge batches beside the event loop: large ones in processes of their own.

The interpreter runs one thread's Python at a time; a process that only judges leaves this one free to
read, commit and answer. Such a process imports this module: what it names here is loaded there, too.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from crawlsight.ingest.judge import Judge, Work, judge_in_process, prepare_process
from crawlsight.ingest.pipeline import Outcome
from crawlsight.settings import Settings

# Judging a small body takes less than sending it to another process.
_INLINE_BYTES = 8 * 1024


class Judging:
    """Judges bodies: small ones here, large ones in its processes, if it has any."""

    def __init__(self, settings: Settings, on_process_lost: Callable[[], None]) -> None:
        self._on_process_lost = on_process_lost
        self._settings = settings
        self._judge = Judge(settings)
        self._processes: ProcessPoolExecutor | None = None
        if settings.ingest_processes:
            self._processes = _start_processes(settings)

    async def judge(self, work: Work) -> Outcome:
        """Judge a body.

        Raises:
            CrawlsightError: The body is no batch, or beyond a limit.
        """
        processes = self._processes
        if processes is None or len(work.body) <= _INLINE_BYTES:
            return self._judge.judge(work)
        try:
            return await asyncio.get_running_loop().run_in_executor(processes, judge_in_process, work)
        except BrokenProcessPool:
            # Somebody killed a process. Whoever notices first starts new ones; this body is judged here.
            if self._processes is processes:
                self._on_process_lost()
                self._processes = _start_processes(self._settings)
            return self._judge.judge(work)

    def close(self) -> None:
        """Stop the processes."""
        if self._processes is not None:
            self._processes.shutdown()


def _start_processes(settings: Settings) -> ProcessPoolExecutor:
    # Spawned, not forked: the embedded engine's threads would not survive a fork.
    processes = ProcessPoolExecutor(
        settings.ingest_processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_prepare,
        initargs=(settings,),
    )
    with _without_main_module():
        for _ in range(settings.ingest_processes):
            processes.submit(_wait_for_start)
    return processes


def _prepare(settings: Settings) -> None:
    # Ctrl-C goes to the whole group; the server ends its processes itself, after the last batch.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare_process(settings)


def _end_with_parent() -> None:
    """Wait until the server is gone, however that came about, and go too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)


def _wait_for_start() -> None:
    """Do nothing: the executor starts a process for each piece of work until it has all."""


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Keep spawned processes from importing the command line, which they do not need."""
    # TRICKY: they import what the main module's __file__ names, unless it names nothing.
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    main.__file__ = None
    try:
        yield
    finally:
        main.__file__ = file
