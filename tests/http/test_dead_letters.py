"""Rejected records are kept for review: reduced, masked, and not for long."""

import json
from datetime import timedelta

import pytest

from builders import NOW, at, log_record

DAY_MS = 86_400_000


def letters(app, key):
    """Dead letters in the order of their records, without what differs from run to run."""
    return [
        {name: letter[name] for name in ("record_index", "field", "message")}
        | {"record": json.loads(letter["record"])}
        for letter in reversed(app.rejected(key))
    ]


def known(**changes):
    """A record as it is kept for review: texts, the address masked."""
    record = {name: str(value) for name, value in log_record().items()} | {"ip": "203.0.113.0"}
    return {name: value for name, value in (record | changes).items() if value is not ...}


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_a_rejected_record_is_kept_with_its_place_field_reason_and_known_fields(app, style):
    key = app.key(style)
    answer = app.send(key, [log_record(), log_record(status_code=600), log_record(host=...), 5])

    assert answer.status_code == 200
    assert letters(app, key) == [
        {
            "record_index": 1,
            "field": "status_code",
            "message": "status_code must be between 100 and 599",
            "record": known(status_code="600"),
        },
        {"record_index": 2, "field": "host", "message": "host is required", "record": known(host=...)},
        {"record_index": 3, "field": "record", "message": "record must be a JSON object", "record": {}},
    ]


def test_a_dead_letter_names_its_batch_its_key_and_when_it_was_received(app):
    key = app.key()

    answer = app.send(key, [log_record(), log_record(status_code=600)])
    [letter] = app.rejected(key)

    credential = app.services.ledger.keys.find(key)
    assert {name: letter[name] for name in ("project_id", "key_id", "batch_id", "received_at_ms")} == {
        "project_id": credential.policy.project_id,
        "key_id": credential.key_id,
        "batch_id": answer.json()["batch_id"],
        "received_at_ms": NOW.timestamp() * 1000,
    }


@pytest.mark.parametrize(
    ("ip", "kept"),
    [
        ("203.0.113.10", "203.0.113.0"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::"),
        ("203.0.113.10, 198.51.100.7", "203.0.113.0, 198.51.100.0"),
        ("203.0.113.10:443", "203.0.113.0"),
        ("[2001:db8:1234:5678::1]:443", "2001:db8:1234::"),
    ],
)
def test_the_address_of_a_rejected_record_is_masked(app, ip, kept):
    key = app.key()

    app.send(key, [log_record(ip=ip, status_code=600)])

    assert letters(app, key)[0]["record"]["ip"] == kept


def test_long_values_of_a_rejected_record_are_cut_to_200_characters(app):
    key = app.key()

    app.send(key, [log_record(path="/" + "ü" * 3000)])

    assert letters(app, key)[0]["record"] == known(path="/" + "ü" * 199)


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_an_unknown_field_of_a_rejected_record_is_not_kept(app, style):
    key = app.key(style)

    app.send(key, [log_record(status_code=600, cookie="secret", headers={"authorization": "secret"})])

    assert letters(app, key)[0]["record"] == known(status_code="600")
    assert "secret" not in str(app.rejected(key))


@pytest.mark.parametrize("style", ["ank", "bot"])
def test_of_one_batch_100_rejected_records_are_kept(app, style):
    key = app.key(style)

    app.send(key, [log_record(status_code=600)] * 150)

    assert [letter["record_index"] for letter in letters(app, key)] == list(range(100))


def test_a_refused_batch_is_kept_for_review_too(app):
    key = app.key()

    answer = app.send(key, [log_record(status_code=600)])

    assert (answer.status_code, len(app.rejected(key))) == (422, 1)


def test_a_duplicate_or_a_conflict_adds_no_dead_letter(app):
    key = app.key()
    logs = [log_record(), log_record(status_code=600)]

    for batch in (logs, logs, [*logs, 5]):
        app.send(key, batch, "batch-a")

    assert len(app.rejected(key)) == 1


def test_dead_letters_are_listed_newest_first_and_only_of_their_project(app):
    key, other = app.key(), app.key()
    for host in ("first", "second", "third"):
        app.send(key, [log_record(host=host, status_code=600)])
    app.send(other, [log_record(host="other", status_code=600)])

    newest = app.services.ledger.batches.list_rejected(app.project_id(key), limit=2)

    assert [json.loads(letter["record"])["host"] for letter in newest] == ["third", "second"]


def test_dead_letters_are_forgotten_after_seven_days(open_app, tmp_path):
    app = open_app(ledger_dsn=f"sqlite:///{tmp_path}/ledger.sqlite3")
    key = app.key()
    received_ms = int(NOW.timestamp() * 1000)
    app.send(key, [log_record(status_code=600)])

    days = app.services.settings.rejected_kept_days
    app.services.ledger.forget_expired(received_ms + days * DAY_MS, days)
    kept = len(app.rejected(key))
    app.services.ledger.forget_expired(received_ms + days * DAY_MS + 1, days)
    forgotten = len(app.rejected(key))

    assert (days, kept, forgotten) == (7, 1, 0)


def test_statistics_count_requests_duplicates_and_records_by_key_and_hour(app):
    key = app.key(project=app.project(domains=("example.com",)))
    logs = [log_record(), log_record(user_agent="curl/8"), log_record(host="else.org"), log_record(ip=1)]

    for name in ("batch-a", "batch-a", "batch-b"):
        app.send(key, logs, name)
    app.clock.move(timedelta(hours=1))
    app.send(key, [log_record(timestamp=at(days=1))], "batch-c")

    hours = app.services.ledger.batches.list_source_hours(app.project_id(key))
    names = [
        "requests",
        "duplicates",
        "received_records",
        "accepted_records",
        "stored_records",
        "dropped_records",
    ]
    names += ["rejected_records", "quarantined_records"]
    assert [[hour[name] for name in names] for hour in hours] == [
        [1, 0, 1, 1, 1, 0, 0, 0],
        [3, 1, 8, 6, 2, 2, 2, 2],
    ]
    start_ms = NOW.timestamp() * 1000
    assert [(hour["hour_ms"], hour["last_ingest_at_ms"]) for hour in hours] == [
        (start_ms + 3_600_000, start_ms + 3_600_000),
        (start_ms, start_ms),
    ]
