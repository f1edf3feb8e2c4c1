"""Write valid records as rows of visits: values in the order of ``VISIT_COLUMNS``.

Rows are made a column at a time and zipped, which costs a fifth of making them one by one.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import repeat
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from crawlsight.detect import Crawler, Referral, Verdict
from crawlsight.ingest.fields import (
    MILLISECONDS_FROM,
    apply_ip_policy,
    normalise_method,
    split_path,
    to_instant,
)
from crawlsight.ingest.policy import IpPolicy, Policy
from crawlsight.record import LogRecord

_encoder = msgspec.json.Encoder()

# The low three bytes of a batch's id are zero; there the position of a record in its batch goes.
_INDEX_HEX_DIGITS = 6

_MOST_QUERY_PARAMS = 100

_SECONDS_A_DAY = 86_400

_NO_PARAMS: dict[str, str] = {}

# Plain strings: an enum's member costs the encoder ten times as much as its value.
_HUMAN = ("", "", "", "", False)

_INDEX_SUFFIXES = [f"{index:06x}" for index in range(1_000)]


class Visitor(msgspec.Struct, frozen=True, gc=False):
    """A valid record with all that is known of who sent it.

    Attributes:
        index: Position of the record in its batch.
        host: The record's host, normalised.
        target: Path without query, and the query parameters.
        verdict: Whether the crawler is what it claims to be.
    """

    index: int
    record: LogRecord
    crawler: Crawler | None
    referral: Referral
    host: str
    target: tuple[str, dict[str, str]]
    verdict: Verdict


def batch_uuid(random_bits: int, now: datetime) -> UUID:
    """Make a time-ordered batch id (UUID version 7) whose last 24 bits are free for record positions.

    Args:
        random_bits: At least 50 random bits.
    """
    milliseconds = int(now.timestamp() * 1000)
    high = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (random_bits & 0xFFF) << 64
    low = 0b10 << 62 | (random_bits >> 12 & (1 << 38) - 1) << 24
    return UUID(int=high | low)


def visit_id(batch_id: UUID, index: int) -> str:
    """Name the visit that the record at *index* of a batch becomes."""
    return f"{str(batch_id)[:-_INDEX_HEX_DIGITS]}{index:06x}"


def read_target(record: LogRecord) -> tuple[str, dict[str, str]]:
    """Give a record's path and its query parameters: its own, else those that stand in its path."""
    path, query = split_path(record.path)
    if record.query_params is not None or not query:
        return path, record.query_params or _NO_PARAMS
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_QUERY_PARAMS)
    except ValueError:
        return path, _NO_PARAMS
    params: dict[str, str] = {}
    for key, value in pairs:
        params.setdefault(key, value)
    return path, params


def read_targets(records: Sequence[LogRecord]) -> list[tuple[str, dict[str, str]]]:
    """Do :func:`read_target` for each record."""
    return [
        (record.path, record.query_params or _NO_PARAMS)
        if record.path[0] == "/" and "?" not in record.path
        else read_target(record)
        for record in records
    ]


def read_referrers(records: Sequence[LogRecord]) -> list[str]:
    """Give of each record the first of ``referer`` and ``referrer`` that is present, else ``""``."""
    values = [record.referer or record.referrer or "" for record in records]
    if "-" not in values:
        return values
    return [
        _present(record.referer) or _present(record.referrer) if value == "-" else value
        for value, record in zip(values, records, strict=True)
    ]


def read_user_agents(records: Sequence[LogRecord]) -> list[str]:
    """Give each record's user agent, ``""`` when it is absent."""
    return [
        user_agent if (user_agent := record.user_agent) and user_agent != "-" else "" for record in records
    ]


def encode_rows(
    visitors: Sequence[Visitor], policy: Policy, source: str, batch_id: UUID, now: datetime
) -> bytes:
    """Encode visits as JSON, one array a line.

    Args:
        source: Name of the key that sent the batch.
        now: Instant of receipt.
    """
    records = [visitor.record for visitor in visitors]
    seconds = _epoch_seconds(records)
    received_at = int(now.timestamp())
    columns = (
        _visit_ids(batch_id, visitors),
        repeat(policy.project_id),
        repeat(source),
        seconds,
        repeat(received_at),
        _expiries(seconds, received_at, policy.retention_days * _SECONDS_A_DAY),
        [visitor.host for visitor in visitors],
        [visitor.target[0] for visitor in visitors],
        [visitor.target[1] for visitor in visitors],
        _methods(records),
        [record.status_code for record in records],
        _addresses(visitors, policy),
        read_user_agents(records),
        read_referrers(records),
        [record.response_size if record.bytes_sent is None else record.bytes_sent for record in records],
        _durations_ms(records),
        *zip(*_bots(visitors), strict=True),
        [visitor.verdict.state for visitor in visitors],
        [visitor.referral.source for visitor in visitors],
        [visitor.referral.type for visitor in visitors],
        [visitor.verdict.evidence for visitor in visitors],
    )
    # TRICKY: a list, because the encoder (msgspec 0.22) never frees what it draws from an iterator.
    return _encoder.encode_lines(list(zip(*columns, strict=False)))


def _visit_ids(batch_id: UUID, visitors: Sequence[Visitor]) -> list[str]:
    prefix = str(batch_id)[:-_INDEX_HEX_DIGITS]
    if visitors and visitors[-1].index < len(_INDEX_SUFFIXES):
        return [prefix + _INDEX_SUFFIXES[visitor.index] for visitor in visitors]
    return [f"{prefix}{visitor.index:06x}" for visitor in visitors]


def _present(value: str | None) -> str:
    return value if value and value != "-" else ""


def _bots(visitors: Sequence[Visitor]) -> list[tuple[str, str, str, str, bool]]:
    # By name: a crawler's own hash would be computed from all its fields, each time.
    bots = {visitor.crawler.name: visitor.crawler for visitor in visitors if visitor.crawler is not None}
    columns = {name: _bot_columns(crawler) for name, crawler in bots.items()}
    return [_HUMAN if visitor.crawler is None else columns[visitor.crawler.name] for visitor in visitors]


def _bot_columns(crawler: Crawler) -> tuple[str, str, str, str, bool]:
    return (
        crawler.name,
        crawler.operator,
        crawler.bot_type,
        crawler.purpose.value,
        crawler.is_ai_crawler,
    )


def _epoch_seconds(records: Sequence[LogRecord]) -> list[float]:
    return [
        to_instant(timestamp).timestamp()
        if isinstance(timestamp := record.timestamp, datetime)
        else timestamp
        if timestamp < MILLISECONDS_FROM
        else timestamp / 1000
        for record in records
    ]


def _expiries(seconds: list[float], received_at: int, retention_seconds: int) -> list[int]:
    oldest = received_at - retention_seconds
    # Older than the retention already: the days count from the receipt, else it would vanish at once.
    return [int(second if second > oldest else received_at) + retention_seconds for second in seconds]


def _methods(records: Sequence[LogRecord]) -> list[str]:
    normal = {method: normalise_method(method) for method in {record.method for record in records}}
    return [normal[record.method] for record in records]


def _addresses(visitors: Sequence[Visitor], policy: Policy) -> list[str]:
    for_bots, for_humans = policy.ip_policy, policy.human_ip_policy
    if for_bots is for_humans is IpPolicy.KEEP:
        return [visitor.record.ip for visitor in visitors]
    return [
        visitor.record.ip
        if (rule := for_humans if visitor.crawler is None else for_bots) is IpPolicy.KEEP
        else apply_ip_policy(visitor.record.ip, rule)
        for visitor in visitors
    ]


def _durations_ms(records: Sequence[LogRecord]) -> list[float | None]:
    return [
        record.duration_ms
        if record.duration_ms is not None or record.time_taken is None
        else record.time_taken * 1000
        for record in records
    ]
