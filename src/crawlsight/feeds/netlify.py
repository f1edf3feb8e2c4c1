"""Netlify: a log drain's traffic log, or records that our edge function sends.

Source:
    docs.netlify.com/manage/monitoring/log-drains, "Log drain output".
"""

from typing import Any

from crawlsight.feeds import credentials, own_records
from crawlsight.feeds.feed import Feed, FeedBatch, FeedRequest, Skip
from crawlsight.feeds.fields import (
    address,
    instant,
    is_no_response,
    number,
    reported,
    split_url,
    target,
    text,
)
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows

NAME = "netlify"

# A drain and our function share four of the names.
REQUIRED = {
    **own_records.REQUIRED,
    "host": "the host in url",
    "path": "url",
    "ip": "client_ip",
}

_TRAFFIC = "traffic"

_READER = RowReader(
    *own_records.FIELDS, "log_type", "url", "client_ip", "duration", others=own_records.QUERY_PARAMS
)


def credential(request: FeedRequest) -> str | None:
    """Find the key in a header, or as ``token`` in the drain's URL."""
    return credentials.from_headers(request) or credentials.from_query(request, "token")


def read(request: FeedRequest) -> FeedBatch:
    """Read the traffic log; logs of functions, deploys and the firewall are no requests."""
    intake = Intake(REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        _take(row, intake)
    return intake.batch(dedup_key=own_records.sent_key(request))


def _take(row: Row, intake: Intake) -> None:
    if row.get("log_type", _TRAFFIC) != _TRAFFIC or not row.keys() & {"url", "path"}:
        intake.skip(Skip.NOT_A_REQUEST)
    elif "url" not in row:
        own_records.take(row, intake)
    elif is_no_response(row.get("status_code")):
        intake.skip(Skip.NO_RESPONSE)
    else:
        intake.take(_to_record(row))


def _to_record(row: Row) -> dict[str, Any]:
    host, path = split_url(text(row.get("url")))
    return {
        "timestamp": instant(row.get("timestamp")),
        "method": text(row.get("method")),
        "host": host,
        **target(path),
        "status_code": number(row.get("status_code")),
        "ip": address(reported(row, "client_ip")),
        "user_agent": reported(row, "user_agent"),
        "referer": text(row.get("referrer")),
        "bytes_sent": number(row.get("response_size")),
        "duration_ms": number(row.get("duration")),
    }


FEED = Feed(name=NAME, path="/v1/logs/netlify", credential=credential, read=read)
