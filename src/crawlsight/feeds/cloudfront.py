"""CloudFront's log lines: standard logs v2 as JSON or text, and real-time logs.

Source:
    Amazon CloudFront Developer Guide, "Standard logging reference" and "Real-time logs"; read 2026-11.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from crawlsight.feeds.feed import Skip
from crawlsight.feeds.fields import (
    decode_user_agent,
    instant,
    is_no_response,
    number,
    reported,
    target,
    text,
)
from crawlsight.feeds.intake import Intake
from crawlsight.feeds.rows import Row, RowReader, read_rows
from crawlsight.formats.cloudfront import REAL_TIME_FIELDS

_STANDARD = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port "
    "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start "
    "sc-range-end c-country cache-behavior-path-pattern"
)
STANDARD_FIELDS = tuple(_STANDARD.split())

# The oldest standard format that is still around.
_FEWEST_STANDARD_FIELDS = 12

REQUIRED = {
    "timestamp": "timestamp (or date and time)",
    "method": "cs-method",
    "host": "x-host-header (or cs-host)",
    "path": "cs-uri-stem",
    "status_code": "sc-status",
    "ip": "c-ip",
    "user_agent": "cs(User-Agent) (or cs-user-agent)",
}

# One field is called differently in standard logs, real-time logs and Parquet files. The distribution's
# own name, cs(Host), is not the visitor's host that real-time logs call cs-host.
_ONE_NAME = {
    "timestamp_ms": "timestamp(ms)",
    "cs_Host": "cs(Host)",
    "cs-user-agent": "cs(User-Agent)",
    "cs_User_Agent": "cs(User-Agent)",
    "cs-referer": "cs(Referer)",
    "cs_Referer": "cs(Referer)",
}

_USED = (
    "timestamp(ms)",
    "timestamp",
    "date",
    "time",
    "c-ip",
    "cs-method",
    "cs-host",
    "x-host-header",
    "cs(Host)",
    "cs-uri-stem",
    "cs-uri-query",
    "sc-status",
    "sc-bytes",
    "time-taken",
    "cs(User-Agent)",
    "cs(Referer)",
)

_DEMO = ("ticker_symbol", "TICKER_SYMBOL")

_READER = RowReader(
    *_USED, *_ONE_NAME, *(name.replace("-", "_") for name in _USED if "-" in name and "(" not in name), *_DEMO
)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# What a log escapes of the characters that may stand in a request target. All others keep their escape:
# they had it in the request, or the target would become another.
_LOG_ESCAPE = re.compile(r"%(?:25|22|27|3C|3E|5B|5C|5D|5E|60|7B|7C|7D|7E)", re.IGNORECASE)


class LogLines:
    """Reads the log lines of one request.

    Args:
        fields: The configured fields in their order; empty for the documented default.
        delimiter: Between the columns of text lines; empty for a tab, else a space.
    """

    def __init__(self, intake: Intake, fields: Sequence[str] = (), delimiter: str = "") -> None:
        self._intake = intake
        self._configured = fields
        self._delimiter = delimiter
        self._header: Sequence[str] = ()

    def read(self, data: bytes) -> None:
        """Account for every line of a record: JSON objects or columns."""
        stripped = data.strip()
        if not stripped:
            self._intake.skip(Skip.EMPTY)
        elif stripped.startswith(b"{"):
            for row in read_rows(stripped, _READER, self._intake):
                self._take(row)
        else:
            for line in stripped.splitlines():
                if line.strip():
                    self._read_columns(line.decode("utf-8", "replace"))

    def _take(self, row: Row) -> None:
        if any(name in row for name in _DEMO):
            self._intake.skip(Skip.DEMO_ROW)
            return
        named = {_ONE_NAME.get(name, name.replace("_", "-")): value for name, value in row.items()}
        if not named.keys() & {"cs-method", "cs-uri-stem", "sc-status", "c-ip"}:
            self._intake.skip(Skip.NOT_A_REQUEST)
        elif is_no_response(named.get("sc-status")):
            self._intake.skip(Skip.NO_RESPONSE)
        else:
            self._intake.take(to_record(named))

    def _read_columns(self, line: str) -> None:
        if line.startswith("#"):
            if line.lower().startswith("#fields:"):
                self._header = line.partition(":")[2].split()
            return
        columns = line.split(self._delimiter or ("\t" if "\t" in line else " "))
        names, may_be_shorter = self._names(columns)
        count = len(columns)
        if count > len(names) or (count < len(names) and not may_be_shorter):
            self._intake.reject(
                f"{count} columns where {len(names)} fields are expected; "
                "send the log's fields in their order as the Firehose parameter 'fields'"
            )
            return
        self._take({name: value for name, value in zip(names, columns, strict=False) if name not in _DEMO})

    def _names(self, columns: list[str]) -> tuple[Sequence[str], bool]:
        """Give the columns' names, and whether trailing ones may be absent."""
        if self._configured:
            return self._configured, False
        if self._header:
            return self._header, True
        if _DATE.fullmatch(columns[0]):
            return STANDARD_FIELDS, len(columns) >= _FEWEST_STANDARD_FIELDS
        added_later = [""] * (len(columns) - len(REAL_TIME_FIELDS))
        return [*REAL_TIME_FIELDS, *added_later], False


def to_record(row: Row) -> dict[str, Any]:
    """Make a record of a row in the names of the standard log."""
    agent = reported(row, "cs(User-Agent)")
    stem, query = text(row.get("cs-uri-stem")), text(row.get("cs-uri-query"))
    # A real-time log has the query in the stem as well.
    whole_query = None if stem and "?" in stem else query
    referer = text(row.get("cs(Referer)"))
    return {
        "timestamp": _timestamp(row),
        "method": text(row.get("cs-method")),
        "host": text(row.get("cs-host")) or text(row.get("x-host-header")) or text(row.get("cs(Host)")),
        **target(stem and decode_target(stem), whole_query and decode_target(whole_query)),
        "status_code": number(row.get("sc-status")),
        "ip": reported(row, "c-ip"),
        "user_agent": agent and decode_user_agent(agent),
        "referer": referer and decode_target(referer),
        "bytes_sent": number(row.get("sc-bytes")),
        "time_taken": number(row.get("time-taken")),
    }


def decode_target(value: str) -> str:
    """Undo what the log escaped, and nothing that the client did: ``/caf%25C3%25A9`` → ``/caf%C3%A9``."""
    return _LOG_ESCAPE.sub(lambda escape: unquote(escape[0]), value)


def _timestamp(row: Row) -> Any:
    exact = instant(row.get("timestamp(ms)")) or instant(row.get("timestamp"))
    date, time = text(row.get("date")), text(row.get("time"))
    return exact or (f"{date}T{time}Z" if date and time else None)
