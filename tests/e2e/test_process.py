"""The server as an operator meets it: start, stop, a second one, revocation, the command line beside it."""

import json
import os
import select
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from builders import log_record
from conftest import CRAWLSIGHT

STARTED = datetime.now(UTC).isoformat()


def send(server, key, idempotency_key="batch-1"):
    return httpx.post(
        f"{server.url}/v1/logs/custom",
        json=[log_record(timestamp=STARTED)],
        headers={"x-ansehn-api-key": key, "Idempotency-Key": idempotency_key},
    )


def test_a_second_server_on_the_same_data_is_refused_with_one_line(server):
    command = [CRAWLSIGHT, "serve", "--data", str(server.data), "--port", "0"]

    found = subprocess.run(command, capture_output=True, text=True, check=False)

    assert found.returncode == 1
    assert found.stderr == (
        f"crawlsight: another Crawlsight server uses {server.data}; stop it or give this one another --data\n"
    )


def test_a_taken_port_is_named(server):
    command = [CRAWLSIGHT, "serve", "--data", str(server.data / "other"), "--port", str(server.port)]

    found = subprocess.run(command, capture_output=True, text=True, check=False)

    assert found.returncode == 1
    assert found.stderr.startswith(f"crawlsight: cannot listen on 127.0.0.1:{server.port}: ")


def test_a_revoked_key_is_refused_from_the_next_request_on(server):
    key = server.create_key("revocation")
    before = send(server, key, "before").status_code

    server.run("key", "revoke", "1")

    assert before == 200
    assert send(server, key, "after").status_code == 401


def test_the_report_command_asks_a_running_server_and_makes_no_key(server):
    key = server.create_key("reported")
    send(server, key)
    server.report_until([(1,)], 5, key)

    answer = json.loads(server.run("report", "bots", "--project", "reported", "--json"))
    keys = json.loads(server.run("key", "list", "--json"))

    assert [row["dimensions"] for row in answer["data"]] == [["GPTBot"]]
    assert [found["name"] for found in keys] == ["ank key"]


def test_the_report_command_works_without_a_server_and_loads_what_waits(server):
    key = server.create_key("offline")
    send(server, key)
    server.kill()

    answer = json.loads(server.run("report", "bots", "--project", "offline", "--json"))
    server.start()

    assert [(row["dimensions"], row["metrics"][0]) for row in answer["data"]] == [(["GPTBot"], 1)]


def test_stopping_is_clean_and_everything_is_there_afterwards(server):
    key = server.create_key("stopped")
    send(server, key)

    status = server.stop()
    server.start()

    assert status == 0
    assert server.report_until([(1,)], 5, key) == [(1,)]
    assert send(server, key).json()["status"] == "duplicate"
    assert (server.data.parent / "server.log").read_text() == ""


def children(server):
    pid = server.process.pid
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [child for task in tasks for child in task.read_text().split()]
    return [int(child) for child in found if "judging_process" in Path(f"/proc/{child}/cmdline").read_text()]


def send_large(server, key, idempotency_key):
    """A batch that is judged in a process of its own."""
    return httpx.post(
        f"{server.url}/v1/logs/custom",
        json=[log_record(timestamp=STARTED, path=f"/large/{number}") for number in range(500)],
        headers={"x-ansehn-api-key": key, "Idempotency-Key": idempotency_key},
    )


def test_a_large_batch_is_taken_though_the_processes_that_judge_were_killed(server):
    key = server.create_key("large")
    before = send_large(server, key, "before").json()["stored_ai_crawler_records"]
    judging = children(server)

    for process in judging:
        os.kill(process, signal.SIGKILL)
    after = [send_large(server, key, f"after-{number}").status_code for number in range(4)]

    assert (before, len(judging)) == (500, 2)
    assert after == [200] * 4
    # Others are started beside the answers.
    deadline = time.monotonic() + 20
    while len(children(server)) < 2 and time.monotonic() < deadline:
        send_large(server, key, "again")
    assert (len(children(server)), set(children(server)) & set(judging)) == (2, set())


def test_no_process_outlives_a_killed_server(server):
    send_large(server, server.create_key("orphans"), "batch")
    processes = [os.pidfd_open(process) for process in children(server)]

    server.kill()

    # A process's descriptor becomes readable when the process ends.
    ended = [select.select([process], [], [], 10)[0] for process in processes]
    assert ended == [[process] for process in processes]
    for process in processes:
        os.close(process)
    server.start()
