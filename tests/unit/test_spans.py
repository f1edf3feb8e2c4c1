"""Weeks and months that are summed up, as the store tells of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawlsight.reports.spans import Span, Spans, WeekRow, read_spans

NOW = datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
DAY_SECONDS = 86_400


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(week, first_hour=5, kept_days=365, expires="2027-11-01"):
    begin = instant(week)
    return WeekRow(
        date.fromisoformat(week),
        begin + timedelta(hours=first_hour),
        begin + timedelta(hours=30),
        instant(expires),
        kept_days * DAY_SECONDS,
        NOW,
    )


def test_weeks_begin_four_times_a_month_and_months_are_made_of_them():
    weeks = ["2026-11-01", "2026-11-09", "2026-11-17", "2026-11-25", "2026-12-25", "2027-01-01"]

    found = read_spans([row(week) for week in weeks])

    ends = ["2026-11-09", "2026-11-17", "2026-11-25", "2026-12-01", "2027-01-01", "2027-01-09"]
    hours = [(instant(week) + timedelta(hours=5), instant(week) + timedelta(hours=30)) for week in weeks]
    assert found == Spans(
        weeks=tuple(
            Span(instant(week), instant(end), first, last, is_kept=True)
            for week, end, (first, last) in zip(weeks, ends, hours, strict=True)
        ),
        months=(
            Span(instant("2026-11-01"), instant("2026-12-01"), hours[0][0], hours[3][1], is_kept=True),
            Span(instant("2026-12-01"), instant("2027-01-01"), *hours[4], is_kept=True),
            Span(instant("2027-01-01"), instant("2027-02-01"), *hours[5], is_kept=True),
        ),
    )


def test_a_project_without_visits_has_no_spans():
    assert read_spans([]) == Spans()


@pytest.mark.parametrize(
    ("rows", "weeks", "month"),
    [
        ([row("2026-10-01"), row("2026-10-09")], [True, True], True),
        # A visit that is still there has expired.
        ([row("2026-10-01", expires="2026-11-22"), row("2026-10-09")], [False, True], False),
        # What came before the visits that are left has expired and is gone.
        ([row("2026-10-17", kept_days=30), row("2026-10-25", kept_days=30)], [False, True], False),
        ([row("2026-10-25", kept_days=30)], [True], False),
    ],
    ids=["all there", "expired", "gone", "gone weeks"],
)
def test_what_has_expired_in_part_is_not_kept(rows, weeks, month):
    found = read_spans(rows)

    assert [span.is_kept for span in found.weeks] == weeks
    assert [span.is_kept for span in found.months] == [month]
