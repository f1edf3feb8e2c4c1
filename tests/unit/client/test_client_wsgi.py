"""Middleware for WSGI programs: what is recorded, and that the program never notices."""

import io
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from middleware_parts import RECORD, BrokenRecorder, Recorder, ticking

from builders import GPTBOT
from crawlsight.client import WsgiMiddleware


def environ(**changes):
    values = {}
    setup_testing_defaults(values)
    values |= {
        "HTTP_HOST": "shop.example",
        "HTTP_USER_AGENT": GPTBOT,
        "PATH_INFO": "/café".encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": "q=1",
        "REMOTE_ADDR": "203.0.113.9",
    }
    return {**values, **changes}


def call_wsgi(app, given=None, recorder=None, **options):
    """Send one request through the middleware as a server does; gives recorder, statuses and body."""
    recorder = recorder or Recorder()
    statuses, written = [], []

    def start_response(status, headers, exc_info=None):
        statuses.append(status)
        return written.append

    body = WsgiMiddleware(app, recorder, clock=ticking(), **options)(given or environ(), start_response)
    try:
        parts = list(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return recorder, statuses, b"".join([*written, *parts])


def wsgi(*parts, status="200 OK"):
    def app(environ, start_response):
        start_response(status, [("Content-Type", "text/plain")])
        return iter(parts)

    return app


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_wsgi_a_request_is_recorded_with_the_size_of_its_body(kind):
    def app(environ, start_response):
        start_response("200 OK", [])
        return kind([b"he", b"llo"])

    recorder, statuses, body = call_wsgi(app)

    assert recorder.only() == RECORD
    assert (statuses, body) == (["200 OK"], b"hello")


def test_wsgi_a_streamed_body_passes_part_by_part_and_is_closed():
    events = []

    class Body:
        def __iter__(self):
            for part in (b"ab", b"cd"):
                events.append(part)
                yield part

        def close(self):
            events.append("closed")

    def app(environ, start_response):
        start_response("200 OK", [])
        return Body()

    recorder = Recorder()
    body = WsgiMiddleware(app, recorder, clock=ticking())(environ(), lambda *_: None)
    parts = iter(body)
    first = next(parts)
    events_after_first, recorded_after_first = list(events), list(recorder.records)
    rest = list(parts)
    body.close()

    assert (first, events_after_first, recorded_after_first) == (b"ab", [b"ab"], [])
    assert (rest, events) == ([b"cd"], [b"ab", b"cd", "closed"])
    assert recorder.only() == RECORD | {"bytes_sent": 4}


def test_wsgi_a_body_that_the_client_did_not_wait_for_is_counted_as_far_as_it_went():
    recorder = Recorder()
    body = WsgiMiddleware(wsgi(b"abc", b"def"), recorder, clock=ticking())(environ(), lambda *_: None)

    next(iter(body))
    body.close()

    assert recorder.only() == RECORD | {"bytes_sent": 3}


def test_wsgi_what_is_written_the_old_way_is_counted():
    def app(environ, start_response):
        start_response("200 OK", [])(b"abc")
        return []

    recorder, _, body = call_wsgi(app)

    assert body == b"abc"
    assert recorder.only() == RECORD | {"bytes_sent": 3}


def test_wsgi_a_file_is_left_to_the_server():
    class FileWrapper:
        def __init__(self, file):
            self.file = file

    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"abc"))

    recorder = Recorder()
    given = environ(**{"wsgi.file_wrapper": FileWrapper})
    body = WsgiMiddleware(app, recorder, clock=ticking())(given, lambda *_: None)

    assert isinstance(body, FileWrapper)
    assert recorder.only() == RECORD | {"bytes_sent": None}


def test_wsgi_a_program_that_fails_fails_as_before_and_is_recorded():
    def app(environ, start_response):
        raise ValueError("the program's own")

    recorder = Recorder()
    with pytest.raises(ValueError, match="the program's own"):
        call_wsgi(app, recorder=recorder)

    assert recorder.only() == RECORD | {"status_code": 500, "bytes_sent": 0}


def test_wsgi_a_body_that_fails_fails_as_before_and_is_recorded():
    def app(environ, start_response):
        yield b"abc"
        raise ValueError("the program's own")

    recorder = Recorder()
    with pytest.raises(ValueError, match="the program's own"):
        call_wsgi(app, recorder=recorder)

    assert recorder.only() == RECORD | {"status_code": 500, "bytes_sent": 3}


def test_wsgi_nothing_reaches_the_program_from_a_recorder_that_fails(caplog):
    _, _, body = call_wsgi(wsgi(b"hello"), recorder=BrokenRecorder())

    assert body == b"hello"
    assert "a request could not be recorded" in caplog.text


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"RAW_URI": "/caf%c3%a9//x?a=1&key=2"}, "/caf%c3%a9//x?a=1&key=…"),
        ({"REQUEST_URI": "/a%20b"}, "/a%20b"),
        ({"REQUEST_URI": "http://shop.example/a?x=1"}, "/a?x=1"),
        ({"SCRIPT_NAME": "/shop", "PATH_INFO": "/a b", "QUERY_STRING": ""}, "/shop/a%20b"),
        ({"PATH_INFO": "", "QUERY_STRING": ""}, "/"),
    ],
)
def test_wsgi_the_path_is_as_the_client_sent_it_where_the_server_tells(changes, path):
    recorder, _, _ = call_wsgi(wsgi(b"hello"), environ(**changes))

    assert recorder.only()["path"] == path


def test_wsgi_headers_that_identify_are_recorded_and_credentials_are_not():
    given = environ(
        HTTP_REFERER="https://chatgpt.com/",
        HTTP_SIGNATURE="sig1=:YWJj:",
        HTTP_SIGNATURE_INPUT='sig1=("@authority")',
        HTTP_SIGNATURE_AGENT='"https://chatgpt.com"',
        HTTP_COOKIE="session=secret-1",
        HTTP_AUTHORIZATION="Bearer secret-2",
        HTTP_X_FORWARDED_FOR="198.51.100.1",
    )

    recorder, _, _ = call_wsgi(wsgi(b"hello"), given, trusted_proxies=["203.0.113.9"])

    assert recorder.only() == RECORD | {
        "ip": "198.51.100.1",
        "referer": "https://chatgpt.com/",
        "signature": "sig1=:YWJj:",
        "signature_input": 'sig1=("@authority")',
        "signature_agent": '"https://chatgpt.com"',
    }


def test_wsgi_the_middleware_keeps_to_the_standard():
    recorder = Recorder()
    app = validator(WsgiMiddleware(validator(wsgi(b"hello")), recorder))
    written = []

    def start_response(status, headers, exc_info=None):
        return written.append

    body = app(environ(REQUEST_METHOD="GET", SCRIPT_NAME="", PATH_INFO="/a"), start_response)
    parts = list(body)
    body.close()

    assert parts == [b"hello"]
    assert len(recorder.records) == 1
