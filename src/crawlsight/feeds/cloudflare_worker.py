"""A Cloudflare Worker in front of the site, with our snippet or the template that it resembles."""

from crawlsight.feeds import credentials, own_records
from crawlsight.feeds.feed import Feed

NAME = "cloudflare_worker"

FEED = Feed(
    name=NAME,
    path="/v1/logs/cloudflare_worker",
    credential=credentials.from_headers,
    read=own_records.read,
)
