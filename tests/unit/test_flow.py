"""Whether a source's logs flow, by the counters of its hours."""

import pytest

from builders import NOW_MS
from crawlsight.ledger import Flow, FlowState, Hour, judge_flow, received_by_hour

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
# Twelve o'clock sharp.
THIS_HOUR_MS = NOW_MS


def hours_ago(*ago, received=10, rejected=0):
    return [Hour(THIS_HOUR_MS - hour * HOUR_MS, received, rejected) for hour in ago]


def state(hours, minutes_ago, lag_seconds=0.0):
    return judge_flow(hours, NOW_MS - minutes_ago * MINUTE_MS, NOW_MS, lag_seconds).state


def test_what_never_sent_is_empty_and_is_told_how_to_begin():
    assert judge_flow([], None, NOW_MS) == Flow(
        FlowState.EMPTY, "Nothing has come yet: send a first log, or upload a file."
    )


@pytest.mark.parametrize(
    ("ago", "minutes", "expected"),
    [
        ([1], 0, FlowState.FLOWING),
        ([1], 9, FlowState.FLOWING),
        ([1], 10, FlowState.QUIET),
        ([1], 60, FlowState.QUIET),
        ([2], 61, FlowState.SILENT),
        # Every hour until now: three hours of silence are too many.
        ([4, 5, 6, 7], 180, FlowState.QUIET),
        ([4, 5, 6, 7], 181, FlowState.SILENT),
        # Once a day.
        ([26, 50, 74], 72 * 60, FlowState.QUIET),
        ([74, 98, 122], 73 * 60, FlowState.SILENT),
        # One pause of a weekend is not the habit.
        ([5, 6, 7, 70, 71, 72], 4 * 60, FlowState.SILENT),
    ],
)
def test_a_pause_is_judged_by_the_usual_one(ago, minutes, expected):
    assert state(hours_ago(*ago), minutes) is expected


@pytest.mark.parametrize(
    ("received", "rejected", "expected"),
    [
        (10, 5, FlowState.FLOWING),
        (10, 6, FlowState.FAILING),
        (1, 1, FlowState.FAILING),
        (0, 0, FlowState.FLOWING),
    ],
)
@pytest.mark.parametrize("ago", [0, 1])
def test_more_than_half_rejected_in_this_hour_and_the_one_before_is_failing(
    ago, received, rejected, expected
):
    assert state(hours_ago(ago, received=received, rejected=rejected), 1) is expected


def test_what_was_rejected_long_ago_is_over():
    assert state([*hours_ago(2, rejected=10), *hours_ago(0)], 1) is FlowState.FLOWING


@pytest.mark.parametrize(("lag", "expected"), [(60, FlowState.FLOWING), (61, FlowState.FAILING)])
def test_what_waits_longer_than_a_minute_for_the_reports_is_failing(lag, expected):
    assert state(hours_ago(0), 1, lag) is expected


def test_advice_is_given_to_whom_it_helps():
    advice = {
        found.state: bool(found.advice)
        for found in (
            judge_flow(hours_ago(0), NOW_MS, NOW_MS),
            judge_flow(hours_ago(1), NOW_MS - HOUR_MS, NOW_MS),
            judge_flow(hours_ago(9), NOW_MS - 9 * HOUR_MS, NOW_MS),
            judge_flow(hours_ago(0, rejected=9), NOW_MS, NOW_MS),
        )
    }

    assert advice == {
        FlowState.FLOWING: False,
        FlowState.QUIET: False,
        FlowState.SILENT: True,
        FlowState.FAILING: True,
    }


def test_several_sources_in_an_hour_are_one_hour():
    twice = hours_ago(4, 4, 5, 5, 6, 6)

    assert state(twice, 181) is FlowState.SILENT
    assert received_by_hour(twice, NOW_MS)[-7:] == [20, 20, 20, 0, 0, 0, 0]


def test_24_hours_are_given_oldest_first():
    found = received_by_hour(hours_ago(0, 23, 24), NOW_MS + 59 * MINUTE_MS)

    assert found == [10, *[0] * 22, 10]
