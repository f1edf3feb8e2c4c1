"""Count what a request holds: each entry ends as a record, skipped, or rejected."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from crawlsight.errors import TooManyRecordsError
from crawlsight.feeds.feed import FeedBatch, Rejected, Skip

# Many times what 64 MiB of log lines hold; short junk must not become a million objects.
MOST_ENTRIES = 1_000_000

_MOST_REASONS = 100

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class Intake:
    """Gathers one request's entries, in order.

    Args:
        required: Field that a record must have, and what the vendor calls it.
    """

    def __init__(self, required: Mapping[str, str]) -> None:
        self._required = required
        self._records: list[dict[str, Any]] = []
        self._positions: list[int] = []
        self._skipped: dict[Skip, int] = {}
        self._rejected: list[Rejected] = []
        self._rejected_count = 0
        self._entries = 0

    def take(self, record: dict[str, Any]) -> None:
        """Add a record without its None values, or reject it by the vendor's name of what it lacks."""
        present = {name: value for name, value in record.items() if value is not None}
        for field, name in self._required.items():
            if field not in present:
                self.reject(f"{name} is missing")
                return
        self._records.append(present)
        self._positions.append(self._count())

    def skip(self, reason: Skip) -> None:
        """Count an entry that is no visit."""
        self._count()
        self._skipped[reason] = self._skipped.get(reason, 0) + 1

    def reject(self, reason: str) -> None:
        """Count an entry that is no record."""
        index = self._count()
        self._rejected_count += 1
        if len(self._rejected) < _MOST_REASONS:
            self._rejected.append(Rejected(index, reason))

    def batch(self, *, dedup_key: str | None = None, request_id: str | None = None) -> FeedBatch:
        """Give what was gathered."""
        return FeedBatch(
            records=self._records,
            positions=self._positions,
            skipped=self._skipped,
            rejected=tuple(self._rejected),
            rejected_count=self._rejected_count,
            dedup_key=dedup_key,
            request_id=request_id,
        )

    def _count(self) -> int:
        if self._entries == MOST_ENTRIES:
            raise TooManyRecordsError(
                f"the request has more than {MOST_ENTRIES} entries; make the vendor's batches smaller"
            )
        self._entries += 1
        return self._entries - 1


def dedup_key(text: str | None) -> str | None:
    """Make a key of a vendor's id: itself if it is short and visible, else its digest."""
    if not text:
        return None
    if _KEY.fullmatch(text):
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
