"""Weeks and months that are summed up, made of the pieces that the store tells of."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawlsight.reports.spans import PieceRow, Span, Spans, read_spans

NOW = datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
DAY_SECONDS = 86_400


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(day, first_hour=5, kept_days=365, expires="2027-11-01"):
    begin = instant(day)
    return PieceRow(
        date.fromisoformat(day),
        begin + timedelta(hours=first_hour),
        begin + timedelta(hours=30),
        instant(expires),
        kept_days * DAY_SECONDS,
        NOW,
    )


def span(begin, end, first, last):
    """With visits from the fifth hour of the first piece to the thirtieth of the last."""
    hours = (instant(first) + timedelta(hours=5), instant(last) + timedelta(hours=30))
    return Span(instant(begin), instant(end), *hours, is_kept=True)


def test_weeks_begin_on_monday_and_those_of_two_months_are_in_two_pieces():
    days = ["2026-11-16", "2026-11-30", "2026-12-01", "2026-12-28", "2027-01-01"]

    assert read_spans([row(day) for day in days]) == Spans(
        pieces=(
            span("2026-11-16", "2026-11-23", days[0], days[0]),
            span("2026-11-30", "2026-12-01", days[1], days[1]),
            span("2026-12-01", "2026-12-07", days[2], days[2]),
            span("2026-12-28", "2027-01-01", days[3], days[3]),
            span("2027-01-01", "2027-01-04", days[4], days[4]),
        ),
        weeks=(
            span("2026-11-16", "2026-11-23", days[0], days[0]),
            span("2026-11-30", "2026-12-07", days[1], days[2]),
            span("2026-12-28", "2027-01-04", days[3], days[4]),
        ),
        months=(
            span("2026-11-01", "2026-12-01", days[0], days[1]),
            span("2026-12-01", "2027-01-01", days[2], days[3]),
            span("2027-01-01", "2027-02-01", days[4], days[4]),
        ),
    )


def test_a_project_without_visits_has_no_spans():
    assert read_spans([]) == Spans()


@pytest.mark.parametrize(
    ("rows", "pieces", "weeks", "month"),
    [
        ([row("2026-10-05"), row("2026-10-12")], [True, True], [True, True], True),
        # A visit that is still there has expired.
        ([row("2026-10-05", expires="2026-11-22"), row("2026-10-12")], [False, True], [False, True], False),
        # What came before the visits that are left has expired and is gone.
        (
            [row("2026-10-19", kept_days=30), row("2026-10-26", kept_days=30)],
            [False, True],
            [False, True],
            False,
        ),
        ([row("2026-10-26", kept_days=30)], [True], [True], False),
    ],
    ids=["all there", "expired", "gone", "gone weeks"],
)
def test_what_has_expired_in_part_is_not_kept(rows, pieces, weeks, month):
    found = read_spans(rows)

    assert [span.is_kept for span in found.pieces] == pieces
    assert [span.is_kept for span in found.weeks] == weeks
    assert [span.is_kept for span in found.months] == [month]


def test_a_week_is_not_kept_if_one_of_its_pieces_is_not():
    found = read_spans([row("2026-09-28", expires="2026-11-22"), row("2026-10-01")])

    assert [span.is_kept for span in found.pieces] == [False, True]
    assert [span.is_kept for span in found.weeks] == [False]
    assert [span.is_kept for span in found.months] == [False, True]
