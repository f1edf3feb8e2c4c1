"""The sender in a thread: batches, retries, bounds, and never a word into the program."""

import logging
import subprocess
import sys
import threading
from random import Random

import httpx
import pytest
from client_parts import (
    ANK,
    BOT,
    URL,
    JumpingClock,
    Server,
    StandingClock,
    answer_ansehn,
    answer_profound,
    records,
)

from crawlsight.client import Counters, Sender
from crawlsight.errors import InvalidArgumentError

PATH = f"{URL}/v1/logs/custom"


def logged(caplog):
    """What the client itself logged; httpx may log each request."""
    return [(line.levelname, line.message) for line in caplog.records if line.name == "crawlsight.client"]


def open_sender(server, key=ANK, **options):
    values = {"transport": server.transport, "clock": JumpingClock(), "random": Random(1), **options}
    return Sender(URL, key, **values)


def send_all(sender, given):
    for record in given:
        sender.send(record)


@pytest.mark.parametrize(("key", "header"), [(ANK, "x-ansehn-api-key"), (BOT, "x-api-key")])
def test_what_is_queued_is_sent_on_closing(server, key, header):
    given = records(3)

    with open_sender(server, key, clock=StandingClock()) as sender:
        send_all(sender, given)

    assert [server.sent(number) for number in range(len(server.requests))] == [given]
    assert server.requests[0].headers[header] == key
    assert sender.counters == Counters(handed=3, sent=3, accepted=3, stored=3 if key == ANK else 0, batches=1)


def test_a_full_batch_is_sent_at_once():
    server, clock = Server(), StandingClock()
    sender = open_sender(server, clock=clock, batch_records=2)

    send_all(sender, records(5))
    server.wait_for_requests(2)
    sender.close()

    assert [len(server.sent(number)) for number in range(3)] == [2, 2, 1]


def test_a_batch_is_sent_when_its_first_record_has_waited_five_seconds():
    server, clock = Server(), StandingClock()
    sender = open_sender(server, clock=clock)

    sender.send(records(1)[0])
    # The thread begins with the record in the queue, and waits for more.
    clock.move(4.9)
    assert clock.is_waited_for.wait(10)
    sent_before = len(server.requests)
    clock.move(0.2)
    server.wait_for_requests(1)
    sender.close()

    assert sent_before == 0
    assert len(server.requests) == 1


def test_each_batch_has_a_key_of_its_own_through_all_retries(server):
    server.answers = [httpx.ConnectError("refused"), httpx.Response(503), httpx.ReadTimeout("slow")]
    # With a clock that jumps, a batch of more would be closed whenever its second record is late.
    sender = open_sender(server, batch_records=1, clock=JumpingClock())

    sender.send(records(1)[0])
    server.wait_for_requests(4)
    sender.send(records(1)[0])
    sender.close()

    keys = server.keys()
    assert keys[:4] == [keys[0]] * 4
    assert keys[4] != keys[0]
    assert len({request.content for request in server.requests[:4]}) == 1
    assert sender.counters == Counters(handed=2, sent=2, accepted=2, stored=2, batches=2, retries=3)


def test_the_time_that_the_server_asks_for_is_waited(server):
    server.answers = [httpx.Response(429, headers={"Retry-After": "42"})]
    clock = JumpingClock()
    sender = open_sender(server, clock=clock, batch_records=1)

    sender.send(records(1)[0])
    server.wait_for_requests(2)
    sender.close()

    assert clock.waits == [42.0]


def test_what_comes_when_the_queue_is_full_is_dropped_and_counted(server):
    is_free = threading.Event()

    def answer_late(request):
        answer = server(request)
        assert is_free.wait(10)
        return answer

    sender = open_sender(server, transport=httpx.MockTransport(answer_late), batch_records=1, queue_records=3)
    sender.send(records(1)[0])
    server.wait_for_requests(1)
    send_all(sender, records(10))
    is_free.set()
    sender.close()

    assert sender.counters == Counters(
        handed=11, dropped_queue_full=7, sent=4, accepted=4, stored=4, batches=4
    )


def test_records_that_cannot_be_written_are_rejected_and_spoil_nothing(server):
    good = records(1)[0]

    with open_sender(server, clock=StandingClock()) as sender:
        send_all(sender, [good, {**good, "path": object()}, {**good, "path": "\ud800"}, None, good])

    assert [server.sent(number) for number in range(len(server.requests))] == [[good, good]]
    found = sender.counters
    assert (found.handed, found.accepted, found.rejected, len(found.errors)) == (5, 2, 3, 3)
    assert found.settled == found.handed


def test_records_without_a_user_agent_are_not_sent_to_ansehn(server):
    good = records(1)[0]

    with open_sender(server, clock=StandingClock()) as sender:
        send_all(sender, [good, {**good, "user_agent": None}, {**good, "user_agent": ""}])
    with open_sender(server, BOT, clock=StandingClock()) as bot_sender:
        send_all(bot_sender, [good, {**good, "user_agent": None}])

    assert [len(server.sent(number)) for number in range(2)] == [1, 2]
    assert sender.counters.rejected == 2
    assert bot_sender.counters.rejected == 0


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_sender_with_one_line_in_the_log_and_counting_goes_on(server, status, caplog):
    server.answers = [httpx.Response(status, json={"message": "the key is revoked"})]
    sender = open_sender(server, batch_records=1)

    sender.send(records(1)[0])
    sender._thread.join(10)
    send_all(sender, records(2))
    sender.close()

    assert len(server.requests) == 1
    assert sender.counters == Counters(handed=3, undelivered=3)
    assert logged(caplog) == [
        (
            "ERROR",
            f"no more log records are sent: {PATH} refuses the key: {status} the key is revoked",
        )
    ]
    assert ANK not in caplog.text


def test_trouble_is_logged_when_it_begins_and_when_it_ends(server, caplog):
    server.answers = [httpx.Response(503)] * 5
    sender = open_sender(server, batch_records=1)

    sender.send(records(1)[0])
    server.wait_for_requests(6)
    sender.close()

    assert logged(caplog) == [
        ("WARNING", "log records wait, and are sent again until they are taken: 503"),
        ("WARNING", "log records are taken again"),
    ]


def test_a_batch_that_went_astray_is_lost_and_the_next_is_sent(server, caplog):
    server.answers = [httpx.Response(404)]
    sender = open_sender(server, batch_records=1)

    send_all(sender, records(1))
    server.wait_for_requests(1)
    send_all(sender, records(1))
    sender.close()

    assert sender.counters == Counters(handed=2, undelivered=1, sent=1, accepted=1, stored=1, batches=1)
    assert "is the address right?" in caplog.text


def test_whatever_goes_wrong_with_a_batch_the_next_is_sent(server, caplog):
    server.answers = [RuntimeError("a bug")]
    sender = open_sender(server, batch_records=1)

    send_all(sender, records(1))
    server.wait_for_requests(1)
    send_all(sender, records(1))
    sender.close()

    assert sender.counters == Counters(handed=2, undelivered=1, sent=1, accepted=1, stored=1, batches=1)
    assert "a bug" in caplog.text


def test_a_batch_that_is_too_large_arrives_in_halves(server):
    server.answers = [httpx.Response(413)]

    with open_sender(server, clock=StandingClock()) as sender:
        send_all(sender, records(3))

    whole, first, second = server.keys()
    assert [first, second] == [f"{whole}/0", f"{whole}/1"]
    assert server.sent(1) + server.sent(2) == server.sent(0)
    assert sender.counters.accepted == 3


def test_the_servers_judgement_is_counted(server):
    errors = [{"index": 1, "field": "ip", "message": "ip is required"}]
    changes = {"accepted_records": 2, "stored_ai_crawler_records": 1, "dropped_non_crawler_records": 1}
    server.answers = [answer_ansehn(3, **changes, rejected_records=1, errors=errors)]

    with open_sender(server, clock=StandingClock()) as sender:
        send_all(sender, records(3))

    assert sender.counters == Counters(
        handed=3, sent=3, accepted=2, stored=1, dropped=1, rejected=1, batches=1, errors=["ip is required"]
    )


def test_profounds_judgement_is_counted(server):
    server.answers = [answer_profound(3, errors=["Invalid log format: x"])]

    with open_sender(server, BOT, clock=StandingClock()) as sender:
        send_all(sender, records(3))

    assert sender.counters == Counters(
        handed=3, sent=3, accepted=2, rejected=1, batches=1, errors=["Invalid log format: x"]
    )


def test_closing_gives_up_what_cannot_be_delivered_in_time(server):
    server.answers = [httpx.Response(503)] * 1_000
    sender = open_sender(server, batch_records=2, clock=JumpingClock())

    # The clock jumps: a hundred seconds are over after a handful of attempts.
    send_all(sender, records(5))
    sender.close(timeout=100)
    sender._thread.join(10)

    assert sender.counters.undelivered == 5
    assert sender.counters.settled == sender.counters.handed == 5


def test_a_closed_sender_counts_what_it_is_given(server):
    sender = open_sender(server)

    sender.close()
    sender.send(records(1)[0])

    assert server.requests == []
    assert sender.counters == Counters(handed=1, undelivered=1)


def test_address_and_key_are_checked_at_once():
    with pytest.raises(InvalidArgumentError, match="address"):
        Sender("logs.example", ANK)
    with pytest.raises(InvalidArgumentError, match="ank_ or bot_"):
        Sender(URL, "sk_1")


def test_records_from_many_threads_are_each_counted_once(server):
    sender = open_sender(server, batch_records=50, queue_records=100_000)
    threads = [threading.Thread(target=send_all, args=(sender, records(250))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.close()

    assert sender.counters.accepted == 2_000
    assert sum(len(server.sent(number)) for number in range(len(server.requests))) == 2_000


FORKING = """
import os, sys, threading
sys.path[:0] = {path!r}
from client_parts import ANK, URL, Server, records
from crawlsight.client import Sender

server = Server()
sender = Sender(URL, ANK, transport=server.transport, batch_records=1)
sender.send(records(1)[0])
server.wait_for_requests(1)
# The lock is held at the moment of the fork, as it may be by any thread.
sender._condition.acquire()
child = os.fork()
if child == 0:
    sender.send(records(1)[0])
    sender.close()
    os._exit(0 if sender.counters.accepted == 1 else 1)
sender._condition.release()
_, status = os.waitpid(child, 0)
sender.close()
sys.exit(os.waitstatus_to_exitcode(status) or (0 if sender.counters.accepted == 1 else 2))
"""


def test_a_forked_child_has_a_sender_that_works():
    code = FORKING.format(path=sys.path)

    found = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, capture_output=True)

    assert (found.returncode, found.stderr) == (0, b"")


AT_EXIT = """
import sys
sys.path[:0] = {path!r}
from client_parts import ANK, URL, Server, records
from crawlsight.client import Sender

server = Server()
sender = Sender(URL, ANK, transport=server.transport)
sender.send(records(1)[0])
"""


def test_a_program_that_ends_without_closing_sends_what_is_queued():
    code = AT_EXIT.format(path=sys.path).replace(
        "server = Server()",
        "import atexit\nserver = Server()\natexit.register(lambda: print(len(server.requests)))",
    )

    found = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, capture_output=True)

    assert (found.stdout, found.stderr) == (b"1\n", b"")


def test_nothing_is_logged_of_a_sender_without_trouble(server, caplog):
    caplog.set_level(logging.DEBUG, "crawlsight")

    with open_sender(server, clock=StandingClock()) as sender:
        send_all(sender, records(2))

    assert logged(caplog) == []
