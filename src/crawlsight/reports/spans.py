"""Weeks and months that are summed up, and what a project has of each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import msgspec

# Weeks begin with these days of each month, so that none is in two months.
_WEEKS_BEGIN = (1, 9, 17, 25)

# The same of a column ``day``, as the store's schema has it.
WEEK_SQL = "toStartOfMonth(day) + 8 * least(intDiv(toDayOfMonth(day) - 1, 8), 3)"


class Span(msgspec.Struct, frozen=True):
    """What a project has of a week or a month.

    Attributes:
        begin: Its first instant, UTC.
        end: The first one after it.
        first: No visit is before it.
        last: Nor after it.
        is_kept: Whether nothing of it has expired, so that its sums and those by hour say the same.
    """

    begin: datetime
    end: datetime
    first: datetime
    last: datetime
    is_kept: bool


class Spans(msgspec.Struct, frozen=True):
    """All that a project has visits of, in order."""

    weeks: tuple[Span, ...] = ()
    months: tuple[Span, ...] = ()


class WeekRow(msgspec.Struct, frozen=True):
    """What the store says of a week.

    Attributes:
        expires_at: When the first of the visits that are left expires.
        kept_seconds: For how long the visits that are left are kept at least.
        asked_at: The store's present.
    """

    week: date
    first: datetime
    last: datetime
    expires_at: datetime
    kept_seconds: int
    asked_at: datetime


def read_spans(rows: Sequence[WeekRow]) -> Spans:
    """Give weeks, and months made of them.

    Args:
        rows: In order.
    """
    weeks = [_span(row.week, _next_week(row.week), [row]) for row in rows]
    months = [
        _span(month, _next_month(month), list(of))
        for month, of in groupby(rows, key=lambda row: row.week.replace(day=1))
    ]
    return Spans(tuple(weeks), tuple(months))


def _span(begin: date, end: date, rows: Sequence[WeekRow]) -> Span:
    began = _midnight(begin)
    # Of what has expired no trace may be left, but for the time that it would have been kept.
    expired = (
        min(row.expires_at for row in rows),
        began + timedelta(seconds=min(row.kept_seconds for row in rows)),
    )
    return Span(
        began,
        _midnight(end),
        min(row.first for row in rows),
        max(row.last for row in rows),
        is_kept=min(expired) > rows[0].asked_at,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _next_week(week: date) -> date:
    later = [day for day in _WEEKS_BEGIN if day > week.day]
    return week.replace(day=later[0]) if later else _next_month(week)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
