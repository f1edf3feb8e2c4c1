"""A batch is stored once, however often and by whom it is sent."""

import gzip
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from builders import BROWSER, at, encode, log_record
from crawlsight.ingest.policy import Keep


def duplicate_of(answer):
    return answer.json() | {"status": "duplicate", "deduplicated": True}


def send_at_once(*sends):
    barrier = threading.Barrier(len(sends))

    def run(send):
        barrier.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


def test_a_batch_sent_twice_is_stored_once(app):
    key = app.key()
    body = encode({"logs": [log_record(), log_record(user_agent=BROWSER), log_record(ip=5)]})

    first, second = app.send(key, body, "batch-a"), app.send(key, body, "batch-a")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["status"] == "accepted"
    assert first.json()["deduplicated"] is False
    assert second.json() == duplicate_of(first)
    assert list(second.json()) == list(first.json())
    assert len(app.visits(key)) == 1
    assert len(app.rejected(key)) == 1


def test_a_duplicate_repeats_the_first_answer_whatever_the_policy_and_the_time(app):
    key = app.key(project=app.project(keep=Keep.ALL, retention_days=30))
    body = encode([log_record(), log_record(user_agent=BROWSER), log_record(timestamp=at(days=31))])

    first = app.send(key, body, "batch-a")
    app.clock.move(timedelta(days=29, hours=23))
    second = app.send(key, body, "batch-a")

    assert first.json()["stored_other_records"] == 1
    assert (second.status_code, second.json()) == (200, duplicate_of(first))


def test_a_duplicate_of_records_that_have_left_the_window_is_a_duplicate_still(app):
    key = app.key()
    body = encode([log_record(timestamp=at(days=89))])

    first = app.send(key, body, "batch-a")
    app.clock.move(timedelta(days=2))
    second = app.send(key, body, "batch-a")

    assert (second.status_code, second.json()) == (200, duplicate_of(first))


@pytest.mark.parametrize(
    "other",
    [
        encode([log_record(path="/other")]),
        encode([log_record()]) + b" ",
        encode({"logs": [log_record()]}),
        encode([log_record(status_code=1)]),
        b"[]",
    ],
    ids=["record", "space", "envelope", "nothing valid", "empty"],
)
def test_a_key_reused_with_another_body_is_409(app, other):
    key = app.key()
    app.send(key, encode([log_record()]), "batch-a")

    answer = app.send(key, other, "batch-a")

    assert answer.status_code == 409
    assert answer.json() | {"message": "", "detail": ""} == {
        "status": "error",
        "error": "idempotency_conflict",
        "message": "",
        "detail": "",
        "request_id": "batch-a",
    }
    assert len(app.visits(key)) == 1
    assert app.rejected(key) == []


def test_the_same_body_is_the_same_however_it_is_compressed(app):
    key = app.key()
    body = encode([log_record()])

    answers = [
        app.send(key, body, "batch-a"),
        app.send(key, gzip.compress(body, mtime=1), "batch-a", content_encoding="gzip"),
        app.send(key, gzip.compress(body, 1, mtime=2), "batch-a", content_encoding="gzip"),
    ]

    assert [answer.json()["status"] for answer in answers] == ["accepted", "duplicate", "duplicate"]
    assert len(app.visits(key)) == 1


def test_the_same_body_under_two_keys_is_two_batches(app):
    key = app.key()
    body = encode([log_record()])

    answers = [app.send(key, body, name) for name in ("batch-a", "batch-b", "BATCH-A")]

    assert [answer.json()["status"] for answer in answers] == ["accepted"] * 3
    assert len(app.visits(key)) == 3


def test_a_retry_after_key_rotation_still_deduplicates(app):
    project = app.project()
    old, new = app.key(project=project), app.key(project=project)
    body = encode([log_record()])

    first = app.send(old, body, "batch-a")
    app.services.ledger.keys.revoke(app.services.ledger.keys.find(old).key_id)
    second = app.send(new, body, "batch-a")
    third = app.send(new, body + b" ", "batch-a")

    assert second.json() == duplicate_of(first)
    assert third.status_code == 409
    assert len(app.visits(new)) == 1


def test_two_projects_may_use_the_same_idempotency_key(app):
    one, other = app.key(), app.key()
    body = encode([log_record()])

    answers = [app.send(key, body, "batch-a").json() for key in (one, other)]

    assert [answer["status"] for answer in answers] == ["accepted", "accepted"]
    assert (len(app.visits(one)), len(app.visits(other))) == (1, 1)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 422),
        (encode([log_record(status_code=1)]), {}, 422),
        (b"[" + b"{}," * 1000 + b"{}]", {}, 413),
        (b" " * (4 * 1024 * 1024 + 1), {}, 413),
        (encode([log_record()]), {"content_encoding": "lzma"}, 415),
        (b"no gzip", {"content_encoding": "gzip"}, 400),
    ],
    ids=["not json", "empty", "invalid", "records", "bytes", "encoding", "corrupt"],
)
def test_only_a_200_claims_a_key(app, body, headers, status):
    key = app.key()

    refused = app.send(key, body, "batch-a", **headers)
    accepted = app.send(key, [log_record(path="/other")], "batch-a")

    assert (refused.status_code, accepted.status_code) == (status, 200)
    assert accepted.json()["status"] == "accepted"


def test_a_200_with_nothing_stored_claims_its_key(app):
    key = app.key()
    body = encode([log_record(user_agent=BROWSER)])

    answers = [
        app.send(key, body, "batch-a"),
        app.send(key, body, "batch-a"),
        app.send(key, body + b" ", "batch-a"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert [answer.json()["status"] for answer in answers] == ["accepted", "duplicate", "error"]


def test_the_claim_and_the_rows_are_one_transaction(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key()
    body = encode([log_record()])
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'x'); END")

    failed = app.send(key, body, "batch-a")
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        connection.execute("DROP TRIGGER full")
    retried = app.send(key, body, "batch-a")

    assert (failed.status_code, retried.status_code) == (503, 200)
    assert retried.json()["status"] == "accepted"
    assert app.services.ledger.outbox.backlog().rows == 1


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_two_concurrent_requests_with_one_key_are_never_both_stored(app, style):
    project = app.project()
    key, other_key = app.key(style, project=project), app.key(style, project=project)
    body = encode([log_record()])
    rounds = 15

    def sender(key, name):
        return lambda: app.send(key, body, name)

    answers = [
        send_at_once(sender(key, f"at-once-{i}"), sender(other_key, f"at-once-{i}")) for i in range(rounds)
    ]

    assert {answer.status_code for pair in answers for answer in pair} == {200}
    if style == "ank":
        statuses = [sorted(answer.json()["status"] for answer in pair) for pair in answers]
        assert statuses == [["accepted", "duplicate"]] * rounds
    assert all(
        pair[0].json().get("first_visit_id") == pair[1].json().get("first_visit_id") for pair in answers
    )
    assert len(app.visits(key)) == rounds


def test_of_two_concurrent_bodies_with_one_key_one_is_stored_and_the_other_is_409(app):
    key = app.key()
    rounds = 15

    def sender(name, path):
        return lambda: app.send(key, [log_record(path=path)], name)

    answers = [
        send_at_once(sender(f"at-once-{i}", f"/{i}/a"), sender(f"at-once-{i}", f"/{i}/b"))
        for i in range(rounds)
    ]

    assert [sorted(answer.status_code for answer in pair) for pair in answers] == [[200, 409]] * rounds
    assert sorted(visit["path"].split("/")[1] for visit in app.visits(key)) == sorted(map(str, range(rounds)))


def test_two_servers_over_one_ledger_store_a_batch_once(app, open_app):
    second = open_app()
    key = app.key()
    body = encode([log_record()])

    answers = [
        send_at_once(
            lambda name=f"at-once-{i}": app.send(key, body, name),
            lambda name=f"at-once-{i}": second.send(key, body, name),
        )
        for i in range(10)
    ]

    statuses = [sorted(answer.json()["status"] for answer in pair) for pair in answers]
    assert statuses == [["accepted", "duplicate"]] * 10
    assert len(app.visits(key)) == 10


def test_keys_are_kept_as_long_as_the_data(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key()
    received_ms = int(app.clock.now.timestamp() * 1000)
    ninety_days_ms = 90 * 86_400_000
    app.send(key, [log_record()], "batch-a")

    app.services.ledger.forget_expired(received_ms + ninety_days_ms, 7)
    kept = app.send(key, [log_record(path="/other")], "batch-a")
    app.services.ledger.forget_expired(received_ms + ninety_days_ms + 1, 7)
    forgotten = app.send(key, [log_record(path="/other")], "batch-a")

    assert (kept.status_code, forgotten.status_code) == (409, 200)


@pytest.mark.parametrize("value", ["a", "a" * 255, "!~", "logs-prod-edge-001-2026-06-08T12:00:00Z-shard-a"])
def test_an_idempotency_key_of_1_to_255_visible_characters_passes(app, value):
    answer = app.send(app.key(), [log_record()], value)

    assert (answer.status_code, answer.json()["request_id"]) == (200, value)


@pytest.mark.parametrize("value", [None, "", "a" * 256, "a b", "a\tb", "\xe9".encode("latin-1")], ids=str)
def test_a_missing_or_other_idempotency_key_is_400(app, value):
    answer = app.send(app.key(), [log_record()], value)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_idempotency_key")


def test_a_profound_batch_needs_no_idempotency_key_and_equal_entries_are_two_visits(app):
    key = app.key("bot")
    body = encode([log_record(), log_record()])

    answers = [app.send(key, body), app.send(key, body)]

    assert answers[0].json()["first_visit_id"] != answers[1].json()["first_visit_id"]
    assert len(app.visits(key)) == 4


def test_a_profound_batch_with_an_idempotency_key_is_stored_once_and_answered_alike(app):
    key = app.key("bot")
    body = encode([log_record(), log_record(status_code=1)])

    first, second = app.send(key, body, "batch-a"), app.send(key, body, "batch-a")
    conflict = app.send(key, body + b" ", "batch-a")

    assert (first.status_code, second.status_code, conflict.status_code) == (200, 200, 409)
    assert first.content == second.content
    assert list(conflict.json()) == ["detail"]
    assert len(app.visits(key)) == 1


def test_a_profound_200_claims_its_key_even_when_nothing_was_valid(app):
    key = app.key("bot")

    first = app.send(key, [log_record(status_code=1)], "batch-a")
    other = app.send(key, [log_record()], "batch-a")

    assert (first.status_code, other.status_code) == (200, 409)


@pytest.mark.parametrize(("first", "second"), [("ank", "bot"), ("bot", "ank")])
def test_a_batch_repeated_in_the_other_dialect_is_stored_once_and_answered_in_that_dialect(
    app, first, second
):
    project = app.project(keep=Keep.ALL)
    keys = {style: app.key(style, project=project) for style in ("ank", "bot")}
    body = encode([log_record()])

    app.send(keys[first], body, "batch-a")
    answer = app.send(keys[second], body, "batch-a")

    fields = {
        "bot": ["status", "message", "first_visit_id", "errors"],
        "ank": [
            "status",
            "batch_id",
            "request_id",
            "deduplicated",
            "received_records",
            "accepted_records",
            "stored_ai_crawler_records",
            "stored_other_records",
            "dropped_non_crawler_records",
            "rejected_records",
            "quarantined_records",
            "errors",
        ],
    }[second]
    assert answer.status_code == 200
    assert list(answer.json()) == fields
    assert len(app.visits(keys[first])) == 1
