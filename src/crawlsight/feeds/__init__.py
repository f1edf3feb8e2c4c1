"""Vendor feeds: requests in each vendor's wire format → records, and answers that the vendor understands."""

from crawlsight.feeds import (
    aem,
    akamai,
    cloudflare_logpush,
    cloudflare_worker,
    fastly,
    firehose,
    gcp,
    netlify,
    vercel,
    wordpress,
)
from crawlsight.feeds.fastly import ANY_SERVICE, CHALLENGE_PATH, challenge
from crawlsight.feeds.feed import (
    MAX_BODY_BYTES,
    Answer,
    Feed,
    FeedBatch,
    FeedRequest,
    Rejected,
    Reply,
    Skip,
)

__all__ = [
    "ANY_SERVICE",
    "CHALLENGE_PATH",
    "FEEDS",
    "MAX_BODY_BYTES",
    "Answer",
    "Feed",
    "FeedBatch",
    "FeedRequest",
    "Rejected",
    "Reply",
    "Skip",
    "challenge",
]

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        firehose.FEED,
        cloudflare_worker.FEED,
        cloudflare_logpush.FEED,
        vercel.FEED,
        netlify.FEED,
        fastly.FEED,
        akamai.FEED,
        gcp.FEED,
        aem.FEED,
        wordpress.FEED,
    )
}
