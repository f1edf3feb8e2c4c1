"""Fastly: JSON as its users write it, with the names that guides use; Adobe Experience Manager's CDN log too.

    {"timestamp":"2026-11-22T04:11:33+0000","client_ip":"203.0.113.9","host":"shop.example","url":"/a?b=1",
    "request_method":"GET","request_user_agent":"GPTBot/1.2","response_status":200} (all in one line)

An absent header is ``(null)`` or empty.

Source:
    docs.tryprofound.com/agent-analytics/fastly; experienceleague.adobe.com: CDN logs.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "fastly",
    "Fastly JSON, Adobe Experience Manager CDN",
    '{"timestamp":"2026-11-22T04:11:33+0000","client_ip":"203.0.113.9","host":"shop.example","url":"/a?b=1",'
    '"request_method":"GET","request_referer":"","request_user_agent":"GPTBot/1.2","response_status":200,'
    '"response_body_size":512}',
    Vocabulary(
        {
            "timestamp": ("timestamp", "start_time", "time_start", "time", "end_time"),
            "method": ("request_method", "req_method", "method"),
            "target": ("url", "request_url", "req_url", "request_uri", "path"),
            "host": ("host", "request_host", "req_host", "http_host"),
            "ip": ("client_ip", "cli_ip", "clientip", "remote_addr"),
            "forwarded": ("x_forwarded_for",),
            "status_code": ("response_status", "resp_status", "status", "status_code"),
            "user_agent": ("request_user_agent", "req_ua", "user_agent"),
            "referer": ("request_referer", "req_referer", "referer"),
            "bytes_sent": ("response_body_size", "resp_body_bytes", "response_bytes", "resp_bytes", "bytes"),
            "duration_us": ("time_elapsed", "time_elapsed_usec"),
            "signature_agent": ("request_signature_agent",),
        }
    ),
)
