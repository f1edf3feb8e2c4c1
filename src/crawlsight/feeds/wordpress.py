"""WordPress with our plugin: records of ours."""

from crawlsight.feeds import credentials, own_records
from crawlsight.feeds.feed import Feed

NAME = "wordpress"

FEED = Feed(
    name=NAME,
    path="/v1/logs/wordpress",
    credential=credentials.from_headers,
    read=own_records.read,
)
