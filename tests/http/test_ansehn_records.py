"""Records of the Ansehn dialect, field by field; what both dialects share is asked of both."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import BROWSER, NOW, encode, log_record

A_MINUTE_AGO = NOW - timedelta(minutes=1)
SECONDS = int(A_MINUTE_AGO.timestamp())

both_dialects = pytest.mark.parametrize("style", ["ank", "bot"])


def first_error(answer):
    """The first rejected record's field and message; Profound's strings have no field."""
    body = answer.json()
    if "message" in body:
        return body["errors"][0].removeprefix("Invalid log format: ")
    return body["errors"][0]["message"]


def is_rejected(answer):
    body = answer.json()
    return body.get("rejected_records") == 1 or (
        body.get("message") == "Processing 0 log entries" and len(body["errors"]) == 1
    )


def is_accepted(answer):
    body = answer.json()
    return body.get("accepted_records") == 1 or body.get("message") == "Processing 1 log entries"


REQUIRED = ["timestamp", "method", "host", "path", "status_code", "ip", "user_agent"]


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("value", [..., None, "-"], ids=["missing", "null", "dash"])
def test_a_record_without_a_required_field_is_rejected_and_null_and_a_dash_mean_absent(app, field, value):
    answer = app.send(app.key(), [log_record(**{field: value})])

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"index": 0, "field": field, "message": f"{field} is required"}]


OPTIONAL = [
    ("referer", "referer", "", "https://a.example/"),
    ("referrer", "referer", "", "https://a.example/"),
    ("bytes_sent", "bytes_sent", None, 12345),
    ("response_size", "bytes_sent", None, 12345),
    ("duration_ms", "duration_ms", None, 120.5),
    ("query_params", "query_params", {}, {"page": "1"}),
]


@both_dialects
@pytest.mark.parametrize(("field", "column", "absent", "value"), OPTIONAL)
def test_an_optional_field_may_be_absent_null_a_dash_or_given(app, style, *, field, column, absent, value):
    key = app.key(style)
    logs = [
        log_record(path=f"/{place}", **{field: given}) for place, given in enumerate([..., None, "-", value])
    ]

    answer = app.send(key, logs)

    assert answer.json()["errors"] == []
    assert {visit["path"]: visit[column] for visit in app.visits(key)} == {
        "/0": absent,
        "/1": absent,
        "/2": absent,
        "/3": value,
    }


@both_dialects
@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"referer": "https://first.example/", "referrer": "https://second.example/"}, "referer", "https://first.example/"),
        ({"referer": None, "referrer": "https://second.example/"}, "referer", "https://second.example/"),
        ({"referer": "-", "referrer": "https://second.example/"}, "referer", "https://second.example/"),
        ({"bytes_sent": 1, "response_size": 2}, "bytes_sent", 1),
        ({"bytes_sent": 0, "response_size": 2}, "bytes_sent", 0),
        ({"bytes_sent": "-", "response_size": 2}, "bytes_sent", 2),
        ({"duration_ms": 91, "time_taken": 5}, "duration_ms", 91.0),
        ({"duration_ms": 0, "time_taken": 5}, "duration_ms", 0.0),
        ({"duration_ms": None, "time_taken": 0.25}, "duration_ms", 250.0),
        ({"time_taken": "0.25"}, "duration_ms", 250.0),
    ],
)  # fmt: skip
def test_of_two_aliases_the_first_named_wins_and_time_taken_is_seconds(app, style, changes, column, value):
    key = app.key(style)

    app.send(key, [log_record(**changes)])

    assert [visit[column] for visit in app.visits(key)] == [value]


@both_dialects
@pytest.mark.parametrize(
    ("timestamp", "instant"),
    [
        ("2026-11-22T11:59:00Z", A_MINUTE_AGO),
        ("2026-11-22T11:59:00+00:00", A_MINUTE_AGO),
        ("2026-11-22T13:59:00+02:00", A_MINUTE_AGO),
        ("2026-11-22T17:29:00+05:30", A_MINUTE_AGO),
        ("2026-11-22T11:59:00", A_MINUTE_AGO),
        ("2026-11-22 11:59:00", A_MINUTE_AGO),
        ("2026-11-22T11:59:00.250Z", A_MINUTE_AGO + timedelta(milliseconds=250)),
        ("2026-11-22T11:59:00.250000", A_MINUTE_AGO + timedelta(milliseconds=250)),
        (SECONDS, A_MINUTE_AGO),
        (SECONDS + 0.25, A_MINUTE_AGO + timedelta(milliseconds=250)),
        (SECONDS * 1000 + 250, A_MINUTE_AGO + timedelta(milliseconds=250)),
        (SECONDS * 1000 + 250.0, A_MINUTE_AGO + timedelta(milliseconds=250)),
        (str(SECONDS), A_MINUTE_AGO),
        (f"{SECONDS}.25", A_MINUTE_AGO + timedelta(milliseconds=250)),
        (str(SECONDS * 1000 + 250), A_MINUTE_AGO + timedelta(milliseconds=250)),
    ],
)
def test_a_timestamp_is_iso_8601_or_epoch_seconds_or_milliseconds_and_no_zone_means_utc(
    app, style, timestamp, instant
):
    key = app.key(style)

    app.send(key, [log_record(timestamp=timestamp)])

    assert [visit["timestamp"] for visit in app.visits(key)] == [instant]


@both_dialects
def test_one_batch_may_mix_all_forms_of_timestamp(app, style):
    key = app.key(style)
    forms = ["2026-11-22T11:59:00Z", "2026-11-22T11:59:00", SECONDS, SECONDS * 1000, str(SECONDS)]

    answer = app.send(key, [log_record(timestamp=form) for form in forms])

    assert answer.json()["errors"] == []
    assert [visit["timestamp"] for visit in app.visits(key)] == [A_MINUTE_AGO] * 5


@pytest.mark.parametrize(
    ("timestamp", "status"), [(1e11, 200), (100_000_000_000, 200), (99_999_999_999, 422)]
)
def test_a_number_below_1e11_is_seconds(app, timestamp, status):
    key = app.key()
    app.clock.now = datetime(1973, 3, 3, 10, tzinfo=UTC)

    answer = app.send(key, [log_record(timestamp=timestamp, user_agent=BROWSER)])

    assert answer.status_code == status


@both_dialects
@pytest.mark.parametrize(
    "timestamp", ["", "yesterday", "2026-13-01T00:00:00Z", "NaN", True, False, [], {}, "1e9"]
)
def test_what_is_no_instant_is_rejected(app, style, timestamp):
    answer = app.send(app.key(style), [log_record(timestamp=timestamp)])

    assert is_rejected(answer)
    assert "timestamp" in first_error(answer)


WINDOWS = [
    ("ank", 90, NOW - timedelta(days=90), NOW + timedelta(minutes=10)),
    ("ank", 30, NOW - timedelta(days=30), NOW + timedelta(minutes=10)),
    ("ank", 3650, NOW - timedelta(days=3650), NOW + timedelta(minutes=10)),
    ("bot", 90, datetime(2000, 1, 1, tzinfo=UTC), NOW + timedelta(hours=24)),
]
FORMS = {
    "iso": lambda instant: instant.isoformat(),
    "naive": lambda instant: instant.replace(tzinfo=None).isoformat(),
    "seconds": lambda instant: instant.timestamp(),
    "milliseconds": lambda instant: round(instant.timestamp() * 1000),
    "digits": lambda instant: str(round(instant.timestamp() * 1000)),
}
A_MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(("style", "retention_days", "oldest", "newest"), WINDOWS)
@pytest.mark.parametrize("form", FORMS)
def test_the_window_takes_both_its_bounds_and_nothing_beyond(
    app, style, *, retention_days, oldest, newest, form
):
    # The Ansehn window begins with the project's retention; Profound's in 2000.
    key = app.key(style, project=app.project(retention_days=retention_days))
    write = FORMS[form]

    def send(instant):
        return app.send(key, [log_record(timestamp=write(instant), user_agent=BROWSER)])

    assert [is_accepted(send(instant)) for instant in (oldest, newest)] == [True, True]
    for beyond in (oldest - A_MILLISECOND, newest + A_MILLISECOND):
        assert is_rejected(send(beyond))
        assert first_error(send(beyond)) == (
            "timestamp is outside the accepted retention window"
            if style == "ank"
            else "timestamp out of reasonable range"
        )


@pytest.mark.parametrize(
    "timestamp", [-1, 0, 1e300, 10**30, -(10**30), "9" * 40, 4e15, "0001-01-01T00:00:00Z"]
)
@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("ank", "timestamp is outside the accepted retention window"),
        ("bot", "timestamp out of reasonable range"),
    ],
)
def test_an_instant_far_away_is_outside_the_window(app, style, message, timestamp):
    answer = app.send(app.key(style), [log_record(timestamp=timestamp)])

    assert is_rejected(answer)
    assert first_error(answer) == message


@both_dialects
@pytest.mark.parametrize(
    ("method", "stored"),
    [
        *(
            (verb, verb)
            for verb in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
        ),
        ("get", "GET"),
        ("Post", "POST"),
        ("PURGE", "OTHER"),
        ("propfind", "OTHER"),
        ("?", "OTHER"),
    ],
)
def test_a_method_is_upper_cased_and_other_verbs_become_other(app, style, method, stored):
    key = app.key(style)

    app.send(key, [log_record(method=method)])

    assert [visit["method"] for visit in app.visits(key)] == [stored]


@both_dialects
@pytest.mark.parametrize(
    ("path", "query_params", "stored_path", "stored_params"),
    [
        ("/a?b=1&c=2", ..., "/a", {"b": "1", "c": "2"}),
        ("/a?b=1", None, "/a", {"b": "1"}),
        ("/a?b=1", "-", "/a", {"b": "1"}),
        ("/a?b=1", {"d": "4"}, "/a", {"d": "4"}),
        ("/a?b=x%20y&c=&d", ..., "/a", {"b": "x y", "c": "", "d": ""}),
        ("/a?", ..., "/a", {}),
        ("/a%3Fb", ..., "/a%3Fb", {}),
        ("/a", {"b": "1"}, "/a", {"b": "1"}),
    ],
)
def test_a_query_inside_the_path_is_split_off_and_merged_when_query_params_are_absent(
    app, style, *, path, query_params, stored_path, stored_params
):
    key = app.key(style)

    app.send(key, [log_record(path=path, query_params=query_params)])

    assert [(visit["path"], visit["query_params"]) for visit in app.visits(key)] == [
        (stored_path, stored_params)
    ]


@both_dialects
@pytest.mark.parametrize(
    ("changes", "column", "stored"),
    [
        ({"status_code": "200"}, "status_code", 200),
        ({"status_code": 200.0}, "status_code", 200),
        ({"status_code": "200.0"}, "status_code", 200),
        ({"status_code": 100}, "status_code", 100),
        ({"status_code": 599}, "status_code", 599),
        ({"bytes_sent": "12345"}, "bytes_sent", 12345),
        ({"bytes_sent": 12345.0}, "bytes_sent", 12345),
        ({"bytes_sent": 0}, "bytes_sent", 0),
        ({"bytes_sent": 2**62}, "bytes_sent", 2**62),
        ({"response_size": "7"}, "bytes_sent", 7),
        ({"duration_ms": "120"}, "duration_ms", 120.0),
        ({"duration_ms": "0.5"}, "duration_ms", 0.5),
        ({"duration_ms": 0}, "duration_ms", 0.0),
    ],
    ids=str,
)
def test_integer_valued_strings_and_floats_pass(app, style, changes, column, stored):
    key = app.key(style)

    app.send(key, [log_record(**changes)])

    assert [visit[column] for visit in app.visits(key)] == [stored]


NUMBERS = ["status_code", "bytes_sent", "response_size", "duration_ms", "time_taken"]


@both_dialects
@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize(
    "value", ["true", "false", '"NaN"', '"Infinity"', "1e400", "-1", '"-1"', '""', "[]", "{}"]
)
def test_booleans_nan_infinities_and_negative_numbers_reject_the_record(app, style, field, value):
    body = encode([log_record(**{field: "VALUE"}), log_record()]).replace(b'"VALUE"', value.encode())

    answer = app.send(app.key(style), body)

    assert answer.status_code == 200
    assert answer.json().get("rejected_records", 1) == 1
    assert len(answer.json()["errors"]) == 1
    assert field in first_error(answer)


@both_dialects
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, "200.5") for field in ("status_code", "bytes_sent", "response_size")),
        *((field, 200.5) for field in ("status_code", "bytes_sent", "response_size")),
        ("method", 5),
        ("method", ""),
        ("host", ""),
        ("host", ["example.com"]),
        ("path", ""),
        ("path", {}),
        ("ip", 2130706433),
        ("user_agent", 5),
        ("referer", 5),
        ("referrer", []),
        ("query_params", "page=1"),
        ("query_params", [["page", "1"]]),
        ("query_params", {"page": {}}),
    ],
)  # fmt: skip
def test_a_value_of_another_type_rejects_the_record(app, style, field, value):
    answer = app.send(app.key(style), [log_record(**{field: value})])

    assert is_rejected(answer)
    assert field in first_error(answer)


@both_dialects
@pytest.mark.parametrize("status_code", [99, 600, 0, -200, "99", 10**40])
def test_a_status_code_outside_100_to_599_is_rejected_in_the_seeds_words(app, style, status_code):
    answer = app.send(app.key(style), [log_record(status_code=status_code)])

    assert is_rejected(answer)
    assert first_error(answer) == "status_code must be between 100 and 599"


@pytest.mark.parametrize(
    "ip", ["203.0.113.10", "203.0.113.xx", "2001:db8::1", "f" * 64, "unknown", "", "0.0.0.0"]
)
def test_an_ip_is_any_string_raw_masked_or_hashed(app, ip):
    key = app.key()

    app.send(key, [log_record(ip=ip)])

    assert [visit["ip"] for visit in app.visits(key)] == [ip]


FOREIGN = [
    ("pathname", "path"),
    ("userAgent", "user_agent"),
    ("status", "status_code"),
]


@both_dialects
@pytest.mark.parametrize(("foreign", "ours"), FOREIGN)
def test_a_record_in_another_products_field_names_is_told_the_expected_field(app, style, foreign, ours):
    record = log_record()
    record[foreign] = record.pop(ours)

    answer = app.send(app.key(style), [record])

    assert is_rejected(answer)
    assert first_error(answer) == f"{ours} is required; rename '{foreign}' to '{ours}'"


@both_dialects
def test_unknown_fields_are_ignored_and_never_stored(app, style, data_directory):
    key = app.key(style)
    secret, control = f"q7Zk9w3-{style}-cookie", f"q7Zk9w3-{style}-path"
    extra = {"headers": {"cookie": secret}, "session": secret, secret: 1}
    logs = [log_record(path=f"/{control}", **extra), log_record(status_code=1, path=f"/{control}", **extra)]

    app.send(key, {"logs": logs, "meta": secret} if style == "ank" else logs)

    assert [visit["path"] for visit in app.visits(key)] == [f"/{control}"]
    assert secret not in str(app.visits(key)) + str(app.rejected(key))
    stored = b"".join(path.read_bytes() for path in data_directory.rglob("*") if path.is_file())
    assert control.encode() in stored
    assert secret.encode() not in stored
