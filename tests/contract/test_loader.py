"""What the loader does with a real outbox and a target that may fail: every row once, in order."""

import json
import random

import pytest

from builders import batch_commit, judge, log_record
from crawlsight.errors import UnavailableError
from crawlsight.record import VISIT_COLUMNS
from crawlsight.visits import Loader

PATH = VISIT_COLUMNS.index("path")


class Target:
    """A place for blocks, as the protocol asks for; its next answers can be made to fail.

    A failure is ``"before"`` or ``"after"`` the block was taken: a store that died in between has it.
    """

    def __init__(self, *failures):
        self.failures = list(failures)
        self.blocks = {}
        self.calls = []

    def open(self):
        pass

    def insert(self, block_id, rows):
        rows = b"".join(rows)
        failure = self.failures.pop(0) if self.failures else None
        self.calls.append((block_id, rows))
        if failure == "before":
            raise UnavailableError("the store is away")
        self.blocks.setdefault(block_id, rows)
        if failure == "after":
            raise UnavailableError("the store went away")

    @property
    def paths(self):
        """Paths of all visits in the order in which their blocks were first taken."""
        return [json.loads(line)[PATH] for rows in self.blocks.values() for line in rows.splitlines()]


def put(ledger, *paths):
    outcome = judge([log_record(path=path) for path in paths])
    ledger.batches.store(batch_commit(outcome)).result(10)


def loader(ledger, target, block_rows=2):
    return Loader(ledger.outbox, target, block_rows=block_rows, interval_seconds=0)


def run_until_done(found, most=20):
    """Run the loader until nothing fails any more; gives how often it failed."""
    for failures in range(most):
        try:
            found.run_once()
        except UnavailableError:
            continue
        return failures
    raise AssertionError("the loader never came to an end")


def test_what_waits_is_loaded_in_blocks_and_in_order(ledger):
    target = Target()
    for path in ("/a", "/b", "/c"):
        put(ledger, path)

    rows = loader(ledger, target).run_once()

    assert (rows, target.paths, len(target.blocks)) == (3, ["/a", "/b", "/c"], 2)
    assert ledger.outbox.backlog().batches == 0


def test_an_empty_outbox_is_no_work(ledger):
    target = Target()

    assert (loader(ledger, target).run_once(), target.calls) == (0, [])


@pytest.mark.parametrize("failure", ["before", "after"])
def test_a_failed_load_is_repeated_with_the_same_id_and_rows_and_before_others(ledger, failure):
    target = Target(failure)
    found = loader(ledger, target)
    put(ledger, "/a")
    with pytest.raises(UnavailableError):
        found.run_once()

    put(ledger, "/b")
    found.run_once()

    first, again, _ = target.calls
    assert first == again
    assert target.paths == ["/a", "/b"]
    assert ledger.outbox.backlog().batches == 0


@pytest.mark.parametrize("failure", ["before", "after"])
def test_another_process_resumes_what_was_left_with_the_same_id_and_rows(store, failure):
    before, target = store.open(), Target(failure)
    put(before, "/a")
    put(before, "/b")
    with pytest.raises(UnavailableError):
        loader(before, target).run_once()

    put(before, "/c")
    loader(store.open(), target, block_rows=100).run_once()

    first, again, _ = target.calls
    assert first == again
    assert target.paths == ["/a", "/b", "/c"]


def test_progress_tells_loads_and_rows(ledger):
    found = loader(ledger, Target())
    put(ledger, "/a", "/b", "/c")
    put(ledger, "/d")

    found.run_once()

    assert (found.progress.loads, found.progress.rows, found.progress.failures) == (2, 4, 0)


def test_the_thread_loads_until_it_is_closed(ledger):
    target = Target()
    found = loader(ledger, target)
    put(ledger, "/a")

    found.start()
    while not target.blocks:
        found.wake()
    found.close()

    assert target.paths == ["/a"]


def test_the_thread_tells_of_failures_and_goes_on(ledger):
    errors = []
    target = Target("before")
    found = Loader(ledger.outbox, target, block_rows=2, interval_seconds=0, on_error=errors.append)
    put(ledger, "/a")

    found.start()
    while not target.blocks:
        found.wake()
    found.close()

    assert [str(error) for error in errors] == ["the store is away"]
    assert (target.paths, found.progress.failures) == (["/a"], 1)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_doubled_or_reordered_however_the_target_fails(store, seed):
    chance = random.Random(seed)
    paths = [f"/{i}" for i in range(12)]
    target = Target(*(chance.choice([None, "before", "after"]) for _ in range(15)))
    ledger = store.open()

    found = loader(ledger, target, block_rows=chance.randrange(1, 4))
    for path in paths:
        put(ledger, path)
        try:
            found.run_once()
        except UnavailableError:
            if chance.random() < 0.5:
                found = loader(ledger, target, block_rows=chance.randrange(1, 4))
    run_until_done(found)

    assert target.paths == paths
    assert len({rows for block_id, rows in target.calls}) == len({block_id for block_id, _ in target.calls})
    assert ledger.outbox.backlog().batches == 0
