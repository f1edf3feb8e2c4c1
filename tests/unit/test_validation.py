"""Judging one record: each field's rules, the order of fields, the sentences for the sender."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, NOW, log_record
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.validate import InvalidRecordError, validate_record
from crawlsight.settings import Settings

ANSEHN = ansehn.rules(Settings().ansehn_limits())
PROFOUND = profound.rules(Settings().profound_limits())

MOMENT = NOW - timedelta(minutes=1)
OUTSIDE = {
    ANSEHN: "timestamp is outside the accepted retention window",
    PROFOUND: "timestamp out of reasonable range",
}
NO_INSTANT = "timestamp must be ISO 8601, epoch seconds or epoch milliseconds, got "
MOST = 2**63 - 1


def short(value):
    return str(value)[:20]


def check(rules, **changes):
    return validate_record(log_record(**changes), rules, rules.window(NOW, 90))


def fault(rules, **changes):
    with pytest.raises(InvalidRecordError) as refusal:
        check(rules, **changes)
    return refusal.value.field, refusal.value.message


def test_a_valid_record_gets_every_field_in_its_type():
    record = log_record(
        timestamp=MOMENT.timestamp(),
        status_code="200",
        referer="https://a.example/",
        referrer="https://b.example/",
        bytes_sent="10",
        response_size=11.0,
        duration_ms="1.5",
        time_taken=2,
        query_params={"a": 1, "b": True, "c": None, "d": ["x", 2]},
        surplus="ignored",
    )

    checked = validate_record(record, ANSEHN, ANSEHN.window(NOW, 90))

    assert checked == {
        "timestamp": MOMENT,
        "method": "GET",
        "host": "example.com",
        "path": "/blog/article",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": record["user_agent"],
        "referer": "https://a.example/",
        "referrer": "https://b.example/",
        "bytes_sent": 10,
        "response_size": 11,
        "duration_ms": 1.5,
        "time_taken": 2.0,
        "query_params": {"a": "1", "b": "true", "c": "", "d": "x,2"},
        "signature": None,
        "signature_input": None,
        "signature_agent": None,
    }


@pytest.mark.parametrize("absent", [..., None, "-"])
def test_optional_fields_may_be_absent_null_or_a_dash(absent):
    names = (
        "referer",
        "referrer",
        "bytes_sent",
        "response_size",
        "duration_ms",
        "time_taken",
        "query_params",
    )

    checked = check(ANSEHN, **dict.fromkeys(names, absent))

    assert {name: checked[name] for name in names} == dict.fromkeys(names)


@pytest.mark.parametrize("rules", [ANSEHN, PROFOUND])
@pytest.mark.parametrize("field", ["timestamp", "method", "host", "path", "status_code", "ip"])
@pytest.mark.parametrize("absent", [..., None, "-"])
def test_a_required_field_is_not_absent_null_or_a_dash(rules, field, absent):
    assert fault(rules, **{field: absent}) == (field, f"{field} is required")


@pytest.mark.parametrize("absent", [..., None, "-"])
def test_ansehn_needs_a_user_agent(absent):
    assert fault(ANSEHN, user_agent=absent) == ("user_agent", "user_agent is required")
    assert fault(ANSEHN, user_agent="") == ("user_agent", "user_agent must not be empty")


@pytest.mark.parametrize(("given_agent", "kept"), [("", ""), (None, None), ("-", None), (BROWSER, BROWSER)])
def test_profound_takes_an_empty_user_agent_but_not_a_missing_one(given_agent, kept):
    assert check(PROFOUND, user_agent=given_agent)["user_agent"] == kept
    assert fault(PROFOUND, user_agent=...) == ("user_agent", "user_agent is required")


@pytest.mark.parametrize(
    ("field", "foreign"),
    [
        ("path", "pathname"),
        ("user_agent", "userAgent"),
        ("status_code", "status"),
        ("ip", "client_ip"),
        ("host", "hostname"),
        ("method", "request_method"),
        ("timestamp", "time"),
    ],
)
def test_another_products_name_is_answered_with_ours(field, foreign):
    assert fault(ANSEHN, **{field: ..., foreign: "x"}) == (
        field,
        f"{field} is required; rename '{foreign}' to '{field}'",
    )


@pytest.mark.parametrize(
    "timestamp",
    [
        MOMENT.isoformat(),
        "2026-11-22T11:59:00Z",
        "2026-11-22t11:59:00z",
        "2026-11-22T11:59:00",
        "2026-11-22 11:59:00",
        "2026-11-22T12:59:00+01:00",
        "2026-11-22T12:59:00+0100",
        "20261122T115900Z",
        " 2026-11-22T11:59:00Z ",
        "2026-11-22T11:59:00.000000Z",
        MOMENT.timestamp(),
        int(MOMENT.timestamp()),
        int(MOMENT.timestamp() * 1000),
        str(int(MOMENT.timestamp())),
        str(int(MOMENT.timestamp() * 1000)),
        f"{MOMENT.timestamp():.3f}",
    ],
)
@pytest.mark.parametrize("rules", [ANSEHN, PROFOUND])
def test_every_documented_form_of_an_instant_is_read(rules, timestamp):
    assert check(rules, timestamp=timestamp)["timestamp"] == MOMENT


@pytest.mark.parametrize(
    "fraction", ["2026-11-22T11:59:00.25Z", 1795348740.25, 1795348740250.0, "1795348740.25"]
)
def test_fractions_of_seconds_are_kept(fraction):
    assert check(ANSEHN, timestamp=fraction)["timestamp"] == MOMENT + timedelta(milliseconds=250)


@pytest.mark.parametrize(
    ("rules", "oldest", "newest"),
    [
        (ANSEHN, NOW - timedelta(days=90), NOW + timedelta(minutes=10)),
        (PROFOUND, datetime(2000, 1, 1, tzinfo=UTC), NOW + timedelta(hours=24)),
    ],
)
def test_the_window_includes_both_ends_and_nothing_beyond(rules, oldest, newest):
    step = timedelta(milliseconds=1)

    assert check(rules, timestamp=oldest.isoformat())["timestamp"] == oldest
    assert check(rules, timestamp=newest.isoformat())["timestamp"] == newest
    assert fault(rules, timestamp=(oldest - step).isoformat()) == ("timestamp", OUTSIDE[rules])
    assert fault(rules, timestamp=(newest + step).isoformat()) == ("timestamp", OUTSIDE[rules])


@pytest.mark.parametrize(
    "beyond",
    [0, -1, -1e300, 1e300, "9" * 5_000, "1" + "0" * 400, 10**400, "0001-01-01T00:00:00+23:59"],
    ids=short,
)
def test_an_instant_beyond_every_calendar_is_outside_the_window(beyond):
    assert fault(PROFOUND, timestamp=beyond) == ("timestamp", OUTSIDE[PROFOUND])


def test_ansehns_window_follows_the_projects_retention():
    old = log_record(timestamp=(NOW - timedelta(days=300)).isoformat())

    checked = validate_record(old, ANSEHN, ANSEHN.window(NOW, 365))

    assert checked["timestamp"] == NOW - timedelta(days=300)


@pytest.mark.parametrize(
    "value", ["yesterday", "", "2026-13-01T00:00:00Z", True, [], {}, "22/Nov/2026:11:59:00", "1e9"]
)
def test_what_is_no_instant_is_refused_with_the_forms_that_are(value):
    assert fault(ANSEHN, timestamp=value) == ("timestamp", f"{NO_INSTANT}{value!r}")


@pytest.mark.parametrize(
    ("rules", "field", "most"),
    [
        (ANSEHN, "host", 255),
        (ANSEHN, "path", 2_048),
        (ANSEHN, "user_agent", 1_024),
        (ANSEHN, "referer", 2_048),
        (ANSEHN, "referrer", 2_048),
        (ANSEHN, "ip", 128),
        (ANSEHN, "method", None),
        (PROFOUND, "host", 255),
        (PROFOUND, "path", 2_048),
        (PROFOUND, "user_agent", 1_024),
        (PROFOUND, "referer", 2_048),
        (PROFOUND, "ip", 45),
        (PROFOUND, "method", 10),
    ],
)
def test_text_is_bounded_in_characters_not_bytes(rules, field, most):
    longest = "é" * (most or 5_000)

    assert check(rules, **{field: longest})[field] == longest
    if most is not None:
        assert fault(rules, **{field: longest + "é"}) == (
            field,
            f"{field} is {most + 1} characters long; at most {most} are accepted",
        )


@pytest.mark.parametrize("field", ["method", "host", "path", "ip", "user_agent", "referer", "referrer"])
@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_text_is_a_string(field, value):
    assert fault(ANSEHN, **{field: value}) == (field, f"{field} must be a string, got {value!r}")


@pytest.mark.parametrize("field", ["method", "host", "path", "user_agent"])
def test_required_text_is_not_empty(field):
    assert fault(ANSEHN, **{field: ""}) == (field, f"{field} must not be empty")


@pytest.mark.parametrize("status_code", [100, 599, "404", 200.0, "200.0"])
@pytest.mark.parametrize("rules", [ANSEHN, PROFOUND])
def test_a_status_code_is_any_whole_number_from_100_to_599(rules, status_code):
    assert check(rules, status_code=status_code)["status_code"] == int(float(status_code))


@pytest.mark.parametrize(
    "status_code", [99, 600, 0, -200, "99", 10**30, 10**400, -(10**400), "1" + "0" * 400], ids=short
)
@pytest.mark.parametrize("rules", [ANSEHN, PROFOUND])
def test_a_status_code_out_of_range_is_refused_in_the_seeds_words(rules, status_code):
    assert fault(rules, status_code=status_code) == (
        "status_code",
        "status_code must be between 100 and 599",
    )


@pytest.mark.parametrize("status_code", [True, False, math.nan, math.inf, "OK", "", 200.5, [200], "2e2"])
def test_a_status_code_is_a_whole_number(status_code):
    assert fault(ANSEHN, status_code=status_code) == (
        "status_code",
        f"status_code must be a whole number, got {status_code!r}",
    )


@pytest.mark.parametrize("field", ["bytes_sent", "response_size"])
@pytest.mark.parametrize(
    ("value", "number"), [(0, 0), (MOST, MOST), ("18422", 18_422), (5.0, 5), ("5.0", 5), (-0.0, 0)]
)
def test_a_size_is_a_whole_number_from_zero(field, value, number):
    assert check(ANSEHN, **{field: value})[field] == number


@pytest.mark.parametrize("field", ["bytes_sent", "response_size"])
@pytest.mark.parametrize("value", [-1, "-1", MOST + 1, 1e30, 10**400, "1" + "0" * 400], ids=short)
def test_a_size_out_of_range_rejects_the_record(field, value):
    assert fault(ANSEHN, **{field: value})[0] == field


@pytest.mark.parametrize("field", ["bytes_sent", "response_size"])
@pytest.mark.parametrize("value", [True, math.nan, math.inf, 1.5, "1.5", "many", "", [], {}])
def test_a_size_is_nothing_but_a_whole_number(field, value):
    assert fault(ANSEHN, **{field: value}) == (field, f"{field} must be a whole number, got {value!r}")


@pytest.mark.parametrize("field", ["duration_ms", "time_taken"])
@pytest.mark.parametrize(
    ("value", "number"), [(0, 0.0), (91, 91.0), (0.25, 0.25), ("0.25", 0.25), ("91", 91.0)]
)
def test_a_duration_is_a_number_from_zero(field, value, number):
    assert check(ANSEHN, **{field: value})[field] == number


@pytest.mark.parametrize("field", ["duration_ms", "time_taken"])
@pytest.mark.parametrize(
    "value", [-1, -0.001, True, math.nan, math.inf, "fast", "", 10**400, "1" + "0" * 400, [], {}], ids=short
)
def test_a_duration_that_is_none_rejects_the_record(field, value):
    assert fault(ANSEHN, **{field: value})[0] == field


@pytest.mark.parametrize("value", ["a=1", 1, True, [], [["a", "1"]]])
def test_query_params_are_an_object(value):
    assert fault(ANSEHN, query_params=value) == (
        "query_params",
        f'query_params must be an object such as {{"page": "1"}}, got {value!r}',
    )


def test_a_query_value_is_no_object():
    assert fault(ANSEHN, query_params={"a": {}}) == (
        "query_params",
        "query_params values must be strings, got {}",
    )


def test_profound_bounds_query_keys_and_values():
    longest = {"k" * 100: "v" * 1_000}

    assert check(PROFOUND, query_params=longest)["query_params"] == longest
    assert fault(PROFOUND, query_params={"k" * 101: "v"})[0] == "query_params"
    assert fault(PROFOUND, query_params={"k": "v" * 1_001})[0] == "query_params"
    assert check(ANSEHN, query_params={"k" * 101: "v" * 1_001})["query_params"] == {"k" * 101: "v" * 1_001}


def test_the_first_failing_field_in_the_seeds_order_is_named():
    order = (
        "timestamp",
        "method",
        "host",
        "path",
        "status_code",
        "ip",
        "user_agent",
        "referer",
        "referrer",
        "bytes_sent",
        "response_size",
        "duration_ms",
        "time_taken",
        "query_params",
    )
    wrong = {key: [] for key in order}

    named = []
    for field in order:
        named.append(fault(ANSEHN, **wrong)[0])
        wrong[field] = log_record().get(field, ...)

    assert tuple(named) == order


def test_a_message_shows_only_the_beginning_of_a_long_value():
    _, message = fault(ANSEHN, status_code="x" * 1_000)

    assert message == "status_code must be a whole number, got '" + "x" * 39 + "…"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([ANSEHN, PROFOUND]), st.dictionaries(st.sampled_from(list(log_record())), json_values))
def test_whatever_the_values_a_record_is_valid_or_refused(rules, changes):
    fields = {*log_record(), *changes}
    try:
        named = set(check(rules, **changes)) & fields
    except InvalidRecordError as refusal:
        named = {refusal.field}

    assert named
    assert named <= fields
