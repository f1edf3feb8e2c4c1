"""Which tables answer a query: the smallest that do so exactly, together."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from crawlsight.reports.fields import DIMENSIONS, METRICS
from crawlsight.reports.query import Query, Selection

# What a page is told by.
PAGE = frozenset({"host", "path"})

PAGE_TABLES = frozenset({"pages_hourly", "pages_monthly"})

_COMMON_COLUMNS = (
    "host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source,"
    " referral_type, method, status_code, source, visits, last_visit"
)

# What two rollups have in common that are read as one table.
COLUMNS = {
    "visits_hourly": f"{_COMMON_COLUMNS}, hour",
    "pages_hourly": f"{_COMMON_COLUMNS}, path, path_hash",
}

# Dimensions that are made of hours.
_TIMED = frozenset({"date", "hour"})

_DAYS_BETWEEN_OFFSET_CHECKS = 28


class Month(msgspec.Struct, frozen=True):
    """What a project has of a month.

    Attributes:
        month: ``202611`` is November of 2026, UTC.
        first: No visit is before it.
        last: Nor after it.
        is_kept: Whether nothing of it has expired, so that sums by month and by hour say the same.
    """

    month: int
    first: datetime
    last: datetime
    is_kept: bool


class Part(msgspec.Struct, frozen=True):
    """A table, and the conditions on time that say what of it counts."""

    table: str
    conditions: tuple[str, ...]


def pick_table(query: Query) -> str:
    """Name the table of visits, or the rollup by hours, that answers a query."""
    if not _is_whole_hours(query):
        return "visits"
    known, metrics = DIMENSIONS[query.report], METRICS[query.report]
    used = {*query.dimensions, *(condition.field for condition in query.filters)}
    measured = {*query.metrics, *(condition.field for condition in query.metric_filters)}
    needs_path = any(known[name].needs_path for name in used) or any(
        metrics[name].needs_path for name in measured
    )
    return "pages_hourly" if needs_path else "visits_hourly"


def needs_months(query: Query) -> bool:
    """Tell whether a query can be answered by months, so that it matters what a project has of which."""
    return pick_table(query) == "pages_hourly" and not _TIMED & set(query.dimensions)


def cut_range(query: Query, months: Sequence[Month], parameters: dict[str, Any]) -> list[Part]:
    """Cut a query's range into what coarse rollups sum up and what is left at the ends for a finer table.

    Args:
        months: What the project has, if the query :func:`needs_months`.
        parameters: Get the values of the conditions.
    """
    table = pick_table(query)
    if table == "visits_hourly" and _is_whole_days(query):
        parts = _cut_into_days(query, parameters)
    else:
        parts = _cut_into_months(query, months, parameters)
    return parts or [Part(table, tuple(range_sql(query, table, parameters)))]


def range_sql(query: Query | Selection, table: str, parameters: dict[str, Any]) -> list[str]:
    """Compile a whole range, adding its ends to the *parameters*."""
    # Of the column's own type, so that no row is converted and months outside are not read.
    kind = (
        "toDateTime64({{{}:Float64}}, 3, 'UTC')" if table == "visits" else "toDateTime({{{}:UInt32}}, 'UTC')"
    )
    conditions = []
    for name, instant, operator in (("start", query.start, ">="), ("end", query.end, "<")):
        seconds = instant.timestamp()
        parameters[name] = seconds if table == "visits" else int(seconds)
        conditions.append(f"{time_column(table)} {operator} {kind.format(name)}")
    return conditions


def time_column(table: str) -> str:
    """Name the column that says when."""
    return "timestamp" if table == "visits" else "hour"


def _cut_into_days(query: Query, parameters: dict[str, Any]) -> list[Part]:
    midnight = query.start.replace(hour=0)
    first = midnight if midnight == query.start else midnight + timedelta(days=1)
    last = query.end.replace(hour=0)
    if first >= last:
        return []
    parameters |= {"first_whole_day": first.date().isoformat(), "end_of_whole_days": last.date().isoformat()}
    days = ("day >= {first_whole_day:Date}", "day < {end_of_whole_days:Date}")
    ends = _hours([(query.start, first), (last, query.end)], parameters)
    return [Part("visits_daily", days), *(Part("visits_hourly", (hours,)) for hours in ends)]


def _cut_into_months(query: Query, months: Sequence[Month], parameters: dict[str, Any]) -> list[Part]:
    whole = [found for found in months if found.is_kept and _is_within(query, found)]
    if not whole:
        return []
    parameters["months"] = [found.month for found in whole]
    others = [found for found in months if found not in whole]
    ragged = [(max(query.start, found.first), min(query.end, _end_of(found))) for found in others]
    ends = _hours(ragged, parameters)
    return [
        Part("pages_monthly", ("month IN {months:Array(UInt32)}",)),
        *(Part("pages_hourly", (hours,)) for hours in ends),
    ]


def _hours(spans: Sequence[tuple[datetime, datetime]], parameters: dict[str, Any]) -> Iterator[str]:
    """Compile those of the spans that are any, into one condition."""
    conditions = []
    for i, (start, end) in enumerate((start, end) for start, end in spans if start < end):
        parameters |= {f"from_{i}": int(start.timestamp()), f"to_{i}": int(end.timestamp())}
        conditions.append(
            f"hour >= toDateTime({{from_{i}:UInt32}}, 'UTC') AND hour < toDateTime({{to_{i}:UInt32}}, 'UTC')"
        )
    if conditions:
        yield f"({' OR '.join(conditions)})"


def _is_within(query: Query, month: Month) -> bool:
    return query.start <= month.first and month.last < query.end


def _end_of(month: Month) -> datetime:
    year, number = divmod(month.month, 100)
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _is_whole_hours(query: Query) -> bool:
    """Tell whether hourly sums answer exactly: both ends and every bucket begin with an hour of UTC."""
    if any(end.minute or end.second or end.microsecond for end in (query.start, query.end)):
        return False
    return not _TIMED & set(query.dimensions) or not any(offset % 3600 for offset in _offsets_seconds(query))


def _is_whole_days(query: Query) -> bool:
    """Tell whether daily sums answer what is between the ends: every bucket begins with a day of UTC."""
    if not _TIMED & set(query.dimensions):
        return True
    is_hourly = "hour" in query.dimensions or query.date_interval == "hour"
    return not is_hourly and not any(_offsets_seconds(query))


def _offsets_seconds(query: Query) -> Iterator[float]:
    """Give how far the query's time zone is from UTC, now and then."""
    zone = ZoneInfo(query.timezone)
    days = (query.end - query.start).days
    checked = [query.start + timedelta(days=day) for day in range(0, days + 1, _DAYS_BETWEEN_OFFSET_CHECKS)]
    for at in (*checked, query.end):
        yield (at.astimezone(zone).utcoffset() or timedelta()).total_seconds()
