"""Envoy's default access log, and the default of Istio with four columns more.

    [2026-11-22T04:11:33.310Z] "GET /a?b=1 HTTP/2" 200 - 0 512 31 30 "203.0.113.9" "GPTBot/1.2" "cc21d9b0"
    "shop.example" "tcp://10.0.2.1:80" (all in one line)

The client stands in ``X-Forwarded-For`` only, but for Istio's column of the peer.

Source:
    envoyproxy.io/docs: configuration/observability/access_log/usage; istio.io/latest/docs: access-log.
"""

from functools import partial

from crawlsight.formats.results import Format
from crawlsight.formats.template import Column, TemplateParser, compile_own

# Numbers only, so that neither of the two takes the other's columns for its own.
_COLUMNS = {
    "bytes_sent": Column("bytes_sent", shape=r"\d++|-", is_fixed=True),
    "duration_ms": Column("duration_ms", shape=r"\d++|-", is_fixed=True),
    "_upstream_ms": Column("", shape=r"(?:\d++|-)", is_fixed=True),
}

_AGENTS = '"$forwarded" "$user_agent" "$_id" "$host" "$_upstream"'

_ENVOY = compile_own(
    '[$timestamp] "$request" $status_code $_flags $_received $bytes_sent $duration_ms $_upstream_ms '
    f"{_AGENTS}",
    "envoy",
    columns=_COLUMNS,
)
_ISTIO = compile_own(
    '[$timestamp] "$request" $status_code $_flags $_details $_end "$_reason" $_received $bytes_sent '
    f"$duration_ms $_upstream_ms {_AGENTS} $_cluster $_upstream_address $_local_address $_peer $_sni $_route",
    "envoy",
    columns=_COLUMNS,
)

FORMAT = Format(
    "envoy",
    "Envoy and Istio default text",
    '[2026-11-22T04:11:33.310Z] "GET /a?b=1 HTTP/2" 200 - 0 512 31 30 "203.0.113.9" "GPTBot/1.2" '
    '"cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "shop.example" "tcp://10.0.2.1:80"',
    partial(TemplateParser, (_ENVOY, _ISTIO)),
)
