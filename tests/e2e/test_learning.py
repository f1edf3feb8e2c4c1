"""A running server judges by refreshed lists as soon as they are there, in each of its processes."""

import json
import os
import select
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from builders import OWN_ENTRY, log_record
from crawlsight.detect.ranges import Snapshot, built_in_snapshots
from crawlsight.refresh.files import KnowledgeFiles

# Documentation addresses: in no list, until the test puts them into one.
IP = "203.0.113.10"
LIST = "openai-gptbot"
OUTSIDE = f"outside:{LIST}@{built_in_snapshots()[LIST].date}"
LARGE, SMALL = 500, 3


@pytest.fixture
def environment():
    """One process that judges, so that there is no doubt which one it was."""
    return {"CRAWLSIGHT_INGEST_PROCESSES": "1"}


@pytest.fixture
def key(server):
    return server.create_key("learning", "bot")


def records(count, folder, **changes):
    now = datetime.now(UTC).isoformat()
    return [
        log_record(timestamp=now, ip=IP, path=f"/{folder}/{number}", **changes) for number in range(count)
    ]


def send(server, key, count, folder, **changes):
    """Send a batch; of more than 8 KiB it is judged in a process of its own."""
    body = json.dumps(records(count, folder, **changes)).encode()
    assert (len(body) > 8 * 1024) == (count == LARGE)
    answer = httpx.post(
        f"{server.url}/v1/logs/custom",
        content=body,
        headers={"X-API-Key": key, "Content-Type": "application/json"},
        timeout=30,
    )
    return answer.status_code


def evidence(server, key, **changes):
    """What a record would be judged by, now."""
    (record,) = records(1, "asked", **changes)
    answer = httpx.post(f"{server.url}/v1/explain", json=record, headers={"X-API-Key": key}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["verification_evidence"]


def evidence_until(expected, server, key, seconds=30):
    """Ask until it is as expected or the time is over; gives the last answer."""
    deadline = time.monotonic() + seconds
    while (found := evidence(server, key)) != expected and time.monotonic() < deadline:
        pass
    return found


def keep_list(server, day, *prefixes):
    """Keep a list of that day as a refresh does; gives the evidence of an address in it."""
    snapshot = Snapshot("https://x.example", "https://x.example", "", day, prefixes)
    KnowledgeFiles(server.data / "knowledge").keep_snapshot(LIST, snapshot)
    return f"ip:{LIST}@{day}"


def verdicts(server, key, expected):
    """The visits by folder and verdict, asked for until they are as expected."""
    query = {"dimensions": ["folder", "verification"], "order_by": {"folder": "asc"}}
    return server.report_until(expected, 20, key, **query)


def judging_processes(server):
    pid = server.process.pid
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [child for task in tasks for child in task.read_text().split()]
    return [int(child) for child in found if "judging_process" in Path(f"/proc/{child}/cmdline").read_text()]


def only_judging_process(server, former=None):
    """The one process that judges, once the one before it has gone."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = judging_processes(server)
        if len(found) == 1 and found != [former]:
            return found[0]
    raise AssertionError(found)


def ends(process):
    """Whether a process ends; its descriptor becomes readable then."""
    found = select.select([process], [], [], 30)[0] == [process]
    os.close(process)
    return found


def test_a_list_that_is_kept_while_the_server_runs_decides_on_large_and_small_batches(server, key):
    before = evidence(server, key)
    statuses = [send(server, key, LARGE, "large-before"), send(server, key, SMALL, "small-before")]

    verified = keep_list(server, "2026-11-21", "203.0.113.0/24")
    after = evidence_until(verified, server, key)
    statuses += [send(server, key, LARGE, "large-then"), send(server, key, SMALL, "small-then")]

    expected = [
        ("/large-before/", "contradicted", LARGE),
        ("/large-then/", "verified", LARGE),
        ("/small-before/", "contradicted", SMALL),
        ("/small-then/", "verified", SMALL),
    ]
    assert (before, after, statuses) == (OUTSIDE, verified, [200] * 4)
    assert verdicts(server, key, expected) == expected


def test_the_former_judging_process_ends_and_another_takes_its_place(server, key):
    assert send(server, key, LARGE, "before") == 200
    former = only_judging_process(server)
    process = os.pidfd_open(former)

    verified = keep_list(server, "2026-11-21", "203.0.113.0/24")

    assert evidence_until(verified, server, key) == verified
    assert ends(process)
    assert only_judging_process(server, former) != former


def test_a_judging_process_that_was_killed_is_replaced_by_one_that_knows_the_same(server, key):
    verified = keep_list(server, "2026-11-21", "203.0.113.0/24")
    assert evidence_until(verified, server, key) == verified
    judging = only_judging_process(server)
    process = os.pidfd_open(judging)

    os.kill(judging, signal.SIGKILL)
    assert ends(process)
    statuses = [send(server, key, LARGE, f"after-{number}") for number in range(3)]

    expected = [(f"/after-{number}/", "verified", LARGE) for number in range(3)]
    assert statuses == [200, 200, 200]
    assert verdicts(server, key, expected) == expected
    assert only_judging_process(server, judging) != judging


def test_a_list_learnt_after_a_kill_is_learnt_all_the_same(server, key):
    judging = only_judging_process(server)
    process = os.pidfd_open(judging)
    os.kill(judging, signal.SIGKILL)
    assert ends(process)

    verified = keep_list(server, "2026-11-21", "203.0.113.0/24")
    found = evidence_until(verified, server, key)
    status = send(server, key, LARGE, "then")

    assert (found, status) == (verified, 200)
    assert verdicts(server, key, [("/then/", "verified", LARGE)]) == [("/then/", "verified", LARGE)]


def test_lists_are_learnt_one_after_the_other_and_while_batches_come(server, key):
    statuses, found, verified = [], [], []
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        verified.append(keep_list(server, day, "203.0.113.0/24"))
        deadline = time.monotonic() + 30
        while evidence(server, key) != verified[-1] and time.monotonic() < deadline:
            statuses.append(send(server, key, LARGE, "meanwhile"))
        found.append(evidence(server, key))

    assert found == verified
    assert set(statuses) == {200}
    assert only_judging_process(server)


@pytest.mark.parametrize("kind", ["no snapshot", "a folder"])
def test_a_file_that_cannot_be_read_changes_nothing_and_the_next_good_one_is_learnt(server, key, kind):
    verified = keep_list(server, "2026-11-20", "203.0.113.0/24")
    assert evidence_until(verified, server, key) == verified
    broken = server.data / "knowledge" / "ranges" / "broken.json"
    if kind == "a folder":
        broken.mkdir()
    else:
        broken.write_text("{")

    # It is refused within two seconds, of which the log tells.
    log = server.data.parent / "server.log"
    deadline = time.monotonic() + 10
    while "knowledge_refused" not in log.read_text() and time.monotonic() < deadline:
        pass
    while_broken = evidence(server, key)
    if kind == "a folder":
        broken.rmdir()
    else:
        broken.unlink()
    verified_then = keep_list(server, "2026-11-21", "203.0.113.0/24")

    assert while_broken == verified
    assert evidence_until(verified_then, server, key) == verified_then
    assert "knowledge_refused" in log.read_text()


def test_entries_of_ones_own_are_learnt_as_they_are_written(server, key, tmp_path):
    server.stop()
    (tmp_path / "own.toml").write_text("")
    server.environment["CRAWLSIGHT_CATALOGUE"] = str(tmp_path / "own.toml")
    server.start()
    before = send(server, key, SMALL, "before", user_agent="Foobot/1.0")

    (tmp_path / "own.toml").write_text(OWN_ENTRY)
    (record,) = records(1, "asked", user_agent="Foobot/1.0")
    deadline, crawler = time.monotonic() + 30, None
    while crawler is None and time.monotonic() < deadline:
        answer = httpx.post(f"{server.url}/v1/explain", json=record, headers={"X-API-Key": key}, timeout=30)
        crawler = answer.json()["crawler"]
    after = send(server, key, LARGE, "then", user_agent="Foobot/1.0")

    assert (before, after, crawler["name"]) == (200, 200, "Foobot")
    expected = [("/then/", "unverifiable", LARGE)]
    assert verdicts(server, key, expected) == expected
