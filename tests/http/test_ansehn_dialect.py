"""The Ansehn dialect: the envelope, the summary, the order of checks and the errors."""

import sqlite3
from datetime import timedelta
from uuid import UUID

import pytest

from builders import BROWSER, GOOGLEBOT, NOW, at, encode, log_record
from crawlsight.ingest.policy import Keep
from crawlsight.ledger import KeyStyle, Scope
from crawlsight.ledger.secrets import generate_key


def summary(**changes):
    return {
        "status": "accepted",
        "request_id": "batch-a",
        "deduplicated": False,
        "received_records": 1,
        "accepted_records": 1,
        "stored_ai_crawler_records": 1,
        "dropped_non_crawler_records": 0,
        "rejected_records": 0,
        "quarantined_records": 0,
        "errors": [],
    } | changes


def without_id(answer):
    body = answer.json()
    UUID(body.pop("batch_id"))
    return body


def test_the_answer_counts_what_was_received_stored_dropped_and_rejected(app):
    key = app.key()
    logs = [
        log_record(),
        log_record(user_agent=BROWSER),
        log_record(user_agent=GOOGLEBOT),
        log_record(timestamp=at(days=91)),
        "no record",
    ]

    answer = app.send(key, {"logs": logs}, "batch-a")

    assert answer.status_code == 200
    assert without_id(answer) == summary(
        received_records=5,
        accepted_records=3,
        stored_ai_crawler_records=1,
        dropped_non_crawler_records=2,
        rejected_records=2,
        errors=[
            {
                "index": 3,
                "field": "timestamp",
                "message": "timestamp is outside the accepted retention window",
            },
            {"index": 4, "field": "record", "message": "record must be a JSON object"},
        ],
    )
    assert len(app.visits(key)) == 1


def test_a_batch_without_ai_crawlers_is_accepted_with_nothing_stored(app):
    key = app.key()

    answer = app.send(key, [log_record(user_agent=BROWSER)], "batch-a")

    assert answer.status_code == 200
    assert without_id(answer) == summary(stored_ai_crawler_records=0, dropped_non_crawler_records=1)
    assert app.visits(key) == []


def test_a_batch_without_a_valid_record_is_422_with_the_summary(app):
    answer = app.send(app.key(), [log_record(ip=5), log_record(host=...)], "batch-a")

    errors = answer.json()["errors"]
    assert answer.status_code == 422
    assert without_id(answer) == summary(
        status="rejected",
        received_records=2,
        accepted_records=0,
        stored_ai_crawler_records=0,
        rejected_records=2,
        errors=errors,
    )
    assert [(error["index"], error["field"]) for error in errors] == [(0, "ip"), (1, "host")]


@pytest.mark.parametrize("body", [[], {"logs": []}])
def test_an_empty_batch_is_422_with_all_counters_zero(app, body):
    answer = app.send(app.key(), body, "batch-a")

    assert answer.status_code == 422
    assert without_id(answer) == summary(
        status="rejected", received_records=0, accepted_records=0, stored_ai_crawler_records=0
    )


@pytest.mark.parametrize(("keep", "dropped"), [(Keep.AI, 1), (Keep.ALL, 0)])
def test_a_project_that_keeps_more_is_told_the_other_records_stored(app, keep, dropped):
    key = app.key(project=app.project(keep=keep))
    logs = [log_record(), log_record(user_agent=GOOGLEBOT), log_record(user_agent=BROWSER)]

    answer = app.send(key, logs, "batch-a")

    assert without_id(answer) == summary(
        received_records=3,
        accepted_records=3,
        stored_other_records=2 - dropped,
        dropped_non_crawler_records=dropped,
    )
    assert len(app.visits(key)) == 3 - dropped


def test_the_error_list_is_capped_at_100_and_the_counters_never(app):
    logs = [log_record(status_code=99) for _ in range(150)] + [log_record()]

    answer = app.send(app.key(), logs, "batch-a").json()

    assert [error["index"] for error in answer["errors"]] == list(range(100))
    assert (answer["received_records"], answer["accepted_records"], answer["rejected_records"]) == (
        151,
        1,
        150,
    )


def test_there_is_one_error_per_rejected_record_its_first_failing_field_in_the_seeds_order(app):
    wrong = {
        "timestamp": "yesterday",
        "method": "",
        "host": 1,
        "path": None,
        "status_code": 99,
        "ip": [],
        "user_agent": "",
        "referer": 1,
        "referrer": 1,
        "bytes_sent": -1,
        "response_size": -1,
        "duration_ms": -1,
        "time_taken": -1,
    }
    fields = list(wrong)
    logs = [log_record(**{field: wrong[field] for field in fields[start:]}) for start in range(len(fields))]

    answer = app.send(app.key(), logs).json()

    assert [(error["index"], error["field"]) for error in answer["errors"]] == list(enumerate(fields))


def test_what_is_not_json_is_400_even_when_the_fault_follows_too_many_records(app):
    answer = app.send(app.key(), b"[" + b"{}," * 1000 + b"{}] nonsense")

    assert answer.status_code == 400


# Each request fails its own check and every later one; the earliest decides.
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("unknown key", 401),
        ("no scope", 403),
        ("rate", 429),
        ("no idempotency key", 400),
        ("too many bytes", 413),
        ("not json", 400),
        ("too many records", 413),
        ("conflict", 409),
        ("nothing valid", 422),
    ],
)
def test_checks_are_made_in_the_documented_order(open_app, fault, status):
    order = [
        "unknown key",
        "no scope",
        "rate",
        "no idempotency key",
        "too many bytes",
        "not json",
        "too many records",
        "conflict",
        "nothing valid",
    ]
    faults = set(order[order.index(fault) :])
    is_limited = "rate" in faults
    app = open_app(ansehn_requests_per_minute=1 if is_limited else 60, max_body_bytes=50_000, max_records=2)
    scopes = (Scope.REPORTS,) if "no scope" in faults else (Scope.INGEST,)
    key = app.key(scopes=scopes)
    app.send(key, [log_record()], "used")
    record = log_record(status_code=1)
    body = encode([record] * (3 if "too many records" in faults else 1))
    if "not json" in faults:
        body = b"!" + body
    if "too many bytes" in faults:
        body += b" " * 50_000

    answer = app.send(
        generate_key(KeyStyle.ANK) if "unknown key" in faults else key,
        body,
        None if "no idempotency key" in faults else "used" if "conflict" in faults else "free",
    )

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("body", "idempotency_key", "headers", "status", "code"),
    [
        (b"[]", None, {}, 400, "bad_idempotency_key"),
        (b"{", "batch-a", {}, 400, "malformed_body"),
        (b"[]", "batch-a", {"content_encoding": "lzma"}, 415, "unsupported_encoding"),
        (b"[" + b"{}," * 1000 + b"{}]", "batch-a", {}, 413, "too_many_records"),
        (b" " * (4 * 1024 * 1024 + 1), "batch-a", {}, 413, "body_too_large"),
    ],
    ids=["no idempotency key", "not json", "encoding", "records", "bytes"],
)
def test_other_errors_have_a_stable_code_a_message_and_the_request_id(
    app, body, *, idempotency_key, headers, status, code
):
    answer = app.send(app.key(), body, idempotency_key, **headers)

    message = answer.json()["message"]
    assert (answer.status_code, message != "") == (status, True)
    assert answer.json() == {
        "status": "error",
        "error": code,
        "message": message,
        "detail": message,
        "request_id": idempotency_key,
    }


def test_the_request_id_of_an_error_is_the_idempotency_key_however_early_the_error(app):
    key = app.key(scopes=(Scope.REPORTS,))

    answer = app.send(key, [log_record()], "batch-a")

    assert (answer.status_code, answer.json()["request_id"]) == (403, "batch-a")


MALFORMED = [
    b"",
    b" ",
    b"{",
    b"nonsense",
    b"5",
    b'"text"',
    b"null",
    b"true",
    b"{}",
    b"\xff\xfe",
    b"[{}] x",
    b"[NaN]",
]
MALFORMED += [b'{"logs": 5}', b'{"logs": null}', b'{"logs": {}}', b'{"records": []}', b"[" * 200_000]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: body[:16].decode("latin-1"))
def test_what_is_not_json_or_holds_no_list_of_records_is_400(app, body):
    answer = app.send(app.key(), body)

    assert answer.status_code == 400
    assert answer.json()["error"] == "malformed_body"


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "text/plain", "", "nonsense"]
)
def test_any_content_type_will_do_if_the_body_parses(app, content_type):
    answer = app.send(app.key(), encode({"logs": [log_record()]}), content_type=content_type)

    assert answer.status_code == 200


def test_temporary_trouble_is_503_with_retry_after_and_stores_nothing(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key(project=app.project(domains=("example.com",)))
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON source_hours BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    logs = [log_record(), log_record(host="else.org"), log_record(status_code=1)]

    answer = app.send(key, logs, "batch-a")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert (answer.json()["error"], answer.json()["request_id"]) == ("unavailable", "batch-a")
    assert app.services.ledger.outbox.backlog().batches == 0
    assert (app.rejected(key), app.quarantined(key)) == ([], [])


def test_the_batch_id_is_another_one_for_each_batch(app):
    key = app.key()

    ids = {app.send(key, [log_record()]).json()["batch_id"] for _ in range(20)}

    assert len(ids) == 20


def test_the_window_is_judged_at_receipt(app):
    key = app.key()
    body = encode([log_record(timestamp=at(days=90))])

    first = app.send(key, body)
    app.clock.move(timedelta(milliseconds=1))
    second = app.send(key, body)

    assert (first.status_code, second.status_code) == (200, 422)
    assert app.visits(key)[0]["timestamp"] == NOW - timedelta(days=90)
