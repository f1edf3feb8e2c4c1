"""Instants in the words of the API."""

from datetime import UTC, datetime


def shown_instant(instant: datetime) -> str:
    """Write an instant to the millisecond."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown_milliseconds(milliseconds: int) -> str:
    """Write an instant of the ledger, epoch milliseconds."""
    return shown_instant(datetime.fromtimestamp(milliseconds / 1000, UTC))
