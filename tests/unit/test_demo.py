"""Demo traffic: the same for the same hour, in order, and valid."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import judge, read_rows
from crawlsight.demo import DEMO_HOST, demo_hour

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
HOURS = [FIRST + timedelta(hours=hours) for hours in (-24, 0, 8, 20, 24 * 45 + 3, 24 * 90)]


@pytest.mark.parametrize("hour", HOURS)
def test_an_hour_is_the_same_every_time(hour):
    assert demo_hour(hour, FIRST) == demo_hour(hour, FIRST)


def test_two_hours_differ():
    assert demo_hour(HOURS[0], FIRST) != demo_hour(HOURS[1], FIRST)


@pytest.mark.parametrize("hour", HOURS)
def test_records_are_ordered_and_within_their_hour(hour):
    timestamps = [datetime.fromisoformat(record["timestamp"]) for record in demo_hour(hour, FIRST)]

    assert timestamps == sorted(timestamps)
    assert hour <= timestamps[0] <= timestamps[-1] < hour + timedelta(hours=1)


@pytest.mark.parametrize("hour", HOURS)
def test_every_record_is_valid_by_the_profound_rules(hour):
    records = demo_hour(hour, FIRST)

    outcome = judge(records, "bot", now=hour + timedelta(hours=1))

    assert (outcome.errors, outcome.accepted) == ((), len(records))


def test_every_record_is_of_the_demo_host_and_both_bots_and_people_come():
    outcome = judge(demo_hour(HOURS[2], FIRST), "bot", now=HOURS[3])

    rows = read_rows(outcome.block)
    assert {row["host"] for row in rows} == {DEMO_HOST}
    assert {bool(row["bot_name"]) for row in rows} == {True, False}


def test_an_hour_fits_one_batch():
    assert max(len(demo_hour(FIRST + timedelta(hours=hours), FIRST)) for hours in range(0, 2_160, 7)) <= 1_000
