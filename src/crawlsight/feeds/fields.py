"""Single values as vendors write them, in our form."""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus

from crawlsight.record import FieldLimits

# Fastly writes (null) for a header that is not there, W3C formats a dash.
_ABSENT = frozenset({"", "-", "(null)"})

_NUMBER = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?")

# Epoch numbers tell their unit by their size: before these, milliseconds or seconds.
_MICROSECONDS_FROM = 10**14
_NANOSECONDS_FROM = 10**17

_LONGEST_TARGET = FieldLimits().path_chars

_MOST_PARAMS = 100


def text(value: Any) -> str | None:
    """Give a value as text; None for every way of saying that there is none."""
    if value is None or isinstance(value, bool):
        return None
    stripped = str(value).strip()
    return None if stripped in _ABSENT else stripped


def reported(row: dict[str, Any], name: str) -> str | None:
    """Give a value as text, ``""`` when the row has it empty, None when the row lacks it."""
    return None if name not in row else text(row[name]) or ""


def number(value: Any) -> float | str | None:
    """Give a number that may be written as text; other text as it is, for validation to judge."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    words = text(value)
    if words is None or not _NUMBER.fullmatch(words):
        return words
    return float(words) if "." in words else int(words)


def instant(value: Any) -> float | str | None:
    """Give a timestamp: epoch seconds or milliseconds as a number, everything else as it is.

    Microseconds and nanoseconds, told by their size, become milliseconds.
    """
    found = number(value)
    if found is None or isinstance(found, str):
        return found
    if found >= _NANOSECONDS_FROM:
        return found // 10**6
    return found // 10**3 if found >= _MICROSECONDS_FROM else found


def address(value: str | None) -> str | None:
    """Take a port off an address."""
    if value is None:
        return None
    if value.startswith("["):
        return value[1:].partition("]")[0]
    host, _, port = value.rpartition(":")
    return host if port.isdecimal() and host.count(".") == 3 and ":" not in host else value  # noqa: PLR2004


def is_no_response(status: Any) -> bool:
    """Tell whether a status means that the client got no response: 0, 000, -1."""
    return text(status) in {"0", "00", "000", "-1"}


def target(path: str | None, query: str | None = None) -> dict[str, Any]:
    """Give the fields of a request target: the path with its query, apart if they are too long together."""
    if path is None:
        return {}
    whole = f"{path}?{query}" if query else path
    if not whole.startswith(("/", "*", "http://", "https://")):
        whole = f"/{whole}"
    if len(whole) <= _LONGEST_TARGET or "?" not in whole:
        return {"path": whole}
    path, _, query = whole.partition("?")
    few = "&".join(query.split("&", _MOST_PARAMS)[:_MOST_PARAMS])
    params: dict[str, str] = {}
    for name, item in parse_qsl(few, keep_blank_values=True):
        params.setdefault(name, item)
    return {"path": path, "query_params": params}


def split_url(url: str | None) -> tuple[str | None, str | None]:
    """Split an absolute URL into host and target; what is no absolute URL is a target."""
    if url is None or "://" not in url.partition("?")[0]:
        return None, url
    rest = url.partition("://")[2].partition("#")[0]
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    host, request_target = rest[:end].rpartition("@")[2], rest[end:]
    return host or None, request_target if request_target.startswith("/") else f"/{request_target}"


def decode_user_agent(value: str) -> str:
    """Undo a log's percent-encoding of a user agent, also when it was done twice.

    A value with a space was not encoded. ``+`` is a space only where no space is written as ``%20``:
    crawlers write ``+https://…``.
    """
    if " " in value or "%" not in value:
        return value
    decoded = unquote(value)
    if " " in decoded:
        return decoded
    if "%20" in decoded:
        return unquote(decoded)
    return unquote_plus(value)
