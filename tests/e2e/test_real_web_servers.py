"""What real web servers log, in the formats that their pages document, is read as it was sent."""

import time

import msgspec
import pytest
from web_servers import HOST, WEB_SERVERS, caddy, wait_until

from builders import BROWSER
from crawlsight.client.checkpoint import Source, Track
from crawlsight.client.files import is_rotated_name
from crawlsight.client.reading import LogReader
from crawlsight.formats import Options, ParsedRecord
from crawlsight.ingest.signed import SignatureCheck
from signed import SIGNATURE_FIELDS, key_directory, signature_fields

AWKWARD = 'Mozilla/5.0 "quoted" \\ backslash, caf\u00e9 (compatible; GPTBot/1.2)'
REFERER = "https://example.com/x?y"


def read(content):
    """Read a log as the shipper does that is told nothing of its format."""
    reader = LogReader(Options(), needs_user_agent=False)
    return reader.read(Track(), Source(1, 1, 1), content, lambda: content, is_last=True)


def signature_headers():
    fields = signature_fields(created=int(time.time()) - 5)
    signed = {name.replace("_", "-"): fields[name] for name in SIGNATURE_FIELDS}
    return {"Host": "example.com", "User-Agent": BROWSER, **signed}


@pytest.fixture(scope="module", params=WEB_SERVERS)
def reading(request, tmp_path_factory):
    """The log of a web server that got bytes that are no request, then three, the last one signed."""
    with WEB_SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as server:
        server.send(b"\x16\x03\x01\r\n\r\n")
        for method, path, headers in (
            ("GET", "/caf%C3%A9?b=1&c=%22", {"User-Agent": AWKWARD.encode(), "Referer": REFERER}),
            ("HEAD", "/missing", {"User-Agent": "ClaudeBot/1.0"}),
            ("GET", "/signed?b=1", signature_headers()),
        ):
            server.request(method, path, headers)
            log = server.read_log(path.encode())
        return read(log)


@pytest.fixture
def records(reading):
    return [msgspec.json.decode(record, type=ParsedRecord) for record in reading.records]


def test_each_request_is_read_as_it_was_sent_and_nothing_else(reading, records):
    found = [
        (each.method, each.host, each.path, each.status_code, each.ip, each.user_agent, each.referer)
        for each in records
    ]

    assert found == [
        ("GET", HOST, "/caf%C3%A9?b=1&c=%22", 200, "127.0.0.1", AWKWARD, REFERER),
        ("HEAD", HOST, "/missing", 404, "127.0.0.1", "ClaudeBot/1.0", None),
        ("GET", "example.com", "/signed?b=1", 200, "127.0.0.1", BROWSER, None),
    ]
    assert reading.errors == []


def test_each_record_has_its_time_size_and_duration(records):
    assert [abs(time.time() - each.timestamp.timestamp()) < 60 for each in records] == [True] * 3
    assert [each.bytes_sent is not None for each in records] == [True] * 3
    assert [each.duration_ms is not None and each.duration_ms < 10_000 for each in records] == [True] * 3


def test_a_signature_can_still_be_checked(records):
    found = SignatureCheck({"chatgpt.com": key_directory()}).check(records[2])

    assert (found.state, found.agent) == ("valid", "chatgpt.com")


def test_a_file_that_caddy_has_rolled_is_found_again(tmp_path):
    with caddy(tmp_path) as server:
        for _ in range(700):
            server.request("GET", f"/{'long' * 400}", {})
        wait_until(lambda: len(list(tmp_path.glob("access*.log"))) > 1)

    rolled = {path.name for path in tmp_path.glob("access*")} - {"access.log"}
    assert [is_rotated_name("access.log", name) for name in rolled] == [True]
