"""One writer for the ledger: concurrent writes share a transaction and its one fsync."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from crawlsight.errors import CrawlsightError, UnavailableError
from crawlsight.ledger.engine import writing

_T = TypeVar("_T")

# More would only delay the first; an fsync is shared well before.
_MOST_WRITES = 256

_LEAST_SECONDS_BETWEEN = 0.005


class Write(Generic[_T]):
    """A piece of work inside a transaction, and the promise of its result once that is durable.

    Writes with the same *together* are handed over as one list, so that they can share statements.
    """

    def __init__(
        self,
        together: Callable[[Connection, Sequence[Any]], Sequence[_T]],
        argument: Any,
    ) -> None:
        self.together = together
        self.argument = argument
        self.done: Future[_T] = Future()


class GroupCommitter:
    """The thread that writes; while one transaction is on its way to the disk, the next one fills."""

    def __init__(self, engine: Engine) -> None:
        self._engine = writing(engine)
        self._queue: queue.SimpleQueue[Write[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(
        self, together: Callable[[Connection, Sequence[Any]], Sequence[_T]], argument: Any
    ) -> Future[_T]:
        """Queue a write; the future has its result after the commit, or why nothing was written."""
        write = Write(together, argument)
        if self._closed:
            write.done.set_exception(UnavailableError("the server is shutting down; send it again"))
        else:
            self._queue.put(write)
        return write.done

    def close(self) -> None:
        """Finish what was submitted and stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = -_LEAST_SECONDS_BETWEEN
        while (first := self._queue.get()) is not None:
            # Under load a short wait lets more writes share the next fsync; a lone one never waits.
            wait = last + _LEAST_SECONDS_BETWEEN - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            last = time.monotonic()
            writes = [first]
            stop = False
            while len(writes) < _MOST_WRITES:
                try:
                    write = self._queue.get_nowait()
                except queue.Empty:
                    break
                if write is None:
                    stop = True
                    break
                writes.append(write)
            self._commit(writes)
            if stop:
                return

    def _commit(self, writes: list[Write[Any]]) -> None:
        try:
            results = self._transact(writes)
        except Exception as error:  # noqa: BLE001 - whatever it is, each sender must hear of it
            if len(writes) > 1:
                # One write may have spoilt it for all: each gets a transaction of its own.
                for write in writes:
                    self._commit([write])
            else:
                writes[0].done.set_exception(_as_ours(error))
            return
        for write, result in zip(writes, results, strict=True):
            write.done.set_result(result)

    def _transact(self, writes: list[Write[Any]]) -> list[Any]:
        groups: dict[Callable[..., Any], list[int]] = {}
        for position, write in enumerate(writes):
            groups.setdefault(write.together, []).append(position)
        results: list[Any] = [None] * len(writes)
        with self._engine.begin() as connection:
            for together, positions in groups.items():
                found = together(connection, [writes[position].argument for position in positions])
                for position, result in zip(positions, found, strict=True):
                    results[position] = result
        return results


def _as_ours(error: Exception) -> Exception:
    if isinstance(error, CrawlsightError) or not isinstance(error, SQLAlchemyError):
        return error
    unavailable = UnavailableError("the ledger cannot be written; nothing was stored, send it again")
    unavailable.__cause__ = error
    return unavailable
