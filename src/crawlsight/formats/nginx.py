"""Compile an nginx ``log_format`` to a format; and nginx's access log as JSON.

log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                '$status $body_bytes_sent "$http_referer" "$http_user_agent"';
"""

import re
from functools import partial

from crawlsight.errors import InvalidArgumentError
from crawlsight.formats.results import Format, Vocabulary, shown
from crawlsight.formats.template import (
    LIST,
    LOCAL_TIME,
    REQUEST,
    Column,
    Template,
    TemplateParser,
    split_template,
)
from crawlsight.formats.vocabulary import json_format

_HOST_TO_SLASH = r"[^\s/?#]*+"

_COLUMNS = {
    "remote_addr": Column("ip"),
    "http_x_real_ip": Column("ip", rank=1),
    "http_x_forwarded_for": Column("forwarded", shape=LIST),
    "proxy_add_x_forwarded_for": Column("forwarded", shape=LIST, rank=1),
    "time_iso8601": Column("timestamp"),
    "time_local": Column("timestamp", shape=LOCAL_TIME, rank=1),
    "msec": Column("timestamp", rank=2),
    "request": Column("request", shape=REQUEST),
    "request_method": Column("method"),
    "request_uri": Column("target"),
    "uri": Column("target", touching=r"[^\s?]*+", rank=1),
    "document_uri": Column("target", touching=r"[^\s?]*+", rank=1),
    "args": Column("query"),
    "query_string": Column("query"),
    "is_args": Column("", shape=r"\??", is_fixed=True),
    "scheme": Column("", shape=r"[a-z]*+"),
    "server_port": Column("", shape=r"\d*+"),
    "http_host": Column("host", touching=_HOST_TO_SLASH),
    "host": Column("host", touching=_HOST_TO_SLASH, rank=1),
    "server_name": Column("host", touching=_HOST_TO_SLASH, rank=2),
    "status": Column("status_code"),
    "bytes_sent": Column("bytes_sent", rank=1),
    "body_bytes_sent": Column("bytes_sent"),
    "request_time": Column("duration_s"),
    "upstream_addr": Column("", shape=LIST),
    "upstream_status": Column("", shape=LIST),
    "upstream_response_time": Column("", shape=LIST),
    "upstream_connect_time": Column("", shape=LIST),
    "upstream_header_time": Column("", shape=LIST),
    "http_user_agent": Column("user_agent"),
    "http_referer": Column("referer"),
    "http_signature": Column("signature"),
    "http_signature_input": Column("signature_input"),
    "http_signature_agent": Column("signature_agent"),
}

_TOKEN = re.compile(
    r"'(?P<single>(?:[^'\\]|\\.)*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s;'\"]+)|;", re.DOTALL
)
_ESCAPED = re.compile(r"\\([\"'\\trn])")
_WHITESPACE = {"t": "\t", "r": "\r", "n": "\n"}


def nginx_format(log_format: str) -> Format:
    """Make the format of a ``log_format`` string, or of the whole directive as the configuration has it.

    Raises:
        InvalidArgumentError: It cannot be read, or does not log request, time and status code.
    """
    text, escape = _format_string(log_format)
    template = Template(split_template(text, _COLUMNS), title="of the log_format", unescapes=escape != "none")
    return Format("nginx", "nginx log_format of your own", text, partial(TemplateParser, (template,)))


def _format_string(log_format: str) -> tuple[str, str]:
    """Take name, escape and quotes off a directive: the bare format and how it escapes."""
    text = log_format.strip()
    is_directive = text.startswith("log_format")
    if not is_directive and not text.startswith("'"):
        return text, "default"
    tokens = list(_TOKEN.finditer(text))
    words = [found["bare"] for found in tokens if found["bare"]]
    parts = [found["single"] or found["double"] or "" for found in tokens if found["bare"] is None]
    if is_directive and not "".join(parts):
        # log_format NAME [escape=…] FORMAT, the format without quotes.
        parts = [word for word in words[2:] if not word.startswith("escape=")]
    if not "".join(parts):
        raise InvalidArgumentError(f"no format in {shown(text)}")
    escape = next((word.removeprefix("escape=") for word in words if word.startswith("escape=")), "default")
    plain = _ESCAPED.sub(lambda found: _WHITESPACE.get(found[1], found[1]), "".join(parts))
    return plain, escape


VOCABULARY = Vocabulary(
    {
        "timestamp": ("time_iso8601", "msec", "time_local", "timestamp", "@timestamp", "time", "ts", "date"),
        "request": ("request",),
        "method": ("request_method", "method", "verb"),
        "target": ("request_uri", "uri", "path", "url", "document_uri"),
        "query": ("args", "query_string", "query"),
        "host": ("http_host", "host", "vhost", "server_name", "domain"),
        "ip": ("remote_addr", "remote_ip", "client_ip", "clientip", "client", "ip", "http_x_real_ip"),
        "forwarded": ("http_x_forwarded_for", "x_forwarded_for", "xff"),
        "status_code": ("status", "status_code", "response"),
        "user_agent": ("http_user_agent", "user_agent", "agent", "useragent"),
        "referer": ("http_referer", "http_referrer", "referer", "referrer"),
        "bytes_sent": ("body_bytes_sent", "bytes_sent", "bytes", "size"),
        "duration_s": ("request_time",),
        "signature": ("http_signature",),
        "signature_input": ("http_signature_input",),
        "signature_agent": ("http_signature_agent",),
    }
)

JSON = json_format(
    "nginx_json",
    "nginx as JSON (escape=json), the variables' names as keys",
    '{"time_iso8601":"2026-11-22T04:11:33+00:00","remote_addr":"203.0.113.9","host":"shop.example",'
    '"request":"GET /a?b=1 HTTP/1.1","status":"200","body_bytes_sent":"512","request_time":"0.031",'
    '"http_referer":"","http_user_agent":"GPTBot/1.2"}',
    VOCABULARY,
)
