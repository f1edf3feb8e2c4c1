"""Send records from within a program, off its critical path: from a thread, or from an event loop."""

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import Mapping
from random import Random, SystemRandom
from typing import Any, Protocol, Self

import httpx

from crawlsight.client.counters import Counters
from crawlsight.client.delivery import (
    Backoff,
    Pause,
    Steps,
    follow,
    no_answer,
    post_by,
    to_answer,
)
from crawlsight.client.endpoint import Answer, Endpoint, Post
from crawlsight.client.sending import Account, GivenUpError, Sending
from crawlsight.client.timing import AsyncClock, Clock, LoopClock, SystemClock

# A server that is away must not keep a program from ending.
_SECONDS_AT_EXIT = 3.0


class Recorder(Protocol):
    """Takes records without blocking or raising: either sender, or what a program puts in its place."""

    def send(self, record: Mapping[str, Any]) -> None:
        """Take a record."""


class Sender:
    """Sends records from a thread of its own; :meth:`send` never blocks and never raises.

    What a batch needs until the server has judged it is done again and again: a lost connection, 408, 425,
    429 and 5xx are retried under the same Idempotency-Key, so a batch is stored once. Meanwhile the queue
    fills up, and what comes when it is full is dropped and counted. A process that forks gets a sender of
    its own in each child, with an empty queue.

    Args:
        url: Base address of the server, or the whole address of its ingest.
        key: Its prefix chooses the dialect: ``ank_`` Ansehn's, ``bot_`` Profound's.
        batch_seconds: How long the first record of a batch waits for others.
        transport: Of httpx; for tests.

    Raises:
        InvalidArgumentError: Address or key cannot be.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        batch_records: int = 1_000,
        batch_seconds: float = 5.0,
        queue_records: int = 10_000,
        timeout_seconds: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        backoff = Backoff(random=random or SystemRandom())
        self._sending = Sending(Endpoint.of(url, key), backoff, batch_records, batch_seconds, queue_records)
        self._clock = clock or SystemClock()
        self._timeout_seconds = timeout_seconds
        self._transport = transport
        self._begin()
        _begin_anew_after_fork(self)

    def _begin(self) -> None:
        self._condition = threading.Condition()
        self._queue = self._sending.queue()
        self._account = Account()
        self._thread: threading.Thread | None = None
        # When it is closed: the instant from which on nothing is tried again.
        self._until: float | None = None

    @property
    def counters(self) -> Counters:
        """What became of the records so far."""
        with self._condition:
            return self._account.counters.copy()

    def send(self, record: Mapping[str, Any]) -> None:
        """Take a record, with the fields of the API; it must not be changed afterwards."""
        with self._condition:
            is_closed = self._until is not None
            if not self._account.take(self._queue, record, self._clock.now(), is_closed=is_closed):
                return
            if self._thread is None:
                self._start()
            if self._queue.begins_or_fills_a_batch():
                self._condition.notify_all()

    def close(self, timeout: float = 10.0) -> None:
        """Send what is queued, for so many seconds at most; what is left then is counted as undelivered."""
        with self._condition:
            if self._until is None:
                self._until = self._clock.now() + timeout
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="crawlsight-sender", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            # The interpreter is shutting down, or has no more threads.
            self._account.abandon(self._queue, error)
            return
        self._thread = thread
        atexit.register(self.close, _SECONDS_AT_EXIT)

    def _run(self) -> None:
        with httpx.Client(transport=self._transport, timeout=self._timeout_seconds) as client:
            while (records := self._next_batch()) is not None:
                self._deliver(records, client)

    def _next_batch(self) -> list[Mapping[str, Any]] | None:
        """Wait for a batch that is due; None when there will be none."""
        with self._condition:
            while not self._account.is_stopped:
                due_in = self._queue.due_in(self._clock.now())
                if due_in == 0 or (due_in is not None and self._until is not None):
                    return self._queue.take()
                if self._until is not None:
                    return None
                self._clock.wait(self._condition, due_in)
            return None

    def _deliver(self, records: list[Mapping[str, Any]], client: httpx.Client) -> None:
        begun = self._account.begin(records)
        try:
            if steps := self._sending.steps(records, self._account.counters):
                follow(steps, post_by(client), self._pause)
        except Exception as error:  # noqa: BLE001  # whatever a batch does, the thread goes on with the next
            with self._condition:
                self._account.fail(error, begun, self._queue)
        else:
            self._account.note_judged(begun)

    def _pause(self, pause: Pause) -> None:
        self._account.note_pause(pause)
        end = self._clock.now() + pause.seconds
        with self._condition:
            while (now := self._clock.now()) < end:
                if self._until is not None and now >= self._until:
                    raise GivenUpError
                self._clock.wait(self._condition, min(end, end if self._until is None else self._until) - now)


def _begin_anew_after_fork(sender: Sender) -> None:
    """Give a forked child its own lock, queue and thread: those of the parent do not work there."""
    reference = weakref.ref(sender)

    def begin() -> None:
        found = reference()
        if found is not None:
            found._begin()  # noqa: SLF001  # a part of the class that must not keep it alive

    os.register_at_fork(after_in_child=begin)


class AsyncSender:
    """Sends records from a task of the event loop in which :meth:`send` is called; else a :class:`Sender`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        batch_records: int = 1_000,
        batch_seconds: float = 5.0,
        queue_records: int = 10_000,
        timeout_seconds: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: AsyncClock | None = None,
        random: Random | None = None,
    ) -> None:
        backoff = Backoff(random=random or SystemRandom())
        self._sending = Sending(Endpoint.of(url, key), backoff, batch_records, batch_seconds, queue_records)
        self._clock = clock or LoopClock()
        self._timeout_seconds = timeout_seconds
        self._transport = transport
        self._queue = self._sending.queue()
        self._account = Account()
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._until: float | None = None

    @property
    def counters(self) -> Counters:
        """What became of the records so far."""
        return self._account.counters.copy()

    def send(self, record: Mapping[str, Any]) -> None:
        """Take a record, with the fields of the API; it must not be changed afterwards."""
        is_closed = self._until is not None
        if not self._account.take(self._queue, record, self._clock.now(), is_closed=is_closed):
            return
        if self._task is None:
            self._start()
        if self._queue.begins_or_fills_a_batch():
            self._wake.set()

    async def close(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109  # as the other sender's
        """Send what is queued, for so many seconds at most; what is left then is counted as undelivered."""
        if self._until is None:
            self._until = self._clock.now() + timeout
        self._wake.set()
        if self._task is not None:
            _, late = await asyncio.wait({self._task}, timeout=timeout)
            for task in late:
                task.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _start(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError as error:
            self._account.abandon(self._queue, error)
            return
        self._task = loop.create_task(self._run(), name="crawlsight-sender")

    async def _run(self) -> None:
        async with httpx.AsyncClient(transport=self._transport, timeout=self._timeout_seconds) as client:
            while (records := await self._next_batch()) is not None:
                await self._deliver(records, client)

    async def _next_batch(self) -> list[Mapping[str, Any]] | None:
        while not self._account.is_stopped:
            self._wake.clear()
            due_in = self._queue.due_in(self._clock.now())
            if due_in == 0 or (due_in is not None and self._until is not None):
                return self._queue.take()
            if self._until is not None:
                return None
            await self._clock.wait(self._wake, due_in)
        return None

    async def _deliver(self, records: list[Mapping[str, Any]], client: httpx.AsyncClient) -> None:
        begun = self._account.begin(records)
        try:
            if steps := self._sending.steps(records, self._account.counters):
                await self._follow(steps, client)
        except asyncio.CancelledError:
            self._account.fail(GivenUpError(), begun, self._queue)
            raise
        except Exception as error:  # noqa: BLE001  # whatever a batch does, the task goes on with the next
            self._account.fail(error, begun, self._queue)
        else:
            self._account.note_judged(begun)

    async def _follow(self, steps: Steps, client: httpx.AsyncClient) -> None:
        answer: Answer | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                return
            if isinstance(step, Post):
                answer = await self._post(step, client)
            else:
                answer = None
                await self._pause(step)

    async def _post(self, request: Post, client: httpx.AsyncClient) -> Answer:
        try:
            found = await client.post(request.url, content=request.content, headers=request.headers)
        except httpx.HTTPError as error:
            return no_answer(error)
        return to_answer(found)

    async def _pause(self, pause: Pause) -> None:
        self._account.note_pause(pause)
        end = self._clock.now() + pause.seconds
        while (now := self._clock.now()) < end:
            if self._until is not None and now >= self._until:
                raise GivenUpError
            self._wake.clear()
            await self._clock.wait(self._wake, min(end, end if self._until is None else self._until) - now)
