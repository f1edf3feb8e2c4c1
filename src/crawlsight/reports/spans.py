"""Weeks and months that are summed up, and what a project has of each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import msgspec

# What is of one week and of one month, by its first day, of a column ``day``.
PIECE_SQL = "greatest(toMonday(day), toStartOfMonth(day))"

_WEEK = timedelta(days=7)


class Span(msgspec.Struct, frozen=True):
    """What a project has of a week, a month or a piece of both.

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
    """All that a project has visits of, in order.

    Attributes:
        pieces: What is of one week and of one month.
        weeks: They begin on Monday.
    """

    pieces: tuple[Span, ...] = ()
    weeks: tuple[Span, ...] = ()
    months: tuple[Span, ...] = ()


class PieceRow(msgspec.Struct, frozen=True):
    """What the store says of a week, or of the part of it that is in one month.

    Attributes:
        day: The first day of the piece.
        expires_at: When the first of the visits that are left expires.
        kept_seconds: For how long the visits that are left are kept at least.
        asked_at: The store's present.
    """

    day: date
    first: datetime
    last: datetime
    expires_at: datetime
    kept_seconds: int
    asked_at: datetime


def read_spans(rows: Sequence[PieceRow]) -> Spans:
    """Give the pieces, and the weeks and months made of them.

    Args:
        rows: In order.
    """
    weeks = [_span(week, week + _WEEK, list(of)) for week, of in groupby(rows, key=_week)]
    months = [_span(month, _next_month(month), list(of)) for month, of in groupby(rows, key=_month)]
    pieces = [_span(row.day, min(_week(row) + _WEEK, _next_month(row.day)), [row]) for row in rows]
    return Spans(tuple(pieces), tuple(weeks), tuple(months))


def _week(row: PieceRow) -> date:
    return row.day - timedelta(days=row.day.weekday())


def _month(row: PieceRow) -> date:
    return row.day.replace(day=1)


def _span(begin: date, end: date, rows: Sequence[PieceRow]) -> Span:
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


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
