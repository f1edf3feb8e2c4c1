"""HAProxy's HTTP log (``option httplog``) and HTTPS log (``option httpslog``).

    203.0.113.9:33317 [22/Nov/2026:04:11:33.655] web~ shop/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
    {shop.example|GPTBot/1.2} {} "GET /a?b=1 HTTP/1.1" (all in one line)

The time is of the proxy's zone and names none. Host and user agent are there only if the proxy captures these
request headers; ``Options.fields`` names the captured headers in order, else they are told by their looks.

Source:
    docs.haproxy.org: configuration manual, section 8.2.3 HTTP log format.
"""

import re
from functools import partial
from typing import Any

from crawlsight.formats.results import Format, Options
from crawlsight.formats.template import Column, TemplateParser, compile_own

_COLUMNS = {
    "_port": Column("", shape=r"(?:\d*+)", is_fixed=True),
    # {request headers} {response headers}; one pair of braces is of the request.
    "captures": Column("captures", shape=r"(?:\{[^}]*+\} )?+", is_fixed=True),
    "_captures": Column("", shape=r"(?:\{[^}]*+\} )?+", is_fixed=True),
    # A log line that was too long ends within the request.
    "request": Column("request", shape=r'(?:[^"]++|"(?!\s|\Z))*+', is_fixed=True),
    "_tls": Column("", shape=r'(?:"(?: \S++)*+)?+', is_fixed=True),
}

_HEX = re.compile("#([0-9A-F]{2})")

_AGENT = re.compile(r"[^\s/]++/\d|.*Mozilla/", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++(?::\d{1,5})?", re.ASCII)

_HEADERS = {
    "host": "host",
    "user-agent": "user_agent",
    "referer": "referer",
    "x-forwarded-for": "forwarded",
    "signature": "signature",
    "signature-input": "signature_input",
    "signature-agent": "signature_agent",
}


def _amend(values: dict[str, Any], captured: tuple[str, ...]) -> None:
    values["duration_ms"] = str(values.pop("timers")).rpartition("/")[2]
    headers = str(values.pop("captures")).strip(" {}")
    texts = [_HEX.sub(lambda found: chr(int(found[1], 16)), text) for text in headers.split("|")]
    if captured:
        named = {_HEADERS.get(name.lower(), ""): text for name, text in zip(captured, texts, strict=False)}
    else:
        named = {_guess(text): text for text in reversed(texts)}
    named.pop("", None)
    values |= named


def _guess(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return "referer"
    if _HOST.fullmatch(text):
        return "host"
    return "user_agent" if _AGENT.match(text) else ""


def _open(options: Options) -> TemplateParser:
    template = compile_own(
        "$ip:$_port [$timestamp] $_frontend $_server $timers $status_code $bytes_sent $_request_cookie "
        '$_response_cookie $_state $_connections $_queues $captures$_captures"$request$_tls',
        "haproxy",
        columns=_COLUMNS,
        amend=partial(_amend, captured=options.fields),
    )
    return TemplateParser((template,), options)


FORMAT = Format(
    "haproxy",
    "HAProxy HTTP log",
    "203.0.113.9:33317 [22/Nov/2026:04:11:33.655] web~ shop/srv1 10/0/30/69/109 200 2750 - - ---- "
    '1/1/1/1/0 0/0 {shop.example|GPTBot/1.2} {} "GET /a?b=1 HTTP/1.1"',
    _open,
)
