"""Netlify log drains, the traffic log.

    {"log_type":"traffic","timestamp":"2026-11-22T04:11:33.123Z","method":"GET","url":"https://shop.example/a?b=1",
    "status_code":200,"client_ip":"203.0.113.9","user_agent":"GPTBot/1.2","duration":31} (all in one line)

``duration`` is milliseconds. A drain without personal data has neither address nor user agent.

Source:
    docs.netlify.com/manage/monitoring/log-drains, which names most of these; the others are as seen in use.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

FORMAT = json_format(
    "netlify",
    "Netlify log drain",
    '{"log_type":"traffic","timestamp":"2026-11-22T04:11:33.123Z","method":"GET","url":"https://shop.example/a?b=1",'
    '"status_code":200,"client_ip":"203.0.113.9","user_agent":"GPTBot/1.2","referrer":"","duration":31,'
    '"response_size":512}',
    Vocabulary(
        {
            "timestamp": ("timestamp", "time"),
            "method": ("method", "request_method"),
            "target": ("url", "request_url", "path"),
            "host": ("host", "domain"),
            "ip": ("client_ip", "ip"),
            "status_code": ("status_code", "status", "response_code"),
            "user_agent": ("user_agent",),
            "referer": ("referrer", "referer"),
            "bytes_sent": ("response_size", "bytes_sent", "content_length"),
            "duration_ms": ("duration", "duration_ms"),
        },
        request_mark="log_type",
    ),
)
