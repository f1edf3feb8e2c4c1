"""Judge one record field by field: the slow path, and the rule that the fast path must agree with."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from crawlsight.ingest.fields import to_instant
from crawlsight.record import SIGNATURE_FIELDS, FieldLimits

MAX_INTEGER = 2**63 - 1

# Thirty thousand years; far below where a double loses its milliseconds.
MAX_DURATION = 1e15

# Names that other products give to our fields, for the message that helps the sender.
FOREIGN_NAMES = {
    "path": ("pathname", "url", "uri"),
    "user_agent": ("userAgent", "useragent", "request_user_agent"),
    "status_code": ("status", "statusCode", "response_status"),
    "ip": ("client_ip", "clientIp", "remote_addr"),
    "host": ("hostname",),
    "method": ("request_method", "httpMethod"),
    "timestamp": ("time", "date", "ts"),
}

_SHOWN_CHARS = 40


class InvalidRecordError(Exception):
    """A record fails; carries its first failing field and the sentence for the sender."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Window(NamedTuple):
    """The accepted instants, both ends inclusive."""

    oldest: datetime
    newest: datetime


class Rules(msgspec.Struct, frozen=True):
    """How a dialect judges records.

    Attributes:
        empty_user_agent: Whether null, ``""`` and ``"-"`` are a user agent.
        fixed_oldest: Start of the window; None means the project's retention before now.
        future: How far after now a timestamp may be.
        window_message: What the sender reads about a timestamp outside the window.
    """

    limits: FieldLimits
    empty_user_agent: bool
    fixed_oldest: datetime | None
    future: timedelta
    window_message: str

    def window(self, now: datetime, retention_days: int) -> Window:
        """Compute the accepted window at the instant of receipt."""
        return Window(self.fixed_oldest or now - timedelta(days=retention_days), now + self.future)


def validate_record(values: dict[str, Any], rules: Rules, window: Window) -> dict[str, Any]:
    """Check every field in the documented order and give each its type.

    Args:
        values: Decoded JSON by field name; unknown names are ignored.

    Returns:
        The values of a :class:`~crawlsight.record.LogRecord`, ``None`` where absent.

    Raises:
        InvalidRecordError: For the first field that fails.
    """
    limits = rules.limits
    present = {name: value for name, value in values.items() if value is not None and value != "-"}
    checked: dict[str, Any] = {
        "timestamp": _timestamp(_required(present, "timestamp"), rules, window),
        "method": _text(_required(present, "method"), "method", limits.method_chars),
        "host": _text(_required(present, "host"), "host", limits.host_chars),
        "path": _text(_required(present, "path"), "path", limits.path_chars),
        "status_code": _status_code(_required(present, "status_code")),
        "ip": _text(_required(present, "ip"), "ip", limits.ip_chars, least=0),
        "user_agent": _user_agent(values, present, rules),
    }
    for name in ("referer", "referrer"):
        checked[name] = _optional(
            present, name, lambda value, name: _text(value, name, limits.referrer_chars, 0)
        )
    for name in ("bytes_sent", "response_size"):
        checked[name] = _optional(present, name, _integer)
    for name in ("duration_ms", "time_taken"):
        checked[name] = _optional(present, name, _duration)
    checked["query_params"] = _optional(
        present, "query_params", lambda value, _: _query_params(value, limits)
    )
    for name in SIGNATURE_FIELDS:
        checked[name] = _optional(
            present, name, lambda value, name: _text(value, name, limits.signature_chars, 0)
        )
    return checked


def looks_like_record(names: set[str]) -> bool:
    """Tell a single bare record from some other object by its field names."""
    ours = {name for field, others in FOREIGN_NAMES.items() for name in (field, *others)}
    return len(names & ours) > 1


def _required(present: dict[str, Any], field: str) -> Any:
    if field in present:
        return present[field]
    for name in FOREIGN_NAMES.get(field, ()):
        if name in present:
            raise InvalidRecordError(field, f"{field} is required; rename {name!r} to {field!r}")
    raise InvalidRecordError(field, f"{field} is required")


def _optional(present: dict[str, Any], field: str, check: Callable[[Any, str], Any]) -> Any:
    return check(present[field], field) if field in present else None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


def _text(value: Any, field: str, most: int | None, least: int = 1) -> str:
    if not isinstance(value, str):
        raise InvalidRecordError(field, f"{field} must be a string, got {_shown(value)}")
    if len(value) < least:
        raise InvalidRecordError(field, f"{field} must not be empty")
    if most is not None and len(value) > most:
        raise InvalidRecordError(
            field, f"{field} is {len(value)} characters long; at most {most} are accepted"
        )
    return value


def _user_agent(values: dict[str, Any], present: dict[str, Any], rules: Rules) -> str | None:
    most = rules.limits.user_agent_chars
    if not rules.empty_user_agent:
        return _text(_required(present, "user_agent"), "user_agent", most)
    if "user_agent" in values and "user_agent" not in present:
        return None
    return _text(_required(present, "user_agent"), "user_agent", most, least=0)


def _timestamp(value: Any, rules: Rules, window: Window) -> datetime:
    number = _as_number(value)
    try:
        instant = to_instant(number if number is not None else _parse_iso(value))
    except (OverflowError, OSError, ValueError):
        raise InvalidRecordError("timestamp", rules.window_message) from None
    if not window.oldest <= instant <= window.newest:
        raise InvalidRecordError("timestamp", rules.window_message)
    return instant


def _parse_iso(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        for parse in (_parse_rfc3339, datetime.fromisoformat):
            try:
                return parse(value.strip())
            except (msgspec.ValidationError, ValueError):
                continue
    raise InvalidRecordError(
        "timestamp",
        f"timestamp must be ISO 8601, epoch seconds or epoch milliseconds, got {_shown(value)}",
    )


def _parse_rfc3339(text: str) -> datetime:
    return msgspec.convert(text, datetime)


def _as_number(value: Any) -> int | float | None:
    """Read a number or a string of one; booleans and everything else are None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not value.isascii() or value.strip("+-.0123456789") != "":
        return None
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return None


def _as_whole_number(value: Any) -> int | None:
    """Read an integer, a float without fraction or a string of either; None otherwise."""
    number = _as_number(value)
    if isinstance(number, float):
        return int(number) if number.is_integer() else None
    return number


def _integer(value: Any, field: str) -> int:
    number = _as_whole_number(value)
    if number is None:
        raise InvalidRecordError(field, f"{field} must be a whole number, got {_shown(value)}")
    if number < 0 or number > MAX_INTEGER:
        raise InvalidRecordError(field, f"{field} must be between 0 and {MAX_INTEGER}, got {_shown(value)}")
    return number


def _status_code(value: Any) -> int:
    number = _as_whole_number(value)
    if number is None:
        raise InvalidRecordError("status_code", f"status_code must be a whole number, got {_shown(value)}")
    if not 100 <= number <= 599:  # noqa: PLR2004
        raise InvalidRecordError("status_code", "status_code must be between 100 and 599")
    return number


def _duration(value: Any, field: str) -> float:
    number = _as_number(value)
    if number is None:
        raise InvalidRecordError(field, f"{field} must be a number, got {_shown(value)}")
    try:
        duration = float(number)
    except OverflowError:
        duration = math.inf
    if not 0 <= duration <= MAX_DURATION:
        raise InvalidRecordError(
            field, f"{field} must be between 0 and {MAX_DURATION:g}, got {_shown(value)}"
        )
    return duration


def _query_params(value: Any, limits: FieldLimits) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidRecordError(
            "query_params", f'query_params must be an object such as {{"page": "1"}}, got {_shown(value)}'
        )
    params = {}
    for key, item in value.items():
        text = _query_value(item)
        if limits.query_key_chars is not None and len(key) > limits.query_key_chars:
            raise InvalidRecordError(
                "query_params", f"a query_params key is longer than {limits.query_key_chars} characters"
            )
        if limits.query_value_chars is not None and len(text) > limits.query_value_chars:
            raise InvalidRecordError(
                "query_params",
                f"query_params value of {_shown(key)} is longer than {limits.query_value_chars} characters",
            )
        params[key] = text
    return params


def _query_value(item: Any) -> str:
    if isinstance(item, str):
        return item
    if item is None:
        return ""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int | float):
        return str(item)
    # Frameworks give a repeated key as a list; they join it by commas when they write it as text.
    if isinstance(item, list) and all(isinstance(part, str | int | float | None) for part in item):
        return ",".join(_query_value(part) for part in item)
    raise InvalidRecordError("query_params", f"query_params values must be strings, got {_shown(item)}")
