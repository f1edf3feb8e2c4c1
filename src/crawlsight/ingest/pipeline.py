"""The pure core: a plain body and its context in, an Outcome with every record accounted for out."""

import hashlib
from datetime import datetime
from typing import Any, Literal, cast

import msgspec

from crawlsight.ingest.body import compress_block
from crawlsight.ingest.decode import BatchDecoder, Entry
from crawlsight.ingest.fields import MILLISECONDS_FROM, apply_ip_policy
from crawlsight.ingest.outcome import Batch, Outcome, QuarantinedRows, RecordError, RejectedRecord
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ingest.rows import (
    Visitor,
    encode_rows,
)
from crawlsight.ingest.senders import Judged, Senders
from crawlsight.ingest.validate import InvalidRecordError, Rules, Window, validate_record
from crawlsight.record import REQUIRED_FIELDS, LogRecord

# Rejected records kept for review of each batch.
_MOST_REVIEWED = 100

_REVIEWED_CHARS = 200


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
        senders: Senders,
    ) -> None:
        self._rules = rules
        self._decoder = decoder
        self._senders = senders

    def process(self, body: bytes, shape: Literal["json", "ndjson"], batch: Batch) -> Outcome:
        """Judge a plain body.

        Raises:
            MalformedBodyError: It is no batch.
            TooManyRecordsError: It has too many records.
        """
        entries = self._decoder.decode(body, shape)
        judged = self._judge(entries, batch.policy, batch.now)
        self._senders.recognise(judged)
        kept = keep(self._senders, judged, batch.policy)
        return account(batch, hashlib.sha256(body).digest(), len(entries), judged, kept)

    def _judge(self, entries: list[Entry], policy: Policy, now: datetime) -> Judged:
        window = self._rules.window(now, policy.retention_days)
        typed: list[Any] = [entry for entry in entries if isinstance(entry, self._decoder.record_type)]
        are_plain = self._are_plain(typed, window)
        if are_plain and len(typed) == len(entries):
            return Judged(typed, range(len(typed)))
        judged = Judged(records := [], indexes := [])
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
        if not records or not are_within([record.timestamp for record in records], window):
            return False
        if not self._rules.empty_user_agent and "-" in [record.user_agent for record in records]:
            return False
        return not [
            record
            for record in records
            if record.path == "-" or record.ip == "-" or record.host == "-" or record.method == "-"
        ]


def keep(senders: Senders, judged: Judged, policy: Policy) -> _Kept:
    """Pick out what the project keeps and what is set aside."""
    if policy.keeps_only_ai_crawlers:
        return _Kept(senders.ai_crawlers(judged))
    visitors = senders.visitors(judged)
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


def _values(entry: LogRecord | dict[str, Any]) -> dict[str, Any]:
    return entry if isinstance(entry, dict) else msgspec.structs.asdict(cast("msgspec.Struct", entry))


def are_within(timestamps: list[Any], window: Window) -> bool:
    """Tell whether all of them are of one kind and surely in the window, by their least and greatest."""
    if not timestamps:
        return True
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


def account(batch: Batch, digest: bytes, received: int, judged: Judged, kept: _Kept) -> Outcome:
    """Sum a batch up and encode what is stored of it."""
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
    accepted = len(judged.records) + judged.passed_over
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
