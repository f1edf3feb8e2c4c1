"""Rows that senders of ours write: our own field names, and those of a much copied worker template."""

from collections.abc import Mapping
from typing import Any

from crawlsight.feeds.feed import FeedBatch, FeedRequest, Skip
from crawlsight.feeds.fields import address, instant, is_no_response, number, reported, target, text
from crawlsight.feeds.intake import Intake, dedup_key
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows
from crawlsight.record import OPTIONAL_FIELDS, REQUIRED_FIELDS

# Query parameters are no plain value.
FIELDS = tuple(name for name in (*REQUIRED_FIELDS, *OPTIONAL_FIELDS) if name != "query_params")

_NUMBERS = ("status_code", "bytes_sent", "response_size", "duration_ms", "time_taken")

# What the template that many edge workers descend from calls our fields.
TEMPLATE_NAMES = {
    "pathname": "path",
    "userAgent": "user_agent",
    "status": "status_code",
    "bytes": "bytes_sent",
}

REQUIRED = {field: field for field in REQUIRED_FIELDS}

QUERY_PARAMS: dict[str, Any] = {"query_params": dict[str, Any] | None}

_READER = RowReader(*FIELDS, *TEMPLATE_NAMES, others=QUERY_PARAMS)


def read(request: FeedRequest) -> FeedBatch:
    """Read records of ours; the sender may name the delivery by an ``Idempotency-Key``."""
    intake = Intake(REQUIRED)
    for row in read_rows(plain_body(request), _READER, intake):
        take(rename(row, TEMPLATE_NAMES), intake)
    return intake.batch(dedup_key=sent_key(request))


def take(row: Row, intake: Intake) -> None:
    """Account for a row in our field names."""
    if is_no_response(row.get("status_code")):
        intake.skip(Skip.NO_RESPONSE)
    else:
        intake.take(to_record(row))


def sent_key(request: FeedRequest) -> str | None:
    """Give the delivery's id that senders of ours make."""
    return dedup_key(text(request.headers.get("idempotency-key")))


def rename(row: Row, names: Mapping[str, str]) -> Row:
    """Give members their name among our fields, unless the row has that too."""
    renamed = {name: value for name, value in row.items() if name not in names}
    for name, ours in names.items():
        if name in row:
            renamed.setdefault(ours, row[name])
    return renamed


def to_record(row: Row) -> dict[str, Any]:
    """Make a record of a row in our field names."""
    params = row.get("query_params")
    # An empty object says the same as none, but would keep a query in the path from being read.
    query_params = {"query_params": params} if params else {}
    ip = reported(row, "ip")
    return {
        **{name: text(row.get(name)) for name in FIELDS},
        **{name: number(row.get(name)) for name in _NUMBERS},
        **target(text(row.get("path"))),
        **query_params,
        "timestamp": instant(row.get("timestamp")),
        "ip": address(ip),
        "user_agent": reported(row, "user_agent"),
    }
