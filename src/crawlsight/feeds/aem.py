"""Adobe Experience Manager as a Cloud Service: its CDN's log, forwarded over HTTPS as an array.

Source:
    experienceleague.adobe.com, "Log forwarding" and "Logging for AEM as a Cloud Service", CDN log.
"""

from typing import Any

from crawlsight.feeds import credentials
from crawlsight.feeds.feed import Feed, FeedBatch, FeedRequest, Skip
from crawlsight.feeds.fields import address, instant, is_no_response, number, reported, target, text
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows
from crawlsight.record import SIGNATURE_FIELDS

NAME = "aem"

REQUIRED = {
    "timestamp": "timestamp",
    "method": "method",
    "host": "host",
    "path": "url",
    "status_code": "status",
    "ip": "cli_ip",
    "user_agent": "req_ua",
}

# The last four are log properties that our page has the operator add.
_READER = RowReader(
    "timestamp", "cli_ip", "req_ua", "host", "url", "method", "status", "referer", *SIGNATURE_FIELDS
)


def read(request: FeedRequest) -> FeedBatch:
    """Read CDN log entries; the logs of AEM and the dispatcher are no requests to the CDN."""
    intake = Intake(REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        if not row.keys() & {"cli_ip", "url"}:
            intake.skip(Skip.NOT_A_REQUEST)
        elif is_no_response(row.get("status")):
            intake.skip(Skip.NO_RESPONSE)
        else:
            intake.take(_to_record(row))
    return intake.batch()


def _to_record(row: Row) -> dict[str, Any]:
    return {
        "timestamp": instant(row.get("timestamp")),
        "method": text(row.get("method")),
        "host": text(row.get("host")),
        **target(text(row.get("url"))),
        "status_code": number(row.get("status")),
        "ip": address(reported(row, "cli_ip")),
        "user_agent": reported(row, "req_ua"),
        "referer": text(row.get("referer")),
        **{name: text(row.get(name)) for name in SIGNATURE_FIELDS},
    }


FEED = Feed(name=NAME, path="/v1/logs/aem", credential=credentials.from_headers, read=read)
