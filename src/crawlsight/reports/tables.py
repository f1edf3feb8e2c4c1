"""Which tables answer a query: the smallest that do so exactly, together."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from crawlsight.reports.fields import DIMENSIONS, KINDS, METRICS, Report
from crawlsight.reports.query import Query, Selection
from crawlsight.reports.spans import Span, Spans

# What a page is told by.
PAGE = frozenset({"host", "path"})

PAGE_TABLES = frozenset({"pages_hourly", "pages_weekly", "pages_monthly"})

# What sums of pages can be grouped and filtered by.
_PAGE_DIMENSIONS = frozenset({"host", "path", "folder"})
_PAGE_FILTERS = _PAGE_DIMENSIONS | {"is_ai_crawler"}

_COMMON_COLUMNS = (
    "host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source,"
    " referral_type, method, status_code, source, visits, last_visit"
)

# What two rollups have in common that are read as one table, by the finer one.
_COLUMNS = {
    "visits_hourly": f"{_COMMON_COLUMNS}, hour",
    "pages_hourly": f"{_COMMON_COLUMNS}, path, path_hash",
}

# The columns of pages_weekly, and the same of pages_hourly.
_PAGE_COLUMNS = f"host, path, path_hash, visits, {', '.join(KINDS)}, crawlers, last_visit"
_PAGE_COLUMNS_OF_HOURS = (
    "host, path, path_hash, visits, "
    + ", ".join(f"if({condition}, visits, 0) AS {name}" for name, condition in KINDS.items())
    + ", [cityHash64(bot_name)] AS crawlers, last_visit"
)

# Dimensions that are made of hours.
_TIMED = frozenset({"date", "hour"})

_DAYS_BETWEEN_OFFSET_CHECKS = 28


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


def needs_spans(query: Query) -> bool:
    """Tell whether weeks or months can answer a query, so that it matters what a project has of which."""
    return pick_table(query) == "pages_hourly" and not _TIMED & set(query.dimensions)


def cut_range(query: Query, spans: Spans, parameters: dict[str, Any]) -> list[Part]:
    """Cut a query's range into what coarse rollups sum up and what is left at the ends for a finer table.

    Args:
        spans: What the project has, if the query :func:`needs_spans`.
        parameters: Get the values of the conditions.
    """
    table = pick_table(query)
    parts = []
    if table == "visits_hourly" and _is_whole_days(query):
        parts = _cut_into_days(query, parameters)
    elif needs_spans(query):
        is_weekly = _is_about_pages(query)
        coarse, of = ("pages_weekly", spans.weeks) if is_weekly else ("pages_monthly", spans.months)
        parts = _cut_into_spans(query, coarse, of, parameters)
    return parts or [Part(table, tuple(range_sql(query, table, parameters)))]


def columns_of(parts: Sequence[Part]) -> list[str]:
    """Give what to select of each part, so that they are one table."""
    if parts[0].table != "pages_weekly":
        return [_COLUMNS[parts[-1].table]] * len(parts)
    return [_PAGE_COLUMNS if part.table == "pages_weekly" else _PAGE_COLUMNS_OF_HOURS for part in parts]


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


def _cut_into_spans(
    query: Query, table: str, spans: Sequence[Span], parameters: dict[str, Any]
) -> list[Part]:
    whole = [span for span in spans if span.is_kept and query.start <= span.first and span.last < query.end]
    if not whole:
        return []
    if table == "pages_weekly":
        parameters["weeks"] = [span.begin.date() for span in whole]
        coarse = Part(table, ("week IN {weeks:Array(Date)}",))
    else:
        parameters["months"] = [int(f"{span.begin:%Y%m}") for span in whole]
        coarse = Part(table, ("month IN {months:Array(UInt32)}",))
    others = [span for span in spans if span not in whole]
    ragged = [(max(query.start, span.first), min(query.end, span.end)) for span in others]
    return [coarse, *(Part("pages_hourly", (hours,)) for hours in _hours(ragged, parameters))]


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


def _is_about_pages(query: Query) -> bool:
    """Tell whether sums of pages can answer it."""
    filtered = {condition.field for condition in query.filters}
    return (
        query.report is Report.BOTS and {*query.dimensions} <= _PAGE_DIMENSIONS and filtered <= _PAGE_FILTERS
    )


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
