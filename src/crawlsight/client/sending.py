"""What both senders have in common: how a batch is made, and the account of what became of its records."""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from crawlsight.client.batching import RecordQueue, encode_records, new_key
from crawlsight.client.counters import Counters
from crawlsight.client.delivery import Backoff, Pause, Steps, deliver
from crawlsight.client.endpoint import Batch, Endpoint
from crawlsight.errors import CrawlsightError, UnauthorizedError

_log = logging.getLogger("crawlsight.client")


class GivenUpError(Exception):
    """The sender was closed, and its time is over."""


class Sending(msgspec.Struct, frozen=True):
    """Where records go, how, and when."""

    endpoint: Endpoint
    backoff: Backoff
    batch_records: int
    batch_seconds: float
    queue_records: int

    def queue(self) -> RecordQueue:
        """Make an empty queue."""
        return RecordQueue(self.queue_records, self.batch_records, self.batch_seconds)

    def steps(self, records: list[Mapping[str, Any]], counters: Counters) -> Steps | None:
        """Make a batch under a key of its own; None when none of the records can be sent."""
        encoded = encode_records(records, counters, needs_user_agent=self.endpoint.is_ansehn)
        if not encoded:
            return None
        batch = Batch(new_key(self.backoff.random), encoded)
        return deliver(batch, self.endpoint, self.backoff, counters)


class Begun(NamedTuple):
    """A batch on its way, and the counters when it went."""

    records: int
    judged: int
    rejected: int


class Account:
    """Counters, and log lines that do not repeat themselves while the same trouble goes on."""

    def __init__(self) -> None:
        self.counters = Counters()
        self.is_stopped = False
        self._is_in_trouble = False

    def take(self, queue: RecordQueue, record: Mapping[str, Any], now: float, *, is_closed: bool) -> bool:
        """Queue a record, or count why not."""
        self.counters.handed += 1
        if self.is_stopped or is_closed:
            self.counters.undelivered += 1
            return False
        if not queue.add(record, now):
            self.counters.dropped_queue_full += 1
            return False
        return True

    def begin(self, records: list[Mapping[str, Any]]) -> Begun:
        """Remember the counters before a batch."""
        return Begun(len(records), self._judged(), self.counters.rejected)

    def note_pause(self, pause: Pause) -> None:
        """Log the first trouble of a row of them."""
        if not self._is_in_trouble:
            _log.warning("log records wait, and are sent again until they are taken: %s", pause.reason)
        self._is_in_trouble = True

    def note_judged(self, begun: Begun) -> None:
        """Log the end of trouble, and the first records that were rejected."""
        if self._is_in_trouble:
            _log.warning("log records are taken again")
        self._is_in_trouble = False
        rejected = self.counters.rejected - begun.rejected
        if rejected and begun.rejected == 0:
            _log.warning("%d log records were rejected: %s", rejected, "; ".join(self.counters.errors[:1]))

    def fail(self, error: BaseException, begun: Begun, queue: RecordQueue) -> None:
        """Count what is left of a batch that will not be sent, and what cannot be sent after it."""
        left = begun.records - (self._judged() - begun.judged)
        if isinstance(error, UnauthorizedError):
            self.is_stopped = True
            _log.error("no more log records are sent: %s", error)
        if self.is_stopped or isinstance(error, GivenUpError):
            left += queue.clear()
        elif isinstance(error, CrawlsightError):
            if not self._is_in_trouble:
                _log.error("%d log records are lost: %s", left, error)
            self._is_in_trouble = True
        else:
            _log.error("%d log records are lost", left, exc_info=error)
        self.counters.undelivered += left

    def abandon(self, queue: RecordQueue, reason: Exception) -> None:
        """Count what is queued as undelivered: there is nobody to send it."""
        self.counters.undelivered += queue.clear()
        _log.warning("log records cannot be sent: %s", reason)

    def _judged(self) -> int:
        return self.counters.accepted + self.counters.rejected
