"""Shipping: what crashes where, and that each line arrives once all the same."""

import gzip
import json
import threading

import httpx
import pytest
from client_parts import ANK, BOT, URL, JumpingClock
from hypothesis import given, settings
from hypothesis import strategies as st
from test_client_tail import Log

from crawlsight.client.checkpoint import StateDirectory, Track
from crawlsight.client.delivery import Backoff, post_by
from crawlsight.client.endpoint import Endpoint
from crawlsight.client.reading import LogReader
from crawlsight.client.shipping import Lines, Shipper
from crawlsight.client.tail import Follower
from crawlsight.errors import InvalidArgumentError, UnauthorizedError
from crawlsight.formats import Options


class Through:
    """A server in front of which something else answers."""

    def __init__(self, answer):
        self.transport = httpx.MockTransport(answer)


class CrashError(BaseException):
    """The machine is gone."""


def line(number):
    return f'203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /{number} HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'


class Shop:
    """Logs, a state directory and a server; the shipper over them may be started any number of times."""

    def __init__(self, folder, server, key=ANK):
        self.folder, self.server, self.key = folder, server, key
        self.log = Log(folder)
        self.said = []
        self.clock = JumpingClock()
        self.stop = threading.Event()
        self.shipper = None

    def write(self, *numbers, name="access.log"):
        for number in numbers:
            self.log.write(line(number), name)

    def ship(self, *names, once=True, **options):
        """Run a new shipper over the saved state, to its end."""
        endpoint = Endpoint.of(URL, self.key)
        reader = LogReader(Options(host="shop.example"), needs_user_agent=endpoint.is_ansehn)
        with (
            StateDirectory(self.folder / "state") as directory,
            httpx.Client(transport=self.server.transport) as client,
        ):
            followers = []
            for name in names or ("access.log",):
                path = self.log.file(name)
                track = directory.state.tracks.setdefault(str(path), Track())
                followers.append(Follower(path, track, now=lambda: self.log.now, warn=self.said.append))
            values = {"clock": self.clock, "stop": self.stop, "say": self.say, **options}
            self.shipper = Shipper(
                followers, directory, reader, endpoint, post_by(client), backoff=Backoff(), **values
            )
            self.shipper.run(once=once)
        return self.shipper

    def say(self, text):
        if not text.startswith("follows "):
            self.said.append(text)

    def paths(self):
        """What the server was sent, by request."""
        return [
            [record["path"] for record in self.server.sent(number)]
            for number in range(len(self.server.requests))
        ]


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


@pytest.mark.parametrize("key", [ANK, BOT])
@pytest.mark.parametrize("is_stored", [False, True])
def test_after_a_crash_the_same_batch_is_sent_under_the_same_key(tmp_path, server, key, is_stored):
    shop = Shop(tmp_path, server, key)
    shop.write(0, 1)

    def crash(request):
        if is_stored:
            server(request)
        raise CrashError

    shop.server = Through(crash)
    with pytest.raises(CrashError):
        shop.ship()
    shop.server = server
    # More has come, and the file was rotated, but the batch at hand stays as it was.
    shop.write(2)
    shop.log.rename()
    shop.write(3)
    shop.ship()

    again = shop.paths()
    assert again == [["/0", "/1"]] * is_stored + [["/0", "/1"], ["/2"], ["/3"]]
    assert len(set(server.keys())) == 3
    assert len({request.content for request in server.requests}) == 3


def test_a_batch_is_written_down_before_it_is_sent(shop):
    shop.write(0)
    seen = []

    def look(request):
        seen.append(json.loads((shop.folder / "state" / "state.json").read_text()))
        return shop_server(request)

    shop_server, shop.server = shop.server, Through(look)
    shop.ship()

    (track,) = seen[0]["tracks"].values()
    after = json.loads((shop.folder / "state" / "state.json").read_text())
    (track_after,) = after["tracks"].values()
    assert track["pending"]["key"] == shop_server.keys()[0]
    assert (track["pending"]["start"], track["pending"]["end"]) == (0, len(line(0)))
    assert track["sources"][0]["offset"] == 0
    assert track_after["pending"] is None
    assert track_after["sources"][0]["offset"] == len(line(0))


def test_a_batch_whose_lines_are_gone_is_given_up(shop):
    shop.write(0)
    working = shop.server

    def crash(request):
        raise CrashError

    shop.server = Through(crash)
    with pytest.raises(CrashError):
        shop.ship()
    shop.log.path.write_text(line("new"))
    shop.log.touch()
    shop.server = working
    shop.ship()

    assert shop.paths() == [["/new"]]
    assert any("on its way" in text for text in shop.said)


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


class Store:
    """A server that stores a batch once by its key, and crashes when told, before or after storing."""

    def __init__(self):
        self.bodies = {}
        self.paths = {}
        self.plan = []
        # What is too large stays so.
        self.too_large = set()
        self.transport = httpx.MockTransport(self)

    def __call__(self, request):
        event = self.plan.pop(0) if self.plan else "store"
        if event == "crash before":
            raise CrashError
        if event == "away":
            return httpx.Response(503)
        key, body = request.headers["idempotency-key"], gzip.decompress(request.content)
        records = json.loads(body)["logs"]
        if event == "too large" and key not in self.bodies and len(records) > 1:
            self.too_large.add(key)
        if key in self.too_large:
            return httpx.Response(413)
        assert self.bodies.setdefault(key, body) == body
        if key not in self.paths:
            self.paths[key] = [record["path"] for record in records]
        if event == "crash after":
            raise CrashError
        return httpx.Response(200, json={"status": "accepted"})

    def stored(self):
        return sorted(int(path[1:]) for paths in self.paths.values() for path in paths)


EVENTS = ["store", "store", "crash before", "crash after", "away", "too large"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["write", "write", "rotate", "copytruncate", "ship"]), max_size=25),
    st.lists(st.sampled_from(EVENTS), max_size=30),
    st.integers(1, 4),
)
def test_whatever_crashes_each_line_is_stored_once(tmp_path_factory, actions, plan, batch_records):
    store = Store()
    store.plan = list(plan)
    shop = Shop(tmp_path_factory.mktemp("shop"), store)
    written = 0

    def ship():
        try:
            shop.ship(batch_records=batch_records)
        except CrashError:
            shop.said.append("crash")

    shop.write(written)
    ship()
    written += 1
    for action in actions:
        if action == "write":
            shop.write(written)
            written += 1
        elif action == "ship":
            ship()
        elif shop.log.path.exists():
            for number in range(30, 0, -1):
                if shop.log.file(f"access.log.{number}").exists():
                    shop.log.rename(f"access.log.{number}", f"access.log.{number + 1}")
            shop.log.copytruncate() if action == "copytruncate" else shop.log.rename()
    store.plan = []
    if shop.log.path.exists() or written:
        ship()

    assert store.stored() == list(range(written))
