"""Whether a source's logs flow, judged from its hourly counters; pure."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import NamedTuple

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

# How far back a source's habits are looked for.
HABIT_MS = 7 * DAY_MS

_FLOWING_MS = 10 * 60_000

# A pause this many times as long as usual is none of the source's habits.
_UNUSUAL = 3

_MOST_LAG_SECONDS = 60


class FlowState(StrEnum):
    """How a source does."""

    EMPTY = "empty"
    FLOWING = "flowing"
    QUIET = "quiet"
    SILENT = "silent"
    FAILING = "failing"


class Flow(NamedTuple):
    """How a source does, and what to do about it; nothing to do is empty."""

    state: FlowState
    advice: str


class Hour(NamedTuple):
    """What came in an hour; *hour_ms* is its begin."""

    hour_ms: int
    received: int
    rejected: int


def judge_flow(
    hours: Sequence[Hour], last_ingest_ms: int | None, now_ms: int, lag_seconds: float = 0.0
) -> Flow:
    """Judge a source, or several as one.

    Args:
        hours: Those of the last seven days in which something came, in any order; one hour may be there
            several times.
        last_ingest_ms: When something came last, None for never.
        lag_seconds: How long the oldest stored batch has waited to be in the reports.
    """
    if last_ingest_ms is None:
        return Flow(FlowState.EMPTY, "Nothing has come yet: send a first log, or upload a file.")
    if lag_seconds > _MOST_LAG_SECONDS:
        text = f"What came waits for {lag_seconds:,.0f} s to be in the reports: see the server's log."
        return Flow(FlowState.FAILING, text)
    recent = [hour for hour in hours if hour.hour_ms > now_ms - 2 * HOUR_MS]
    received, rejected = sum(hour.received for hour in recent), sum(hour.rejected for hour in recent)
    if rejected * 2 > received:
        text = f"{rejected:,} of the last {received:,} records were rejected: mend what the reasons say."
        return Flow(FlowState.FAILING, text)
    pause_ms = now_ms - last_ingest_ms
    if pause_ms < _FLOWING_MS:
        return Flow(FlowState.FLOWING, "")
    if pause_ms <= max(HOUR_MS, _UNUSUAL * _usual_pause_ms(hours)):
        return Flow(FlowState.QUIET, "")
    text = "Longer silent than usual: see whether the sender runs, reaches this server and has a good key."
    return Flow(FlowState.SILENT, text)


def received_by_hour(hours: Sequence[Hour], now_ms: int) -> list[int]:
    """Give the records received in each of the 24 hours of the clock up to this one, oldest first."""
    this_hour_ms = now_ms // HOUR_MS * HOUR_MS
    received = _sum_by_hour(hours)
    return [received.get(this_hour_ms - ago * HOUR_MS, 0) for ago in reversed(range(24))]


def _usual_pause_ms(hours: Sequence[Hour]) -> float:
    begins = sorted(_sum_by_hour(hours))
    pauses = [later - earlier for earlier, later in pairwise(begins)]
    return median(pauses) if pauses else 0


def _sum_by_hour(hours: Sequence[Hour]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for hour in hours:
        sums[hour.hour_ms] = sums.get(hour.hour_ms, 0) + hour.received
    return sums
