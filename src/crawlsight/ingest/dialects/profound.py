"""The Profound dialect: its rules for an entry and its answer to a batch."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crawlsight.ingest.summary import Summary
from crawlsight.ingest.validate import Rules
from crawlsight.record import FieldLimits

NAME = "profound"

# Before the first crawlers of this kind; the vendor's own example of 2024 is well inside.
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


def rules(limits: FieldLimits) -> Rules:
    """Give the dialect's rules: a wide window, and edge functions may send no user agent."""
    return Rules(
        limits=limits,
        empty_user_agent=True,
        fixed_oldest=_OLDEST,
        future=timedelta(hours=24),
        window_message="timestamp out of reasonable range",
    )


def answer(summary: Summary) -> dict[str, Any]:
    """Write the answer to a batch, in the documented order; one string per failing entry."""
    return {
        "status": "accepted",
        "message": f"Processing {summary.accepted} log entries",
        "first_visit_id": summary.first_visit_id,
        "errors": [f"Invalid log format: {error.message}" for error in summary.errors],
    }
