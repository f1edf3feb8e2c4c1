"""Which tables answer a query: the smallest that do so exactly, together."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from crawlsight.reports.fields import DIMENSIONS, FOLDER, KINDS, METRICS, Report
from crawlsight.reports.query import Query, Selection
from crawlsight.reports.spans import Span, Spans

# What a page is told by.
PAGE = frozenset({"host", "path"})

# Which have a column for each kind of visit to a page, and nothing else to tell its visits apart by.
PAGE_SUMS = frozenset({"page_sums_daily", "page_sums_weekly", "page_sums_monthly"})

PAGE_TABLES = PAGE_SUMS | {"pages_hourly", "pages_monthly"}

# What these can be grouped and filtered by.
_PAGE_DIMENSIONS = frozenset({"host", "path", "folder", "date"})
_PAGE_FILTERS = frozenset({"host", "path", "folder", "is_ai_crawler"})

_COMMON_COLUMNS = (
    "host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source,"
    " referral_type, method, status_code, source, visits, last_visit"
)

# What two rollups have in common that are read as one table, by the finer one.
_COLUMNS = {
    "visits_hourly": f"{_COMMON_COLUMNS}, hour",
    "pages_hourly": f"{_COMMON_COLUMNS}, path, path_hash",
}

# The columns of sums of pages, and the same of pages_hourly.
_PAGE_COLUMNS = f"hour, host, path, path_hash, folder, visits, {', '.join(KINDS)}, crawlers, last_visit"
_PAGE_COLUMNS_OF_HOURS = (
    f"hour, host, path, path_hash, {FOLDER} AS folder, visits, "
    + ", ".join(f"if({condition}, visits, 0) AS {name}" for name, condition in KINDS.items())
    + ", [cityHash64(bot_name)] AS crawlers, last_visit"
)

# Dimensions that are made of hours.
_TIMED = frozenset({"date", "hour"})

# The intervals of dates that are made of months, and of weeks; None is for no dates.
_OF_MONTHS = frozenset({None, "month", "quarter", "year"})
_OF_WEEKS = frozenset({None, "week"})

_DAYS_BETWEEN_OFFSET_CHECKS = 28

# The first instant of a time, and the one after it.
Range = tuple[datetime, datetime]


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
    """Tell whether sums of pages can answer a query, so that it matters what a project has of which week."""
    if pick_table(query) != "pages_hourly":
        return False
    return _is_about_pages(query) or not _TIMED & set(query.dimensions)


def cut_range(query: Query, spans: Spans, parameters: dict[str, Any]) -> list[Part]:
    """Cut a query's range into what coarse rollups sum up and what is left at the ends for finer ones.

    Args:
        spans: What the project has, if the query :func:`needs_spans`.
        parameters: Get the values of the conditions.
    """
    table = pick_table(query)
    parts = []
    if table == "visits_hourly" and _is_whole_days(query):
        parts = _cut_into_days(query, parameters)
    elif needs_spans(query):
        cut = _cut_into_sums if _is_about_pages(query) else _cut_into_months
        parts = cut(query, spans, parameters)
    return parts or [Part(table, tuple(range_sql(query, table, parameters)))]


def columns_of(parts: Sequence[Part]) -> list[str]:
    """Give what to select of each part, so that they are one table."""
    if parts[0].table not in PAGE_SUMS:
        return [_COLUMNS[parts[-1].table]] * len(parts)
    return [_PAGE_COLUMNS if part.table in PAGE_SUMS else _PAGE_COLUMNS_OF_HOURS for part in parts]


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
    first = _midnight_from(query.start)
    last = query.end.replace(hour=0)
    if first >= last:
        return []
    parameters |= {"first_whole_day": first.date().isoformat(), "end_of_whole_days": last.date().isoformat()}
    days = ("day >= {first_whole_day:Date}", "day < {end_of_whole_days:Date}")
    ends = _hours([(query.start, first), (last, query.end)], parameters)
    return [Part("visits_daily", days), *(Part("visits_hourly", (hours,)) for hours in ends)]


def _cut_into_sums(query: Query, spans: Spans, parameters: dict[str, Any]) -> list[Part]:
    """Take whole months, then whole weeks of the rest, then whole days, then the hours that are left."""
    interval = query.date_interval if "date" in query.dimensions else None
    months = _whole(spans.months, query) if interval in _OF_MONTHS else []
    weeks = _whole(spans.weeks, query) if interval in _OF_WEEKS else []
    weeks = [week for week in weeks if not _overlaps(week, months)]
    others = [piece for piece in spans.pieces if not _overlaps(piece, months + weeks)]
    cut = [_cut_into_whole_days(piece, query) for piece in others]
    days = _days([part for of_days, _ in cut for part in of_days], parameters)
    hours = _hours([part for _, of_hours in cut for part in of_hours], parameters)
    parts = []
    if months:
        parts.append(Part("page_sums_monthly", (_in_months(months, parameters),)))
    if weeks:
        parameters["weeks"] = [week.begin.date() for week in weeks]
        parts.append(Part("page_sums_weekly", ("week IN {weeks:Array(Date)}",)))
    parts += [Part("page_sums_daily", (condition,)) for condition in days]
    return [*parts, *(Part("pages_hourly", (condition,)) for condition in hours)] if parts else []


def _cut_into_whole_days(span: Span, query: Query) -> tuple[list[Range], list[Range]]:
    """Cut what a query wants of a span into whole days and what is left of others."""
    start, end = max(query.start, span.first), min(query.end, span.end)
    first = span.begin if query.start <= span.first else _midnight_from(query.start)
    last = span.end if span.last < query.end else query.end.replace(hour=0)
    if not span.is_kept or first >= last:
        return [], [(start, end)]
    return [(first, last)], [(start, first), (last, end)]


def _cut_into_months(query: Query, spans: Spans, parameters: dict[str, Any]) -> list[Part]:
    whole = _whole(spans.months, query)
    if not whole:
        return []
    others = [month for month in spans.months if month not in whole]
    ragged = [(max(query.start, month.first), min(query.end, month.end)) for month in others]
    return [
        Part("pages_monthly", (_in_months(whole, parameters),)),
        *(Part("pages_hourly", (condition,)) for condition in _hours(ragged, parameters)),
    ]


def _whole(spans: Sequence[Span], query: Query) -> list[Span]:
    """Give those whose visits all are in the query's range."""
    return [span for span in spans if span.is_kept and query.start <= span.first and span.last < query.end]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span.begin < other.end and other.begin < span.end for other in others)


def _in_months(months: Sequence[Span], parameters: dict[str, Any]) -> str:
    parameters["months"] = [int(f"{month.begin:%Y%m}") for month in months]
    return "month IN {months:Array(UInt32)}"


def _days(ranges: Sequence[Range], parameters: dict[str, Any]) -> Iterator[str]:
    """Compile those of the ranges of days that are any, into one condition."""
    conditions = []
    for i, (start, end) in enumerate(_joined(ranges)):
        parameters |= {f"from_day_{i}": start.date(), f"to_day_{i}": end.date()}
        conditions.append(f"day >= {{from_day_{i}:Date}} AND day < {{to_day_{i}:Date}}")
    if conditions:
        yield f"({' OR '.join(conditions)})"


def _hours(ranges: Sequence[Range], parameters: dict[str, Any]) -> Iterator[str]:
    """Compile those of the ranges that are any, into one condition."""
    conditions = []
    for i, (start, end) in enumerate(_joined(ranges)):
        parameters |= {f"from_{i}": int(start.timestamp()), f"to_{i}": int(end.timestamp())}
        conditions.append(
            f"hour >= toDateTime({{from_{i}:UInt32}}, 'UTC') AND hour < toDateTime({{to_{i}:UInt32}}, 'UTC')"
        )
    if conditions:
        yield f"({' OR '.join(conditions)})"


def _joined(ranges: Sequence[Range]) -> list[Range]:
    """Leave out what is empty and make one of what follows on one another."""
    joined: list[Range] = []
    for start, end in ranges:
        if start < end:
            begin = joined.pop()[0] if joined and joined[-1][1] == start else start
            joined.append((begin, end))
    return joined


def _midnight_from(instant: datetime) -> datetime:
    midnight = instant.replace(hour=0)
    return midnight if midnight == instant else midnight + timedelta(days=1)


def _is_about_pages(query: Query) -> bool:
    """Tell whether sums of pages can answer it."""
    filtered = {condition.field for condition in query.filters}
    is_known = {*query.dimensions} <= _PAGE_DIMENSIONS and filtered <= _PAGE_FILTERS
    return query.report is Report.BOTS and is_known and _is_whole_days(query)


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
