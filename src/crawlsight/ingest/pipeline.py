"""The pure core: a plain body and its context in, an Outcome with every record accounted for out."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from crawlsight.detect import NO_REFERRAL, Crawler, CrawlerDetector, ReferralDetector
from crawlsight.ingest.body import compress_block
from crawlsight.ingest.decode import BatchDecoder, Entry
from crawlsight.ingest.fields import MILLISECONDS_FROM, apply_ip_policy, normalise_host
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ingest.rows import (
    Visitor,
    encode_rows,
    read_referrers,
    read_target,
    read_targets,
    visit_id,
)
from crawlsight.ingest.validate import InvalidRecordError, Rules, Window, validate_record
from crawlsight.record import REQUIRED_FIELDS, LogRecord

# Rejected records kept for review of each batch.
_MOST_REVIEWED = 100

_REVIEWED_CHARS = 200


class RecordError(msgspec.Struct, frozen=True):
    """Why the record at *index* (0-based) was rejected."""

    index: int
    field: str
    message: str


class RejectedRecord(msgspec.Struct, frozen=True):
    """A rejected record as kept for review: known fields only, cut short, the address masked."""

    error: RecordError
    values: dict[str, str]


class QuarantinedRows(msgspec.Struct, frozen=True):
    """Valid records for a host that is none of the project's: how many, and those it would keep."""

    host: str
    records: int
    rows: int
    block: bytes


class Batch(msgspec.Struct, frozen=True):
    """What the core needs to know about a batch besides its body.

    Attributes:
        source: Name of the key that sent it.
        now: Instant of receipt.
    """

    batch_id: UUID
    source: str
    policy: Policy
    now: datetime


class Outcome(msgspec.Struct, frozen=True):
    """A batch judged: the counters, the errors, and what is to be stored.

    ``received = accepted + rejected`` and ``accepted = stored_ai_crawlers + stored_others +
    dropped + quarantined`` always hold.

    Attributes:
        block: Compressed rows, empty when nothing is stored.
        first_valid_index: Position of the first valid record, None without one.
    """

    batch_id: UUID
    body_sha256: bytes
    received: int
    accepted: int
    stored_ai_crawlers: int
    stored_others: int
    dropped: int
    quarantined: int
    rejected: int
    errors: tuple[RecordError, ...]
    review: tuple[RejectedRecord, ...]
    quarantine: tuple[QuarantinedRows, ...]
    block: bytes
    first_valid_index: int | None

    @property
    def stored(self) -> int:
        """Rows in the block."""
        return self.stored_ai_crawlers + self.stored_others

    @property
    def first_visit_id(self) -> str | None:
        """Id of the first valid record's visit."""
        return None if self.first_valid_index is None else visit_id(self.batch_id, self.first_valid_index)


class _Judged(msgspec.Struct):
    """Valid records with their positions, and the errors of the others."""

    records: Sequence[LogRecord]
    indexes: Sequence[int]
    errors: list[RecordError] = []
    review: list[RejectedRecord] = []


class _Kept(msgspec.Struct):
    """Visitors to be stored, and those set aside by host with how many there were in all."""

    visitors: list[Visitor] = []
    quarantined: dict[str, list[Visitor]] = {}
    quarantined_records: dict[str, int] = {}


class Pipeline:
    """One dialect's way from bytes to Outcome; holds what is costly to build, no state of a batch."""

    def __init__(
        self,
        rules: Rules,
        decoder: BatchDecoder,
        crawlers: CrawlerDetector,
        referrals: ReferralDetector,
    ) -> None:
        self._rules = rules
        self._decoder = decoder
        self._crawlers = crawlers
        self._referrals = referrals

    def process(self, body: bytes, shape: Literal["json", "ndjson"], batch: Batch) -> Outcome:
        """Judge a plain body.

        Raises:
            MalformedBodyError: It is no batch.
            TooManyRecordsError: It has too many records.
        """
        entries = self._decoder.decode(body, shape)
        judged = self._judge(entries, batch.policy, batch.now)
        found = self._crawlers.find_all([record.user_agent or "" for record in judged.records])
        if batch.policy.keep is Keep.CRAWLERS and not batch.policy.domains:
            kept = _Kept(_visitors_of_ai_crawlers(judged, found))
        else:
            kept = _keep(self._visitors(judged, found), batch.policy)
        return _account(batch, hashlib.sha256(body).digest(), len(entries), judged, kept)

    def _judge(self, entries: list[Entry], policy: Policy, now: datetime) -> _Judged:
        window = self._rules.window(now, policy.retention_days)
        typed: list[Any] = [entry for entry in entries if isinstance(entry, self._decoder.record_type)]
        are_plain = self._are_plain(typed, window)
        if are_plain and len(typed) == len(entries):
            return _Judged(typed, range(len(typed)))
        judged = _Judged(records := [], indexes := [])
        for index, entry in enumerate(entries):
            try:
                is_plain = are_plain and isinstance(entry, self._decoder.record_type)
                records.append(entry if is_plain else self._judge_entry(entry, window))
                indexes.append(index)
            except InvalidRecordError as error:
                found = RecordError(index, error.field, error.message)
                judged.errors.append(found)
                if len(judged.review) < _MOST_REVIEWED:
                    judged.review.append(RejectedRecord(found, _reviewed(entry, policy)))
        return judged

    def _judge_entry(self, entry: Entry, window: Window) -> LogRecord:
        if isinstance(entry, InvalidRecordError):
            raise entry
        checked = validate_record(_values(entry), self._rules, window)
        return cast("LogRecord", self._decoder.record_type(**checked))

    def _are_plain(self, records: list[Any], window: Window) -> bool:
        """Tell whether typed records need no closer look, without one look per record."""
        if not records or not _are_within([record.timestamp for record in records], window):
            return False
        if not self._rules.empty_user_agent and "-" in [record.user_agent for record in records]:
            return False
        return not [
            record
            for record in records
            if record.path == "-" or record.ip == "-" or record.host == "-" or record.method == "-"
        ]

    def _visitors(self, judged: _Judged, found: list[Crawler | None]) -> list[Visitor]:
        hosts = _normal_hosts(judged.records)
        attribute = self._referrals.attribute
        return [
            Visitor(
                index,
                record,
                crawler,
                attribute(referrer, target[1], hosts[record.host]) if crawler is None else NO_REFERRAL,
                hosts[record.host],
                target,
            )
            for index, record, crawler, referrer, target in zip(
                judged.indexes,
                judged.records,
                found,
                read_referrers(judged.records),
                read_targets(judged.records),
                strict=True,
            )
        ]


def _visitors_of_ai_crawlers(judged: _Judged, found: list[Crawler | None]) -> list[Visitor]:
    """Pick out what the usual policy keeps, without a thought for the many records that it drops."""
    kept = [
        (index, record, crawler)
        for index, record, crawler in zip(judged.indexes, judged.records, found, strict=True)
        if crawler is not None and crawler.is_ai_crawler
    ]
    hosts = _normal_hosts([record for _, record, _ in kept])
    return [
        Visitor(index, record, crawler, NO_REFERRAL, hosts[record.host], read_target(record))
        for index, record, crawler in kept
    ]


def _keep(visitors: list[Visitor], policy: Policy) -> _Kept:
    owned = {host: policy.owns(host) for host in {visitor.host for visitor in visitors}}
    if policy.keep is Keep.ALL and all(owned.values()):
        return _Kept(visitors)
    kept = _Kept()
    for visitor in visitors:
        is_kept = policy.keeps(visitor.crawler, visitor.referral)
        if not owned[visitor.host]:
            kept.quarantined_records[visitor.host] = kept.quarantined_records.get(visitor.host, 0) + 1
            if is_kept:
                kept.quarantined.setdefault(visitor.host, []).append(visitor)
        elif is_kept:
            kept.visitors.append(visitor)
    return kept


def _normal_hosts(records: Sequence[LogRecord]) -> dict[str, str]:
    return {host: normalise_host(host) for host in {record.host for record in records}}


def _values(entry: LogRecord | dict[str, Any]) -> dict[str, Any]:
    return entry if isinstance(entry, dict) else msgspec.structs.asdict(cast("msgspec.Struct", entry))


def _are_within(timestamps: list[Any], window: Window) -> bool:
    try:
        first, last = min(timestamps), max(timestamps)
    except TypeError:
        return False
    if isinstance(first, datetime):
        if not isinstance(last, datetime) or (first.tzinfo is None) != (last.tzinfo is None):
            return False
        if first.tzinfo is None:
            return window.oldest.replace(tzinfo=None) <= first and last <= window.newest.replace(tzinfo=None)
        return window.oldest <= first and last <= window.newest
    oldest, newest = window.oldest.timestamp(), window.newest.timestamp()
    if first >= MILLISECONDS_FROM:
        return bool(oldest * 1000 <= first and last <= newest * 1000)
    return bool(last < MILLISECONDS_FROM and oldest <= first and last <= newest)


def _reviewed(entry: Entry, policy: Policy) -> dict[str, str]:
    """Reduce a rejected entry to what its sender needs to find the fault."""
    if isinstance(entry, InvalidRecordError):
        return {}
    values = _values(entry)
    # Nobody knows yet whether a rejected record is a person's, so it is never kept in full.
    ip_policy = (
        IpPolicy.DROP if IpPolicy.DROP in {policy.ip_policy, policy.human_ip_policy} else IpPolicy.MASK
    )
    shown = {}
    for name in (*REQUIRED_FIELDS, "referer", "bytes_sent", "duration_ms"):
        if values.get(name) is None:
            continue
        text = str(values[name])[:_REVIEWED_CHARS]
        shown[name] = apply_ip_policy(text, ip_policy) if name == "ip" else text
    return shown


def _account(batch: Batch, digest: bytes, received: int, judged: _Judged, kept: _Kept) -> Outcome:
    quarantine = tuple(
        QuarantinedRows(
            host,
            records,
            len(visitors := kept.quarantined.get(host, [])),
            _encode_block(visitors, batch),
        )
        for host, records in kept.quarantined_records.items()
    )
    quarantined = sum(kept.quarantined_records.values())
    accepted = len(judged.records)
    ai_crawlers = sum(
        visitor.crawler is not None and visitor.crawler.is_ai_crawler for visitor in kept.visitors
    )
    return Outcome(
        batch_id=batch.batch_id,
        body_sha256=digest,
        received=received,
        accepted=accepted,
        stored_ai_crawlers=ai_crawlers,
        stored_others=len(kept.visitors) - ai_crawlers,
        dropped=accepted - len(kept.visitors) - quarantined,
        quarantined=quarantined,
        rejected=len(judged.errors),
        errors=tuple(judged.errors),
        review=tuple(judged.review),
        quarantine=quarantine,
        block=_encode_block(kept.visitors, batch),
        first_valid_index=judged.indexes[0] if judged.indexes else None,
    )


def _encode_block(visitors: list[Visitor], batch: Batch) -> bytes:
    if not visitors:
        return b""
    return compress_block(encode_rows(visitors, batch.policy, batch.source, batch.batch_id, batch.now))
