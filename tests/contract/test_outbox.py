"""What an outbox does, on every back end: rows wait, are claimed as loads, and stay until finished."""

import pytest

from builders import NOW_MS, batch_commit, judge, log_record, read_rows
from crawlsight.ledger import Backlog


def put(ledger, *paths, age_ms=0):
    """Store a batch with a visit of each path."""
    outcome = judge([log_record(path=path) for path in paths])
    ledger.batches.store(batch_commit(outcome, received_at_ms=NOW_MS - age_ms)).result(10)


def paths_of(load):
    return [row["path"] for block in load.blocks for row in read_rows(block)]


def test_an_empty_outbox_has_nothing_to_claim(ledger):
    assert (ledger.outbox.claim(100), ledger.outbox.unfinished()) == (None, [])
    assert ledger.outbox.backlog() == Backlog(0, 0, None)


def test_waiting_batches_become_one_load_in_their_order(ledger):
    put(ledger, "/a", "/b")
    put(ledger, "/c")

    load = ledger.outbox.read(ledger.outbox.claim(100))

    assert (load.rows, paths_of(load)) == (3, ["/a", "/b", "/c"])
    assert ledger.outbox.claim(100) is None


def test_a_load_ends_with_the_batch_that_fills_it(ledger):
    for path in ("/a", "/b", "/c", "/d", "/e"):
        put(ledger, path)

    loads = [ledger.outbox.read(ledger.outbox.claim(2)) for _ in range(3)]

    assert [paths_of(load) for load in loads] == [["/a", "/b"], ["/c", "/d"], ["/e"]]


def test_a_batch_larger_than_a_load_is_a_load_of_its_own(ledger):
    put(ledger, *"abc")
    put(ledger, "d")

    assert [ledger.outbox.read(ledger.outbox.claim(1)).rows for _ in range(2)] == [3, 1]


def test_a_load_means_the_same_rows_however_often_it_is_read(store, ledger):
    put(ledger, "/a")
    put(ledger, "/b")
    load_id = ledger.outbox.claim(100)
    first = ledger.outbox.read(load_id)

    put(ledger, "/c")
    ledger.outbox.claim(100)

    assert ledger.outbox.read(load_id) == first
    assert store.open().outbox.read(load_id) == first


def test_claimed_loads_are_unfinished_until_they_are_finished_oldest_first(store, ledger):
    for path in ("/a", "/b", "/c"):
        put(ledger, path)
    first, second, third = (ledger.outbox.claim(1) for _ in range(3))

    ledger.outbox.finish(second)

    assert ledger.outbox.unfinished() == [first, third]
    assert store.open().outbox.unfinished() == [first, third]


def test_finishing_twice_or_what_is_unknown_does_nothing(ledger):
    put(ledger, "/a")
    load_id = ledger.outbox.claim(1)

    for finished in (load_id, load_id, "unknown"):
        ledger.outbox.finish(finished)

    assert (ledger.outbox.unfinished(), ledger.outbox.backlog()) == ([], Backlog(0, 0, None))


@pytest.mark.parametrize("claimed", [False, True])
def test_the_backlog_counts_what_is_not_loaded_claimed_or_not(ledger, claimed):
    put(ledger, "/a", "/b", age_ms=5_000)
    put(ledger, "/c")
    if claimed:
        ledger.outbox.claim(1)

    assert ledger.outbox.backlog() == Backlog(2, 3, NOW_MS - 5_000)


def test_two_loaders_never_claim_the_same_batch(store):
    first, second = store.open(), store.open()
    for number in range(6):
        put(first, f"/{number}")

    claimed = [ledger.outbox.claim(1) for _ in range(3) for ledger in (first, second)]

    read = [path for load_id in claimed for path in paths_of(first.outbox.read(load_id))]
    assert read == [f"/{number}" for number in range(6)]
