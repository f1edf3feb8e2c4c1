"""Shipping: lines sent in batches, what the server refuses, and what is said of it."""

import httpx
import pytest
from client_parts import JumpingClock
from shipping_parts import Shop, Through

from crawlsight.client.shipping import Lines
from crawlsight.errors import InvalidArgumentError, UnauthorizedError


@pytest.fixture
def shop(tmp_path, server):
    return Shop(tmp_path, server)


def test_all_lines_are_sent_in_batches_and_counted(shop):
    shop.write(*range(5))
    shop.log.write("garbage\n\n")

    shipper = shop.ship(batch_records=3)

    assert shop.paths() == [["/0", "/1", "/2"], ["/3", "/4"]]
    assert shipper.lines == Lines(read=7, parsed=5, rejected=1, skipped=1)
    assert (shipper.counters.sent, shipper.counters.accepted) == (5, 5)
    assert shipper.status() == (
        "7 lines: 5 parsed, 1 rejected, 1 skipped; 5 records sent in 2 batches: 5 accepted, 5 stored,"
        " 0 dropped, 0 rejected; 0 retries"
    )


def test_the_next_run_goes_on(shop):
    shop.write(0, 1)
    shop.ship()
    shop.write(2)
    shop.ship()
    shop.ship()

    assert shop.paths() == [["/0", "/1"], ["/2"]]
    assert len(set(shop.server.keys())) == 2


def test_several_files_take_turns(shop):
    shop.write(0, 1, 2, name="a.log")
    shop.write(10, 11, name="b.log")

    shop.ship("a.log", "b.log", batch_records=1)

    assert [paths[0] for paths in shop.paths()] == ["/0", "/10", "/1", "/11", "/2"]


def test_lines_of_which_none_is_a_record_need_no_request(shop):
    shop.write(0)
    shop.ship()
    shop.log.write("garbage\n")
    shipper = shop.ship()

    assert len(shop.server.requests) == 1
    assert shipper.lines == Lines(read=1, rejected=1)
    assert shop.ship().lines == Lines()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_lines_wait_in_the_file_while_the_server_is_away(shop, status):
    shop.write(0, 1)
    shop.server.answers = [httpx.Response(status), httpx.ConnectError("refused")]

    shipper = shop.ship()

    assert shop.paths() == [["/0", "/1"]] * 3
    assert len(set(shop.server.keys())) == 1
    assert shipper.counters.retries == 2
    assert shop.said == [
        f"lines wait, and are sent again until they are taken: {status}",
        "the server takes lines again",
    ]


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_batch_that_the_server_refuses_is_counted_and_the_next_is_sent(shop, status):
    shop.write(0, 1)
    shop.server.answers = [httpx.Response(status, json={"message": "bad"})]

    shipper = shop.ship(batch_records=1)

    assert shop.paths() == [["/0"], ["/1"]]
    assert (shipper.counters.rejected, shipper.counters.accepted) == (1, 1)
    assert shop.said == [f"the server rejected 1 records, as: {status} bad"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401), UnauthorizedError),
        (httpx.Response(403), UnauthorizedError),
        (httpx.Response(404), InvalidArgumentError),
        (httpx.Response(200, text="<html>"), InvalidArgumentError),
    ],
)
def test_where_it_makes_no_sense_to_go_on_nothing_is_lost(shop, answer, error):
    shop.write(0)
    shop.server.answers = [answer]

    with pytest.raises(error):
        shop.ship()
    shop.ship()

    assert shop.paths() == [["/0"], ["/0"]]
    assert len(set(shop.server.keys())) == 1


def test_told_to_stop_it_ends_and_the_next_run_goes_on(shop):
    shop.write(*range(4))
    shop.server.answers = [None, None]

    def stop_after_two(request):
        answer = working(request)
        if len(working.requests) == 2:
            shop.stop.set()
        return answer

    working, shop.server = shop.server, Through(stop_after_two)
    shop.ship(once=False, batch_records=1)
    shop.stop.clear()
    shop.server = working
    shop.ship()

    assert shop.paths() == [["/0"], ["/1"], ["/2", "/3"]]


def test_told_to_stop_while_the_server_is_away_it_ends_with_the_batch_remembered(shop):
    shop.write(0)

    def refuse(request):
        shop.stop.set()
        return httpx.Response(503)

    working, shop.server = shop.server, Through(refuse)
    shop.ship(once=False)
    shop.stop.clear()
    shop.server = working
    shop.ship()

    assert shop.paths() == [["/0"]]


def test_lines_that_do_not_fill_a_batch_are_sent_after_five_seconds(shop):
    shop.write(0)
    began = shop.clock.now()
    times = []

    def note(request):
        times.append(shop.clock.now() - began)
        shop.stop.set()
        return working(request)

    working, shop.server = shop.server, Through(note)
    shop.ship(once=False)

    assert times == [5.0]


def test_the_status_is_said_each_minute(shop):
    shop.write(0)

    class Minutes(JumpingClock):
        def wait(self, until, seconds):
            super().wait(until, seconds)
            if self.time > 1_000 + 130:
                shop.stop.set()

    shop.clock = Minutes()
    shop.ship(once=False)

    status = "1 lines: 1 parsed, 0 rejected, 0 skipped"
    assert [text.startswith(status) for text in shop.said] == [True, True]


def test_only_the_first_complaints_about_lines_are_said(shop):
    for number in range(20):
        shop.write(number)
        shop.log.write(f"garbage {number}\n")

    shop.ship(batch_records=2)

    assert len(shop.said) == 10
