"""What a ledger does with batches, on every back end: each is stored once, whole or not at all."""

import threading
from contextlib import contextmanager

import pytest

from builders import NOW, NOW_MS, batch_commit, judge, log_record
from crawlsight.errors import UnavailableError
from crawlsight.ingest.policy import Policy
from crawlsight.ledger import Backlog, Committed, Conflict, Duplicate

HOUR_MS, DAY_MS = 3_600_000, 86_400_000

DOMAINS = Policy(project_id=1, domains=("example.com",))


@contextmanager
def writer_at_rest(ledger):
    """Hold the ledger's writer, so that what is submitted inside becomes one group commit."""
    resting, go_on = threading.Event(), threading.Event()

    def rest(_, arguments):
        resting.set()
        go_on.wait(10)
        return arguments

    held = ledger.batches._committer.submit(rest, None)
    assert resting.wait(10)
    yield
    go_on.set()
    held.result(10)


def store_together(ledger, *commits):
    with writer_at_rest(ledger):
        return [ledger.batches.store(commit) for commit in commits]


def store_one(ledger, commit):
    return ledger.batches.store(commit).result(10)


def refused_outcome():
    return judge([log_record(status_code=0)])


def test_a_batch_sent_twice_is_stored_once_and_answered_as_before(ledger):
    outcome = judge([log_record()])

    first = store_one(ledger, batch_commit(outcome, "key", answer=b"first"))
    again = judge([log_record()])
    second = store_one(ledger, batch_commit(again, "key", answer=b"second"))

    assert (first, second) == (Committed(), Duplicate(b"first"))
    assert ledger.outbox.backlog() == Backlog(1, 1, NOW_MS)


def test_another_body_under_the_same_key_is_a_conflict(ledger):
    store_one(ledger, batch_commit(judge([log_record(path="/a")]), "key"))

    second = store_one(ledger, batch_commit(judge([log_record(path="/b")]), "key"))

    assert second == Conflict()
    assert ledger.outbox.backlog().batches == 1


def test_two_projects_may_use_the_same_key(ledger):
    results = [store_one(ledger, batch_commit(None, "key", project_id=project_id)) for project_id in (1, 2)]

    assert results == [Committed(), Committed()]


def test_two_api_keys_of_a_project_share_its_idempotency_keys(ledger):
    outcome = judge([log_record()])

    results = [store_one(ledger, batch_commit(outcome, "key", key_id=key_id)) for key_id in (1, 2)]

    assert results == [Committed(), Duplicate(b"{}")]


def test_without_a_key_every_batch_is_stored(ledger):
    outcomes = [judge([log_record()]) for _ in range(3)]

    results = [store_one(ledger, batch_commit(outcome)) for outcome in outcomes]

    assert results == [Committed()] * 3
    assert ledger.outbox.backlog().batches == 3


def test_a_rejected_batch_leaves_its_key_free(ledger):
    first = store_one(ledger, batch_commit(refused_outcome(), "key"))
    second = store_one(ledger, batch_commit(judge([log_record()]), "key"))

    assert (first, second) == (Committed(), Committed())
    assert ledger.outbox.backlog().batches == 1


@pytest.mark.parametrize(
    ("records", "result"), [([{"status_code": 0}], Conflict()), ([{}], Duplicate(b"first"))]
)
def test_a_claimed_key_is_claimed_for_refused_batches_too(ledger, records, result):
    store_one(ledger, batch_commit(judge([log_record()]), "key", answer=b"first"))

    again = store_one(ledger, batch_commit(judge([log_record(**changes) for changes in records]), "key"))

    assert again == result


def test_a_batch_of_which_nothing_is_kept_claims_its_key(ledger):
    people = judge([log_record(user_agent="Mozilla/5.0")], policy=Policy(1))

    results = [store_one(ledger, batch_commit(people, "key", answer=b"none")) for _ in range(2)]

    assert results == [Committed(), Duplicate(b"none")]
    assert ledger.outbox.backlog() == Backlog(0, 0, None)


def test_one_key_twice_in_one_group_commit_is_stored_once(ledger):
    first, second = judge([log_record()]), judge([log_record()])
    other = judge([log_record(path="/other")])

    futures = store_together(
        ledger,
        batch_commit(first, "key", answer=b"first"),
        batch_commit(second, "key", answer=b"second"),
        batch_commit(other, "key"),
        batch_commit(None, "another"),
    )

    assert [future.result(10) for future in futures] == [
        Committed(),
        Duplicate(b"first"),
        Conflict(),
        Committed(),
    ]
    assert ledger.outbox.backlog().batches == 2


def test_many_threads_with_one_key_store_one_batch(store):
    ledgers = [store.open(), store.open()]
    commits = [batch_commit(judge([log_record()]), "key", answer=str(i).encode()) for i in range(20)]
    futures = [None] * len(commits)
    start = threading.Barrier(len(commits))

    def send(position):
        start.wait()
        futures[position] = ledgers[position % 2].batches.store(commits[position])

    threads = [threading.Thread(target=send, args=(position,)) for position in range(len(commits))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [future.result(20) for future in futures]

    winner = results.index(Committed())
    expected = [Duplicate(str(winner).encode())] * len(commits)
    expected[winner] = Committed()
    assert results == expected
    assert ledgers[0].outbox.backlog().batches == 1


def test_a_write_that_fails_does_not_spoil_the_others_of_its_group(ledger):
    futures = store_together(
        ledger,
        batch_commit(None, "good-1"),
        batch_commit(None, "bad", answer=None),
        batch_commit(None, "good-2"),
    )

    assert futures[0].result(10) == futures[2].result(10) == Committed()
    with pytest.raises(UnavailableError, match="nothing was stored"):
        futures[1].result(10)
    assert ledger.outbox.backlog().batches == 2
    assert store_one(ledger, batch_commit(None, "bad")) == Committed()


def test_a_whole_batch_is_stored_or_nothing_of_it(ledger):
    outcome = judge(
        [log_record(), log_record(host="strange.example"), log_record(status_code=0)], policy=DOMAINS
    )

    with pytest.raises(UnavailableError):
        store_one(ledger, batch_commit(outcome, "key", received_at_ms=None))

    assert ledger.outbox.backlog() == Backlog(0, 0, None)
    assert (ledger.batches.list_rejected(1), ledger.batches.list_quarantined(1)) == ([], [])
    assert store_one(ledger, batch_commit(outcome, "key")) == Committed()


def test_what_was_submitted_is_stored_before_closing_and_nothing_after(store):
    ledger = store.open()
    futures = [ledger.batches.store(batch_commit()) for _ in range(50)]

    ledger.close()
    late = ledger.batches.store(batch_commit())

    assert [future.result(0) for future in futures] == [Committed()] * 50
    with pytest.raises(UnavailableError, match="shutting down"):
        late.result(0)
    assert store.open().outbox.backlog().batches == 50
    store.opened.remove(ledger)


@pytest.mark.parametrize("text", ["é" * 255, "a\0b", "'; --", "\U0001f600" * 60])
def test_any_text_that_a_sender_may_choose_can_be_stored(ledger, text):
    outcome = judge(
        [log_record(host=text), log_record(path=text, status_code=0, user_agent=text)], policy=DOMAINS
    )

    assert store_one(ledger, batch_commit(outcome, "key")) == Committed()
    assert [found["host"] for found in ledger.batches.list_quarantined(1)] == [text.replace("\0", "")]


def test_rejected_records_are_listed_newest_first_for_their_project(ledger):
    outcome = judge([log_record(status_code=0, path="/a"), log_record(), log_record(ip=5)])
    store_one(ledger, batch_commit(outcome, "key"))
    store_one(ledger, batch_commit(refused_outcome(), project_id=2))

    found = ledger.batches.list_rejected(1)

    batch_id = str(outcome.batch_id)
    shown = [(row["batch_id"], row["record_index"], row["field"], row["message"]) for row in found]
    assert shown == [
        (batch_id, 2, "ip", "ip must be a string, got 5"),
        (batch_id, 0, "status_code", "status_code must be between 100 and 599"),
    ]
    assert ledger.batches.list_rejected(1, limit=1) == found[:1]


def test_quarantine_is_listed_without_its_rows(ledger):
    outcome = judge([log_record(host="a.example"), log_record(host="b.example")], policy=DOMAINS)
    store_one(ledger, batch_commit(outcome, "key"))

    found = ledger.batches.list_quarantined(1)

    assert [(row["host"], row["records"], row["rows"]) for row in found] == [
        ("b.example", 1, 1),
        ("a.example", 1, 1),
    ]
    assert all("block" not in row for row in found)


def test_each_hour_of_a_key_is_counted(ledger):
    mixed = judge([log_record(), log_record(user_agent="x"), log_record(status_code=0)], policy=Policy(1))
    for commit in (
        batch_commit(mixed, "a"),
        batch_commit(mixed, "a", received_at_ms=NOW_MS + 1),
        batch_commit(judge([log_record(path="/b")]), "a", received_at_ms=NOW_MS + 2),
        batch_commit(mixed, "b", received_at_ms=NOW_MS + HOUR_MS),
    ):
        store_one(ledger, commit)

    first = {
        "project_id": 1,
        "key_id": 1,
        "hour_ms": NOW_MS,
        "requests": 3,
        "duplicates": 1,
        "received_records": 3,
        "accepted_records": 2,
        "stored_records": 1,
        "dropped_records": 1,
        "rejected_records": 1,
        "quarantined_records": 0,
        "last_ingest_at_ms": NOW_MS + 2,
    }
    second = {**first, "hour_ms": NOW_MS + HOUR_MS, "requests": 1, "duplicates": 0}
    second["last_ingest_at_ms"] = NOW_MS + HOUR_MS
    assert ledger.batches.list_source_hours(1) == [second, first]
    assert ledger.batches.list_source_hours(1, since_ms=NOW_MS + 1) == [second]
    assert ledger.batches.list_source_hours(2) == []


def test_a_key_remembers_to_the_minute_when_it_was_used(ledger):
    project = ledger.projects.create("shop")
    key_id, _ = ledger.keys.create(project)

    for milliseconds in (0, 59_999):
        store_one(ledger, batch_commit(key_id=key_id, received_at_ms=NOW_MS + milliseconds))

    assert [key.last_used_at for key in ledger.keys.list()] == [NOW]


def test_what_is_past_its_time_is_forgotten(ledger):
    project = ledger.projects.create("shop", retention_days=90)
    outcome = judge([log_record(), log_record(host="b.example"), log_record(status_code=0)], policy=DOMAINS)
    for key, age_days in (("old", 91), ("young", 89), ("new", 1)):
        received = NOW_MS - age_days * DAY_MS
        store_one(ledger, batch_commit(outcome, key, project_id=project.id, received_at_ms=received))

    ledger.forget_expired(NOW_MS, 7)

    assert len(ledger.batches.list_rejected(project.id)) == 1
    assert len(ledger.batches.list_quarantined(project.id)) == 2
    assert len(ledger.batches.list_source_hours(project.id)) == 2
    assert ledger.outbox.backlog().batches == 3
    again = [store_one(ledger, batch_commit(outcome, key, project_id=project.id)) for key in ("old", "young")]
    assert again == [Committed(), Duplicate(b"{}")]


def test_a_ledger_that_can_commit_says_so(ledger):
    ledger.check_writable()
