"""Crawlsight's own records, as ``POST /v1/logs/custom`` takes them, a line each.

    {"timestamp":"2026-11-22T04:11:33Z","method":"GET","host":"shop.example","path":"/a","query_params":{"b":"1"},
    "status_code":200,"ip":"203.0.113.9","user_agent":"GPTBot/1.2"} (all in one line)

The names that other senders give to the same fields are taken too, and ``request``, the request line, for
method and path.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "crawlsight",
    "Crawlsight records as JSON",
    '{"timestamp":"2026-11-22T04:11:33Z","method":"GET","host":"shop.example","path":"/a","query_params":{"b":"1"},'
    '"status_code":200,"ip":"203.0.113.9","user_agent":"GPTBot/1.2","referer":"","bytes_sent":512,"duration_ms":31}',
    Vocabulary(
        {
            "timestamp": ("timestamp", "time", "date", "ts", "@timestamp"),
            "request": ("request",),
            "method": ("method", "request_method", "httpMethod"),
            "target": ("path", "pathname", "url", "uri"),
            "host": ("host", "hostname"),
            "ip": ("ip", "client_ip", "clientIp", "remote_addr"),
            "status_code": ("status_code", "status", "statusCode", "response_status"),
            "user_agent": ("user_agent", "userAgent", "useragent", "request_user_agent"),
            "referer": ("referer", "referrer"),
            "bytes_sent": ("bytes_sent", "response_size", "bytes"),
            "duration_ms": ("duration_ms",),
            "duration_s": ("time_taken",),
            "query_params": ("query_params",),
            "signature": ("signature",),
            "signature_input": ("signature_input",),
            "signature_agent": ("signature_agent",),
        }
    ),
)
