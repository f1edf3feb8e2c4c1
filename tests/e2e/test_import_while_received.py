"""A large file is imported while it is being sent, and whatever cuts that short, nothing is stored twice."""

import json
from http.client import HTTPConnection

import httpx
import pytest

LINE = (
    '203.0.113.9 - - [22/Nov/2026:11:00:00 +0000] "GET /{number} HTTP/1.1" 200 1234 "-"'
    ' "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot) {filler}"\n'
)

# 24 MiB in few lines: they are longer than most.
LINES = 30_000
CONTENT = "".join(LINE.format(number=number, filler="x" * 700) for number in range(LINES)).encode()
TWO_THIRDS = len(CONTENT) * 2 // 3


class Sending:
    """A file on its way to a server, sent as far as is said."""

    def __init__(self, server, key, content=CONTENT, name="access.log"):
        self.server, self.key, self.content = server, key, content
        self.sent = 0
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.putrequest("POST", f"/v1/projects/shop/uploads?host=shop.example&name={name}")
        self.connection.putheader("X-API-Key", key)
        self.connection.putheader("Content-Length", str(len(content)))
        self.connection.endheaders()

    def send_to(self, end):
        self.connection.sock.sendall(self.content[self.sent : end])
        self.sent = end

    def finish(self):
        self.send_to(len(self.content))
        with self.connection.getresponse() as answer:
            assert answer.status == 202
            (upload,) = json.loads(answer.read())
        self.connection.close()
        return self.ended(upload["id"])

    def cut(self):
        self.connection.close()

    def latest(self):
        return uploads(self.server, self.key)[0]

    def ended(self, upload_id):
        return until(self.server, self.key, upload_id, lambda upload: upload["state"] in {"done", "failed"})


def uploads(server, key):
    return httpx.get(f"{server.url}/v1/projects/shop/uploads", headers={"x-api-key": key}).json()


def until(server, key, upload_id, is_so):
    while True:
        (upload,) = (found for found in uploads(server, key) if found["id"] == upload_id)
        if is_so(upload):
            return upload


@pytest.fixture
def key(server):
    return server.create_key("shop")


def imported_in_part(server, key):
    """A file of which two thirds were sent, and something is imported."""
    sending = Sending(server, key)
    sending.send_to(TWO_THIRDS)
    while not uploads(server, key):
        pass
    upload = until(server, key, sending.latest()["id"], lambda upload: upload["lines"] > 0)
    assert (upload["state"], upload["bytes_total"] <= TWO_THIRDS) == ("running", True)
    return sending


def counts(upload):
    return tuple(upload[name] for name in ("state", "lines", "stored_ai_crawler_records", "received_records"))


def test_a_file_is_imported_before_its_end_is_there(server, key):
    sending = imported_in_part(server, key)

    upload = sending.finish()

    assert counts(upload) == ("done", LINES, LINES, LINES)
    assert (upload["bytes_total"], upload["bytes_read"]) == (len(CONTENT), len(CONTENT))
    assert server.report_until([(LINES,)], 10, key) == [(LINES,)]
    assert server.report(key, metrics=["pages"]) == [(LINES,)]


def test_what_was_cut_off_is_told_and_is_stored_once_when_it_is_sent_again(server, key):
    sending = imported_in_part(server, key)
    sending.cut()
    failed = sending.ended(sending.latest()["id"])

    again = Sending(server, key).finish()

    assert failed["state"] == "failed"
    assert failed["reason"] == (
        "the connection was closed before the upload's end;"
        " send the file again: of what was imported nothing is stored twice"
    )
    assert counts(again) == ("done", *[LINES - failed["lines"]] * 3)
    assert 0 < failed["lines"] < LINES
    assert server.report_until([(LINES,)], 10, key) == [(LINES,)]


def test_what_a_killed_server_was_receiving_is_stored_once_when_it_is_sent_again(server, key):
    sending = imported_in_part(server, key)
    cut = sending.latest()["id"]
    server.kill()
    sending.cut()
    server.start()
    failed = sending.ended(cut)

    again = Sending(server, key).finish()

    assert failed["state"] == "failed"
    assert failed["reason"] == (
        "the server was stopped while it received the file;"
        " send the file again: of what was imported nothing is stored twice"
    )
    assert again["state"] == "done"
    assert server.report_until([(LINES,)], 10, key) == [(LINES,)]
    assert server.report(key, metrics=["pages"]) == [(LINES,)]
    assert not list((server.data / "uploads").iterdir())


def test_of_a_file_that_has_grown_only_the_rest_is_imported(server, key):
    half = CONTENT.index(b"\n", len(CONTENT) // 2) + 1
    lines = CONTENT.count(b"\n", 0, half)
    first = Sending(server, key, CONTENT[:half]).finish()

    rest = Sending(server, key).finish()

    assert counts(first) == ("done", lines, lines, lines)
    assert counts(rest) == ("done", *[LINES - lines] * 3)
    assert server.report_until([(LINES,)], 10, key) == [(LINES,)]


def test_a_file_that_cannot_be_read_fails_before_its_end(server, key):
    sending = Sending(server, key, b"nothing that is a log\n" * 1_000_000)
    sending.send_to(len(sending.content) * 2 // 3)
    while not uploads(server, key):
        pass
    failed = sending.ended(sending.latest()["id"])

    finished = sending.finish()

    assert failed["state"] == "failed"
    assert (finished["state"], finished["reason"]) == (failed["state"], failed["reason"])
    assert not list((server.data / "uploads").iterdir())
