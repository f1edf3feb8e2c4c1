"""Shipping: what crashes where, and that each line arrives once all the same."""

import gzip
import json

import httpx
import pytest
from client_parts import ANK, BOT
from hypothesis import given, settings
from hypothesis import strategies as st
from shipping_parts import Shop, Through, line


class CrashError(BaseException):
    """The machine is gone."""


@pytest.fixture
def shop(tmp_path, server):
    return Shop(tmp_path, server)


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
