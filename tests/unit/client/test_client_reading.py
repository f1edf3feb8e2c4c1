"""Lines as records: formats found out or named, headers remembered, broken lines counted."""

import json

import pytest

from crawlsight.client.checkpoint import Source, Track
from crawlsight.client.reading import LogReader
from crawlsight.errors import InvalidArgumentError, UnknownFormatError
from crawlsight.formats import FORMATS, Options

COMBINED = '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'
RECORD = {
    "timestamp": "2026-11-22T04:11:33Z",
    "method": "GET",
    "host": "shop.example",
    "path": "/a?b=1",
    "status_code": 200,
    "ip": "203.0.113.9",
    "user_agent": "GPTBot/1.2",
    "bytes_sent": 512,
}
W3C = FORMATS["w3c"].sample.splitlines(keepends=True)[0].rstrip("\n") + "\n"
W3C_LINE = FORMATS["w3c"].sample.splitlines()[1] + "\n"


def reader(format_name="auto", log_format="", host="shop.example", *, needs_user_agent=True):
    return LogReader(Options(host=host), format_name, log_format, needs_user_agent=needs_user_agent)


def read(found, text, head=None, track=None, source=None, *, is_last=False):
    given = text.encode()
    return found.read(
        track or Track(), source or Source(1, 1, 1), given, (head or text).encode, is_last=is_last
    )


def test_lines_become_records_and_are_counted():
    found = read(reader(), COMBINED + "garbage\n" + "\n")

    assert [json.loads(record) for record in found.records] == [RECORD]
    assert (found.lines, found.rejected, found.skipped) == (3, 1, 1)
    assert "garbage" in found.errors[0].reason
    assert (found.numbers, found.reasons) == ((1,), {"blank line": 1})


def test_the_format_is_found_out_once_and_remembered():
    track = Track()

    read(reader(), COMBINED, track=track)
    found = read(reader(), COMBINED, head="{}\n" * 100, track=track)

    assert (track.format, track.prefix) == ("combined", "")
    assert len(found.records) == 1


def test_a_prefix_is_found_out_too():
    track = Track()
    line = json.dumps({"log": COMBINED, "stream": "stdout", "time": "2026-11-22T04:11:33.1Z"}) + "\n"

    found = read(reader(), line, track=track)

    assert (track.format, track.prefix) == ("combined", "docker")
    assert [json.loads(record) for record in found.records] == [RECORD]


def test_a_line_in_parts_waits_for_its_last_part():
    part = json.dumps({"log": COMBINED[:20], "stream": "stdout", "time": "2026-11-22T04:11:33.1Z"}) + "\n"
    whole = json.dumps({"log": COMBINED, "stream": "stdout", "time": "2026-11-22T04:11:33.1Z"}) + "\n"
    track = Track(format="combined", prefix="docker")

    found = read(reader(), whole + part, track=track)

    assert found.content == whole.encode()
    assert (found.lines, len(found.records)) == (1, 1)
    assert read(reader(), part, track=track) is None
    assert read(reader(), part, track=track, is_last=True).lines == 1


def test_too_few_lines_to_tell_the_format_wait_for_more():
    assert read(reader(), "garbage\n") is None


@pytest.mark.parametrize(("lines", "is_last"), [(1, True), (100, False)])
def test_a_format_that_nobody_knows_is_an_error(lines, is_last):
    with pytest.raises(UnknownFormatError, match="garbage"):
        read(reader(), "garbage\n" * lines, is_last=is_last)


def test_a_file_whose_lines_change_their_format_is_read_on():
    track = Track(format="alb")

    found = read(reader(), COMBINED * 20, track=track)

    assert track.format == "combined"
    assert (len(found.records), found.rejected) == (20, 0)


def test_a_host_is_asked_for_where_lines_have_none():
    with pytest.raises(InvalidArgumentError, match="--host is needed"):
        read(reader(host=""), COMBINED)


def test_one_json_document_cannot_be_followed():
    text = json.dumps({"logs": [RECORD] * 3}, indent=1) + "\n"

    with pytest.raises(InvalidArgumentError, match="one object a line"):
        read(reader(), text)


def test_a_named_format_is_taken():
    found = read(reader("combined"), COMBINED, head="garbage\n" * 100)

    assert len(found.records) == 1


@pytest.mark.parametrize(
    "log_format",
    [
        '$remote_addr [$time_local] "$request" $status "$http_user_agent"',
        'log_format main \'$remote_addr [$time_local] "$request" $status "$http_user_agent"\';',
        '%h %t "%r" %>s "%{User-Agent}i"',
        'LogFormat "%h %t \\"%r\\" %>s \\"%{User-Agent}i\\"" main',
    ],
)
def test_a_format_of_ones_own_is_taken_from_nginx_and_apache(log_format):
    line = '203.0.113.9 [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 "GPTBot/1.2"\n'

    found = read(reader(log_format=log_format), line)

    expected = {name: value for name, value in RECORD.items() if name != "bytes_sent"}
    assert [json.loads(record) for record in found.records] == [expected]


def test_an_unknown_name_is_an_error_that_lists_the_known():
    with pytest.raises(InvalidArgumentError, match=r"no format 'fancy'; there are auto, .*combined"):
        reader("fancy")


def test_a_header_is_remembered_for_the_lines_after_it():
    first = read(reader(), W3C + W3C_LINE)
    after = Source(1, 1, 1, offset=len(W3C + W3C_LINE), headers=first.headers)

    second = read(reader(), W3C_LINE, track=Track(format="w3c"), source=after)

    assert first.headers == [W3C.strip()]
    assert second.records == first.records
    assert second.headers == first.headers


def test_a_header_before_the_place_where_reading_began_is_looked_up():
    head = W3C + W3C_LINE
    source = Source(1, 1, 1, offset=len(head))

    found = read(reader(), W3C_LINE, head=head + W3C_LINE, source=source)

    assert len(found.records) == 1
    assert found.headers == [W3C.strip()]


def test_a_later_header_takes_the_place_of_the_former():
    text = (
        "#Version: 1.0\n" + W3C + "#Date: 2026-11-22 00:00:00\n" + W3C_LINE + W3C.replace("time-taken", "x")
    )

    found = read(reader("w3c"), text)

    assert found.headers == [
        "#Version: 1.0",
        "#Date: 2026-11-22 00:00:00",
        W3C.replace("time-taken", "x").strip(),
    ]


def test_lines_without_a_user_agent_are_skipped_where_the_dialect_takes_none():
    text = COMBINED + COMBINED.replace("GPTBot/1.2", "-")

    ansehn, profound = read(reader(), text), read(reader(needs_user_agent=False), text)

    assert (len(ansehn.records), ansehn.skipped) == (1, 1)
    assert [json.loads(record)["user_agent"] for record in profound.records] == ["GPTBot/1.2", None]


def test_the_same_lines_always_give_the_same_bytes():
    assert read(reader(), COMBINED * 3).records == read(reader(), COMBINED * 3).records
