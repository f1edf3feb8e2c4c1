"""What a wrong report query is told, in FastAPI's words; and the limit of 600 an hour."""

import pytest

from builders import NOW, log_record
from crawlsight.ledger import Scope

GOOD = {"domain": "example.com", "metrics": ["count"], "start_date": "2026-11-01"}
VISITS = {"metrics": ["visits"]}


def ask(app, body, path="/v2/reports/bots", key=None):
    headers = {"x-api-key": key or app.key()}
    if isinstance(body, bytes):
        return app.client.post(path, content=body, headers=headers)
    return app.client.post(path, json=body, headers=headers)


def mistakes(answer):
    """Places and kinds of all mistakes, after checking that the answer has FastAPI's shape."""
    assert answer.status_code == 422, answer.text
    assert list(answer.json()) == ["detail"]
    for mistake in answer.json()["detail"]:
        assert list(mistake) == ["loc", "msg", "type"]
        assert mistake["msg"] != ""
    return [(mistake["loc"], mistake["type"]) for mistake in answer.json()["detail"]]


def test_a_good_query_is_answered(app):
    assert ask(app, GOOD).status_code == 200


@pytest.mark.parametrize("field", ["domain", "metrics", "start_date"])
@pytest.mark.parametrize("path", ["/v1/reports/bots", "/v2/reports/bots"])
def test_a_required_field_that_is_missing_is_named(app, path, field):
    body = {name: value for name, value in GOOD.items() if name != field}

    answer = ask(app, body, path)

    assert mistakes(answer) == [(["body", field], "missing")]
    assert answer.json()["detail"][0]["msg"] == "Field required"


def one_filter(**changes):
    return {"filters": [{"field": "path", "operator": "is", "value": "/"} | changes]}


def one_metric_filter(**changes):
    return {"metric_filters": [{"field": "count", "operator": ">", "value": 1} | changes]}


WRONG = [
    ({"domain": 5}, ["domain"]),
    ({"domain": ""}, ["domain"]),
    ({"domain": None}, ["domain"]),
    ({"metrics": []}, ["metrics"]),
    ({"metrics": "count"}, ["metrics"]),
    ({"metrics": None}, ["metrics"]),
    ({"metrics": ["count", "visits"]}, ["metrics", 1]),
    ({"metrics": [5]}, ["metrics", 0]),
    ({"dimensions": "path"}, ["dimensions"]),
    ({"dimensions": ["path", "referral_source"]}, ["dimensions", 1]),
    ({"start_date": "yesterday"}, ["start_date"]),
    ({"start_date": 20261101}, ["start_date"]),
    ({"start_date": None}, ["start_date"]),
    ({"start_date": "2026-02-30"}, ["start_date"]),
    ({"end_date": "soon"}, ["end_date"]),
    ({"end_date": "2026-10-30"}, ["end_date"]),
    ({"date_interval": "fortnight"}, ["date_interval"]),
    ({"timezone": "Mars/Olympus"}, ["timezone"]),
    ({"timezone": "../../etc/passwd"}, ["timezone"]),
    ({"timezone": 5}, ["timezone"]),
    ({"filters": {}}, ["filters"]),
    ({"filters": ["path"]}, ["filters", 0]),
    (one_filter(field="date"), ["filters", 0, "field"]),
    (one_filter(field="referral_source"), ["filters", 0, "field"]),
    (one_filter(operator="like"), ["filters", 0, "operator"]),
    (one_filter(value=None), ["filters", 0, "value"]),
    (one_filter(value={}), ["filters", 0, "value"]),
    (one_filter(value=[["/"]]), ["filters", 0, "value"]),
    (one_filter(operator="matches", value="("), ["filters", 0, "value"]),
    ({"metric_filters": [5]}, ["metric_filters", 0]),
    (one_metric_filter(field="last_visit"), ["metric_filters", 0, "field"]),
    (one_metric_filter(field="path"), ["metric_filters", 0, "field"]),
    (one_metric_filter(operator="is"), ["metric_filters", 0, "operator"]),
    (one_metric_filter(value="1"), ["metric_filters", 0, "value"]),
    (one_metric_filter(value=True), ["metric_filters", 0, "value"]),
    ({"order_by": "count"}, ["order_by"]),
    ({"order_by": {"count": "up"}}, ["order_by", "count"]),
    ({"order_by": {"path": "asc"}}, ["order_by", "path"]),
    ({"pagination": []}, ["pagination"]),
    ({"pagination": 5}, ["pagination"]),
    ({"pagination": {"limit": 0}}, ["pagination", "limit"]),
    ({"pagination": {"limit": -1}}, ["pagination", "limit"]),
    ({"pagination": {"limit": 50_001}}, ["pagination", "limit"]),
    ({"pagination": {"limit": "10"}}, ["pagination", "limit"]),
    ({"pagination": {"limit": True}}, ["pagination", "limit"]),
    ({"pagination": {"offset": -1}}, ["pagination", "offset"]),
]


@pytest.mark.parametrize(("changes", "place"), WRONG, ids=lambda value: str(value)[:60])
def test_a_mistake_is_422_and_told_with_its_place(app, changes, place):
    answer = ask(app, GOOD | changes)

    assert [found for found, _ in mistakes(answer)] == [["body", *place]]


def test_a_value_that_is_no_regular_expression_is_422_with_its_place_when_there_are_visits_too(app):
    key = app.key()
    app.send(key, [log_record()])
    app.load()

    answer = ask(app, GOOD | one_filter(operator="matches", value="("), key=key)

    assert [found for found, _ in mistakes(answer)] == [["body", "filters", 0, "value"]]


@pytest.mark.parametrize("pagination", [{"limit": 1}, {"limit": 50_000}, {"offset": 0}, {}, None])
def test_a_limit_of_1_to_50_000_and_an_offset_from_0_pass(app, pagination):
    assert ask(app, GOOD | {"pagination": pagination}).status_code == 200


def test_every_mistake_is_told_at_once(app):
    body = {"metrics": ["x"], "dimensions": ["y"], "start_date": "z", "pagination": {"limit": 0}}

    found = mistakes(ask(app, body))

    assert sorted(".".join(map(str, place)) for place, _ in found) == [
        "body.dimensions.0",
        "body.domain",
        "body.metrics.0",
        "body.pagination.limit",
        "body.start_date",
    ]


@pytest.mark.parametrize(
    ("path", "changes", "place"),
    [
        ("/v1/reports/bots", {"metrics": ["agents"]}, ["metrics", 0]),
        ("/v1/reports/bots", {"dimensions": ["hour"]}, ["dimensions", 0]),
        ("/v1/reports/bots", {"dimensions": ["bot_type"]}, ["dimensions", 0]),
        ("/v1/reports/bots", {"date_interval": "quarter"}, ["date_interval"]),
        ("/v1/reports/bots", one_filter(field="bot_type"), ["filters", 0, "field"]),
        ("/v1/reports/referrals", VISITS | {"dimensions": ["hour"]}, ["dimensions", 0]),
        ("/v1/reports/referrals", VISITS | {"dimensions": ["referral_type"]}, ["dimensions", 0]),
        ("/v2/reports/referrals", {"metrics": ["count"]}, ["metrics", 0]),
        ("/v2/reports/referrals", VISITS | {"dimensions": ["bot_name"]}, ["dimensions", 0]),
    ],
)  # fmt: skip
def test_a_version_knows_its_own_fields_only(app, path, changes, place):
    answer = ask(app, GOOD | changes, path)

    assert [found for found, _ in mistakes(answer)] == [["body", *place]]


OURS = ["status_code", "status_class", "method", "verification", "folder", "source"]


@pytest.mark.parametrize("dimension", OURS)
@pytest.mark.parametrize(
    "path", ["/v1/reports/bots", "/v2/reports/bots", "/v1/reports/referrals", "/v2/reports/referrals"]
)
def test_our_own_dimensions_and_filters_are_in_every_report(app, path, dimension):
    metrics = ["count"] if path.endswith("bots") else ["visits"]
    filters = [{"field": dimension, "operator": "is", "value": "x"}]

    answer = ask(app, GOOD | {"metrics": metrics, "dimensions": [dimension], "filters": filters}, path)

    assert (answer.status_code, answer.json()["data"]) == (200, [])


@pytest.mark.parametrize("extra", [{"organization_id": "x"}, {"domain_id": "x"}, {"tags": []}, {"future": 1}])
def test_optional_and_unknown_fields_pass(app, extra):
    assert ask(app, GOOD | extra).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b"\xff", b"[" * 200_000], ids=lambda body: body[:8].hex()
)
def test_a_query_that_is_not_json_is_422(app, body):
    assert mistakes(ask(app, body)) == [(["body"], "json_invalid")]


@pytest.mark.parametrize("body", [b"5", b"[]", b"null", b'"text"'])
def test_a_query_that_is_no_object_is_422(app, body):
    assert mistakes(ask(app, body)) == [(["body"], "dict_type")]


def test_a_query_may_have_a_mebibyte_and_not_a_byte_more(app):
    body = b'{"domain":"a.b","metrics":["count"],"start_date":"2026-11-01"}'
    size = 1024 * 1024

    statuses = [ask(app, body.ljust(length)).status_code for length in (size, size + 1)]

    assert statuses == [200, 413]


@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "\\", "{x:String}", "%s", "\0", "'); DROP TABLE visits; --"]
)
@pytest.mark.parametrize("operator", ["is", "in", "contains", "matches"])
def test_a_value_is_never_part_of_the_query(app, operator, value):
    key = app.key()
    app.send(key, [log_record()])
    app.load()

    answer = ask(app, GOOD | one_filter(operator=operator, value=value), key=key)

    assert answer.status_code in ({200, 422} if operator == "matches" else {200})
    if answer.status_code == 200:
        assert answer.json()["data"] == [{"metrics": [0], "dimensions": []}]
    assert app.rows(key) == [(1,)]


RATE = ["x-ratelimit-limit", "x-ratelimit-remaining"]


def test_every_reply_carries_the_rate_limit_of_600_an_hour_and_key(open_app):
    app = open_app()
    key = app.key()

    answers = [ask(app, GOOD, key=key), ask(app, {}, key=key)]
    answers.append(app.client.get("/v1/org/domains", headers={"x-api-key": key}))

    assert [answer.status_code for answer in answers] == [200, 422, 200]
    assert [[answer.headers[name] for name in RATE] for answer in answers] == [
        ["600", "599"],
        ["600", "598"],
        ["600", "597"],
    ]
    for answer in answers:
        assert int(answer.headers["x-ratelimit-reset"]) == NOW.timestamp() + 3600


def test_beyond_the_limit_a_report_is_429_with_retry_after(open_app):
    app = open_app(reports_requests_per_hour=2)
    key, other = app.key(), app.key()

    answers = [ask(app, GOOD, key=key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 3500 <= int(answers[2].headers["retry-after"]) <= 3600
    assert [answers[2].headers[name] for name in RATE] == ["2", "0"]
    assert answers[2].json()["error"] == "rate_limited"
    assert ask(app, GOOD, key=other).status_code == 200


def test_reports_do_not_count_against_ingest(open_app):
    app = open_app(reports_requests_per_hour=1)
    key = app.key()
    ask(app, GOOD, key=key)

    answer = app.send(key, [log_record()])

    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "59")


@pytest.mark.parametrize("path", ["/v1/reports/bots", "/v2/reports/referrals"])
def test_a_key_without_reports_read_is_403_with_detail_and_message(app, path):
    answer = ask(app, GOOD, path, key=app.key(scopes=(Scope.INGEST,)))

    assert answer.status_code == 403
    assert answer.json()["detail"] == answer.json()["message"]
    assert "reports:read" in answer.json()["detail"]
