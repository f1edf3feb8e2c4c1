"""The sender in an event loop: the same promises as in a thread."""

import asyncio
from random import Random

import httpx
from client_parts import ANK, URL, AsyncJumpingClock, Server, records

from crawlsight.client import AsyncSender, Counters


def open_sender(server, **options):
    values = {"transport": server.transport, "clock": AsyncJumpingClock(), "random": Random(1), **options}
    return AsyncSender(URL, ANK, **values)


def run(server, use, **options):
    """Use a sender in an event loop; gives its counters after closing it."""

    async def main():
        sender = open_sender(server, **options)
        await use(sender)
        await sender.close()
        return sender.counters

    return asyncio.run(main())


def sending(count):
    async def use(sender):
        for record in records(count):
            sender.send(record)

    return use


def test_what_is_queued_is_sent_on_closing(server):
    counters = run(server, sending(3))

    assert [server.sent(number) for number in range(len(server.requests))] == [records(3)]
    assert counters == Counters(handed=3, sent=3, accepted=3, stored=3, batches=1)


def test_full_batches_are_sent_one_after_another(server):
    counters = run(server, sending(5), batch_records=2)

    assert [len(server.sent(number)) for number in range(3)] == [2, 2, 1]
    assert counters.accepted == 5


def test_a_batch_is_sent_again_under_its_key(server):
    server.answers = [httpx.ConnectError("refused"), httpx.Response(429, headers={"Retry-After": "3"})]
    clock = AsyncJumpingClock()

    async def use(sender):
        await sending(2)(sender)
        await asyncio.to_thread(server.wait_for_requests, 3)

    counters = run(server, use, batch_records=2, clock=clock)

    assert server.keys() == server.keys()[:1] * 3
    assert 3.0 in clock.waits
    assert counters == Counters(handed=2, sent=2, accepted=2, stored=2, batches=1, retries=2)


def test_what_comes_when_the_queue_is_full_is_dropped_and_counted(server):
    # The task does not begin before the program waits for something.
    counters = run(server, sending(5), queue_records=3)

    assert counters == Counters(handed=5, dropped_queue_full=2, sent=3, accepted=3, stored=3, batches=1)


def test_a_refused_key_stops_the_sender(server, caplog):
    server.answers = [httpx.Response(401, json={"message": "unknown key"})]

    counters = run(server, sending(3), batch_records=1)

    assert counters == Counters(handed=3, undelivered=3)
    assert "refuses the key: 401 unknown key" in caplog.text


def test_whatever_goes_wrong_with_a_batch_the_next_is_sent(server):
    server.answers = [RuntimeError("a bug"), httpx.Response(404)]

    counters = run(server, sending(3), batch_records=1)

    assert counters == Counters(handed=3, undelivered=2, sent=1, accepted=1, stored=1, batches=1)


def test_closing_gives_up_what_cannot_be_delivered_in_time(server):
    server.answers = [httpx.Response(503)] * 1_000

    counters = run(server, sending(3), batch_records=2)

    assert counters.undelivered == counters.handed == 3


def test_closing_waits_no_longer_than_it_was_told():
    is_begun = asyncio.Event()

    async def never(request):
        is_begun.set()
        await asyncio.Event().wait()

    async def main():
        sender = AsyncSender(URL, ANK, transport=httpx.MockTransport(never), batch_records=1)
        sender.send(records(1)[0])
        await is_begun.wait()
        await sender.close(timeout=0)
        await asyncio.wait({sender._task})
        return sender.counters

    assert asyncio.run(main()) == Counters(handed=1, undelivered=1)


def test_outside_of_an_event_loop_nothing_is_raised_and_all_is_counted():
    sender = open_sender(Server())

    sender.send(records(1)[0])

    assert sender.counters == Counters(handed=1, undelivered=1)


def test_it_is_a_context(server):
    async def main():
        async with open_sender(server) as sender:
            sender.send(records(1)[0])
        return sender.counters

    assert asyncio.run(main()).accepted == 1
