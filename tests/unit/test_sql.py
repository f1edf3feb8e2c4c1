"""Compiling queries: the SQL is fixed by golden files, every value is bound.

After a change that is meant: REGENERATE_GOLDEN=1 pytest tests/unit/test_sql.py, then read the diff.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from crawlsight.detect.unknown import BOT_SHAPES
from crawlsight.reports import (
    DIMENSIONS,
    INTERVALS,
    METRICS,
    OPERATORS,
    Report,
    compile_query,
    read_query,
    read_selection,
)
from crawlsight.reports.fields import METRIC_OPERATORS, filters_of
from crawlsight.reports.spans import Span, Spans
from crawlsight.reports.sql import compile_bits, compile_pages, hosts_query, names_query, unknown_bots_query
from crawlsight.reports.steps import known_values, late_metrics, late_query, names_pages, pick

GOLDEN = Path(__file__).parents[1] / "golden"

BOTS, REFERRALS = Report.BOTS, Report.REFERRALS

NOTHING = Spans()


def compiled(report=BOTS, version=2, spans=NOTHING, **changes):
    return compile_query(asked(report, version, **changes), 7, spans)


def asked(report=BOTS, version=2, **changes):
    body = {
        "domain": "example.com",
        "metrics": ["count"] if report is BOTS else ["visits"],
        "start_date": "2026-11-01",
        **changes,
    }
    return read_query(body, report, version, NOW)


def condition(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


QUERIES = {
    "total": (BOTS, {}),
    "every_host": (BOTS, {"domain": "*", "dimensions": ["host"]}),
    "bots_by_name": (
        BOTS,
        {"metrics": list(METRICS[BOTS]), "dimensions": ["bot_name", "bot_provider", "bot_type"]},
    ),
    "pages_of_a_bot": (
        BOTS,
        {
            "dimensions": ["path"],
            "filters": [condition("bot_name", "is", "GPTBot"), condition("path", "contains", "/blog")],
            "pagination": {"limit": 20, "offset": 40},
        },
    ),
    "visits_of_a_half_hour_zone": (
        BOTS,
        {"metrics": list(METRICS[BOTS]), "dimensions": ["date"], "timezone": "Asia/Kolkata"},
    ),
    "days_of_a_month": (
        BOTS,
        {"dimensions": ["date"], "end_date": "2026-11-30", "order_by": {"date": "asc"}},
    ),
    "hours": (BOTS, {"dimensions": ["hour"], "timezone": "Europe/Berlin", "order_by": {"hour": "desc"}}),
    "relative_weeks": (BOTS, {"dimensions": ["date", "bot_name"], "date_interval": "relative_week"}),
    "folders_by_status": (BOTS, {"dimensions": ["folder", "status_class", "status_code", "method"]}),
    "pages_of_every_host": (BOTS, {"domain": "*", "dimensions": ["host", "path", "bot_name"]}),
    "often_read": (
        BOTS,
        {
            "metrics": ["count", "training"],
            "dimensions": ["path"],
            "metric_filters": [
                {"field": "count", "operator": ">=", "value": 10},
                {"field": "training", "operator": "!=", "value": 0.5},
            ],
        },
    ),
    "pages_read": (
        BOTS,
        {
            "metrics": ["pages", "crawlers"],
            "dimensions": ["purpose"],
            "filters": [condition("is_ai_crawler", "is", True)],
        },
    ),
    "referrals": (
        REFERRALS,
        {"metrics": ["visits", "last_visit"], "dimensions": ["referral_source", "referral_type"]},
    ),
    "referrals_filtered": (
        REFERRALS,
        {
            "filters": [
                condition("referral_source", "in", ["openai", "anthropic"]),
                condition("path", "not_contains", ["/a", "/b"]),
                condition("path", "matches", "^/blog/[0-9]+$"),
                condition("source", "contains_case_insensitive", ["EDGE", "cdn"]),
            ]
        },
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_sql_is_the_golden_one(name):
    report, changes = QUERIES[name]
    assert_golden(name, compiled(report, **changes))


def assert_golden(name, found):
    lines = [f"-- {parameter}: {value!r}" for parameter, value in found.parameters.items()]
    text = "\n".join([*lines, found.sql, ""])
    golden = GOLDEN / f"{name}.sql"
    if os.environ.get("REGENERATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_every_golden_file_has_its_query():
    assert {path.stem for path in GOLDEN.glob("*.sql")} == {*QUERIES, *PAGE_QUERIES}


def span(begin, end, first=None, last=None, *, is_kept=True):
    """A week or a month with visits from its first to its last instant, unless told otherwise."""
    begin, end = _instant(begin), _instant(end)
    first = _instant(first) if first else begin
    return Span(begin, end, first, _instant(last) if last else end - timedelta(seconds=1), is_kept)


def _instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# All of October and of November until now, in their pieces.
AUTUMN = Spans(
    pieces=(
        span("2026-10-01", "2026-10-05"),
        *(span(f"2026-10-{day:02}", f"2026-10-{day + 7:02}") for day in (5, 12, 19)),
        span("2026-10-26", "2026-11-01"),
        span("2026-11-01", "2026-11-02"),
        *(span(f"2026-11-{day:02}", f"2026-11-{day + 7:02}") for day in (2, 9)),
        span("2026-11-16", "2026-11-23", last="2026-11-22 12:59:59"),
    ),
    weeks=(
        span("2026-09-28", "2026-10-05", first="2026-10-01"),
        *(span(f"2026-10-{day:02}", f"2026-10-{day + 7:02}") for day in (5, 12, 19)),
        span("2026-10-26", "2026-11-02"),
        *(span(f"2026-11-{day:02}", f"2026-11-{day + 7:02}") for day in (2, 9)),
        span("2026-11-16", "2026-11-23", last="2026-11-22 12:59:59"),
    ),
    months=(
        span("2026-10-01", "2026-11-01"),
        span("2026-11-01", "2026-12-01", last="2026-11-22 12:59:59"),
    ),
)


PAGES = {
    "domain": "*",
    "metrics": ["count", "crawlers"],
    "dimensions": ["host", "path"],
    "start_date": "2026-10-20",
}

# Of two months, the middle of the first is where the range begins.
PAGE_QUERIES = {
    "often_read_pages": lambda: compile_pages(
        asked(**PAGES, metric_filters=[{"field": "count", "operator": ">", "value": 1}]),
        7,
        AUTUMN,
    ),
    "pages_of_a_purpose": lambda: compile_pages(
        asked(**PAGES, filters=[condition("purpose", "is", "training")]),
        7,
        Spans(months=(span("2026-10-01", "2026-11-01"), span("2026-11-01", "2026-12-01", last="2026-11-21"))),
    ),
    "some_pages_of_whole_weeks": lambda: compile_pages(
        asked(**PAGES, filters=[condition("is_ai_crawler", "is", True)]),
        7,
        Spans(weeks=(span("2026-10-26", "2026-11-02"),)),
        [1, 2],
    ),
    "pages_by_day": lambda: compile_pages(
        asked(**{**PAGES, "dimensions": ["date", "host", "path"]}, date_interval="relative_week"), 7, AUTUMN
    ),
    "pages_by_week": lambda: compile_pages(
        asked(**{**PAGES, "dimensions": ["date", "host", "path"]}, date_interval="week"), 7, AUTUMN
    ),
    "folders": lambda: compile_query(
        asked(
            domain="*",
            metrics=["pages"],
            dimensions=["folder"],
            start_date="2026-10-20 05:00",
            filters=[condition("folder", "in", ["/a/", "/b/"])],
        ),
        7,
        AUTUMN,
    ),
    "pages_by_bits": lambda: compile_bits(
        asked(metrics=["pages"], dimensions=["bot_name"], start_date="2026-10-20"),
        7,
        Spans(months=(span("2026-10-01", "2026-11-01"), span("2026-11-01", "2026-12-01", last="2026-11-21"))),
        ["ClaudeBot", "GPTBot"],
    ),
    "names_of_pages": lambda: names_query(7, [1, 2]),
}


@pytest.mark.parametrize("name", PAGE_QUERIES)
def test_the_sql_of_pages_is_the_golden_one(name):
    assert_golden(name, PAGE_QUERIES[name]())


def test_the_hosts_of_a_project_are_asked_of_the_small_rollup():
    found = hosts_query(7)

    assert (found.table, found.parameters) == ("visits_daily", {"project_id": 7})


def test_unknown_bots_are_asked_of_one_projects_people_with_every_value_bound():
    body = {"domain": "it's.example", "start_date": "2026-11-01", "pagination": {"limit": 3, "offset": 6}}

    found = unknown_bots_query(read_selection(body, NOW), 7)

    assert found.parameters == {
        "project_id": 7,
        "shapes": BOT_SHAPES,
        "start": 1793491200.0,
        "end": 1795352400.0,
        "domain": "it's.example",
    }
    assert found.sql == (
        "SELECT user_agent, count() AS visit_count, uniqExact(ip), min(timestamp), max(timestamp),"
        " uniqExact(host), count() OVER () AS total_rows FROM visits WHERE project_id = {project_id:UInt32}"
        " AND bot_name = '' AND match(user_agent, {shapes:String})"
        " AND timestamp >= toDateTime64({start:Float64}, 3, 'UTC')"
        " AND timestamp < toDateTime64({end:Float64}, 3, 'UTC') AND host = {domain:String}"
        " GROUP BY user_agent ORDER BY visit_count DESC, user_agent ASC LIMIT 3 OFFSET 6"
    )


@pytest.mark.parametrize(
    ("changes", "table"),
    [
        ({}, "visits_daily"),
        ({"end_date": "2026-11-30"}, "visits_daily"),
        ({"end_date": "2026-11-30 12:00"}, "visits_daily"),
        ({"start_date": "2026-11-01 01:00", "end_date": "2026-11-02 23:00"}, "visits_hourly"),
        ({"dimensions": ["hour"]}, "visits_hourly"),
        ({"dimensions": ["date"], "date_interval": "hour"}, "visits_hourly"),
        ({"dimensions": ["date"], "date_interval": "month"}, "visits_daily"),
        ({"end_date": "2026-11-30 12:30"}, "visits"),
        ({"start_date": "2026-11-01 00:00:01"}, "visits"),
        ({"start_date": "2026-11-01T00:00:00.5Z"}, "visits"),
        ({"dimensions": ["path"]}, "pages_hourly"),
        ({"dimensions": ["folder"]}, "pages_hourly"),
        ({"metrics": ["pages"]}, "pages_hourly"),
        ({"metric_filters": [{"field": "pages", "operator": ">", "value": 1}]}, "pages_hourly"),
        ({"metrics": ["pages"], "start_date": "2026-11-01 00:30"}, "visits"),
        ({"metrics": ["crawlers", "errors", "verified"], "dimensions": ["purpose"]}, "visits_daily"),
        ({"filters": [condition("path", "is", "/")]}, "pages_hourly"),
        ({"filters": [condition("status_class", "is", "4xx")]}, "visits_daily"),
        ({"dimensions": ["date"], "timezone": "Europe/Berlin"}, "visits_hourly"),
        ({"dimensions": ["date", "path"], "timezone": "Europe/Berlin"}, "pages_hourly"),
        (
            {"dimensions": ["date"], "timezone": "Asia/Kolkata", "start_date": "2026-11-01T00:00:00Z"},
            "visits",
        ),
        (
            {"dimensions": ["hour"], "timezone": "Asia/Kathmandu", "start_date": "2026-11-01T00:00:00Z"},
            "visits",
        ),
        ({"timezone": "Asia/Kolkata", "start_date": "2026-11-01T00:00:00Z"}, "visits_daily"),
        ({"timezone": "Europe/Berlin"}, "visits_daily"),
        # Greenwich is at UTC in winter only.
        ({"timezone": "Europe/London", "dimensions": ["date"]}, "visits_daily"),
        ({"timezone": "Europe/London", "dimensions": ["date"], "start_date": "2026-10-24"}, "visits_hourly"),
        ({"timezone": "Asia/Kolkata"}, "visits"),
        # Lord Howe Island is 11 hours from UTC in summer and ten and a half in winter, from 5 April 2026.
        (
            {
                "dimensions": ["date"],
                "timezone": "Australia/Lord_Howe",
                "start_date": "2026-04-01T00:00:00Z",
                "end_date": "2026-04-10T00:00:00Z",
            },
            "visits",
        ),
    ],
)
def test_the_smallest_table_that_answers_exactly_is_asked(changes, table):
    found = compiled(**changes)

    assert found.table == table
    assert f" FROM {table} " in found.sql


SEPTEMBER = span("2026-09-01", "2026-10-01")
OCTOBER = span("2026-10-01", "2026-11-01")


def cut(found):
    """The spans that are summed up, and the ends of what is taken by the hour."""
    whole = found.parameters.get("months", [])
    values = [value for name, value in found.parameters.items() if name.startswith(("from_", "to_"))]
    return whole, [datetime.fromtimestamp(value, UTC).isoformat()[:13] for value in values]


@pytest.mark.parametrize(
    ("months", "start_date", "whole", "ends"),
    [
        ([], "2026-09-10", [], []),
        ([SEPTEMBER, OCTOBER], "2026-09-01", [202609, 202610], []),
        # Nothing was visited before the range.
        (
            [span("2026-09-01", "2026-10-01", first="2026-09-12"), OCTOBER],
            "2026-09-10",
            [202609, 202610],
            [],
        ),
        ([SEPTEMBER, OCTOBER], "2026-09-10", [202610], ["2026-09-10T00", "2026-10-01T00"]),
        ([span("2026-08-01", "2026-09-01"), SEPTEMBER], "2026-09-01", [202609], []),
        (
            [span("2026-09-01", "2026-10-01", is_kept=False), OCTOBER],
            "2026-09-01",
            [202610],
            ["2026-09-01T00", "2026-10-01T00"],
        ),
        # A clock that runs ahead: this hour is the last that is asked for.
        (
            [OCTOBER, span("2026-11-01", "2026-12-01", "2026-11-02", "2026-11-23")],
            "2026-10-01",
            [202610],
            ["2026-11-02T00", "2026-11-22T13"],
        ),
    ],
)
def test_months_are_taken_whole_and_the_ends_of_a_range_by_the_hour(months, start_date, whole, ends):
    found = compiled(
        spans=Spans(months=tuple(months)), dimensions=["path", "bot_name"], start_date=start_date
    )

    assert cut(found) == (whole, ends)
    assert found.table == ("pages_monthly" if whole else "pages_hourly")


def sums(found):
    """By table: what of it is summed up."""
    told = found.parameters
    ranges = {
        "page_sums_monthly": told.get("months"),
        "page_sums_weekly": [f"{week:%m-%d}" for week in told.get("weeks", [])],
        "page_sums_daily": [f"{day:%m-%d}" for name, day in told.items() if "_day_" in name],
        "pages_hourly": [
            f"{datetime.fromtimestamp(told[f'{end}_0'], UTC):%m-%d %H}"
            for end in ("from", "to")
            if f"{end}_0" in told
        ],
        "pages_monthly": told.get("months"),
    }
    return {table: ranges[table] for table in re.findall(r"FROM (\w+) WHERE", found.sql)}


NOVEMBER = {"page_sums_monthly": [202611]}
DATED = {"dimensions": ["path", "date"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start_date": "2026-10-01"}, {"page_sums_monthly": [202610, 202611]}),
        ({"start_date": "2026-09-30"}, {"page_sums_monthly": [202610, 202611]}),
        # A week that is in a whole month already is left by the day.
        ({}, {**NOVEMBER, "page_sums_daily": ["10-20", "11-01"]}),
        (
            {"start_date": "2026-10-07 05:00"},
            {
                **NOVEMBER,
                "page_sums_weekly": ["10-12", "10-19"],
                "page_sums_daily": ["10-08", "10-12", "10-26", "11-01"],
                "pages_hourly": ["10-07 05", "10-08 00"],
            },
        ),
        (
            {"end_date": "2026-11-17 07:00"},
            {
                "page_sums_weekly": ["10-26", "11-02", "11-09"],
                "page_sums_daily": ["10-20", "10-26", "11-16", "11-17"],
                "pages_hourly": ["11-17 00", "11-17 07"],
            },
        ),
        ({"start_date": "2026-11-22 03:00"}, {"pages_hourly": []}),
        (
            {"start_date": "2026-10-26", **DATED, "date_interval": "month"},
            {
                **NOVEMBER,
                "page_sums_daily": ["10-26", "11-01"],
            },
        ),
        (
            {**DATED, "date_interval": "week"},
            {"page_sums_weekly": ["10-26", "11-02", "11-09", "11-16"], "page_sums_daily": ["10-20", "10-26"]},
        ),
        ({**DATED, "date_interval": "day"}, {"page_sums_daily": ["10-20", "11-23"]}),
        ({**DATED, "date_interval": "hour"}, {"pages_hourly": []}),
        ({**DATED, "timezone": "Europe/Berlin"}, {"pages_hourly": []}),
        (
            {"dimensions": ["folder"], "filters": [condition("is_ai_crawler", "is", True)]},
            {**NOVEMBER, "page_sums_daily": ["10-20", "11-01"]},
        ),
        (
            {"dimensions": ["path", "purpose"]},
            {"pages_monthly": [202611], "pages_hourly": ["10-20 00", "11-01 00"]},
        ),
        (
            {"filters": [condition("verification", "is", "verified")]},
            {"pages_monthly": [202611], "pages_hourly": ["10-20 00", "11-01 00"]},
        ),
    ],
)
def test_pages_that_are_asked_for_without_other_dimensions_come_from_their_sums(changes, expected):
    found = compiled(spans=AUTUMN, **{"dimensions": ["path"], "start_date": "2026-10-20", **changes})

    assert sums(found) == expected


def test_what_has_expired_in_part_is_taken_by_the_hour():
    piece, month = (
        span("2026-10-19", "2026-10-26", is_kept=False),
        span("2026-10-01", "2026-11-01", is_kept=False),
    )
    kept = span("2026-10-26", "2026-11-01")
    spans = Spans(pieces=(piece, kept), weeks=(piece, kept), months=(month,))

    found = compiled(spans=spans, dimensions=["path"], start_date="2026-10-01")

    assert sums(found) == {"page_sums_weekly": ["10-26"], "pages_hourly": ["10-19 00", "10-26 00"]}


def test_landing_pages_are_not_in_the_sums_of_pages():
    found = compiled(REFERRALS, spans=AUTUMN, dimensions=["path"], start_date="2026-10-20")

    assert found.table == "pages_monthly"


@pytest.mark.parametrize("report", list(Report))
@pytest.mark.parametrize("start_date", ["2026-11-01", "2026-11-01 00:30"])
def test_every_query_is_of_one_project_and_of_bots_or_people(report, start_date):
    found = compiled(report, start_date=start_date)

    who = "bot_name != ''" if report is BOTS else "bot_name = ''"
    assert f"WHERE project_id = {{project_id:UInt32}} AND {who} AND " in found.sql
    assert found.parameters["project_id"] == 7


@pytest.mark.parametrize(
    ("changes", "late"),
    [
        ({"dimensions": ["path"]}, ("crawlers", "pages")),
        ({"dimensions": ["path"], "order_by": {"pages": "desc"}}, ("crawlers",)),
        (
            {
                "dimensions": ["path"],
                "metric_filters": [{"field": "crawlers", "operator": ">", "value": 1}],
            },
            ("pages",),
        ),
        ({"dimensions": ["path"], "pagination": {"limit": 1_001}}, ()),
        ({"dimensions": ["bot_name"]}, ("pages",)),
        ({}, ("pages",)),
        ({"dimensions": ["bot_name"], "order_by": {"pages": "desc"}}, ()),
        ({"metric_filters": [{"field": "count", "operator": ">", "value": 1}]}, ()),
        ({"dimensions": ["folder"]}, ()),
        ({"filters": [condition("path", "is", "/")]}, ()),
        ({"start_date": "2026-11-01 00:30"}, ()),
        ({"metrics": ["pages"]}, ()),
        ({"dimensions": ["path"], "metrics": ["crawlers"]}, ()),
        ({"dimensions": ["path"], "metrics": ["crawlers", "pages"], "order_by": {"path": "asc"}}, ()),
        ({"dimensions": ["path"], "metrics": ["crawlers", "count"]}, ()),
    ],
)
def test_what_costs_much_is_asked_for_by_itself(changes, late):
    body = {
        "domain": "*",
        "metrics": ["count", "crawlers", "pages"],
        "start_date": "2026-11-01",
        "pagination": {"limit": 50},
        **changes,
    }
    query = read_query(body, BOTS, 2, NOW)

    early, found = late_metrics(query)

    assert found == late
    assert early.metrics == tuple(name for name in query.metrics if name not in late)


@pytest.mark.parametrize(
    ("changes", "is_by_hash", "picked_by"),
    [
        ({}, True, ("count",)),
        ({"order_by": {"errors": "desc"}, "metrics": ["count", "errors", "crawlers"]}, True, ("errors",)),
        ({"metrics": ["crawlers", "count"]}, True, None),
        ({"metrics": ["count", "errors"]}, True, None),
        ({"pagination": {"limit": 1_001}}, True, None),
        ({"dimensions": ["path"], "domain": "example.com"}, True, ("count",)),
        ({"dimensions": ["path"]}, False, ("count",)),
        ({"dimensions": ["host", "path", "date"]}, False, None),
        ({"dimensions": ["host", "path", "date"], "metrics": ["count", "errors"]}, True, None),
        ({"dimensions": ["path", "date"], "metrics": ["count"], "domain": "example.com"}, True, None),
        ({"dimensions": ["path", "date"], "metrics": ["count"]}, False, None),
        ({"order_by": {"path": "asc"}}, False, None),
        ({"pagination": {"limit": 5_001}}, False, None),
        ({"start_date": "2026-10-20 00:30"}, False, ("count",)),
    ],
)
def test_pages_are_told_by_hash_and_few_of_many_are_picked_first(changes, is_by_hash, picked_by):
    query = asked(**{**PAGES, "pagination": {"limit": 1_000}, **changes})

    found = names_pages(query)

    assert found is is_by_hash
    if found:
        first = pick(query)
        assert (first and first.metrics) == picked_by


@pytest.mark.parametrize(
    ("rows", "dimensions"),
    [
        ([("GPTBot", "training", 9, 2), ("bingbot", "search_index", 4, 2)], ("bot_name",)),
        ([("GPTBot", "training", 9, 2), ("GPTBot", "agent", 4, 2)], ("bot_name", "purpose")),
        ([("GPTBot", "training", 9, 2)], ("bot_name", "purpose")),
    ],
    ids=["told by name", "one name twice", "not all rows"],
)
def test_late_metrics_are_asked_by_the_first_dimension_if_that_tells_all_rows(rows, dimensions):
    query = asked(dimensions=["bot_name", "purpose"], metrics=["count", "pages"])

    assert late_query(query, ("pages",), rows).dimensions == dimensions


@pytest.mark.parametrize(
    ("number", "total", "dimension", "late", "is_known"),
    [
        (8, 8, "bot_name", ("pages",), True),
        (63, 63, "bot_name", ("pages",), True),
        (7, 7, "bot_name", ("pages",), False),
        (64, 64, "bot_name", ("pages",), False),
        (8, 9, "bot_name", ("pages",), False),
        (8, 8, "status_code", ("pages",), False),
        (8, 8, "date", ("pages",), False),
        (8, 8, "bot_name", ("pages", "crawlers"), False),
    ],
)
def test_pages_are_counted_by_bits_where_the_values_are_known(number, total, dimension, late, is_known):
    query = asked(dimensions=[dimension], metrics=["pages"])
    rows = [(f"v{i:02}", 1, total) for i in range(number)]

    found = known_values(query, late, rows)

    assert found == ([f"v{i:02}" for i in range(number)] if is_known else None)


texts = st.text(max_size=40)
filters = st.sampled_from(list(Report)).flatmap(
    lambda report: st.tuples(
        st.just(report),
        st.lists(
            st.tuples(
                st.sampled_from(filters_of(report, 2)),
                st.sampled_from(sorted(OPERATORS)),
                st.lists(st.tuples(texts, texts), min_size=1, max_size=3),
            ),
            min_size=1,
            max_size=4,
        ),
    )
)


@given(filters)
def test_the_sql_says_nothing_of_the_values_that_are_filtered_by(found):
    report, conditions = found

    first, second = (
        compiled(
            report,
            filters=[
                condition(field, operator, [pair[which] for pair in pairs])
                for field, operator, pairs in conditions
            ],
        )
        for which in (0, 1)
    )

    assert first.sql == second.sql
    assert first.parameters.keys() == second.parameters.keys()


@given(
    texts.filter(lambda text: text.strip(" .") not in {"", "*"}),
    st.floats(allow_nan=False),
    st.sampled_from(sorted(METRIC_OPERATORS)),
)
def test_the_sql_says_nothing_of_the_domain_and_the_numbers(domain, number, operator):
    metric_filters = [{"field": "count", "operator": operator, "value": number}]
    usual = [{"field": "count", "operator": operator, "value": 1}]

    found = compiled(domain=domain, metric_filters=metric_filters)

    assert found.sql == compiled(domain="example.com", metric_filters=usual).sql


@pytest.mark.parametrize(
    "hostile", ["'; DROP TABLE visits; --", "{project_id:UInt32}", "\\", "'", "%(x)s", "\x00"]
)
@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_a_hostile_value_is_a_parameter_and_nothing_else(operator, hostile):
    found = compiled(filters=[condition("path", operator, hostile)])

    expected = {"filter_0": [hostile]} if operator in {"in", "not_in"} else {"filter_0_0": hostile}
    assert {name: value for name, value in found.parameters.items() if name.startswith("filter")} == expected
    assert found.sql == compiled(filters=[condition("path", operator, "x")]).sql


@pytest.mark.parametrize("interval", INTERVALS)
def test_every_interval_is_cut_in_the_asked_zone(interval):
    found = compiled(dimensions=["date"], date_interval=interval, timezone="Europe/Berlin")

    assert "{tz:String}" in found.sql
    assert found.parameters["tz"] == "Europe/Berlin"


@pytest.mark.parametrize("report", list(Report))
def test_pages_of_a_result_do_not_overlap_since_ties_are_broken(report):
    dimensions = list(DIMENSIONS[report])

    order = compiled(report, dimensions=dimensions).sql.partition(" ORDER BY ")[2]

    assert all(f"d_{name} ASC" in order for name in dimensions)
