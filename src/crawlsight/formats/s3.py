"""Amazon S3 server access logs.

    OWNER shop.example [22/Nov/2026:04:11:33 +0000] 203.0.113.9 - 3E57 WEBSITE.GET.OBJECT a "GET /a HTTP/1.1"
    200 - 512 512 31 30 "-" "GPTBot/1.2" - HOSTID - - - shop.example - (all in one line)

A row without a request line is an event of the bucket, such as the end of an object's life.

Source:
    docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
"""

from functools import partial
from typing import Any

from crawlsight.formats.results import Format
from crawlsight.formats.template import TemplateParser, compile_own


def _find_host(values: dict[str, Any]) -> None:
    """Take the Host header out of the columns after the user agent, where the log has it."""
    columns = str(values.pop("rest")).split()
    place = 5
    if len(columns) > place:
        values["host"] = columns[place]


_TEMPLATE = compile_own(
    '$_owner $_bucket [$timestamp] $ip $_requester $_id $_operation $_key "$request" $status_code $_error '
    '$bytes_sent $_size $duration_ms $_turnaround "$referer" "$user_agent" $rest',
    "s3",
    amend=_find_host,
)

FORMAT = Format(
    "s3",
    "Amazon S3 server access log",
    "79a59df900b949e5 shop.example [22/Nov/2026:04:11:33 +0000] 203.0.113.9 - 3E57427F3EXAMPLE "
    'WEBSITE.GET.OBJECT a "GET /a?b=1 HTTP/1.1" 200 - 512 512 31 30 "-" "GPTBot/1.2" - s9lzHYrFp76ZVxR= '
    "- - - shop.example - - -",
    partial(TemplateParser, (_TEMPLATE,)),
)
