"""Cloudflare Logpush: the dataset of HTTP requests, and events of Workers as tail workers see them.

    {"ClientIP":"203.0.113.9","ClientRequestHost":"shop.example","ClientRequestMethod":"GET","ClientRequestURI":
    "/a?b=1","EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-11-22T04:11:33Z"} (all in one line)

Timestamps are RFC 3339, seconds or nanoseconds, as the job says. The events of the Workers dataset have no
address and no user agent.

Source:
    developers.cloudflare.com/logs/logpush: datasets http_requests, workers_trace_events.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

_HEADERS = "event.request.headers"

FORMAT = json_format(
    "cloudflare",
    "Cloudflare Logpush (HTTP requests, Workers)",
    '{"ClientIP":"203.0.113.9","ClientRequestHost":"shop.example","ClientRequestMethod":"GET",'
    '"ClientRequestURI":"/a?b=1","ClientRequestUserAgent":"GPTBot/1.2","ClientRequestReferer":"",'
    '"EdgeResponseStatus":200,"EdgeResponseBytes":512,"EdgeTimeToFirstByteMs":31,'
    '"EdgeStartTimestamp":"2026-11-22T04:11:33Z","RayID":"8c1e"}',
    Vocabulary(
        {
            "timestamp": ("EdgeStartTimestamp", "EdgeEndTimestamp", "EventTimestampMs", "eventTimestamp"),
            "method": ("ClientRequestMethod", "Event.Request.Method", "event.request.method"),
            "target": ("ClientRequestURI", "ClientRequestPath", "Event.Request.URL", "event.request.url"),
            "host": ("ClientRequestHost",),
            "ip": ("ClientIP", f"{_HEADERS}.cf-connecting-ip"),
            "forwarded": ("RequestHeaders.x-forwarded-for",),
            "status_code": ("EdgeResponseStatus", "Event.Response.Status", "event.response.status"),
            "user_agent": ("ClientRequestUserAgent", f"{_HEADERS}.user-agent"),
            "referer": ("ClientRequestReferer", f"{_HEADERS}.referer"),
            "bytes_sent": ("EdgeResponseBytes",),
            "signature": ("RequestHeaders.signature", f"{_HEADERS}.signature"),
            "signature_input": ("RequestHeaders.signature-input", f"{_HEADERS}.signature-input"),
            "signature_agent": ("RequestHeaders.signature-agent", f"{_HEADERS}.signature-agent"),
        }
    ),
)
