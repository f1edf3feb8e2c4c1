"""Amazon CloudFront: standard logs (legacy and v2) as W3C or JSON, and real-time logs.

    #Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-host-header
    2026-11-22	04:11:33	203.0.113.9	GET	d1.cloudfront.net	/a	200	GPTBot/1.2	shop.example

``cs(Host)`` is the distribution's own name, ``x-host-header`` the site; in real-time logs ``cs-host`` is.
Times are UTC, durations seconds. W3C values are percent-encoded once, in old files the user agent twice;
JSON values are encoded in some deliveries and not in others.

Source:
    docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide: standard-logs-reference, real-time-logs.
"""

from functools import partial
from typing import Any
from urllib.parse import unquote

from crawlsight.formats.assembly import Assembler
from crawlsight.formats.results import (
    Format,
    MissingFieldError,
    Options,
    ParsedRecord,
    RejectedRowError,
    RowParser,
    Vocabulary,
    shown,
)
from crawlsight.formats.template import skip_no_request
from crawlsight.formats.vocabulary import JsonParser, Reader
from crawlsight.formats.w3c import W3cParser

_ENCODED = ("target", "query", "referer", "user_agent", "forwarded", "host")

_NAMES = {
    "timestamp": ("timestamp(ms)", "timestamp_ms", "timestamp"),
    "date": ("date",),
    "time": ("time",),
    "method": ("cs-method", "cs_method"),
    "target": ("cs-uri-stem", "cs_uri_stem"),
    "query": ("cs-uri-query", "cs_uri_query"),
    "host": ("x-host-header", "x_host_header"),
    "ip": ("c-ip", "c_ip"),
    "forwarded": ("x-forwarded-for", "x_forwarded_for"),
    "status_code": ("sc-status", "sc_status"),
    "bytes_sent": ("sc-bytes", "sc_bytes"),
    "duration_s": ("time-taken", "time_taken"),
}


def _decode(values: dict[str, Any]) -> None:
    for name in _ENCODED:
        text = values.get(name)
        if isinstance(text, str) and "%" in text:
            values[name] = unquote(text)
    agent = values.get("user_agent")
    if isinstance(agent, str) and "%20" in agent and " " not in agent:
        values["user_agent"] = unquote(agent)


def _decode_if_encoded(values: dict[str, Any]) -> None:
    agent = values.get("user_agent")
    if isinstance(agent, str) and "%20" in agent and " " not in agent:
        _decode(values)


_W3C = Vocabulary(
    {**_NAMES, "user_agent": ("cs(user-agent)",), "referer": ("cs(referer)",)},
    amend=_decode,
)

# The names of JSON keep their capitals; Parquet exports have underscores.
_JSON = Vocabulary(
    {
        **_NAMES,
        "user_agent": ("cs(User-Agent)", "cs_User_Agent"),
        "referer": ("cs(Referer)", "cs_Referer"),
    },
    request_mark="sc-status",
    amend=_decode_if_encoded,
)

_REAL_TIME = Vocabulary(
    {
        **_NAMES,
        "host": ("cs-host", "x-host-header"),
        "query": (),
        "user_agent": ("cs-user-agent",),
        "referer": ("cs-referer",),
    },
    amend=_decode,
)

# All fields in their fixed order, for when Options.fields names none; a file with fewer needs it.
REAL_TIME_FIELDS = (
    "timestamp",
    "c-ip",
    "time-to-first-byte",
    "sc-status",
    "sc-bytes",
    "cs-method",
    "cs-protocol",
    "cs-host",
    "cs-uri-stem",
    "cs-bytes",
    "x-edge-location",
    "x-edge-request-id",
    "x-host-header",
    "time-taken",
    "cs-protocol-version",
    "c-ip-version",
    "cs-user-agent",
    "cs-referer",
    "cs-cookie",
    "cs-uri-query",
    "x-edge-response-result-type",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-result-type",
    "fle-encrypted-fields",
    "fle-status",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
    "c-port",
    "x-edge-detailed-result-type",
    "c-country",
    "cs-accept-encoding",
    "cs-accept",
    "cache-behavior-path-pattern",
    "cs-headers",
    "cs-header-names",
    "cs-headers-count",
)


class _StandardParser(W3cParser):
    """Parser of standard logs; knows the logs of streaming distributions, which hold no requests."""

    def __init__(self, options: Options) -> None:
        super().__init__(_W3C, "\t", options)

    def read_row(self, line: str) -> ParsedRecord:
        if "x-event" in self._fields and not line.startswith("#"):
            raise RejectedRowError("the log of an RTMP distribution holds no web requests")
        return super().read_row(line)


class _RealTimeParser(RowParser):
    """Parser of rows whose columns are in an order that the user knows."""

    def __init__(self, options: Options) -> None:
        self._fields = tuple(name.lower() for name in options.fields) or REAL_TIME_FIELDS
        self._reader = Reader(_REAL_TIME)
        self._assembler = Assembler(options)

    def read_row(self, line: str) -> ParsedRecord:
        skip_no_request(line)
        texts = line.rstrip("\n").split("\t")
        # All fields are chosen: newer ones come after those that are known here.
        is_short = len(texts) < len(self._fields) and self._fields is REAL_TIME_FIELDS
        if is_short or (len(texts) != len(self._fields) and self._fields is not REAL_TIME_FIELDS):
            raise RejectedRowError(
                f"{len(texts)} values for {len(self._fields)} fields in {shown(line)}; "
                "name the fields of the real-time configuration in their order"
            )
        try:
            row = dict(zip(self._fields, texts, strict=False))
            return self._assembler.assemble(self._reader.read(row), line)
        except MissingFieldError as error:
            raise self._reader.missing(error, line) from None


STANDARD = Format(
    "cloudfront",
    "Amazon CloudFront standard logs (W3C)",
    "#Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-host-header\n"
    "2026-11-22\t04:11:33\t203.0.113.9\tGET\td1.cloudfront.net\t/a\t200\tGPTBot/1.2%20(bot)\tshop.example",
    _StandardParser,
)

JSON = Format(
    "cloudfront_json",
    "Amazon CloudFront standard logs v2 as JSON",
    '{"timestamp(ms)":"1795320693000","c-ip":"203.0.113.9","cs-method":"GET","cs(Host)":"d1.cloudfront.net",'
    '"cs-uri-stem":"/a","cs-uri-query":"b=1","sc-status":"200","sc-bytes":"512","time-taken":"0.031",'
    '"cs(User-Agent)":"GPTBot/1.2%20(bot)","x-host-header":"shop.example"}',
    partial(JsonParser, _JSON),
    _JSON,
)

REAL_TIME = Format(
    "cloudfront_real_time",
    "Amazon CloudFront real-time logs",
    "1795320693.837\t203.0.113.9\t0.030\t200\t512\tGET\thttps\tshop.example\t/a?b=1\t88\tFRA56-P4\tabc\t"
    "d1.cloudfront.net\t0.031\tHTTP/2.0\tIPv4\tGPTBot/1.2%20(bot)\t-\t-\tb=1\tMiss\t-\tTLSv1.3\t"
    "TLS_AES_128_GCM_SHA256\tMiss\t-\t-\ttext/html\t512\t-\t-\t4711\tMiss\tUS\t-\t*/*\t*\t-\t-\t4",
    _RealTimeParser,
)
