"""A bounded queue of records that gives them away in batches."""

from collections import deque
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from crawlsight.client.counters import Counters

_encode = msgspec.json.Encoder().encode

_SHOWN_CHARS = 200


class RecordQueue:
    """Records in order; a batch is due when it is full or when its first record has waited long enough."""

    def __init__(self, most_records: int, batch_records: int, batch_seconds: float) -> None:
        self._most_records = most_records
        self._batch_records = batch_records
        self._batch_seconds = batch_seconds
        self._records: deque[tuple[float, Mapping[str, Any]]] = deque()

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Mapping[str, Any], now: float) -> bool:
        """Add a record unless the queue is full; tells whether it was added."""
        if len(self._records) >= self._most_records:
            return False
        self._records.append((now, record))
        return True

    def begins_or_fills_a_batch(self) -> bool:
        """Tell whether the record just added changes when a batch is due."""
        return len(self._records) in {1, self._batch_records}

    def due_in(self, now: float) -> float | None:
        """Tell in how many seconds a batch is due; None while there is no record."""
        if not self._records:
            return None
        if len(self._records) >= self._batch_records:
            return 0.0
        return max(0.0, self._records[0][0] + self._batch_seconds - now)

    def take(self) -> list[Mapping[str, Any]]:
        """Take the next batch out, due or not."""
        return [self._records.popleft()[1] for _ in range(min(self._batch_records, len(self._records)))]

    def clear(self) -> int:
        """Give up all records; gives their number."""
        number = len(self._records)
        self._records.clear()
        return number


def encode_records(
    records: Iterable[Mapping[str, Any]], counters: Counters, *, needs_user_agent: bool
) -> tuple[bytes, ...]:
    """Write each record as JSON; those that cannot be, and would spoil the batch, are counted as rejected.

    Args:
        needs_user_agent: Whether the dialect takes no record without one.
    """
    encoded = []
    for record in records:
        try:
            if needs_user_agent and record.get("user_agent") in {None, "", "-"}:
                counters.reject(1, ["user_agent is required"])
                continue
            encoded.append(_encode(record))
        except (AttributeError, TypeError, ValueError, OverflowError, RecursionError) as error:
            counters.reject(1, [f"cannot be written as JSON: {error}"[:_SHOWN_CHARS]])
    return tuple(encoded)


def new_key(random: Random) -> str:
    """Make an Idempotency-Key that no other batch has."""
    return f"crawlsight-{UUID(int=random.getrandbits(128), version=4)}"
