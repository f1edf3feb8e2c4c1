"""Quarantine, changed and deleted projects, on every back end: moved once, forgotten whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from builders import NOW_MS, batch_commit, judge, log_record, read_rows
from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, NotFoundError
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ledger.quarantine import QuarantinedHost
from crawlsight.ledger.standing import Reason, SourceSpan


@pytest.fixture
def project(ledger):
    return ledger.projects.create("shop", domains=("example.com",), keep=Keep.ALL)


def set_aside(ledger, project, *hosts, received_at_ms=NOW_MS):
    """Store a batch of one record of each host; gives the ids of those that are set aside."""
    policy = Policy(project.id, Keep.ALL, domains=("example.com",))
    outcome = judge([log_record(host=host) for host in hosts], policy=policy)
    commit = batch_commit(outcome, project_id=project.id, received_at_ms=received_at_ms)
    ledger.batches.store(commit).result()
    return {row["visit_id"] for found in outcome.quarantine for row in read_rows(found.block)}


def waiting(ledger):
    """The ids of all rows in the outbox, claimed as the loader does."""
    found = []
    while (load_id := ledger.outbox.claim(1)) is not None:
        found += [row["visit_id"] for block in ledger.outbox.read(load_id).blocks for row in read_rows(block)]
    return found


def test_hosts_are_summed_up(ledger, project):
    set_aside(ledger, project, "a.example", "a.example", "b.example")
    set_aside(ledger, project, "a.example", received_at_ms=NOW_MS + 5)

    assert ledger.quarantine.hosts(project.id) == [
        QuarantinedHost("a.example", 3, 3, NOW_MS, NOW_MS + 5),
        QuarantinedHost("b.example", 1, 1, NOW_MS, NOW_MS),
    ]
    assert ledger.quarantine.hosts(project.id + 1) == []


def test_of_releases_at_once_one_moves_each_visit_once(ledger, project):
    ids = set_aside(ledger, project, "a.example", "a.example") | set_aside(ledger, project, "a.example")

    def release(_):
        try:
            return ledger.quarantine.release(project.id, "a.example")
        except NotFoundError:
            return None

    with ThreadPoolExecutor(4) as threads:
        released = sorted(threads.map(release, range(4)), key=str)

    assert released == [3, None, None, None]
    found = waiting(ledger)
    assert (len(found), set(found)) == (3, ids)


def test_a_released_block_waits_from_now_on(ledger, project, store):
    set_aside(ledger, project, "a.example")
    store.clock_ms[0] += 1_000_000

    ledger.quarantine.release(project.id, "a.example")

    assert ledger.outbox.backlog().oldest_ms == NOW_MS + 1_000_000


def test_an_added_domain_releases_its_hosts_and_no_others(ledger, project):
    ids = set_aside(ledger, project, "a.example", "www.a.example")
    set_aside(ledger, project, "b.example")

    stored = ledger.projects.add_domain(project.id, "a.example")

    assert stored == 2
    assert set(waiting(ledger)) == ids
    assert ledger.projects.by_name("shop").policy.domains == ("example.com", "a.example")
    assert [found.host for found in ledger.quarantine.hosts(project.id)] == ["b.example"]


def test_a_domain_of_which_nothing_is_set_aside_is_not_added(ledger, project):
    with pytest.raises(NotFoundError, match="nothing of the host"):
        ledger.projects.add_domain(project.id, "a.example")

    assert ledger.projects.by_name("shop").policy.domains == ("example.com",)


def test_what_is_discarded_is_neither_there_nor_released(ledger, project):
    set_aside(ledger, project, "a.example", "a.example")

    assert ledger.quarantine.discard(project.id, "a.example") == 2
    for take in (ledger.quarantine.discard, ledger.quarantine.release):
        with pytest.raises(NotFoundError):
            take(project.id, "a.example")
    assert waiting(ledger) == []


def test_a_change_that_fails_changes_nothing(ledger, project):
    ledger.projects.create("taken")
    set_aside(ledger, project, "a.example")

    with pytest.raises(AlreadyExistsError):
        ledger.projects.change(project.id, {"name": "taken", "domains": ("a.example",)})
    with pytest.raises(InvalidArgumentError):
        ledger.projects.change(project.id, {"domains": ("a b",), "retention_days": 3})
    with pytest.raises(NotFoundError):
        ledger.projects.change(project.id + 9, {"retention_days": 3})

    assert ledger.projects.by_name("shop") == project
    assert waiting(ledger) == []


def test_a_deleted_project_is_forgotten_and_another_is_not(ledger, project, store):
    other = ledger.projects.create("other", domains=("example.com",))
    for found in (project, other):
        set_aside(ledger, found, "a.example")
        ledger.keys.create(found)

    ledger.projects.delete(project.id)

    assert [found.name for found in ledger.projects.list()] == ["other"]
    assert [key.project for key in ledger.keys.list()] == ["other"]
    assert ledger.quarantine.hosts(project.id) == []
    assert ledger.standing.spans(project.id) == []
    assert len(ledger.quarantine.hosts(other.id)) == 1
    assert store.open().projects.unpurged() == [(project.id, NOW_MS)]
    with pytest.raises(NotFoundError):
        ledger.projects.delete(project.id)


def test_what_comes_after_a_deletion_is_purged_until_the_last_time(ledger, project):
    ledger.projects.delete(project.id)
    set_aside(ledger, project, "a.example")

    ledger.projects.purge(project.id, is_last=False)
    left = ledger.quarantine.hosts(project.id), ledger.projects.unpurged()
    ledger.projects.purge(project.id, is_last=True)

    assert left == ([], [(project.id, NOW_MS)])
    assert ledger.projects.unpurged() == []


def test_no_id_is_given_twice(ledger, project):
    ledger.projects.delete(project.id)

    assert ledger.projects.create("shop").id > project.id


def test_sources_span_from_their_first_hour_to_their_last_batch(ledger, project):
    hour = 3_600_000
    for ago in (5 * hour, 0):
        set_aside(ledger, project, "a.example", received_at_ms=NOW_MS + 1_000 - ago)

    assert ledger.standing.spans(project.id) == [SourceSpan(1, NOW_MS - 5 * hour, NOW_MS + 1_000)]


def test_reasons_are_counted_since_an_instant(ledger, project):
    bad = [log_record(status_code=0), log_record(status_code=0), log_record(host="")]
    for at_ms in (NOW_MS, NOW_MS - 1):
        outcome = judge(bad)
        ledger.batches.store(batch_commit(outcome, project_id=project.id, received_at_ms=at_ms)).result()

    found = ledger.standing.reasons(project.id, NOW_MS)

    assert [(reason.key_id, reason.field, reason.records) for reason in found] == [
        (1, "status_code", 2),
        (1, "host", 1),
    ]
    assert isinstance(found[0], Reason)
