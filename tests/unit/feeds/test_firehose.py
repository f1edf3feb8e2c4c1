"""Amazon Data Firehose to the letter: its envelope, its answers, and nothing that stops a stream."""

import base64
import gzip
import json

import msgspec
import pytest
from firehose_simulator import Verdict, conforms, judge
from vendor_wire import envelope, firehose, firehose_headers, request

from crawlsight.errors import (
    BodyTooLargeError,
    MalformedBodyError,
    TooManyRecordsError,
    UnsupportedEncodingError,
)
from crawlsight.feeds import FEEDS, MAX_BODY_BYTES, Answer, Rejected

FEED = FEEDS["firehose"]

LINE = json.dumps(
    {
        "timestamp(ms)": "1795305598123",
        "c-ip": "203.0.113.9",
        "cs-method": "GET",
        "cs-uri-stem": "/a",
        "sc-status": "200",
        "cs(User-Agent)": "GPTBot/1.2",
        "x-host-header": "example.com",
    }
)

RECORD = {
    "timestamp": 1_795_305_598_123,
    "method": "GET",
    "host": "example.com",
    "path": "/a",
    "status_code": 200,
    "ip": "203.0.113.9",
    "user_agent": "GPTBot/1.2",
}


def answer(status, message="", headers=None, request_id=None):
    sent = request(b"", firehose_headers() if headers is None else headers)
    return FEED.answer(Answer(sent, status, at_ms=1_795_305_600_000, message=message, request_id=request_id))


def test_a_batch_that_was_taken_in_is_delivered():
    reply = answer(200)

    assert json.loads(reply.body) == {"requestId": "request-1", "timestamp": 1_795_305_600_000}
    assert judge(reply, "request-1") is Verdict.DELIVERED


@pytest.mark.parametrize("status", [201, 202, 204])
def test_any_success_becomes_the_one_that_firehose_knows(status):
    assert judge(answer(status), "request-1") is Verdict.DELIVERED


@pytest.mark.parametrize("status", [400, 401, 403, 409, 413, 415, 422, 429, 500, 503])
def test_a_failure_is_retried_and_never_loses_the_batch(status):
    reply = answer(status, "the disk is full")

    assert conforms(reply, "request-1")
    assert judge(reply, "request-1") is Verdict.RETRIED
    assert json.loads(reply.body)["errorMessage"] == "the disk is full"


def test_a_long_message_is_cut():
    assert conforms(answer(503, "ü" * 10_000), "request-1")


def test_the_request_id_comes_from_the_body_when_the_header_lacks():
    batch = FEED.read(request(envelope([LINE], "from-the-body")))

    assert batch.request_id == batch.dedup_key == "from-the-body"
    assert judge(answer(200, headers={}, request_id=batch.request_id), "from-the-body") is Verdict.DELIVERED


def test_a_request_id_that_is_no_key_is_deduplicated_by_its_digest():
    batch = FEED.read(firehose([LINE], request_id="ü" * 300))

    assert batch.request_id == "ü" * 300
    assert len(batch.dedup_key) == 64


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"requestId":"request-1"}',
        b'{"records":[]}',
        b'{"requestId":1,"records":[]}',
        b'{"requestId":"request-1","records":{}}',
        b'{"requestId":"another","records":[]}',
        gzip.compress(envelope([LINE]), mtime=0)[:-9],
    ],
    ids=lambda body: body[:40],
)
def test_what_is_no_envelope_is_malformed(body):
    with pytest.raises(MalformedBodyError):
        FEED.read(request(body, firehose_headers()))


def test_an_unknown_encoding_is_refused():
    with pytest.raises(UnsupportedEncodingError):
        FEED.read(request(envelope([LINE]), firehose_headers(**{"content-encoding": "snappy"})))


def test_the_largest_legal_body_is_read():
    line = LINE.replace("GPTBot/1.2", "GPTBot/1.2 " + "x" * 2_000) + "\n"
    data = base64.b64encode(line.encode() * (1_024_000 // len(line)))
    record = b'{"data":"' + data + b'"}'
    count = (MAX_BODY_BYTES - 100) // (len(record) + 1)
    body = b'{"requestId":"request-1","records":[' + b",".join([record] * count) + b"]}"

    batch = FEED.read(request(gzip.compress(body, 1), firehose_headers()))

    assert len(batch.records) == count * (1_024_000 // len(line))


def test_a_body_that_inflates_beyond_the_limit_is_refused():
    with pytest.raises(BodyTooLargeError):
        FEED.read(request(gzip.compress(b" " * (MAX_BODY_BYTES + 1), 1), firehose_headers()))


def test_ten_thousand_records_are_read_and_one_more_is_none_of_firehose_s():
    assert len(FEED.read(firehose([LINE] * 10_000)).records) == 10_000
    with pytest.raises(TooManyRecordsError):
        FEED.read(firehose([LINE] * 10_001))


def test_a_bad_record_is_counted_and_the_others_are_read():
    good = base64.b64encode(LINE.encode()).decode()
    body = {
        "requestId": "request-1",
        "records": [{"data": "*"}, {"data": 1}, {}, 7, {"data": good}, {"data": "/w=="}],
    }

    batch = FEED.read(request(json.dumps(body).encode(), firehose_headers()))

    assert batch.records == [RECORD]
    assert batch.positions == [4]
    assert [entry.index for entry in batch.rejected] == [0, 1, 2, 3, 5]


def test_a_record_that_is_compressed_by_itself_is_read():
    data = base64.b64encode(gzip.compress(LINE.encode())).decode()
    cut = base64.b64encode(gzip.compress(LINE.encode())[:-9]).decode()
    body = json.dumps({"requestId": "request-1", "records": [{"data": data}, {"data": cut}]}).encode()

    batch = FEED.read(request(body, firehose_headers()))

    assert batch.records == [RECORD]
    assert batch.rejected == (Rejected(1, "the record is not valid gzip, or too large"),)


def test_records_that_inflate_without_end_are_refused_one_by_one():
    bomb = base64.b64encode(gzip.compress(b" " * (9 * 1024 * 1024))).decode()
    body = json.dumps({"requestId": "request-1", "records": [{"data": bomb}] * 100}).encode()

    assert FEED.read(request(body, firehose_headers())).rejected_count == 100


def test_the_field_list_may_stand_in_the_url():
    line = "203.0.113.9|1795305598.123|GET|example.com|/a|200|GPTBot/1.2"
    fields = "c-ip timestamp cs-method cs-host cs-uri-stem sc-status cs-user-agent"

    batch = FEED.read(firehose([line], fields=fields, delimiter="|"))

    assert batch.records == [{**RECORD, "timestamp": 1_795_305_598.123}]


def test_common_attributes_that_are_none_count_as_absent():
    batch = FEED.read(firehose([LINE], headers={"x-amz-firehose-common-attributes": "{"}))

    assert batch.records == [RECORD]


@pytest.mark.parametrize("missing", [name for name in json.loads(LINE) if "(" not in name])
def test_a_field_that_the_log_lacks_is_named_as_cloudfront_names_it(missing):
    values = json.loads(LINE)
    del values[missing]

    batch = FEED.read(firehose([json.dumps(values)]))

    assert missing in batch.rejected[0].reason


def test_the_reasons_of_many_rejected_lines_are_kept_for_the_first_hundred():
    batch = FEED.read(firehose(["\n".join(["x"] * 500)]))

    assert (len(batch.rejected), batch.rejected_count, batch.received) == (100, 500, 500)


def test_a_batch_can_be_written_down():
    assert msgspec.json.decode(msgspec.json.encode(FEED.read(firehose([LINE]))))["records"] == [RECORD]
