"""What vendors put around the bodies of tests/golden/feeds."""

import base64
import gzip
import json
from pathlib import Path

from crawlsight.feeds import FeedRequest

GOLDEN = Path(__file__).parents[2] / "golden" / "feeds"

KEY = "ank_TestKeyTestKeyTestKeyTestKeyTe000000"


def body_of(name):
    return (GOLDEN / name).read_bytes()


def request(body=b"", headers=(), **query):
    return FeedRequest(headers=dict(headers), query=query, body=body)


def firehose_headers(request_id="request-1", **more):
    return {
        "content-type": "application/json",
        "x-amz-firehose-protocol-version": "1.0",
        "x-amz-firehose-request-id": request_id,
        "x-amz-firehose-source-arn": "arn:aws:firehose:us-east-1:1:deliverystream/s",
        "x-amz-firehose-access-key": KEY,
        **more,
    }


def envelope(records, request_id="request-1"):
    """Wrap records, given as text or as the raw value of ``data``."""
    data = [base64.b64encode(record.encode()).decode() for record in records]
    return json.dumps(
        {
            "requestId": request_id,
            "timestamp": 1_795_305_600_000,
            "records": [{"data": item} for item in data],
        }
    ).encode()


def firehose(records, *, headers=(), compress=False, request_id="request-1", **query):
    body = envelope(records, request_id)
    sent = firehose_headers(request_id, **dict(headers))
    if compress:
        body, sent["content-encoding"] = gzip.compress(body), "gzip"
    return request(body, sent, **query)


def pubsub(entry, message_id="11", **query):
    """Wrap a log entry as a push subscription does."""
    message = {
        "data": base64.b64encode(entry).decode(),
        "messageId": message_id,
        "message_id": message_id,
        "publishTime": "2026-11-22T00:00:00Z",
        "attributes": {},
    }
    return request(
        json.dumps({"message": message, "subscription": "projects/p/subscriptions/s"}).encode(), **query
    )
