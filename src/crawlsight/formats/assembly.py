"""Make a record of the values read from a row, whatever the format.

The values go by these names; a value is text, or a number where JSON has numbers:
``timestamp`` (or ``date`` and ``time``), ``request`` (a request line) or ``method``, ``target`` and
``query``, ``host``, ``ip``, ``forwarded`` (``X-Forwarded-For``), ``status_code``, ``user_agent``,
``referer``, ``bytes_sent``, ``duration_s``, ``duration_ms``, ``duration_us``, ``duration_ns`` or
``duration`` (a number of seconds, or text with its unit), ``query_params``, ``signature``,
``signature_input``, ``signature_agent``.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawlsight.formats.request_line import Request, first_public, read_request, split_target, without_port
from crawlsight.formats.results import (
    NO_RESPONSE,
    NOT_A_REQUEST,
    MissingFieldError,
    Options,
    ParsedRecord,
    RejectedRowError,
    SkippedRowError,
    shown,
)
from crawlsight.formats.times import Instants, read_instant
from crawlsight.record import SIGNATURE_FIELDS

# A larger size or duration is no measurement; it is left out.
_MOST_BYTES = 2**63 - 1
_SURELY_SMALL_DIGITS = 18
_MOST_MS = 1e15

# How logs write that nobody was answered: CloudFront 000, Azure and Envoy 0, Vercel and HAProxy -1.
_NO_STATUS = frozenset({"0", "000", "-1"})
# How logs write that they could not read the request; the second is HAProxy's.
_NO_METHOD = (None, "<BADREQ>")
_LOWEST_STATUS, _HIGHEST_STATUS = 100, 599
STATUS_CODES = {str(code): code for code in range(_LOWEST_STATUS, _HIGHEST_STATUS + 1)}

_MS_IN = {"duration_ms": 1.0, "duration_s": 1e3, "duration_us": 1e-3, "duration_ns": 1e-6}
_DURATION = re.compile(r"(\d{1,18}(?:\.\d{0,18})?)(ns|us|µs|ms|s)?", re.ASCII)
_UNITS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3, None: 1e3}

_WHOLE = re.compile(r"\+?\d{1,19}(?:\.0{1,9})?", re.ASCII)
_DECIMAL = re.compile(r"\+?\d{0,18}\.?\d{1,18}(?:[eE][+-]?\d{1,3})?", re.ASCII)


class Assembler:
    """Makes records; remembers the timestamps it has read."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._limits = limits = options.limits
        self._least_text_chars = min(limits.path_chars, limits.user_agent_chars, limits.referrer_chars)
        self.instants = Instants(options.timezone)

    def assemble(self, values: Mapping[str, Any], row: str) -> ParsedRecord:
        """Make a record.

        Args:
            row: The line, for messages.

        Raises:
            SkippedRowError: The values are of no request, or of one without a response.
            RejectedRowError: A required value is missing or wrong, or one is too long.
        """
        get = values.get
        request = _request(values, row)
        status_code = _status_code(get("status_code"), row)
        user_agent = get("user_agent")
        record = ParsedRecord(
            self._timestamp(values, row),
            request.method,
            self._host(values, request),
            request.path,
            status_code,
            self._ip(values),
            "" if user_agent == "" else text_of(user_agent),
            text_of(get("referer")),
            _size(get("bytes_sent")),
            duration_ms(values),
            _params(get("query_params")),
        )
        for name in SIGNATURE_FIELDS:
            if name in values:
                setattr(record, name, text_of(values[name]))
        self._check_lengths(record)
        return record

    def _timestamp(self, values: Mapping[str, Any], row: str) -> datetime:
        value = values.get("timestamp")
        if _is_absent(value):
            date, time = values.get("date"), values.get("time")
            if _is_absent(date) or _is_absent(time):
                raise MissingFieldError("timestamp", f"no timestamp in {shown(row)}")
            value = f"{date}T{time}"
        try:
            if isinstance(value, str):
                return self.instants[value]
            return read_instant(value, self._options.timezone)
        except ValueError:
            raise RejectedRowError(f"{shown(value)} is no timestamp") from None

    def _host(self, values: Mapping[str, Any], request: Request) -> str:
        host = text_of(values.get("host")) or ""
        # nginx calls a server without a name "_"; a leading colon is a port without a host.
        if not host or host == "_" or host.startswith(":"):
            host = request.host
        host = host or self._options.host
        if not host:
            raise MissingFieldError("host", "the line names no host; name the site with --host")
        return host

    def _ip(self, values: Mapping[str, Any]) -> str:
        ip = text_of(values.get("ip"))
        if ip is None or self._options.client_in_forwarded:
            forwarded = text_of(values.get("forwarded"))
            found = first_public(forwarded) if forwarded is not None else ""
            if found:
                return found
        return without_port(ip) if ip is not None else ""

    def _check_lengths(self, record: ParsedRecord) -> None:
        limits = self._limits
        # Where all texts together are within the least limit there is nothing to look for.
        texts = len(record.path) + len(record.user_agent or "") + len(record.referer or "")
        if (
            texts <= self._least_text_chars
            and len(record.ip) <= limits.ip_chars
            and len(record.host) <= limits.host_chars
            and record.signature is record.signature_input is record.signature_agent is None
            and limits.method_chars is None
        ):
            return
        for name, most in (
            ("path", limits.path_chars),
            ("user_agent", limits.user_agent_chars),
            ("host", limits.host_chars),
            ("ip", limits.ip_chars),
            ("referer", limits.referrer_chars),
            ("method", limits.method_chars),
            *((name, limits.signature_chars) for name in SIGNATURE_FIELDS),
        ):
            value = getattr(record, name)
            if most is not None and value is not None and len(value) > most:
                raise RejectedRowError(
                    f"{name} is {len(value)} characters long; at most {most} are accepted: {shown(value)}"
                )


def text_of(value: object) -> str | None:
    """Give a value as text: None when absent, the first of a list, nothing of an object."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return None if value in {"", "-", "(null)"} else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.6g}" if isinstance(value, float) else _digits(value)
    return None


def _digits(number: int) -> str:
    # Writing out an integer of thousands of digits is an error in Python.
    return str(number) if abs(number) <= _MOST_BYTES else f"{_MOST_BYTES}"


def _is_absent(value: object) -> bool:
    return value is None or value in ("", "-", "(null)")


def _request(values: Mapping[str, Any], row: str) -> Request:
    line = text_of(values.get("request"))
    if line is not None and (" " in line or "target" not in values):
        return read_request(line)
    target = text_of(values.get("target"))
    # Where there is a target of its own, "request" may be the method alone.
    method = text_of(values.get("method")) or line
    if target is None or method is None:
        if "request" in values or (target is None and method in _NO_METHOD):
            raise SkippedRowError(NOT_A_REQUEST)
        missing = "method" if method is None else "path"
        raise MissingFieldError("method" if method is None else "target", f"no {missing} in {shown(row)}")
    path, host = split_target(target)
    query = text_of(values.get("query"))
    if query is not None and "?" not in path:
        path = f"{path}?{query.removeprefix('?')}"
    return Request(method.strip(), path, host)


def _status_code(value: Any, row: str) -> int:
    if value.__class__ is str and value in STATUS_CODES:
        return STATUS_CODES[value]
    text = text_of(value)
    if text is None:
        raise MissingFieldError("status_code", f"no status code in {shown(row)}")
    if text in _NO_STATUS:
        raise SkippedRowError(NO_RESPONSE)
    number = _size(text)
    if number is None:
        raise RejectedRowError(f"{shown(text)} is no status code")
    if not _LOWEST_STATUS <= number <= _HIGHEST_STATUS:
        raise RejectedRowError(f"status code {shown(text)} is not between 100 and 599")
    return number


def _size(value: object) -> int | None:
    if isinstance(value, str):
        if value.isdecimal() and value.isascii() and len(value) <= _SURELY_SMALL_DIGITS:
            return int(value)
        number = int(value.partition(".")[0]) if _WHOLE.fullmatch(value) else None
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    else:
        number = None
    return number if number is not None and 0 <= number <= _MOST_BYTES else None


def duration_ms(values: Mapping[str, Any]) -> float | None:
    """Give the duration among the values; None when there is none, or one that cannot be."""
    for name, factor in _MS_IN.items():
        if name in values:
            return _checked_ms(values[name], factor)
    text = values.get("duration")
    if isinstance(text, str):
        found = _DURATION.fullmatch(text)
        return _checked_ms(found[1], _UNITS[found[2]]) if found else None
    return _checked_ms(text, _UNITS[None])


def _checked_ms(value: object, factor: float) -> float | None:
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            return None
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MOST_MS:
        return None
    # Rounded to microseconds, as 1.001 s would else be 1000.9999999999999 ms.
    duration = round(value * factor, 3)
    return duration if duration <= _MOST_MS else None


def _params(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    return {str(name): _param(item) for name, item in value.items()}


def _param(item: object) -> str:
    if isinstance(item, list):
        return ",".join(_param(part) for part in item if not isinstance(part, list | dict))
    if isinstance(item, str):
        return item
    if isinstance(item, bool):
        return "true" if item else "false"
    return text_of(item) or ""
