"""The Ansehn dialect: its rules for a record and its summary of a batch."""

from datetime import timedelta
from typing import Any

from crawlsight.ingest.pipeline import Outcome
from crawlsight.ingest.policy import Keep
from crawlsight.ingest.validate import Rules
from crawlsight.record import FieldLimits

NAME = "ansehn"


def rules(limits: FieldLimits) -> Rules:
    """Give the dialect's rules: the window is the project's retention and ten minutes ahead."""
    return Rules(
        limits=limits,
        empty_user_agent=False,
        fixed_oldest=None,
        future=timedelta(minutes=10),
        window_message="timestamp is outside the accepted retention window",
    )


def summary(outcome: Outcome, keep: Keep, request_id: str) -> dict[str, Any]:
    """Write the answer to a batch that was judged now, in the documented order."""
    others = {"stored_other_records": outcome.stored_others} if keep is not Keep.CRAWLERS else {}
    return {
        "status": "accepted" if outcome.accepted else "rejected",
        "batch_id": str(outcome.batch_id),
        "request_id": request_id,
        "deduplicated": False,
        "received_records": outcome.received,
        "accepted_records": outcome.accepted,
        "stored_ai_crawler_records": outcome.stored_ai_crawlers,
        **others,
        "dropped_non_crawler_records": outcome.dropped,
        "rejected_records": outcome.rejected,
        "quarantined_records": outcome.quarantined,
        "errors": outcome.errors,
    }


def duplicate(first: dict[str, Any]) -> dict[str, Any]:
    """Write the answer to a repeated batch: the first answer, marked."""
    return {**first, "status": "duplicate", "deduplicated": True}
