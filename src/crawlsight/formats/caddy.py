"""Caddy's access log.

    {"ts":1795320693.1,"request":{"client_ip":"203.0.113.9","method":"GET","host":"shop.example","uri":"/a?b=1",
    "headers":{"User-Agent":["GPTBot/1.2"]}},"duration":0.031,"size":512,"status":200} (all in one line)

Rows of other loggers have no ``request``. ``duration`` is seconds, or text with its unit.

Source:
    caddyserver.com/docs: caddyfile/directives/log, logging.
"""

from crawlsight.formats.results import Vocabulary
from crawlsight.formats.vocabulary import json_format

_HEADERS = "request.headers"

FORMAT = json_format(
    "caddy",
    "Caddy JSON",
    '{"level":"info","ts":1795320693.5241024,"logger":"http.log.access","msg":"handled request","request":'
    '{"remote_ip":"203.0.113.9","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0",'
    '"method":"GET","host":"shop.example","uri":"/a?b=1","headers":{"User-Agent":["GPTBot/1.2"]}},'
    '"bytes_read":0,"user_id":"","duration":0.031,"size":512,"status":200}',
    Vocabulary(
        {
            "timestamp": ("ts",),
            "method": ("request.method",),
            "target": ("request.uri",),
            "host": ("request.host",),
            "ip": ("request.client_ip", "request.remote_ip", "request.remote_addr"),
            "forwarded": (f"{_HEADERS}.X-Forwarded-For",),
            "status_code": ("status",),
            "user_agent": (f"{_HEADERS}.User-Agent",),
            "referer": (f"{_HEADERS}.Referer",),
            "bytes_sent": ("size",),
            "duration": ("duration",),
            "signature": (f"{_HEADERS}.Signature",),
            "signature_input": (f"{_HEADERS}.Signature-Input",),
            "signature_agent": (f"{_HEADERS}.Signature-Agent",),
        },
        request_mark="request.uri",
    ),
)
