"""Who sent a request: the crawler it claims to be, or the assistant that sent a person."""

from crawlsight.detect.catalogue import Catalogue, Crawler, Purpose, built_in_catalogue, parse_catalogue
from crawlsight.detect.crawlers import CrawlerDetector
from crawlsight.detect.referrals import NO_REFERRAL, Referral, ReferralDetector, built_in_assistants

__all__ = [
    "NO_REFERRAL",
    "Catalogue",
    "Crawler",
    "CrawlerDetector",
    "Purpose",
    "Referral",
    "ReferralDetector",
    "built_in_assistants",
    "built_in_catalogue",
    "parse_catalogue",
]
