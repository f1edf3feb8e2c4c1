"""Reading a report query: defaults, dates and zones, and every mistake with its place."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from crawlsight.errors import QueryError
from crawlsight.reports import DIMENSIONS, INTERVALS, METRICS, Query, Report, read_query
from crawlsight.reports.query import Filter, MetricFilter

LEAST = {"domain": "example.com", "metrics": ["count"], "start_date": "2026-11-01"}


def read(version=2, report=Report.BOTS, **changes):
    body = {name: value for name, value in {**LEAST, **changes}.items() if value is not ...}
    return read_query(body, report, version, NOW)


def mistakes(version=2, report=Report.BOTS, **changes):
    with pytest.raises(QueryError) as refusal:
        read(version, report, **changes)
    return [(tuple(detail["loc"]), detail["type"]) for detail in refusal.value.details]


def test_the_least_query_has_every_default():
    assert read() == Query(
        report=Report.BOTS,
        version=2,
        domain="example.com",
        metrics=("count",),
        dimensions=(),
        start=datetime(2026, 11, 1, tzinfo=UTC),
        end=datetime(2026, 11, 22, 13, tzinfo=UTC),
        date_interval="day",
        timezone="UTC",
        filters=(),
        metric_filters=(),
        order_by=(),
        limit=10_000,
        offset=0,
    )


def test_a_full_query_is_read():
    found = read(
        domain="*",
        metrics=["count", "last_visit"],
        dimensions=["date", "bot_name"],
        end_date="2026-11-30",
        date_interval="quarter",
        timezone="Europe/Berlin",
        filters=[{"field": "path", "operator": "in", "value": ["/a", "/b"]}],
        metric_filters=[{"field": "count", "operator": ">=", "value": 5}],
        order_by={"date": "asc", "count": "desc"},
        pagination={"limit": 5, "offset": 10},
    )

    assert found == Query(
        report=Report.BOTS,
        version=2,
        domain=None,
        metrics=("count", "last_visit"),
        dimensions=("date", "bot_name"),
        start=datetime(2026, 10, 31, 23, tzinfo=UTC),
        end=datetime(2026, 11, 30, 23, tzinfo=UTC),
        date_interval="quarter",
        timezone="Europe/Berlin",
        filters=(Filter("path", "in", ("/a", "/b")),),
        metric_filters=(MetricFilter("count", ">=", 5.0),),
        order_by=(("date", "asc"), ("count", "desc")),
        limit=5,
        offset=10,
    )


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01 08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01 08:30:15", datetime(2026, 11, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-11-01T08:30:15Z", datetime(2026, 11, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-11-01T08:30:15+02:00", datetime(2026, 11, 1, 6, 30, 15, tzinfo=UTC)),
        (" 2026-11-01 ", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_a_start_is_a_day_a_time_or_an_instant(text, instant):
    assert read(start_date=text).start == instant


@pytest.mark.parametrize(
    ("version", "timezone", "start", "end"),
    [
        (1, None, datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (2, None, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)),
        (2, "America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (
            2,
            "Asia/Kolkata",
            datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
            datetime(2026, 11, 1, 18, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_day_is_whole_in_the_zone_even_when_its_clocks_change(version, timezone, start, end):
    found = read(version, start_date="2026-11-01", end_date="2026-11-01", timezone=timezone)

    assert (found.start, found.end) == (start, end)


def test_the_first_version_ignores_a_time_zone():
    assert read(1, timezone="Nowhere/At_All").timezone == "America/New_York"


@pytest.mark.parametrize(
    ("domain", "host"), [("Example.COM", "example.com"), (" example.com. ", "example.com"), ("*", None)]
)
def test_a_domain_is_a_host_or_all_of_them(domain, host):
    assert read(domain=domain).domain == host


def test_what_is_asked_twice_is_answered_once():
    found = read(metrics=["count", "training", "count"], dimensions=["path", "path"])

    assert (found.metrics, found.dimensions) == (("count", "training"), ("path",))


@pytest.mark.parametrize(
    ("value", "values"),
    [
        ("/a", ("/a",)),
        (["/a"], ("/a",)),
        (["/a", "/b"], ("/a", "/b")),
        (404, ("404",)),
        (True, ("true",)),
        ("", ("",)),
    ],
)
def test_a_filters_value_is_one_or_several_texts(value, values):
    found = read(filters=[{"field": "path", "operator": "is", "value": value}])

    assert found.filters == (Filter("path", "is", values),)


@pytest.mark.parametrize(
    ("changes", "place", "kind"),
    [
        ({"domain": ...}, ("body", "domain"), "missing"),
        ({"domain": 5}, ("body", "domain"), "string_type"),
        ({"domain": ""}, ("body", "domain"), "string_type"),
        ({"metrics": ...}, ("body", "metrics"), "missing"),
        ({"metrics": []}, ("body", "metrics"), "too_short"),
        ({"metrics": "count"}, ("body", "metrics"), "list_type"),
        ({"metrics": ["count", "fame"]}, ("body", "metrics", 1), "literal_error"),
        ({"metrics": [["count"]]}, ("body", "metrics", 0), "literal_error"),
        ({"dimensions": {}}, ("body", "dimensions"), "list_type"),
        ({"dimensions": ["referral_source"]}, ("body", "dimensions", 0), "literal_error"),
        ({"start_date": ...}, ("body", "start_date"), "missing"),
        ({"start_date": None}, ("body", "start_date"), "datetime_parsing"),
        ({"start_date": "yesterday"}, ("body", "start_date"), "datetime_parsing"),
        ({"start_date": 20261101}, ("body", "start_date"), "datetime_parsing"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, ("body", "start_date"), "datetime_parsing"),
        ({"start_date": "1999-01-01"}, ("body", "start_date"), "value_error"),
        ({"end_date": "9999-12-31"}, ("body", "end_date"), "datetime_parsing"),
        ({"end_date": "2026-10-01"}, ("body", "end_date"), "value_error"),
        ({"date_interval": "fortnight"}, ("body", "date_interval"), "literal_error"),
        ({"timezone": "Mars/Olympus"}, ("body", "timezone"), "value_error"),
        ({"timezone": "../../etc/passwd"}, ("body", "timezone"), "value_error"),
        ({"filters": {}}, ("body", "filters"), "list_type"),
        ({"filters": [{}] * 51}, ("body", "filters"), "list_type"),
        ({"filters": ["x"]}, ("body", "filters", 0), "dict_type"),
        ({"order_by": []}, ("body", "order_by"), "dict_type"),
        ({"order_by": {"count": "up"}}, ("body", "order_by", "count"), "literal_error"),
        ({"order_by": {"path": "asc"}}, ("body", "order_by", "path"), "literal_error"),
        ({"pagination": [1]}, ("body", "pagination"), "dict_type"),
        ({"pagination": {"limit": 0}}, ("body", "pagination", "limit"), "greater_than_equal"),
        ({"pagination": {"limit": 50_001}}, ("body", "pagination", "limit"), "less_than_equal"),
        ({"pagination": {"limit": "10"}}, ("body", "pagination", "limit"), "int_type"),
        ({"pagination": {"limit": True}}, ("body", "pagination", "limit"), "int_type"),
        ({"pagination": {"offset": -1}}, ("body", "pagination", "offset"), "greater_than_equal"),
        ({"tags": ["x"]}, ("body", "tags"), "value_error"),
    ],
)
def test_a_mistake_is_named_by_its_place_and_kind(changes, place, kind):
    assert mistakes(**changes) == [(place, kind)]


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ({"field": "date", "operator": "is", "value": "x"}, "field"),
        ({"field": "user_agent", "operator": "is", "value": "x"}, "field"),
        ({"field": "path", "operator": "like", "value": "x"}, "operator"),
        ({"field": "path", "operator": "is"}, "value"),
        ({"field": "path", "operator": "is", "value": None}, "value"),
        ({"field": "path", "operator": "is", "value": []}, "value"),
        ({"field": "path", "operator": "is", "value": {}}, "value"),
        ({"field": "path", "operator": "in", "value": [1.5]}, "value"),
        ({"field": "path", "operator": "is", "value": "x" * 4_097}, "value"),
        ({"field": "path", "operator": "in", "value": ["x"] * 1_001}, "value"),
    ],
)
def test_a_mistake_in_a_filter_is_named(condition, part):
    assert [place for place, _ in mistakes(filters=[condition])] == [("body", "filters", 0, part)]


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ({"field": "last_visit", "operator": ">", "value": 1}, "field"),
        ({"field": "count", "operator": "~", "value": 1}, "operator"),
        ({"field": "count", "operator": ">", "value": "1"}, "value"),
        ({"field": "count", "operator": ">", "value": True}, "value"),
        ({"field": "count", "operator": ">"}, "value"),
    ],
)
def test_a_mistake_in_a_metric_filter_is_named(condition, part):
    assert [place for place, _ in mistakes(metric_filters=[condition])] == [
        ("body", "metric_filters", 0, part)
    ]


def test_an_operator_of_a_wrong_type_is_a_mistake_beside_others():
    found = mistakes(filters=[{"field": "path", "operator": ["is"], "value": []}])

    assert [place for place, _ in found] == [
        ("body", "filters", 0, "operator"),
        ("body", "filters", 0, "value"),
    ]


def test_every_mistake_is_named_at_once():
    found = mistakes(domain=..., metrics=["fame"], start_date="x", pagination={"limit": 0})

    assert sorted(found) == [
        (("body", "domain"), "missing"),
        (("body", "metrics", 0), "literal_error"),
        (("body", "pagination", "limit"), "greater_than_equal"),
        (("body", "start_date"), "datetime_parsing"),
    ]


@pytest.mark.parametrize("body", [None, [], "x", 5])
def test_a_query_is_an_object(body):
    with pytest.raises(QueryError) as refusal:
        read_query(body, Report.BOTS, 2, NOW)

    assert refusal.value.details == [
        {"loc": ["body"], "msg": "Input should be an object", "type": "dict_type"}
    ]


@pytest.mark.parametrize("report", list(Report))
def test_the_second_version_knows_every_metric_dimension_and_interval(report):
    for interval in INTERVALS:
        found = read(
            report=report,
            metrics=list(METRICS[report]),
            dimensions=list(DIMENSIONS[report]),
            date_interval=interval,
        )
        assert (found.metrics, found.dimensions) == (tuple(METRICS[report]), tuple(DIMENSIONS[report]))


@pytest.mark.parametrize(
    ("report", "changes"),
    [
        (Report.BOTS, {"metrics": ["agents"]}),
        (Report.BOTS, {"dimensions": ["hour"]}),
        (Report.BOTS, {"dimensions": ["bot_type"]}),
        (Report.BOTS, {"date_interval": "quarter"}),
        (Report.REFERRALS, {"metrics": ["visits"], "dimensions": ["referral_type"]}),
    ],
)
def test_the_first_version_does_not_know_what_came_with_the_second(report, changes):
    assert [kind for _, kind in mistakes(1, report, **changes)] == ["literal_error"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
conditions = st.lists(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["path", "count", "x"]) | json_values,
            "operator": st.sampled_from(["is", "in", ">", "x"]) | json_values,
            "value": json_values,
        }
    ),
    max_size=3,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "domain": json_values,
            "metrics": json_values,
            "dimensions": json_values,
            "start_date": st.datetimes().map(str) | json_values,
            "end_date": st.dates().map(str) | json_values,
            "timezone": json_values,
            "date_interval": json_values,
            "filters": conditions | json_values,
            "metric_filters": conditions | json_values,
            "order_by": st.dictionaries(st.sampled_from(["count", "x"]), json_values) | json_values,
            "pagination": st.dictionaries(st.sampled_from(["limit", "offset"]), json_values) | json_values,
        },
    ),
    st.sampled_from(list(Report)),
    st.sampled_from([1, 2]),
)
def test_whatever_is_asked_is_a_query_or_a_list_of_mistakes(changes, report, version):
    details = []
    try:
        read(version, report, **changes)
    except QueryError as refusal:
        details = refusal.details

    assert all(detail["loc"][0] == "body" and detail["msg"] for detail in details)
