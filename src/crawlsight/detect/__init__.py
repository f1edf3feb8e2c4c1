"""Who sent a request: the crawler it claims to be, or the assistant that sent a person."""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from crawlsight.detect.catalogue import Catalogue, Crawler, Purpose, built_in_catalogue, parse_catalogue
from crawlsight.detect.crawlers import CrawlerDetector, Match
from crawlsight.detect.knowledge import Knowledge, built_in_knowledge
from crawlsight.detect.referrals import NO_REFERRAL, Referral, ReferralDetector, built_in_assistants
from crawlsight.detect.verify import NOT_A_BOT, Signature, Verdict, Verification, Verifier

__all__ = [
    "NOT_A_BOT",
    "NO_REFERRAL",
    "Catalogue",
    "Crawler",
    "CrawlerDetector",
    "Knowledge",
    "Match",
    "Purpose",
    "Referral",
    "ReferralDetector",
    "Signature",
    "Verdict",
    "Verification",
    "Verifier",
    "built_in_assistants",
    "built_in_catalogue",
    "built_in_knowledge",
    "parse_catalogue",
]

if TYPE_CHECKING:
    from crawlsight.library import Detection


class _CallablePackage(ModuleType):
    # TRICKY: importing this package puts it in the place of the function crawlsight.detect.
    def __call__(self, user_agent: str) -> "Detection | None":
        from crawlsight.library import detect  # noqa: PLC0415

        return detect(user_agent)


sys.modules[__name__].__class__ = _CallablePackage
