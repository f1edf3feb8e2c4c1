"""Akamai DataStream 2 as JSON.

    {"reqTimeSec":"1795320693.123","cliIP":"203.0.113.9","reqHost":"shop.example","reqMethod":"GET",
    "reqPath":"a","queryStr":"b=1","statusCode":"200","UA":"GPTBot/1.2%20(bot)"} (all in one line)

Values are text. User agent and referer are URL-encoded, in some streams with ``+`` for a space; the path may
lack its first slash.

Source:
    techdocs.akamai.com/datastream2: log format, data set parameters.
"""

from typing import Any
from urllib.parse import unquote, unquote_plus

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format


def _decode(values: dict[str, Any]) -> None:
    for name in ("user_agent", "referer"):
        text = values.get(name)
        if isinstance(text, str) and " " not in text:
            # A plus sign is a space only where spaces are not written as %20.
            values[name] = unquote(text) if "%20" in text else unquote_plus(text)
    target = values.get("target")
    if isinstance(target, str) and not target.startswith("/"):
        values["target"] = f"/{target}"


FORMAT = json_format(
    "akamai",
    "Akamai DataStream 2 JSON",
    '{"version":1,"reqTimeSec":"1795320693.123","cliIP":"203.0.113.9","statusCode":"200","reqHost":"shop.example",'
    '"reqMethod":"GET","reqPath":"a","queryStr":"b=1","UA":"GPTBot%2F1.2%20(bot)","referer":"-","bytes":"512",'
    '"turnAroundTimeMSec":"31"}',
    Vocabulary(
        {
            "timestamp": ("reqTimeSec",),
            "method": ("reqMethod",),
            "target": ("reqPath",),
            "query": ("queryStr",),
            "host": ("reqHost",),
            "ip": ("cliIP",),
            "forwarded": ("xForwardedFor",),
            "status_code": ("statusCode",),
            "user_agent": ("UA",),
            "referer": ("referer",),
            "bytes_sent": ("bytes", "totalBytes"),
            "duration_ms": ("transferTimeMSec", "turnAroundTimeMSec"),
        },
        request_mark="reqMethod",
        amend=_decode,
    ),
)
