"""Detection and verification for other programs: two functions over what comes with the package."""

from functools import cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from crawlsight.detect import CrawlerDetector, Verdict, Verifier


class Detection(msgspec.Struct, frozen=True):
    """The crawler that a user agent claims to be.

    Attributes:
        version: As the user agent gives it; empty without one.
        product: What the operator calls the thing that the crawler works for; empty when unknown.
        documentation: Where the operator, or whoever knows best, describes it.
    """

    crawler: str
    version: str
    operator: str
    product: str
    purpose: str
    is_ai_crawler: bool
    documentation: str


def detect(user_agent: str) -> Detection | None:
    """Name the crawler that a user agent claims to be; None for people and what nobody knows."""
    detector = _detector()
    found = detector.locate(user_agent)
    if found is None:
        return None
    return Detection(
        crawler=found.crawler.name,
        version=found.version,
        operator=detector.catalogue.operator_name(found.crawler),
        product=found.crawler.product,
        purpose=found.crawler.purpose.value,
        is_ai_crawler=found.crawler.is_ai_crawler,
        documentation=found.crawler.documentation,
    )


def verify(user_agent: str, ip: str, rdns_name: str | None = None) -> "Verdict":
    """Judge whether a request comes from the crawler that its user agent claims to be.

    Makes no request of its own: addresses are compared with the lists that come with the package.

    Args:
        user_agent: As logged.
        ip: The client's address; ports, brackets and masks are understood.
        rdns_name: The address's forward-confirmed reverse DNS name, if the caller has asked for it.

    Returns:
        ``state`` is verified, claimed, contradicted or unverifiable, or none for people; ``evidence`` says
        what it rests on.
    """
    from crawlsight.detect import NOT_A_BOT  # noqa: PLC0415

    crawler = _detector().find(user_agent)
    return NOT_A_BOT if crawler is None else _verifier().verify(crawler, ip, rdns_name=rdns_name)


# Loaded with the first question: importing the package must cost nothing.
@cache
def _detector() -> "CrawlerDetector":
    from crawlsight.detect import CrawlerDetector, built_in_catalogue  # noqa: PLC0415

    return CrawlerDetector(built_in_catalogue())


@cache
def _verifier() -> "Verifier":
    from crawlsight.detect import Verifier, built_in_knowledge  # noqa: PLC0415
    from crawlsight.detect.ranges import IpRanges  # noqa: PLC0415

    knowledge = built_in_knowledge()
    return Verifier(knowledge.catalogue, IpRanges(knowledge.snapshots))
