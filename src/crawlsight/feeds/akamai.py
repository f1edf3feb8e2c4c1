"""Akamai DataStream 2, custom HTTPS destination: JSON lines whose values are all strings.

Source:
    techdocs.akamai.com/datastream2, "Stream logs to a custom HTTPS endpoint" and "Data set parameters".
"""

from typing import Any
from urllib.parse import unquote

from crawlsight.feeds import credentials
from crawlsight.feeds.feed import Feed, FeedBatch, FeedRequest, Skip
from crawlsight.feeds.fields import address, decode_user_agent, instant, is_no_response, number, target, text
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows

NAME = "akamai"

REQUIRED = {
    "timestamp": "reqTimeSec",
    "method": "reqMethod",
    "host": "reqHost",
    "path": "reqPath",
    "status_code": "statusCode",
}

_READER = RowReader(
    "reqTimeSec",
    "cliIP",
    "statusCode",
    "reqHost",
    "reqMethod",
    "reqPath",
    "queryStr",
    "UA",
    "referer",
    "bytes",
)


def read(request: FeedRequest) -> FeedBatch:
    """Read a pushed file; logs of other kinds (DNS, EdgeWorkers) are no requests."""
    intake = Intake(REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        if not row.keys() & {"reqMethod", "reqPath", "statusCode"}:
            intake.skip(Skip.NOT_A_REQUEST)
        elif is_no_response(row.get("statusCode")):
            intake.skip(Skip.NO_RESPONSE)
        else:
            intake.take(_to_record(row))
    return intake.batch()


def _to_record(row: Row) -> dict[str, Any]:
    referer = text(row.get("referer"))
    path = text(row.get("reqPath"))
    return {
        "timestamp": instant(row.get("reqTimeSec")),
        "method": text(row.get("reqMethod")),
        "host": text(row.get("reqHost")),
        # The stream omits what is empty, so these two may lack in a good row.
        "ip": address(text(row.get("cliIP"))) or "",
        "user_agent": decode_user_agent(text(row.get("UA")) or ""),
        **target(path, text(row.get("queryStr"))),
        "status_code": number(row.get("statusCode")),
        "referer": unquote(referer) if referer and "://" not in referer else referer,
        "bytes_sent": number(row.get("bytes")),
    }


FEED = Feed(name=NAME, path="/v1/logs/akamai", credential=credentials.from_headers, read=read)
