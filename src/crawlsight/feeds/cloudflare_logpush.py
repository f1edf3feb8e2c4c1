"""Cloudflare Logpush, dataset http_requests: gzipped JSON lines.

Source:
    developers.cloudflare.com/logs/logpush, "HTTP destinations", "HTTP requests" and "Custom fields".
"""

from typing import Any

from crawlsight.feeds import credentials
from crawlsight.feeds.feed import Feed, FeedBatch, FeedRequest, Skip
from crawlsight.feeds.fields import address, instant, is_no_response, number, reported, target, text
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows

NAME = "cloudflare_logpush"

REQUIRED = {
    "timestamp": "EdgeStartTimestamp",
    "method": "ClientRequestMethod",
    "host": "ClientRequestHost",
    "path": "ClientRequestURI",
    "status_code": "EdgeResponseStatus",
    "ip": "ClientIP",
    "user_agent": "ClientRequestUserAgent",
}

_READER = RowReader(
    "content",
    "EdgeStartTimestamp",
    "EdgeEndTimestamp",
    "ClientRequestMethod",
    "ClientRequestHost",
    "ClientRequestURI",
    "ClientRequestPath",
    "EdgeResponseStatus",
    "ClientIP",
    "ClientRequestUserAgent",
    "ClientRequestReferer",
    "EdgeResponseBytes",
    "WorkerSubrequest",
    "RequestHeaders.signature",
    "RequestHeaders.signature-input",
    "RequestHeaders.signature-agent",
)


def credential(request: FeedRequest) -> str | None:
    """Find the key in the headers that the job's ``header_…`` parameters become, or in those themselves."""
    return credentials.from_headers(request) or credentials.from_query(
        request, "header_x-ansehn-api-key", "header_authorization", "header_x-api-key"
    )


def read(request: FeedRequest) -> FeedBatch:
    """Read a pushed file; the file that tests a new job is a batch without records."""
    intake = Intake(REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        _take(row, intake)
    return intake.batch()


def _take(row: Row, intake: Intake) -> None:
    if row.keys() == {"content"}:
        intake.skip(Skip.TEST_PROBE)
    elif not row.keys() & {
        "ClientRequestMethod",
        "ClientRequestURI",
        "ClientRequestPath",
        "EdgeResponseStatus",
    }:
        intake.skip(Skip.NOT_A_REQUEST)
    elif row.get("WorkerSubrequest") is True:
        intake.skip(Skip.SUBREQUEST)
    elif is_no_response(row.get("EdgeResponseStatus")):
        intake.skip(Skip.NO_RESPONSE)
    else:
        intake.take(_to_record(row))


def _to_record(row: Row) -> dict[str, Any]:
    return {
        "timestamp": instant(row.get("EdgeStartTimestamp")) or instant(row.get("EdgeEndTimestamp")),
        "method": text(row.get("ClientRequestMethod")),
        "host": text(row.get("ClientRequestHost")),
        **target(text(row.get("ClientRequestURI")) or text(row.get("ClientRequestPath"))),
        "status_code": number(row.get("EdgeResponseStatus")),
        "ip": address(reported(row, "ClientIP")),
        "user_agent": reported(row, "ClientRequestUserAgent"),
        "referer": text(row.get("ClientRequestReferer")),
        "bytes_sent": number(row.get("EdgeResponseBytes")),
        "signature": text(row.get("RequestHeaders.signature")),
        "signature_input": text(row.get("RequestHeaders.signature-input")),
        "signature_agent": text(row.get("RequestHeaders.signature-agent")),
    }


FEED = Feed(name=NAME, path="/v1/logs/cloudflare_logpush", credential=credential, read=read)
