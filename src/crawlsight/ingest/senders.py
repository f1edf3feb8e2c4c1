"""Who sent the valid records of a batch: the crawlers, with what proves them, and people."""

from collections.abc import Sequence

import msgspec

from crawlsight.detect import (
    NO_REFERRAL,
    NOT_A_BOT,
    Crawler,
    CrawlerDetector,
    Knowledge,
    Match,
    ReferralDetector,
    Signature,
    Verifier,
)
from crawlsight.detect.crawlers import TOOLS
from crawlsight.detect.ranges import IpRanges
from crawlsight.ingest.fields import normalise_host
from crawlsight.ingest.outcome import RecordError, RejectedRecord
from crawlsight.ingest.rows import Visitor, read_referrers, read_target, read_targets
from crawlsight.ingest.signed import SignatureCheck
from crawlsight.record import LogRecord


class Judged(msgspec.Struct):
    """Valid records with their positions, and the errors of the others.

    Attributes:
        found: Of each record the crawler that it is, or claims to be.
        signatures: What became of signatures, by position among the records.
        passed_over: How many more valid records there are, of which nothing is stored.
    """

    records: Sequence[LogRecord]
    indexes: Sequence[int]
    errors: list[RecordError] = []
    review: list[RejectedRecord] = []
    found: list[Crawler | None] = []
    signatures: dict[int, Signature] = {}
    passed_over: int = 0


class Senders:
    """Who sent the valid records of a batch: crawlers, with what proves them, or people."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._crawlers = CrawlerDetector(knowledge.catalogue)
        self._referrals = ReferralDetector(knowledge.assistants)
        self._verifier = Verifier(knowledge.catalogue, IpRanges(knowledge.snapshots))
        self._signatures = SignatureCheck(knowledge.key_directories)

    def judged(
        self, records: Sequence[LogRecord], indexes: Sequence[int], errors: list[RecordError]
    ) -> Judged:
        """Take valid records that were read elsewhere, and recognise who sent them."""
        judged = Judged(records, indexes, errors)
        self.recognise(judged)
        return judged

    def recognise(self, judged: Judged) -> None:
        """Find the crawlers: by user agent, else by signature, else by address."""
        records = judged.records
        user_agents = [record.user_agent or "" for record in records]
        judged.found = found = self._crawlers.find_all(user_agents)
        judged.signatures = self._signatures.check_all(records)
        for position, signature in judged.signatures.items():
            named = found[position]
            if named is None or named.purpose in TOOLS:
                found[position] = self._verifier.of_signature(signature) or named
        hidden = self._verifier.behind_browsers([record.ip for record in records], user_agents)
        for position, crawler in hidden.items():
            if found[position] is None:
                found[position] = crawler

    def may_be_ai_crawlers(self, ips: Sequence[str], user_agents: Sequence[str]) -> list[int]:
        """List the positions of requests without signatures that are an AI crawler's; some may be others'."""
        found = self._crawlers.find_all(user_agents)
        hidden = self._verifier.behind_browsers(ips, user_agents)
        return sorted(
            {
                *hidden,
                *(i for i, crawler in enumerate(found) if crawler is not None and crawler.is_ai_crawler),
            }
        )

    def judge_one(
        self, record: LogRecord, rdns_name: str | None = None
    ) -> tuple[Visitor, Match | None, Signature | None]:
        """Say of one valid record who sent it, by which token and with which signature."""
        judged = self.judged([record], [0], [])
        visitor, signature = self.visitors(judged)[0], judged.signatures.get(0)
        if visitor.crawler is not None and rdns_name is not None:
            verdict = self._verifier.verify(visitor.crawler, record.ip, signature, rdns_name)
            visitor = msgspec.structs.replace(visitor, verdict=verdict)
        return visitor, self._crawlers.locate(record.user_agent or ""), signature

    def ai_crawlers(self, judged: Judged) -> list[Visitor]:
        """Pick out what the usual policy keeps, without a thought for the many records that it drops."""
        kept = [
            (position, crawler)
            for position, crawler in enumerate(judged.found)
            if crawler is not None and crawler.is_ai_crawler
        ]
        records = judged.records
        hosts = _normal_hosts([records[position] for position, _ in kept])
        verify = self._verifier.verify
        return [
            Visitor(
                judged.indexes[position],
                record := records[position],
                crawler,
                NO_REFERRAL,
                hosts[record.host],
                read_target(record),
                verify(crawler, record.ip, judged.signatures.get(position)),
            )
            for position, crawler in kept
        ]

    def visitors(self, judged: Judged) -> list[Visitor]:
        """Say of every valid record who sent it."""
        hosts = _normal_hosts(judged.records)
        attribute, verify = self._referrals.attribute, self._verifier.verify
        signature_of = judged.signatures.get
        return [
            Visitor(
                index,
                record,
                crawler,
                attribute(referrer, target[1], hosts[record.host]) if crawler is None else NO_REFERRAL,
                hosts[record.host],
                target,
                NOT_A_BOT if crawler is None else verify(crawler, record.ip, signature_of(position)),
            )
            for position, (index, record, crawler, referrer, target) in enumerate(
                zip(
                    judged.indexes,
                    judged.records,
                    judged.found,
                    read_referrers(judged.records),
                    read_targets(judged.records),
                    strict=True,
                )
            )
        ]


def _normal_hosts(records: Sequence[LogRecord]) -> dict[str, str]:
    return {host: normalise_host(host) for host in {record.host for record in records}}
