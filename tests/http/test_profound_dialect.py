"""The Profound dialect: its exact answer, its limits and its errors."""

import sqlite3
from uuid import UUID

import pytest

from builders import BROWSER, GOOGLEBOT, at, encode, log_record

EXAMPLE = """[
      {
        "timestamp": "2024-01-11T12:00:00Z",
        "method": "GET",
        "host": "example.com",
        "path": "/products",
        "status_code": 200,
        "ip": "192.168.1.1",
        "user_agent": "Mozilla/5.0...",
        "query_params": {
          "category": "electronics",
          "page": "1"
        },
        "referer": "https://example.com",
        "bytes_sent": 1024,
        "duration_ms": 150
      }
    ]"""
PYTHON_EXAMPLE = (
    '[{"timestamp": "2024-01-11T12:00:00Z", "method": "GET", "host": "example.com", "path": "/products", '
    '"status_code": 200, "ip": "192.168.1.1", "user_agent": "Mozilla/5.0..."}]'
)
NODE_EXAMPLE = PYTHON_EXAMPLE.replace(", ", ",").replace(": ", ":")


def entries(answer):
    """How many entries the answer says it processes, after checking that it is whole."""
    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == ["status", "message", "first_visit_id", "errors"]
    assert body["status"] == "accepted"
    words = body["message"].split(" ")
    assert [words[0], *words[2:]] == ["Processing", "log", "entries"]
    return int(words[1])


@pytest.mark.parametrize("body", [EXAMPLE, PYTHON_EXAMPLE, NODE_EXAMPLE], ids=["document", "python", "node"])
def test_the_seeds_own_examples_work_verbatim_and_are_visible_in_reports(app, body):
    key = app.key("bot")

    answer = app.client.post(
        "/v1/logs/custom",
        content=body.encode(),
        headers={"x-api-key": key, "Content-Type": "application/json"},
    )
    [visit] = app.visits(key)

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "accepted",
        "message": "Processing 1 log entries",
        "first_visit_id": str(visit["visit_id"]),
        "errors": [],
    }
    is_long = "category" in body
    assert visit["query_params"] == ({"category": "electronics", "page": "1"} if is_long else {})
    assert (visit["bytes_sent"], visit["duration_ms"]) == ((1024, 150.0) if is_long else (None, None))
    visits = app.rows(key, "referrals", start_date="2024-01-01", dimensions=["date", "path"])
    assert visits == [("2024-01-11", "/products", 1)]


def test_the_answer_has_exactly_four_fields_in_this_order(app):
    answer = app.send(app.key("bot"), [log_record()])

    visit_id = answer.json()["first_visit_id"]
    assert answer.content.decode() == (
        '{"status":"accepted","message":"Processing 1 log entries",'
        f'"first_visit_id":"{UUID(visit_id)}","errors":[]}}'
    )


@pytest.mark.parametrize("valid", [0, 1, 2, 98])
def test_the_message_counts_the_valid_entries_and_always_says_entries(app, valid):
    logs = [log_record(status_code=1)] + [log_record()] * valid

    answer = app.send(app.key("bot"), logs)

    assert answer.json()["message"] == f"Processing {valid} log entries"


@pytest.mark.parametrize("body", [[], [log_record(status_code=1)], [5, None, "x", []]])
def test_an_empty_array_or_nothing_valid_is_200_with_no_first_visit(app, body):
    answer = app.send(app.key("bot"), body)

    assert entries(answer) == 0
    assert answer.json()["first_visit_id"] is None
    assert len(answer.json()["errors"]) == len(body)


def test_the_two_seed_texts_are_used_verbatim(app):
    logs = [log_record()] * 98 + [log_record(timestamp="1999-12-31T23:59:59Z"), log_record(status_code=600)]

    answer = app.send(app.key("bot"), logs)

    assert entries(answer) == 98
    assert answer.json()["errors"] == [
        "Invalid log format: timestamp out of reasonable range",
        "Invalid log format: status_code must be between 100 and 599",
    ]


def test_there_is_one_string_per_failing_entry_however_many(app):
    wrong = log_record(status_code=1, timestamp=..., ip=...)

    answer = app.send(app.key("bot"), [wrong] * 1000)

    assert entries(answer) == 0
    assert answer.json()["errors"] == ["Invalid log format: timestamp is required"] * 1000


def test_first_visit_id_is_the_id_of_the_first_valid_entry_and_resolves_in_the_log_view(app):
    key = app.key("bot")
    logs = [log_record(status_code=1), log_record(path="/first"), log_record(path="/second")]

    answer = app.send(key, logs)

    visits = {visit["path"]: str(visit["visit_id"]) for visit in app.visits(key)}
    assert answer.json()["first_visit_id"] == visits["/first"] != visits["/second"]


MALFORMED = [
    b"",
    b"{",
    b"nonsense",
    b"5",
    b"null",
    b'"text"',
    b"{}",
    b'{"logs": []}',
    b'{"foo": 1}',
    b"[NaN]",
]
MALFORMED += [b"\xff", encode({"logs": [log_record()]}), b"[" * 200_000]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: body[:16].decode("latin-1"))
def test_what_is_not_an_array_or_not_json_is_422_with_a_detail(app, body):
    key = app.key("bot")

    answer = app.send(key, body)

    assert answer.status_code == 422
    assert list(answer.json()) == ["detail"]
    assert answer.json()["detail"] != ""
    assert app.visits(key) == []


def test_more_than_1000_entries_is_413_with_a_detail(app):
    key = app.key("bot")

    at_the_limit = app.send(key, [log_record()] * 1000)
    beyond = app.send(key, [log_record()] * 1001)

    assert entries(at_the_limit) == 1000
    assert (beyond.status_code, list(beyond.json())) == (413, ["detail"])
    assert len(app.visits(key)) == 1000


def test_an_unexpected_failure_is_500_with_a_detail_and_nothing_stored(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key("bot")
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON source_hours BEGIN SELECT RAISE(ABORT, 'x'); END"
        )

    failed = app.send(key, [log_record(), log_record(status_code=1)])
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("DROP TRIGGER full")

    assert (failed.status_code, list(failed.json())) == (500, ["detail"])
    assert (app.services.ledger.outbox.backlog().rows, app.rejected(key)) == (0, [])
    assert entries(app.send(key, [log_record()])) == 1


def test_it_has_no_limit_of_60_requests_a_minute(app):
    key = app.key("bot")

    answers = [app.send(key, [log_record()]) for _ in range(70)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].headers["x-ratelimit-limit"] == "6000"
    assert answers[-1].headers["x-ratelimit-remaining"] == "5930"


CHARACTER_LIMITS = [
    ("method", "G", 10),
    ("host", "ü", 255),
    ("path", "/", 2048),
    ("path", "語", 2048),
    ("ip", "f", 45),
    ("ip", "ü", 45),
    ("user_agent", "😀", 1024),
    ("referer", "é", 2048),
    ("referrer", "é", 2048),
]


@pytest.mark.parametrize(("field", "character", "most"), CHARACTER_LIMITS)
def test_a_field_may_have_exactly_its_limit_in_characters_and_not_one_more(app, field, character, most):
    key = app.key("bot")

    at_the_limit = app.send(key, [log_record(**{field: character * most})])
    beyond = app.send(key, [log_record(**{field: character * (most + 1)})])

    assert (entries(at_the_limit), entries(beyond)) == (1, 0)
    assert beyond.json()["errors"] == [
        f"Invalid log format: {field} is {most + 1} characters long; at most {most} are accepted"
    ]


@pytest.mark.parametrize(
    ("key_chars", "value_chars", "valid"), [(100, 1000, 1), (101, 1, 0), (1, 1001, 0), (0, 0, 1)]
)
@pytest.mark.parametrize("character", ["a", "ü"])
def test_query_params_have_keys_of_100_and_values_of_1000_characters_at_most(
    app, character, key_chars, value_chars, valid
):
    params = {"page": "1", character * key_chars: character * value_chars}
    key = app.key("bot")

    answer = app.send(key, [log_record(query_params=params)])

    assert entries(answer) == valid
    assert [visit["query_params"] for visit in app.visits(key)] == [params] * valid
    assert ["query_params" in error for error in answer.json()["errors"]] == [True] * (1 - valid)


@pytest.mark.parametrize(
    ("field", "value", "valid"),
    [("bytes_sent", 0, 1), ("bytes_sent", -1, 0), ("duration_ms", 0, 1), ("duration_ms", -0.1, 0)],
)
def test_bytes_sent_and_duration_ms_are_0_or_more(app, field, value, valid):
    assert entries(app.send(app.key("bot"), [log_record(**{field: value})])) == valid


@pytest.mark.parametrize("user_agent", ["", None, "-"])
@pytest.mark.parametrize("others", [[], [log_record(bytes_sent="1")]], ids=["alone", "beside a lenient one"])
def test_an_empty_or_null_user_agent_passes(app, user_agent, others):
    key = app.key("bot")

    answer = app.send(key, [log_record(user_agent=user_agent, path="/nobody"), *others])

    assert entries(answer) == 1 + len(others)
    assert [visit["user_agent"] for visit in app.visits(key) if visit["path"] == "/nobody"] == [""]


def test_a_user_agent_must_be_there_all_the_same(app):
    answer = app.send(app.key("bot"), [log_record(user_agent=...)])

    assert answer.json()["errors"] == ["Invalid log format: user_agent is required"]


@pytest.mark.parametrize("field", ["timestamp", "method", "host", "path", "status_code", "ip"])
@pytest.mark.parametrize("value", [..., None, "-"], ids=["missing", "null", "dash"])
def test_every_other_required_field_must_be_there(app, field, value):
    answer = app.send(app.key("bot"), [log_record(**{field: value})])

    assert answer.json()["errors"] == [f"Invalid log format: {field} is required"]


def test_what_edge_functions_and_plugins_really_send_is_taken(app):
    key = app.key("bot")
    headers = {"cookie": "session=secret", "authorization": "Bearer secret"}
    logs = [log_record(user_agent=None, referer=None, query_params=None, ip="0.0.0.0", headers=headers)]

    answer = app.send(key, logs)

    assert entries(answer) == 1
    assert [(visit["ip"], visit["referer"]) for visit in app.visits(key)] == [("0.0.0.0", "")]
    assert "secret" not in str(app.visits(key))


def test_a_project_made_with_a_bot_key_keeps_every_valid_record(app):
    key = app.key("bot")
    agents = [log_record()["user_agent"], GOOGLEBOT, BROWSER]

    app.send(key, [log_record(user_agent=agent, timestamp=at(days=400)) for agent in agents])

    assert sorted(visit["bot_name"] for visit in app.visits(key)) == ["", "GPTBot", "Googlebot"]
