"""Traefik's access log: its common format, and JSON.

    203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "GPTBot/1.2" 7 "web@docker"
    "http://10.0.0.1:80" 31ms (all in one line)

``Duration`` in JSON is nanoseconds.

Source:
    doc.traefik.io/traefik: observability, access logs.
"""

from functools import partial

from crawlsight.formats.results import Format, Vocabulary
from crawlsight.formats.template import Column, TemplateParser, compile_own
from crawlsight.formats.vocabulary import json_format

_TEMPLATE = compile_own(
    '$ip $_dash $_user [$timestamp] "$request" $status_code $bytes_sent "$referer" "$user_agent" '
    '$_count "$_router" "$_server" $duration',
    "traefik",
    columns={
        "_dash": Column("", shape=r"(?:-)", is_fixed=True),
        "duration": Column("duration", shape=r"\d++ms", is_fixed=True),
    },
)

CLF = Format(
    "traefik",
    "Traefik common format",
    '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "GPTBot/1.2" 7 '
    '"web@docker" "http://10.0.0.1:80" 31ms',
    partial(TemplateParser, (_TEMPLATE,)),
)

JSON = json_format(
    "traefik_json",
    "Traefik JSON",
    '{"ClientAddr":"203.0.113.9:4711","ClientHost":"203.0.113.9","DownstreamContentSize":512,"DownstreamStatus":200,'
    '"Duration":31415926,"RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a?b=1",'
    '"StartUTC":"2026-11-22T04:11:33.123456789Z","request_User-Agent":"GPTBot/1.2","time":"2026-11-22T04:11:33Z"}',
    Vocabulary(
        {
            "timestamp": ("StartUTC", "StartLocal", "time"),
            "method": ("RequestMethod",),
            "target": ("RequestPath",),
            "host": ("RequestHost", "RequestAddr"),
            "ip": ("ClientHost", "ClientAddr"),
            "forwarded": ("request_X-Forwarded-For",),
            "status_code": ("DownstreamStatus", "OriginStatus"),
            "user_agent": ("request_User-Agent",),
            "referer": ("request_Referer",),
            "bytes_sent": ("DownstreamContentSize",),
            "duration_ns": ("Duration",),
            "signature": ("request_Signature",),
            "signature_input": ("request_Signature-Input",),
            "signature_agent": ("request_Signature-Agent",),
        },
        request_mark="RequestMethod",
    ),
)
