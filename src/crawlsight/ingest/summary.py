"""What a sender is told of a batch, before either dialect words it; kept to be told again."""

from typing import Self

import msgspec

from crawlsight.ingest.outcome import Outcome, RecordError
from crawlsight.ingest.policy import Keep


class Summary(msgspec.Struct, frozen=True):
    """The counters and errors of a judged batch.

    Attributes:
        keeps_others: Whether the project keeps more than AI crawlers.
        errors: One per rejected record, in their order.
    """

    batch_id: str
    first_visit_id: str | None
    keeps_others: bool
    received: int
    accepted: int
    stored_ai_crawlers: int
    stored_others: int
    dropped: int
    quarantined: int
    rejected: int
    errors: tuple[RecordError, ...]

    @classmethod
    def of(cls, outcome: Outcome, keep: Keep) -> Self:
        """Take what the sender is told from an outcome."""
        return cls(
            batch_id=str(outcome.batch_id),
            first_visit_id=outcome.first_visit_id,
            keeps_others=keep is not Keep.CRAWLERS,
            received=outcome.received,
            accepted=outcome.accepted,
            stored_ai_crawlers=outcome.stored_ai_crawlers,
            stored_others=outcome.stored_others,
            dropped=outcome.dropped,
            quarantined=outcome.quarantined,
            rejected=outcome.rejected,
            errors=outcome.errors,
        )


def encode_summary(summary: Summary) -> bytes:
    """Encode a summary for the ledger."""
    return msgspec.json.encode(summary)


def decode_summary(encoded: bytes) -> Summary:
    """Undo :func:`encode_summary`."""
    return msgspec.json.decode(encoded, type=Summary)
