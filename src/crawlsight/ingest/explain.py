"""Explain a record: what becomes of it, which rule gave its class and its verdict, and why."""

from datetime import datetime
from typing import Any

import msgspec

from crawlsight.detect import Catalogue, Crawler, Knowledge, Match, Referral, Signature, Verdict, Verification
from crawlsight.ingest.decode import record_type
from crawlsight.ingest.policy import Policy
from crawlsight.ingest.rows import Visitor
from crawlsight.ingest.senders import Senders
from crawlsight.ingest.validate import Rules, validate_record

# By the kind of the evidence, what stands before its colon.
_SENTENCES = {
    "ip": "Verified: the address is in the published list {lists}.",
    "rdns": "{state} by the address's reverse DNS: {detail}.",
    "signature": "Verified: the request is signed with a key of {detail}.",
    "bad-signature": "Claimed: the signature does not prove it: {detail}.",
    "robots-only": "Contradicted: the name is for robots.txt alone, no genuine client sends it.",
    "no-address": "Claimed: the record has no address to check.",
    "private-address": "Claimed: the address is private, probably a proxy's; log the client's own.",
    "masked-address": "Claimed: the address is masked, and only part of what it hides is in the list.",
    "no-snapshot": "Claimed: there is no copy of its list yet; run 'crawlsight ranges refresh'.",
}


class ExplainedCrawler(msgspec.Struct, frozen=True):
    """The crawler that a record is from.

    Attributes:
        version: As the user agent gives it; empty without one.
        recognised_by: ``user_agent``, ``signature`` or ``address``.
        token: The catalogue's token that matched; empty when the user agent did not tell.
    """

    name: str
    operator: str
    product: str
    purpose: str
    bot_type: str
    is_ai_crawler: bool
    version: str
    recognised_by: str
    token: str
    documentation: str


class Explanation(msgspec.Struct, frozen=True):
    """What becomes of a record and why.

    Attributes:
        crawler: None for people and unknown clients.
        fate: ``stored``, ``dropped`` or ``quarantined``.
        reasons: Sentences: on the class, the verdict, the referral and the fate.
    """

    crawler: ExplainedCrawler | None
    verification: str
    verification_evidence: str
    referral_source: str
    referral_type: str
    fate: str
    reasons: list[str]


class Explainer:
    """Explains by the same code that judges batches."""

    def __init__(self, rules: Rules, knowledge: Knowledge, senders: Senders | None = None) -> None:
        self._rules = rules
        self._knowledge = knowledge
        self._senders = senders or Senders(knowledge)
        self._record_type: Any = record_type(rules)

    def explain(
        self, values: dict[str, Any], policy: Policy, now: datetime, rdns_name: str | None = None
    ) -> Explanation:
        """Explain a record as a sender would send it.

        Args:
            rdns_name: The address's forward-confirmed name, None when nobody has asked.

        Raises:
            InvalidRecordError: The record would be rejected: its first failing field, and why.
        """
        checked = validate_record(values, self._rules, self._rules.window(now, policy.retention_days))
        visitor, match, signature = self._senders.judge_one(self._record_type(**checked), rdns_name)
        crawler = visitor.crawler
        if match is not None and match.crawler is not crawler:
            match = None
        by = "user_agent" if match else "signature" if _is_signed_by(crawler, signature) else "address"
        fate, why = _fate(visitor, policy)
        return Explanation(
            crawler=None if crawler is None else _explained(crawler, self._knowledge.catalogue, match, by),
            verification=visitor.verdict.state,
            verification_evidence=visitor.verdict.evidence,
            referral_source=visitor.referral.source,
            referral_type=visitor.referral.type,
            fate=fate,
            reasons=[
                self._why_class(crawler, match, by),
                *([self._why_verdict(visitor.verdict, signature)] if crawler else []),
                *([_why_referral(visitor.referral)] if crawler is None else []),
                why,
            ],
        )

    def _why_class(self, crawler: Crawler | None, match: Match | None, by: str) -> str:
        if crawler is None:
            return "The user agent has no token of a known crawler, so this counts as a person's request."
        who = (
            f"{crawler.name} of {self._knowledge.catalogue.operator_name(crawler)}"
            f" ({crawler.purpose.value}, {'an AI crawler' if crawler.is_ai_crawler else 'no AI crawler'})"
        )
        if match is not None:
            return f"The user agent has the token {match.token!r}, which is {who}: {crawler.documentation}"
        if by == "signature":
            return f"The user agent does not tell, but the request is signed by {who}."
        return f"The user agent is a browser's, but the address is one of {who} alone."

    def _why_verdict(self, verdict: Verdict, signature: Signature | None) -> str:
        kind, _, detail = verdict.evidence.partition(":")
        if kind in _SENTENCES:
            return _SENTENCES[kind].format(
                detail=detail, lists=self._lists(detail), state=verdict.state.capitalize()
            )
        if kind == "outside":
            return self._why_outside(verdict, detail)
        if verdict.state == Verification.UNVERIFIABLE:
            return "Unverifiable: its operator publishes nothing by which it could be checked."
        hint = f" ({signature.reason})" if signature is not None and signature.state != "absent" else ""
        return f"Claimed: nothing in the record can be checked against what its operator publishes{hint}."

    def _why_outside(self, verdict: Verdict, detail: str) -> str:
        where = f"the address is outside the published list {self._lists(detail)}"
        if verdict.state == Verification.CONTRADICTED:
            return f"Contradicted: {where}."
        return f"Claimed: {where}, but genuine requests also come from elsewhere."

    def _lists(self, detail: str) -> str:
        ip_lists = self._knowledge.catalogue.ip_lists
        slugs = [dated.partition("@")[0] for dated in detail.split(",")]
        return ", ".join(f"{slug} ({ip_lists[slug].url})" for slug in slugs if slug in ip_lists)


def _is_signed_by(crawler: Crawler | None, signature: Signature | None) -> bool:
    if crawler is None or signature is None:
        return False
    return signature.state == "valid" and signature.agent in crawler.signature_agents


def _explained(crawler: Crawler, catalogue: Catalogue, match: Match | None, by: str) -> ExplainedCrawler:
    return ExplainedCrawler(
        name=crawler.name,
        operator=catalogue.operator_name(crawler),
        product=crawler.product,
        purpose=crawler.purpose.value,
        bot_type=crawler.bot_type,
        is_ai_crawler=crawler.is_ai_crawler,
        version=match.version if match else "",
        recognised_by=by,
        token=match.token if match else "",
        documentation=crawler.documentation,
    )


def _why_referral(referral: Referral) -> str:
    if referral.is_from_assistant:
        by = {"referer": "the referrer", "utm": "a tag in the requested URL"}.get(
            referral.type, "referrer and tag"
        )
        return f"Sent by the AI assistant {referral.source}, by {by}."
    return {
        "internal": "The referrer is the site itself.",
        "none": "No referrer and no known tag tell who sent this person.",
    }.get(referral.source, "The referrer is no AI assistant.")


def _fate(visitor: Visitor, policy: Policy) -> tuple[str, str]:
    if not policy.owns(visitor.host):
        return "quarantined", f"Quarantined: {visitor.host} is none of the project's domains."
    if policy.keeps(visitor.crawler, visitor.referral):
        return "stored", f"Stored: the project keeps {policy.keep.value!r}."
    return "dropped", f"Dropped: the project keeps only {policy.keep.value!r}."
