"""The loader: the one writer of visits, moving the outbox over block by block, exactly once."""

import os
import sys
import threading
import time
from collections.abc import Callable, Generator
from typing import Protocol

import msgspec

from crawlsight.errors import CrawlsightError
from crawlsight.ingest.body import decompress_block

_RETRY_SECONDS = 1.0

# A second's delay in the reports harms nobody; one in an answer does.
_NICENESS = 5


class ClaimedLoad(Protocol):
    """A block of rows that keeps its id and its content however often it is read."""

    @property
    def load_id(self) -> str:
        """Deduplication token."""

    @property
    def rows(self) -> int:
        """Rows in all blocks."""

    @property
    def blocks(self) -> tuple[bytes, ...]:
        """Compressed rows."""


class LoadSource(Protocol):
    """Where blocks come from: durable until :meth:`finish`."""

    def unfinished(self) -> list[str]:
        """List loads that were claimed before and not finished."""

    def claim(self, most_rows: int) -> str | None:
        """Claim the next load."""

    def read(self, load_id: str) -> ClaimedLoad:
        """Read a claimed load."""

    def finish(self, load_id: str) -> None:
        """Forget a load."""


class LoadTarget(Protocol):
    """Where blocks go: loading one twice is a no-op."""

    def open(self) -> None:
        """Get ready; threads that this starts have the loader's priority."""

    def insert(self, block_id: str, rows: Generator[bytes, None, None]) -> None:
        """Load a block, given in pieces, durably."""


class LoadProgress(msgspec.Struct):
    """What the loader did so far.

    Attributes:
        last_error: Why the last load failed, None after one that did not.
    """

    loads: int = 0
    rows: int = 0
    failures: int = 0
    last_error: str | None = None


class Loader:
    """Move what waits in the outbox into visits.

    Call :meth:`run_once` by hand, or :meth:`start` a thread that :meth:`wake` sets to work.
    """

    def __init__(
        self,
        source: LoadSource,
        target: LoadTarget,
        *,
        block_rows: int,
        interval_seconds: float,
        on_error: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        self._source = source
        self._target = target
        self._block_rows = block_rows
        self._interval_seconds = interval_seconds
        self._on_error = on_error
        self._resumed = False
        self._has_caught_up = False
        self._claimed: list[str] = []
        self._work = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = LoadProgress()

    @property
    def has_caught_up(self) -> bool:
        """Whether all that an earlier process had begun to load is loaded."""
        return self._has_caught_up

    def run_once(self) -> int:
        """Load what waits now and give the number of rows.

        Raises:
            UnavailableError: A store failed; what was claimed is loaded first next time.
        """
        rows = 0
        while (loaded := self.load_block()) is not None:
            rows += loaded
        return rows

    def load_block(self) -> int | None:
        """Load the next block and give its rows, None when nothing waits.

        Raises:
            UnavailableError: A store failed; the block is loaded first next time.
        """
        if not self._claimed:
            self._claimed = self._find_claimed()
        if not self._claimed:
            return None
        load = self._source.read(self._claimed[0])
        # Piece by piece: the whole block would be in memory twice.
        self._target.insert(load.load_id, (decompress_block(block) for block in load.blocks))
        self._source.finish(load.load_id)
        self._claimed.pop(0)
        self._has_caught_up |= not self._claimed
        self.progress.loads += 1
        self.progress.rows += load.rows
        return load.rows

    def start(self) -> None:
        """Start the thread, beginning with what an earlier process left."""
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self._work.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that something may wait."""
        self._work.set()

    def close(self) -> None:
        """Finish the block at hand and stop; the rest stays in the outbox."""
        self._stop.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join()

    def _find_claimed(self) -> list[str]:
        if not self._resumed:
            # What an earlier process claimed comes first, as it was claimed.
            unfinished = self._source.unfinished()
            self._resumed = True
            if unfinished:
                return unfinished
            self._has_caught_up = True
        claimed = self._source.claim(self._block_rows)
        return [] if claimed is None else [claimed]

    def _run(self) -> None:
        if sys.platform == "linux":
            # Elsewhere this would be the whole process's.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            self._target.open()
        except CrawlsightError as error:
            self._on_error(error)
        while not self._stop.is_set():
            self._work.wait()
            self._work.clear()
            if self._stop.is_set():
                return
            started = time.monotonic()
            try:
                rows = self.load_block()
                self.progress.last_error = None
                if rows is not None:
                    self._work.set()
                if rows is not None and rows >= self._block_rows:
                    continue
            except CrawlsightError as error:
                self.progress.failures += 1
                self.progress.last_error = str(error)
                self._on_error(error)
                self._work.set()
                self._stop.wait(_RETRY_SECONDS)
            # Larger blocks cost less each; a short rest lets them gather.
            self._stop.wait(max(0.0, self._interval_seconds - (time.monotonic() - started)))
