"""A batch before and after it is judged: what is known of it, and what became of every record."""

from datetime import datetime
from uuid import UUID

import msgspec

from crawlsight.ingest.policy import Policy
from crawlsight.ingest.rows import visit_id


class RecordError(msgspec.Struct, frozen=True):
    """Why the record at *index* (0-based) was rejected."""

    index: int
    field: str
    message: str


class RejectedRecord(msgspec.Struct, frozen=True):
    """A rejected record as kept for review: known fields only, cut short, the address masked."""

    error: RecordError
    values: dict[str, str]


class QuarantinedRows(msgspec.Struct, frozen=True):
    """Valid records for a host that is none of the project's: how many, and those it would keep."""

    host: str
    records: int
    rows: int
    block: bytes


class Batch(msgspec.Struct, frozen=True):
    """What the core needs to know about a batch besides its body.

    Attributes:
        source: Name of the key that sent it.
        now: Instant of receipt.
    """

    batch_id: UUID
    source: str
    policy: Policy
    now: datetime


class Outcome(msgspec.Struct, frozen=True):
    """A batch judged: the counters, the errors, and what is to be stored.

    ``received = accepted + rejected`` and ``accepted = stored_ai_crawlers + stored_others +
    dropped + quarantined`` always hold.

    Attributes:
        block: Compressed rows, empty when nothing is stored.
        first_valid_index: Position of the first valid record, None without one.
        skipped: Of a log file, lines that are no requests, by reason.
    """

    batch_id: UUID
    body_sha256: bytes
    received: int
    accepted: int
    stored_ai_crawlers: int
    stored_others: int
    dropped: int
    quarantined: int
    rejected: int
    errors: tuple[RecordError, ...]
    review: tuple[RejectedRecord, ...]
    quarantine: tuple[QuarantinedRows, ...]
    block: bytes
    first_valid_index: int | None
    skipped: dict[str, int] = {}

    @property
    def stored(self) -> int:
        """Rows in the block."""
        return self.stored_ai_crawlers + self.stored_others

    @property
    def first_visit_id(self) -> str | None:
        """Id of the first valid record's visit."""
        return None if self.first_valid_index is None else visit_id(self.batch_id, self.first_valid_index)
