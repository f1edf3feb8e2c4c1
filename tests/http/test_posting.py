"""Files posted in batches to a server without a door for files: each line is stored once."""

import bz2
import gzip
import sys
from datetime import timedelta

import httpx
import pytest
import zstandard

from builders import BROWSER, GPTBOT
from crawlsight.client.delivery import Backoff, post_by
from crawlsight.client.endpoint import Endpoint
from crawlsight.client.posting import LineError, Posted, Poster
from crawlsight.client.reading import LogReader
from crawlsight.errors import InvalidArgumentError, UnauthorizedError
from crawlsight.formats import Options
from crawlsight.ingest.policy import Keep

LINE = '203.0.113.9 - - [{time} +0000] "GET {path} HTTP/1.1" 200 1234 "-" "{agent}"\n'


def line(path, agent=GPTBOT, time="22/Nov/2026:11:00:00"):
    return LINE.format(path=path, agent=agent, time=time).encode()


def lines(start, end, agent=GPTBOT):
    return b"".join(line(f"/{number}", agent) for number in range(start, end))


class Clock:
    """Every wait is over at once."""

    def __init__(self):
        self.time, self.waits = 0.0, []

    def now(self):
        return self.time

    def wait(self, _, seconds):
        self.waits.append(seconds)
        self.time += seconds


class Vendor:
    """A server of which nothing but the door for batches is seen; some answers come from elsewhere."""

    def __init__(self, app, key):
        self.app, self.key = app, key
        self.answers = []
        self.sizes = []
        self.clock = Clock()
        self.said = []

    def __call__(self, request):
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, httpx.Response):
            return answer
        assert request.url.path == "/v1/logs/custom"
        found = self.app.client.post(
            "/v1/logs/custom", content=request.content, headers=dict(request.headers.items())
        )
        self.sizes.append((found.status_code, found.json().get("received_records")))
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(found.status_code, content=found.content, headers=dict(found.headers.items()))

    def post(self, content, *, format_name="auto", log_format="", host="example.com", chunk_bytes=10_000):
        endpoint = Endpoint.of("http://vendor.example", self.key)
        reader = LogReader(Options(host=host), format_name, log_format, needs_user_agent=endpoint.is_ansehn)
        parts = (content[start : start + chunk_bytes] for start in range(0, len(content), chunk_bytes))
        self.shown = []
        with httpx.Client(transport=httpx.MockTransport(self)) as client:
            poster = Poster(
                endpoint,
                reader,
                post_by(client),
                clock=self.clock,
                say=self.said.append,
                backoff=Backoff(first_seconds=1),
            )
            return poster.post_file(
                Posted("access.log", host, bytes_total=len(content)),
                parts,
                lambda state: self.shown.append((state.lines, state.bytes_read)),
            )

    def paths(self):
        return sorted(int(visit["path"][1:]) for visit in self.app.visits(self.key))


@pytest.fixture
def open_vendor(open_app):
    def open_one(style="ank", **policy):
        app = open_app(ansehn_requests_per_minute=1_000_000)
        project = app.project(**policy)
        return Vendor(app, app.key(style, project=project))

    return open_one


@pytest.fixture
def vendor(open_vendor):
    return open_vendor()


def counters(posted):
    return (
        posted.lines,
        posted.received_records,
        posted.stored_ai_crawler_records,
        posted.stored_other_records,
        posted.dropped_records,
        posted.rejected_records,
        posted.known_records,
        posted.skipped_lines,
    )


@pytest.mark.parametrize(
    "compress", [bytes, gzip.compress, bz2.compress, zstandard.compress], ids=["plain", "gz", "bz2", "zst"]
)
def test_every_line_of_a_file_ends_in_a_counter(vendor, compress):
    old = line("/old", time="22/Nov/2025:11:00:00")
    content = b"".join(
        [line("/0"), line("/1", BROWSER), b"\n", b"nonsense\n", old, line("/2", "-"), line("/3")]
    )

    posted = vendor.post(compress(content[:-1]))

    assert (posted.state, posted.format, posted.reason) == ("done", "combined", "")
    assert counters(posted) == (7, 5, 2, 0, 1, 2, 0, 2)
    assert posted.skipped == {"blank line": 1, "no user agent": 1}
    assert [error.line for error in posted.errors] == [4, 5]
    assert posted.errors[1] == LineError(5, "timestamp is outside the accepted retention window")
    assert posted.bytes_read == posted.bytes_total == len(compress(content[:-1]))
    assert vendor.paths() == [0, 3]


def test_a_large_file_goes_in_batches_of_a_thousand_and_is_shown_on_the_way(vendor):
    posted = vendor.post(lines(0, 2_500), chunk_bytes=100_000)

    assert vendor.sizes == [(200, 1_000), (200, 1_000), (200, 500)]
    assert counters(posted) == (2_500, 2_500, 2_500, 0, 0, 0, 0, 0)
    assert vendor.paths() == list(range(2_500))
    assert vendor.shown[-1] == (2_500, len(lines(0, 2_500)))
    assert [shown[0] for shown in vendor.shown] == [2_000, 2_500, 2_500]


@pytest.mark.parametrize("again", [bytes, gzip.compress])
def test_the_same_file_twice_stores_nothing_twice(vendor, again):
    content = lines(0, 1_613)
    vendor.post(content)

    posted = vendor.post(again(content), chunk_bytes=777)

    assert counters(posted) == (1_613, 1_613, 0, 0, 0, 0, 1_613, 0)
    assert vendor.paths() == list(range(1_613))


@pytest.mark.parametrize("grown", [[1, 2, 3], [613, 614, 1_000], [7, 999, 1_001, 2_400], [500, 1_700]])
def test_of_a_file_that_has_grown_only_what_is_new_is_stored(vendor, grown):
    stored = []
    for before, size in zip([0, *grown], grown, strict=False):
        posted = vendor.post(lines(0, size))
        stored.append(posted.stored_ai_crawler_records)
        assert counters(posted) == (size, size, size - before, 0, 0, 0, before, 0)

    assert vendor.paths() == list(range(grown[-1]))


def test_lines_that_are_no_records_do_not_hide_what_has_grown(vendor):
    content = b"".join(line(f"/{number}") + b"nonsense\n\n" * (number % 3) for number in range(900))
    at = content.index(b"GET /611 ")
    vendor.post(content[: content.index(b"\n", at) + 1])

    posted = vendor.post(content)

    assert (posted.stored_ai_crawler_records, posted.known_records) == (288, 612)
    assert vendor.paths() == list(range(900))


def test_files_that_only_begin_alike_are_both_stored(vendor):
    vendor.post(lines(0, 1_000) + lines(5_000, 5_002))

    posted = vendor.post(lines(0, 1_000) + lines(6_000, 6_002))

    assert (posted.known_records, posted.stored_ai_crawler_records) == (1_000, 2)
    assert vendor.paths() == [*range(1_000), 5_000, 5_001, 6_000, 6_001]


def test_another_host_is_something_else(vendor):
    vendor.post(lines(0, 3))

    posted = vendor.post(lines(0, 3), host="other.example")

    assert (posted.stored_ai_crawler_records, posted.known_records) == (3, 0)


def test_a_limit_on_requests_is_waited_for_and_what_was_known_before_stays_known(vendor):
    vendor.post(lines(0, 1_000))
    busy = httpx.Response(429, headers={"Retry-After": "37"})
    vendor.answers = [busy, busy, None, busy]

    posted = vendor.post(lines(0, 2_000))

    assert vendor.clock.waits == [37.0, 37.0, 37.0]
    assert vendor.said == ["records wait, and are sent again until they are taken: 429"]
    assert (posted.known_records, posted.stored_ai_crawler_records) == (1_000, 1_000)
    assert vendor.paths() == list(range(2_000))


def test_a_batch_whose_answer_was_lost_counts_as_stored_by_this_import(vendor):
    vendor.answers = [httpx.ReadTimeout("slow")]

    posted = vendor.post(lines(0, 1_000))

    assert counters(posted) == (1_000, 1_000, 1_000, 0, 0, 0, 0, 0)
    assert vendor.paths() == list(range(1_000))


def test_what_is_too_large_is_halved_and_known_again(vendor):
    vendor.answers = [httpx.Response(413)]
    vendor.post(lines(0, 1_000))

    posted = vendor.post(lines(0, 1_010))

    assert (posted.known_records, posted.stored_ai_crawler_records) == (1_000, 10)
    assert vendor.paths() == list(range(1_010))


def test_profound_stores_what_is_sent_and_does_not_say_more(open_vendor):
    vendor = open_vendor("bot", keep=Keep.ALL)

    posted = vendor.post(lines(0, 1_500, BROWSER) + line("/9999", "-"))

    assert counters(posted) == (1_501, 1_501, 0, 1_501, 0, 0, 0, 0)
    assert vendor.paths() == [*range(1_500), 9_999]


def test_a_format_of_ones_own_is_read(vendor):
    template = "$msec|$request_method|$request_uri|$http_user_agent|$status|$remote_addr"

    posted = vendor.post(f"1795345200.5|GET|/1|{GPTBOT}|204|203.0.113.9\n".encode(), log_format=template)

    assert (posted.format, counters(posted)[:3]) == (template, (1, 1, 1))


def test_columns_named_in_the_middle_of_a_file_are_used_from_there_on(vendor):
    first = [f"2026-11-22 10:00:00 203.0.113.9 GET /{number} 200 GPTBot/1.2\n" for number in range(1_500)]
    then = [
        f"2026-11-22 11:00:00 200 /{number} GET 203.0.113.9 GPTBot/1.2\n" for number in range(1_500, 3_000)
    ]
    text = "".join(
        [
            "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n",
            *first,
            "#Fields: date time sc-status cs-uri-stem cs-method c-ip cs(User-Agent)\n",
            *then,
        ]
    )

    posted = vendor.post(text.encode())

    assert counters(posted)[:3] == (3_003, 3_000, 3_000)
    assert (posted.format, posted.skipped) == ("w3c", {"comment or header": 3})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"what is this\nno log\n", "no format fits the first line 'what is this'"),
        (b"\x1f\x8bbroken", "the file cannot be decompressed"),
        (b"", "the file is empty"),
        (b'[\n{"a": 1},\n{"a":\n2}\n]', "no format fits"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_the_reason(vendor, content, reason):
    posted = vendor.post(content)

    assert (posted.state, posted.reason[: len(reason)]) == ("failed", reason)
    assert vendor.sizes == []


def test_of_a_file_that_breaks_off_what_could_be_read_is_accounted_for(vendor):
    whole = gzip.compress(lines(0, 30_000))

    posted = vendor.post(whole[: len(whole) // 2])

    assert posted.state == "failed"
    assert "decompressed" in posted.reason
    assert posted.lines == posted.received_records == posted.stored_ai_crawler_records > 1_000
    assert len(vendor.paths()) == posted.lines


def test_without_its_library_zstd_is_refused_with_a_word_on_that(vendor, monkeypatch):
    content = zstandard.compress(lines(0, 1))
    monkeypatch.setitem(sys.modules, "zstandard", None)

    posted = vendor.post(content)

    assert (posted.state, posted.reason) == (
        "failed",
        "the file is compressed with zstd; to read it, pip install zstandard",
    )


def test_a_line_too_long_for_memory_is_rejected_and_the_others_are_not(vendor):
    content = line("/0") + b"x" * 1_500_000 + b"\n" + line("/1")

    posted = vendor.post(content, chunk_bytes=100_000)

    assert posted.stored_ai_crawler_records == 2
    assert posted.lines == posted.received_records == posted.rejected_records + 2


def test_long_records_make_smaller_batches(open_vendor):
    vendor = open_vendor("bot", keep=Keep.ALL)
    content = b"".join(
        line(f"/{number}?q={'x' * 1_900}").replace(b'"-"', b'"https://shop.example/' + b"y" * 1_900 + b'"')
        for number in range(600)
    )

    posted = vendor.post(content, chunk_bytes=100_000)

    assert counters(posted)[:4] == (600, 600, 0, 600)
    assert vendor.sizes[0] == (200, None)
    assert len(vendor.sizes) > 2
    assert vendor.paths() == list(range(600))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401), UnauthorizedError),
        (httpx.Response(404), InvalidArgumentError),
        (httpx.Response(200, text="<html>"), InvalidArgumentError),
    ],
)
def test_where_it_makes_no_sense_to_go_on_the_next_import_does(vendor, answer, error):
    vendor.answers = [None, answer]

    with pytest.raises(error):
        vendor.post(lines(0, 3_000))
    posted = vendor.post(lines(0, 3_000))

    assert (posted.known_records, posted.stored_ai_crawler_records) == (1_000, 2_000)
    assert vendor.paths() == list(range(3_000))


def test_what_has_left_the_retention_since_is_told_by_its_line(vendor):
    vendor.app.clock.move(timedelta(days=100))

    posted = vendor.post(lines(0, 2))

    assert counters(posted) == (2, 2, 0, 0, 0, 2, 0, 0)
    assert [error.line for error in posted.errors] == [1, 2]
