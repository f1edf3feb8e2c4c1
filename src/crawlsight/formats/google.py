"""Google Cloud: the log entries of load balancers and Cloud CDN, and of whatever has an ``httpRequest``.

    {"timestamp":"2026-11-22T04:11:33.123Z","httpRequest":{"requestMethod":"GET","requestUrl":
    "https://shop.example/a?b=1","status":200,"userAgent":"GPTBot/1.2","remoteIp":"203.0.113.9",
    "responseSize":"512","latency":"0.031s"}} (all in one line)

A file holds one entry a line, or the array of ``gcloud logging read --format=json``.

Source:
    cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry (HttpRequest).
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "google",
    "Google Cloud load balancer, Cloud CDN",
    '{"httpRequest":{"latency":"0.031s","remoteIp":"203.0.113.9","requestMethod":"GET","requestUrl":'
    '"https://shop.example/a?b=1","responseSize":"512","status":200,"userAgent":"GPTBot/1.2"},"insertId":"1x",'
    '"timestamp":"2026-11-22T04:11:33.123456Z"}',
    Vocabulary(
        {
            "timestamp": ("timestamp", "receiveTimestamp"),
            "method": ("httpRequest.requestMethod",),
            "target": ("httpRequest.requestUrl",),
            "ip": ("httpRequest.remoteIp",),
            "status_code": ("httpRequest.status",),
            "user_agent": ("httpRequest.userAgent",),
            "referer": ("httpRequest.referer",),
            "bytes_sent": ("httpRequest.responseSize",),
            "duration": ("httpRequest.latency",),
        },
        request_mark="httpRequest",
    ),
)
