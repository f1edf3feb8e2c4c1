"""The Ansehn dialect: its rules for a record and its summary of a batch."""

from datetime import timedelta
from typing import Any

from crawlsight.ingest.summary import Summary
from crawlsight.ingest.validate import Rules
from crawlsight.record import FieldLimits

NAME = "ansehn"

# A list longer than this teaches its reader nothing more; the counters stay exact.
_MOST_ERRORS = 100


def rules(limits: FieldLimits) -> Rules:
    """Give the dialect's rules: the window is the project's retention and ten minutes ahead."""
    return Rules(
        limits=limits,
        empty_user_agent=False,
        fixed_oldest=None,
        future=timedelta(minutes=10),
        window_message="timestamp is outside the accepted retention window",
    )


def answer(summary: Summary, request_id: str, *, is_duplicate: bool = False) -> dict[str, Any]:
    """Write the answer to a batch, in the documented order; a duplicate's is the first answer, marked."""
    status = "duplicate" if is_duplicate else "accepted" if summary.accepted else "rejected"
    others = {"stored_other_records": summary.stored_others} if summary.keeps_others else {}
    return {
        "status": status,
        "batch_id": summary.batch_id,
        "request_id": request_id,
        "deduplicated": is_duplicate,
        "received_records": summary.received,
        "accepted_records": summary.accepted,
        "stored_ai_crawler_records": summary.stored_ai_crawlers,
        **others,
        "dropped_non_crawler_records": summary.dropped,
        "rejected_records": summary.rejected,
        "quarantined_records": summary.quarantined,
        "errors": summary.errors[:_MOST_ERRORS],
    }
