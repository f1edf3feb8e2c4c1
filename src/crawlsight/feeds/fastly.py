"""Fastly log streaming over HTTPS: our log format, or the one that another product prescribes.

Source:
    docs.fastly.com/en/guides/log-streaming-https.
"""

import hashlib
from collections.abc import Sequence

from crawlsight.feeds import credentials, own_records
from crawlsight.feeds.feed import Feed, FeedBatch, FeedRequest, Reply
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import RowReader, plain_body, read_rows

NAME = "fastly"

CHALLENGE_PATH = "/.well-known/fastly/logging/challenge"

ANY_SERVICE = "*"

_OTHER_NAMES = {
    "client_ip": "ip",
    "start_time": "timestamp",
    "url": "path",
    "request_method": "method",
    "request_referer": "referer",
    "request_user_agent": "user_agent",
    "response_status": "status_code",
    "response_body_size": "bytes_sent",
}

_READER = RowReader(*own_records.FIELDS, *_OTHER_NAMES, others=own_records.QUERY_PARAMS)


def read(request: FeedRequest) -> FeedBatch:
    """Read log lines, one object each or all in an array."""
    intake = Intake(own_records.REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        own_records.take(own_records.rename(row, _OTHER_NAMES), intake)
    return intake.batch()


def challenge(service_ids: Sequence[str]) -> Reply:
    """Answer ``CHALLENGE_PATH``: which Fastly services may send logs to this host.

    Args:
        service_ids: Ids, or ``*`` for any; Adobe Experience Manager's CDN asks for ``*``.
    """
    lines = [
        service_id if service_id == ANY_SERVICE else hashlib.sha256(service_id.encode()).hexdigest()
        for service_id in service_ids
    ]
    return Reply(200, {"content-type": "text/plain"}, "".join(f"{line}\n" for line in lines).encode())


FEED = Feed(name=NAME, path="/v1/logs/fastly", credential=credentials.from_headers, read=read)
