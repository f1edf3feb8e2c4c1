"""A report query as a value: read from JSON with every mistake found, in FastAPI's words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from crawlsight.errors import QueryError
from crawlsight.reports.fields import (
    INTERVALS,
    LIST_OPERATORS,
    METRIC_OPERATORS,
    OPERATORS,
    Report,
    dimensions_of,
    filters_of,
    metrics_of,
)

# Beyond the vendor's API: a domain that means all of the project's.
EVERY_HOST = "*"

DEFAULT_LIMIT, MOST_LIMIT = 10_000, 50_000

# The first version counts days as its vendor does, on the American east coast.
_V1_TIMEZONE = "America/New_York"

_MOST_FILTERS, _MOST_FILTER_VALUES, _MOST_TEXT = 50, 1_000, 4_096

_MOST_OFFSET = 10**12

# 2000 begins and 2100 ends at different instants in different time zones.
_EARLIEST = datetime(1999, 12, 31, 10, tzinfo=UTC)
_LATEST = datetime(2101, 1, 1, 12, tzinfo=UTC)


class Filter(msgspec.Struct, frozen=True):
    """A condition on a dimension; *values* has one element for operators that take one."""

    field: str
    operator: str
    values: tuple[str, ...]


class MetricFilter(msgspec.Struct, frozen=True):
    """A condition on a metric's value, after aggregation."""

    field: str
    operator: str
    value: float


class Query(msgspec.Struct, frozen=True):
    """What is asked, with every default filled in.

    Attributes:
        domain: Exact host; None means every host of the project.
        start: First instant, inclusive.
        end: Instant after the last, exclusive.
        order_by: Pairs of field and ``asc`` or ``desc``.
    """

    report: Report
    version: int
    domain: str | None
    metrics: tuple[str, ...]
    dimensions: tuple[str, ...]
    start: datetime
    end: datetime
    date_interval: str = "day"
    timezone: str = "UTC"
    filters: tuple[Filter, ...] = ()
    metric_filters: tuple[MetricFilter, ...] = ()
    order_by: tuple[tuple[str, str], ...] = ()
    limit: int = DEFAULT_LIMIT
    offset: int = 0


class Selection(msgspec.Struct, frozen=True):
    """Which visits a list is about, and which of its rows are asked for; the fields are a query's."""

    domain: str | None
    start: datetime
    end: datetime
    limit: int = DEFAULT_LIMIT
    offset: int = 0


class Reader:
    """Read fields off the body, noting each mistake with its place instead of stopping at the first."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.details: list[dict[str, object]] = []

    def mistake(self, place: tuple[str | int, ...], message: str, kind: str = "value_error") -> None:
        """Note a mistake."""
        self.details.append({"loc": ["body", *place], "msg": message, "type": kind})

    def choice(self, place: tuple[str | int, ...], value: Any, choices: list[str]) -> bool:
        """Tell whether a value is one of *choices*."""
        if isinstance(value, str) and value in choices:
            return True
        expected = ", ".join(f"'{choice}'" for choice in choices)
        self.mistake(place, f"Input should be one of {expected}; got {_shown(value)}", "literal_error")
        return False

    def choices(self, name: str, choices: list[str], *, required: bool) -> tuple[str, ...]:
        """Read a list of *choices*, each once."""
        values = self.body.get(name)
        if values is None and not required:
            return ()
        if not isinstance(values, list):
            kind = "missing" if name not in self.body else "list_type"
            self.mistake((name,), "Field required" if kind == "missing" else "Input should be a list", kind)
            return ()
        if required and not values:
            self.mistake((name,), "List should have at least 1 item", "too_short")
        found = [value for i, value in enumerate(values) if self.choice((name, i), value, choices)]
        return tuple(dict.fromkeys(found))

    def objects(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """Read a list of objects, with their positions."""
        values = self.body.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or len(values) > _MOST_FILTERS:
            self.mistake((name,), f"Input should be a list of at most {_MOST_FILTERS} objects", "list_type")
            return []
        found = []
        for i, value in enumerate(values):
            if isinstance(value, dict):
                found.append((i, value))
            else:
                self.mistake((name, i), "Input should be an object", "dict_type")
        return found

    def integer(self, place: tuple[str, ...], value: Any, default: int, least: int, most: int) -> int:
        """Read a whole number between two others; None is the default."""
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.mistake(place, f"Input should be an integer; got {_shown(value)}", "int_type")
        elif value < least:
            self.mistake(place, f"Input should be at least {least}; got {value}", "greater_than_equal")
        elif value > most:
            self.mistake(place, f"Input should be at most {most}; got {value}", "less_than_equal")
        else:
            return value
        return default


def read_query(body: Any, report: Report, version: int, now: datetime) -> Query:
    """Read a query from decoded JSON.

    Args:
        now: Where the range ends when the body does not say; the hour that has begun counts whole.

    Raises:
        QueryError: With every mistake and its place.
    """
    reader = open_reader(body)
    metrics = reader.choices("metrics", metrics_of(report, version), required=True)
    dimensions = reader.choices("dimensions", dimensions_of(report, version), required=False)
    timezone = read_timezone(reader) if version > 1 else _V1_TIMEZONE
    start, end = read_range(reader, ZoneInfo(timezone), now)
    limit, offset = _read_page(reader)
    query = Query(
        report=report,
        version=version,
        domain=_read_domain(reader),
        metrics=metrics,
        dimensions=dimensions,
        start=start,
        end=end,
        date_interval=_read_interval(reader, version),
        timezone=timezone,
        filters=read_filters(reader, filters_of(report, version)),
        metric_filters=_read_metric_filters(reader, metrics_of(report, version)),
        order_by=_read_order(reader, [*metrics, *dimensions]),
        limit=limit,
        offset=offset,
    )
    if body.get("tags"):
        reader.mistake(("tags",), "Page tags are not known here; filter by 'path' or 'folder' instead")
    if body.get("view_id"):
        reader.mistake(
            ("view_id",), "Segments are not known here; filter by 'host', 'path' or 'folder' instead"
        )
    if reader.details:
        raise QueryError(reader.details)
    return query


def read_selection(body: Any, now: datetime) -> Selection:
    """Read the fields that a list has in common with a report; its days are days of UTC.

    Raises:
        QueryError: With every mistake and its place.
    """
    reader = open_reader(body)
    start, end = read_range(reader, ZoneInfo("UTC"), now)
    selection = Selection(_read_domain(reader), start, end, *_read_page(reader))
    if reader.details:
        raise QueryError(reader.details)
    return selection


def open_reader(body: Any) -> Reader:
    """Begin to read a body.

    Raises:
        QueryError: It is no object.
    """
    if not isinstance(body, dict):
        raise QueryError([{"loc": ["body"], "msg": "Input should be an object", "type": "dict_type"}])
    return Reader(body)


def _read_page(reader: Reader) -> tuple[int, int]:
    pagination = reader.body.get("pagination")
    if pagination is None:
        return DEFAULT_LIMIT, 0
    if not isinstance(pagination, dict):
        reader.mistake(("pagination",), "Input should be an object", "dict_type")
        return DEFAULT_LIMIT, 0
    return (
        reader.integer(("pagination", "limit"), pagination.get("limit"), DEFAULT_LIMIT, 1, MOST_LIMIT),
        reader.integer(("pagination", "offset"), pagination.get("offset"), 0, 0, _MOST_OFFSET),
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"  # noqa: PLR2004


def _read_domain(reader: Reader) -> str | None:
    domain = reader.body.get("domain")
    if domain == EVERY_HOST:
        return None
    if isinstance(domain, str) and domain:
        return domain[:_MOST_TEXT].strip().lower().rstrip(".")
    if "domain" in reader.body:
        reader.mistake(("domain",), f"Input should be a host name; got {_shown(domain)}", "string_type")
    else:
        reader.mistake(("domain",), "Field required", "missing")
    return ""


def read_timezone(reader: Reader) -> str:
    """Read an IANA name, ``UTC`` when there is none."""
    name = reader.body.get("timezone")
    if name is None:
        return "UTC"
    if isinstance(name, str) and name in available_timezones():
        return name
    message = f"Input should be an IANA time zone such as 'Europe/Berlin'; got {_shown(name)}"
    reader.mistake(("timezone",), message)
    return "UTC"


def _read_interval(reader: Reader, version: int) -> str:
    interval = reader.body.get("date_interval")
    known = [name for name, since_version in INTERVALS.items() if since_version <= version]
    if interval is not None and reader.choice(("date_interval",), interval, known):
        return str(interval)
    return "day"


def read_range(reader: Reader, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """Read the two dates as the first instant and the one after the last."""
    start = _read_instant(reader, "start_date", zone, is_end=False)
    end = _read_instant(reader, "end_date", zone, is_end=True)
    if "start_date" not in reader.body:
        reader.mistake(("start_date",), "Field required", "missing")
    if start is not None and end is not None and end < start:
        reader.mistake(("end_date",), "Input should not be before start_date")
    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return start or datetime(2000, 1, 1, tzinfo=UTC), end or this_hour + timedelta(hours=1)


def _read_instant(reader: Reader, name: str, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    text = reader.body.get(name)
    if text is None and (is_end or name not in reader.body):
        return None
    try:
        text = text.strip() if isinstance(text, str) else ""
        instant = datetime.fromisoformat(text)
        instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
        if is_end and len(text) <= len("2026-01-31"):
            # A day as the end means all of it.
            instant = (instant.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        form = "YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or an ISO 8601 instant"
        reader.mistake(
            (name,), f"Input should be {form}; got {_shown(reader.body.get(name))}", "datetime_parsing"
        )
        return None
    if not _EARLIEST <= instant <= _LATEST:
        reader.mistake((name,), f"Input should be between 2000 and 2100; got {_shown(text)}")
        return None
    return instant


def read_filters(reader: Reader, fields: list[str]) -> tuple[Filter, ...]:
    """Read conditions on *fields*."""
    filters = []
    for i, item in reader.objects("filters"):
        field, operator, value = item.get("field"), item.get("operator"), item.get("value")
        is_good = reader.choice(("filters", i, "field"), field, fields)
        is_good &= reader.choice(("filters", i, "operator"), operator, list(OPERATORS))
        values = value if isinstance(value, list) else [value]
        takes_list = isinstance(operator, str) and operator in LIST_OPERATORS
        if not _are_texts(values) or (not values and not takes_list):
            reader.mistake(
                ("filters", i, "value"), f"Input should be a string or strings; got {_shown(value)}"
            )
        elif is_good:
            filters.append(Filter(str(field), str(operator), tuple(_text(text) for text in values)))
    return tuple(filters)


def _are_texts(values: list[Any]) -> bool:
    return len(values) <= _MOST_FILTER_VALUES and all(
        isinstance(value, str | int) and len(str(value)) <= _MOST_TEXT for value in values
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_metric_filters(reader: Reader, metrics: list[str]) -> tuple[MetricFilter, ...]:
    filters = []
    numeric = [name for name in metrics if name != "last_visit"]
    for i, item in reader.objects("metric_filters"):
        field, operator, value = item.get("field"), item.get("operator"), item.get("value")
        is_good = reader.choice(("metric_filters", i, "field"), field, numeric)
        is_good &= reader.choice(("metric_filters", i, "operator"), operator, list(METRIC_OPERATORS))
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"Input should be a number; got {_shown(value)}"
            reader.mistake(("metric_filters", i, "value"), message, "float_type")
        elif is_good:
            filters.append(MetricFilter(str(field), str(operator), _number(value)))
    return tuple(filters)


def _number(value: float) -> float:
    # Counts fit in a double well below its end; what is larger compares like the largest.
    return float(max(min(value, 1e18), -1e18))


def _read_order(reader: Reader, fields: list[str]) -> tuple[tuple[str, str], ...]:
    order = reader.body.get("order_by")
    if order is None:
        return ()
    if not isinstance(order, dict):
        reader.mistake(("order_by",), "Input should be an object of field and 'asc' or 'desc'", "dict_type")
        return ()
    pairs = []
    for field, direction in order.items():
        is_good = reader.choice(("order_by", field), field, fields)
        if reader.choice(("order_by", field), direction, ["asc", "desc"]) and is_good:
            pairs.append((field, direction))
    return tuple(pairs)
