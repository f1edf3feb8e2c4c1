"""Middleware for ASGI programs: what is recorded, and that the program never notices."""

import asyncio

import pytest
from client_parts import ANK, URL, StandingClock
from litestar import Litestar, get
from litestar.middleware import DefineMiddleware
from litestar.response import Stream
from litestar.testing import TestClient
from middleware_parts import RECORD, BrokenRecorder, Recorder, ticking

from builders import GPTBOT
from crawlsight.client import AsgiMiddleware, Sender
from crawlsight.errors import InvalidArgumentError


def scope(**changes):
    headers = [(b"host", b"shop.example"), (b"user-agent", GPTBOT.encode())]
    values = {
        "type": "http",
        "method": "GET",
        "path": "/café",
        "raw_path": b"/caf%C3%A9",
        "query_string": b"q=1",
        "headers": [*headers, *changes.pop("more_headers", [])],
        "server": ("127.0.0.1", 8000),
        "client": ("203.0.113.9", 51_000),
    }
    return {**values, **changes}


def answering(*parts, status=200):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": []})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1]})

    return app


def call(app, given=None, recorder=None, **options):
    """Send one request through the middleware; gives the recorder and what the server was given."""
    recorder = recorder or Recorder()
    sent = []

    async def send(message):
        sent.append(message)

    middleware = AsgiMiddleware(app, recorder, clock=ticking(), **options)
    asyncio.run(middleware(given or scope(), None, send))
    return recorder, sent


def test_a_request_is_recorded_after_its_response():
    recorder, sent = call(answering(b"hello"))

    assert recorder.only() == RECORD
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


def test_a_streamed_response_passes_part_by_part_and_is_counted():
    passed = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(3):
            await send({"type": "http.response.body", "body": b"x" * 10, "more_body": number < 2})
            passed.append(len(sent))

    sent = []

    async def send(message):
        sent.append(message)

    recorder = Recorder()
    asyncio.run(AsgiMiddleware(app, recorder, clock=ticking())(scope(), None, send))

    assert passed == [2, 3, 4]
    assert recorder.only() == RECORD | {"bytes_sent": 30}


def test_a_file_that_the_server_sends_by_itself_has_no_size():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": "/srv/a.bin"})

    assert call(app)[0].only() == RECORD | {"bytes_sent": None}


def test_of_a_head_request_nothing_is_sent():
    recorder, _ = call(answering(b"hello"), scope(method="HEAD"))

    assert recorder.only() == RECORD | {"method": "HEAD", "bytes_sent": 0}


def test_a_program_that_fails_fails_as_before_and_is_recorded():
    async def app(scope, receive, send):
        raise ValueError("the program's own")

    recorder = Recorder()
    with pytest.raises(ValueError, match="the program's own"):
        call(app, recorder=recorder)

    assert recorder.only() == RECORD | {"status_code": 500, "bytes_sent": 0}


def test_a_failure_after_the_response_began_keeps_its_status():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 206, "headers": []})
        raise ValueError

    recorder = Recorder()
    with pytest.raises(ValueError):
        call(app, recorder=recorder)

    assert recorder.only()["status_code"] == 206


def test_a_request_whose_client_went_away_has_the_status_499():
    async def app(scope, receive, send):
        raise asyncio.CancelledError

    recorder = Recorder()
    with pytest.raises(asyncio.CancelledError):
        call(app, recorder=recorder)

    assert recorder.only()["status_code"] == 499


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_other_connections_pass_untouched(kind):
    seen = []

    async def app(*arguments):
        seen.append(arguments)

    recorder = Recorder()
    given = {"type": kind}
    asyncio.run(AsgiMiddleware(app, recorder)(given, "receive", "send"))

    assert seen == [(given, "receive", "send")]
    assert recorder.records == []


def test_nothing_reaches_the_program_from_a_recorder_that_fails(caplog):
    _, sent = call(answering(b"hello"), recorder=BrokenRecorder())

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert "a request could not be recorded" in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": None},
        {"headers": [("no", "bytes")]},
        {"path": None, "raw_path": None},
        {"client": ()},
        {"query_string": "text"},
        {"method": None},
    ],
)
def test_nothing_reaches_the_program_from_a_request_that_makes_no_sense(changes):
    _, sent = call(answering(b"hello"), {**scope(), **changes})

    assert len(sent) == 2


@pytest.mark.parametrize("body", [None, b""])
def test_an_empty_message_counts_nothing(body):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": body})

    assert call(app)[0].only() == RECORD | {"status_code": 204, "bytes_sent": 0}


def test_headers_that_identify_are_recorded_and_credentials_are_not():
    more = [
        (b"referer", b"https://ann:pw@chatgpt.com/?session=1"),
        (b"Signature", b"sig1=:YWJj:"),
        (b"signature-input", b'sig1=("@authority")'),
        (b"signature-agent", b'"https://chatgpt.com"'),
        (b"cookie", b"session=secret-1"),
        (b"authorization", b"Bearer secret-2"),
        (b"x-api-key", b"secret-3"),
    ]

    recorder, _ = call(answering(b"hello"), scope(more_headers=more, query_string=b"q=1&token=secret-4"))

    assert recorder.only() == RECORD | {
        "path": "/caf%C3%A9?q=1&token=…",
        "referer": "https://chatgpt.com/?session=…",
        "signature": "sig1=:YWJj:",
        "signature_input": 'sig1=("@authority")',
        "signature_agent": '"https://chatgpt.com"',
    }


def test_a_path_that_the_server_gives_only_decoded_is_encoded():
    recorder, _ = call(answering(b"hello"), scope(raw_path=None, path="/café/100%/a b"))

    assert recorder.only()["path"] == "/caf%C3%A9/100%25/a%20b?q=1"


def test_overlong_headers_are_cut_to_what_is_accepted():
    more = [(b"referer", b"https://x.example/" + b"a" * 5_000)]
    given = scope(headers=[(b"user-agent", b"u" * 5_000), *more])

    record = call(answering(b"hello"), given)[0].only()

    assert (len(record["user_agent"]), len(record["referer"])) == (1_024, 2_048)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", None, (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("203.0.113.9", "198.51.100.1", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", ("10.0.0.0/8",), "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1, forged, 10.0.0.2", ("10.0.0.0/8",), "10.0.0.2"),
        ("10.0.0.1", "198.51.100.1:51000", ("10.0.0.1",), "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::1]:51000", ("10.0.0.1",), "2001:db8::1"),
        ("::ffff:10.0.0.1", "2001:db8::1", ("10.0.0.1",), "2001:db8::1"),
        ("", "198.51.100.1", ("10.0.0.1",), "198.51.100.1"),
        ("203.0.113.9", "198.51.100.1, 198.51.100.2", ("*",), "198.51.100.1"),
        ("", None, (), ""),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(peer, forwarded, trusted, expected):
    more = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    given = scope(client=(peer, 1) if peer else None, more_headers=more)

    recorder, _ = call(answering(b"hello"), given, trusted_proxies=trusted)

    assert recorder.only()["ip"] == expected


def test_forwarding_headers_that_came_twice_are_one_list():
    more = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"10.0.0.2")]

    recorder, _ = call(
        answering(b"hello"), scope(client=("10.0.0.1", 1), more_headers=more), trusted_proxies=["10.0.0.0/8"]
    )

    assert recorder.only()["ip"] == "198.51.100.1"


def test_a_trusted_proxy_that_is_no_address_is_an_error():
    with pytest.raises(InvalidArgumentError, match="trusted_proxies"):
        AsgiMiddleware(answering(b""), Recorder(), trusted_proxies=["localhost"])


def test_litestar_takes_the_middleware():
    @get("/stream")
    async def stream() -> Stream:
        async def parts():
            yield b"abc"
            yield b"defg"

        return Stream(parts())

    recorder = Recorder()
    app = Litestar([stream], middleware=[DefineMiddleware(AsgiMiddleware, sender=recorder)])
    with TestClient(app) as client:
        answer = client.get("/stream?a=1", headers={"user-agent": GPTBOT})

    assert answer.content == b"abcdefg"
    assert recorder.only()["path"] == "/stream?a=1"
    assert recorder.only()["bytes_sent"] == 7


def test_around_a_litestar_program_it_sees_what_no_route_takes():
    recorder = Recorder()
    with TestClient(AsgiMiddleware(Litestar([]), recorder)) as client:
        client.get("/missing")

    assert (recorder.only()["path"], recorder.only()["status_code"]) == ("/missing", 404)


def test_a_sender_takes_the_records(server):
    sender = Sender(URL, ANK, transport=server.transport, clock=StandingClock())

    call(answering(b"hello"), recorder=sender)
    sender.close()

    ((record,),) = [server.sent(number) for number in range(len(server.requests))]
    assert record | {"timestamp": ""} == RECORD | {"timestamp": ""}
    assert record["timestamp"].endswith("Z")
