"""Arbitrary bytes in every feed: an answer or an error of ours, nothing else."""

import base64
import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_wire import envelope, firehose_headers, pubsub, request

from crawlsight.errors import CrawlsightError, MalformedBodyError, TooManyRecordsError
from crawlsight.feeds import FEEDS, Answer, intake, rows
from crawlsight.feeds.rows import MOST_ROW_BYTES

names = st.sampled_from(sorted(FEEDS))

MEMBERS = [
    "timestamp", "method", "host", "path", "status_code", "ip", "user_agent", "query_params", "url", "proxy",
    "proxy.path", "httpRequest", "requestUrl", "message", "data", "subscription", "records", "requestId",
    "ClientRequestURI", "RequestHeaders", "reqPath", "queryStr", "UA", "cs-uri-stem", "sc-status", "cli_ip",
    "timestamp(ms)", "cs(User-Agent)", "log_type", "id", "content",
]  # fmt: skip

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["-", "(null)", "000", "%", "%2", "%ff", "https://", "://?#", "[", "1e999", "9" * 30]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=8),
    max_leaves=20,
)

bodies = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    values.map(lambda value: json.dumps(value).encode()),
    st.lists(values, max_size=4).map(lambda some: "\n".join(map(json.dumps, some)).encode()),
)

headers = st.dictionaries(
    st.sampled_from(
        [
            "authorization",
            "x-api-key",
            "content-encoding",
            "idempotency-key",
            "x-vercel-verify",
            "x-vercel-signature",
            "x-amz-firehose-request-id",
            "x-amz-firehose-common-attributes",
        ]
    ),
    st.text() | st.sampled_from(["gzip", "zstd", "br", "Basic x", '{"commonAttributes":{"fields":"a,b"}}']),
)


def exercise(name, received):
    feed = FEEDS[name]
    feed.credential(received)
    feed.greet(received)
    if feed.has_good_signature:
        assert not feed.has_good_signature(received, "secret")
    with contextlib.suppress(CrawlsightError):
        batch = feed.read(received)
        assert len(batch.records) == len(batch.positions)
        assert not [record for record in batch.records if None in record.values()]
        json.dumps(batch.records)
        feed.answer(Answer(received, 200, at_ms=0, request_id=batch.request_id))
    feed.answer(Answer(received, 400, at_ms=0, message="x"))


@given(names, bodies, headers, st.dictionaries(st.sampled_from(["token", "fields", "verify"]), st.text()))
def test_arbitrary_requests_raise_nothing_but_errors_of_ours(name, body, sent, query):
    exercise(name, request(body, sent, **query))


@given(names, bodies)
def test_arbitrary_compressed_bodies_raise_nothing_but_errors_of_ours(name, body):
    exercise(name, request(gzip.compress(body), {"content-encoding": "gzip"}))


@given(bodies)
def test_arbitrary_pubsub_messages_raise_nothing_but_errors_of_ours(body):
    exercise("gcp", pubsub(body))


@given(st.lists(bodies, max_size=3))
def test_arbitrary_firehose_records_raise_nothing_at_all(records):
    data = [{"data": base64.b64encode(record).decode()} for record in records]
    body = json.dumps({"requestId": "request-1", "records": data}).encode()

    FEEDS["firehose"].read(request(body, firehose_headers()))


@given(st.lists(st.text(alphabet="\t -#{}[]\n0aFields:"), max_size=3))
def test_arbitrary_log_lines_raise_nothing_at_all(records):
    FEEDS["firehose"].read(request(envelope(records), firehose_headers()))


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose", "gcp"}))
def test_text_that_is_no_json_is_malformed(name):
    with pytest.raises(MalformedBodyError):
        FEEDS[name].read(request(b"<html>"))


@pytest.mark.parametrize("name", sorted(set(FEEDS) - {"firehose", "gcp"}))
def test_an_empty_body_is_an_empty_batch(name):
    assert FEEDS[name].read(request(b" \n")).received == 0


def test_a_row_that_is_too_long_is_rejected():
    body = b'{"path":"/' + b"a" * MOST_ROW_BYTES + b'"}\n{"path":"/"}'

    batch = FEEDS["wordpress"].read(request(body))

    assert batch.rejected[0].reason == f"not a log entry: it is longer than {MOST_ROW_BYTES} bytes"
    assert batch.received == 2


def test_more_entries_than_any_vendor_sends_are_refused(monkeypatch):
    monkeypatch.setattr(intake, "MOST_ENTRIES", 3)

    with pytest.raises(TooManyRecordsError):
        FEEDS["fastly"].read(request(b"{}\n" * 4))


def test_an_array_of_tiny_elements_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(rows, "_MOST_COMMAS", 3)

    with pytest.raises(TooManyRecordsError):
        FEEDS["fastly"].read(request(b"[1,1,1,1,1]"))


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("member", ["query_params", "unknown", "proxy", "message", "records"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_without_end_raises_nothing_but_errors_of_ours(name, member, opening):
    exercise(name, request(b'{"' + member.encode() + b'":' + opening * 200_000))
    exercise(name, request(opening * 200_000))
