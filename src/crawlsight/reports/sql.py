"""Compile a query to SQL: pick the smallest table that can answer, bind every value."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from crawlsight.detect.unknown import BOT_SHAPES
from crawlsight.reports.fields import (
    DIMENSIONS,
    EQUALITIES,
    LIST_OPERATORS,
    METRIC_OPERATORS,
    METRICS,
    NEGATIVE_OPERATORS,
    OPERATORS,
    Report,
)
from crawlsight.reports.query import Filter, Query, Selection

# Every report asks one project: its id comes from the credential and is bound here and nowhere else.
SCOPE = "project_id = {project_id:UInt32}"

_WHO = {Report.BOTS: "bot_name != ''", Report.REFERRALS: "bot_name = ''"}

_INTERVAL_SQL = {
    "hour": "formatDateTime({at}, '%F %H:00:00', {{tz:String}})",
    "day": "toString(toDate({at}, {{tz:String}}))",
    "week": "toString(toMonday({at}, {{tz:String}}))",
    "month": "toString(toStartOfMonth({at}, {{tz:String}}))",
    "quarter": "toString(toStartOfQuarter({at}, {{tz:String}}))",
    "year": "toString(toStartOfYear({at}, {{tz:String}}))",
    "relative_week": (
        "toString(toDate({{first_day:String}}) + intDiv(dateDiff('day', toDate({{first_day:String}}),"
        " toDate({at}, {{tz:String}})), 7) * 7)"
    ),
}

_DAYS_BETWEEN_OFFSET_CHECKS = 28

_MOST_LATE_ROWS = 1_000


class Compiled(msgspec.Struct, frozen=True):
    """SQL and its bound values.

    Rows have the dimensions, then the metrics, then the number of rows there are in all.
    """

    sql: str
    parameters: dict[str, Any]
    table: str


def compile_query(query: Query, project_id: int) -> Compiled:
    """Compile a query for one project."""
    table = _pick_table(query)
    parameters: dict[str, Any] = {"project_id": project_id, "tz": query.timezone}
    conditions = [SCOPE, _WHO[query.report], *_range(query, table, parameters)]
    if query.domain is not None:
        conditions.append("host = {domain:String}")
        parameters["domain"] = query.domain
    for i, condition in enumerate(query.filters):
        field = DIMENSIONS[query.report][condition.field].sql
        conditions.append(filter_sql(field, condition, f"filter_{i}", parameters))
    # A page is one number, which is grouped by sooner than host and path are.
    page = {"host", "path"} if table == "pages_hourly" and {"host", "path"} <= {*query.dimensions} else set()
    dimensions = [
        f"{f'any({name})' if name in page else _dimension_sql(query, name, table)} AS d_{name}"
        for name in query.dimensions
    ]
    metrics = [f"{_metric_sql(query, name, table)} AS m_{name}" for name in query.metrics]
    having = _having(query, table, parameters)
    keys = [f"d_{name}" for name in query.dimensions if name not in page]
    groups = ", ".join([*keys, "path_hash"] if page else keys)
    if query.date_interval == "relative_week" and "date" in query.dimensions:
        parameters["first_day"] = query.start.astimezone(ZoneInfo(query.timezone)).date().isoformat()
    sql = (
        f"SELECT {', '.join([*dimensions, *metrics])}, count() OVER () AS total_rows FROM {table}"
        f" WHERE {' AND '.join(conditions)}"
        + (f" GROUP BY {groups}" if groups else "")
        + (f" HAVING {' AND '.join(having)}" if having else "")
        + f" ORDER BY {_order(query)} LIMIT {query.limit} OFFSET {query.offset}"
    )
    return Compiled(sql, parameters, table)


def late_metrics(query: Query) -> tuple[Query, tuple[str, ...]]:
    """Take from a query the costly metrics that its rows can be picked and ordered without.

    Of few out of many pages, these are asked of the pages that are shown; of anything else, what only the
    large rollup can tell is taken away, so that the small one tells the rest.
    """
    needed = {query.metrics[0], *(condition.field for condition in query.metric_filters)}
    if query.order_by:
        needed = {*needed - {query.metrics[0]}, *(name for name, _ in query.order_by)}
    metrics = METRICS[query.report]
    is_of_pages = "path" in query.dimensions
    late = tuple(
        name
        for name in query.metrics
        if name not in needed and (metrics[name].is_costly if is_of_pages else metrics[name].needs_path)
    )
    early = tuple(name for name in query.metrics if name not in late)
    if not early or (is_of_pages and query.limit > _MOST_LATE_ROWS):
        return query, ()
    is_of_small = _pick_table(msgspec.structs.replace(query, metrics=early)) == "visits_hourly"
    if not is_of_pages and (query.metric_filters or not is_of_small):
        return query, ()
    return msgspec.structs.replace(query, metrics=early), late


def regex_query(condition: Filter) -> Compiled:
    """Compile the question whether a ``matches`` filter's values are regular expressions to the engine."""
    checks = [f"match('', {{regex_{i}:String}})" for i in range(len(condition.values))]
    return Compiled(
        f"SELECT {', '.join(checks)}", {f"regex_{i}": value for i, value in enumerate(condition.values)}, ""
    )


def count_query(query: Query, project_id: int) -> Compiled:
    """Compile a query for its first row alone, which has the number of all."""
    return compile_query(msgspec.structs.replace(query, limit=1, offset=0), project_id)


def hosts_query(project_id: int) -> Compiled:
    """Compile the question which hosts a project has seen."""
    sql = (
        "SELECT host, min(hour) AS first_seen FROM visits_hourly WHERE "
        + SCOPE
        + " GROUP BY host ORDER BY sum(visits) DESC LIMIT 1000"
    )
    return Compiled(sql, {"project_id": project_id}, "visits_hourly")


def unknown_bots_query(selection: Selection, project_id: int) -> Compiled:
    """Compile the question which user agents look like bots and match no entry of the catalogue.

    Rows have the user agent, its visits, addresses, first and last visit, hosts, and how many rows there
    are in all.
    """
    parameters: dict[str, Any] = {"project_id": project_id, "shapes": BOT_SHAPES}
    conditions = [SCOPE, "bot_name = ''", "match(user_agent, {shapes:String})"]
    conditions += _range(selection, "visits", parameters)
    if selection.domain is not None:
        conditions.append("host = {domain:String}")
        parameters["domain"] = selection.domain
    sql = (
        "SELECT user_agent, count() AS visit_count, uniqExact(ip), min(timestamp), max(timestamp),"
        f" uniqExact(host), count() OVER () AS total_rows FROM visits WHERE {' AND '.join(conditions)}"
        " GROUP BY user_agent ORDER BY visit_count DESC, user_agent ASC"
        f" LIMIT {selection.limit:d} OFFSET {selection.offset:d}"
    )
    return Compiled(sql, parameters, "visits")


def _pick_table(query: Query) -> str:
    if not _is_whole_hours(query):
        return "visits"
    known, metrics = DIMENSIONS[query.report], METRICS[query.report]
    used = {*query.dimensions, *(condition.field for condition in query.filters)}
    measured = {*query.metrics, *(condition.field for condition in query.metric_filters)}
    needs_path = any(known[name].needs_path for name in used) or any(
        metrics[name].needs_path for name in measured
    )
    return "pages_hourly" if needs_path else "visits_hourly"


def _is_whole_hours(query: Query) -> bool:
    """Tell whether hourly sums answer exactly: both ends and every bucket begin with an hour of UTC."""
    if any(end.minute or end.second or end.microsecond for end in (query.start, query.end)):
        return False
    if not {"date", "hour"} & set(query.dimensions):
        return True
    zone = ZoneInfo(query.timezone)
    days = (query.end - query.start).days
    checked = [query.start + timedelta(days=day) for day in range(0, days + 1, _DAYS_BETWEEN_OFFSET_CHECKS)]
    offsets = (at.astimezone(zone).utcoffset() or timedelta() for at in (*checked, query.end))
    return not any(offset.total_seconds() % 3600 for offset in offsets)


def _range(query: Query | Selection, table: str, parameters: dict[str, Any]) -> list[str]:
    # Of the column's own type, so that no row is converted and months outside are not read.
    kind = (
        "toDateTime64({{{}:Float64}}, 3, 'UTC')" if table == "visits" else "toDateTime({{{}:UInt32}}, 'UTC')"
    )
    conditions = []
    for name, instant, operator in (("start", query.start, ">="), ("end", query.end, "<")):
        seconds = instant.timestamp()
        parameters[name] = seconds if table == "visits" else int(seconds)
        conditions.append(f"{_at(table)} {operator} {kind.format(name)}")
    return conditions


def _at(table: str) -> str:
    return "timestamp" if table == "visits" else "hour"


def _dimension_sql(query: Query, name: str, table: str) -> str:
    if name == "date":
        return _INTERVAL_SQL[query.date_interval].format(at=_at(table))
    if name == "hour":
        return _INTERVAL_SQL["hour"].format(at=_at(table))
    return DIMENSIONS[query.report][name].sql


def _metric_sql(query: Query, name: str, table: str) -> str:
    metric = METRICS[query.report][name]
    return metric.raw_sql if table == "visits" else metric.sql


def filter_sql(field: str, condition: Filter, name: str, parameters: dict[str, Any]) -> str:
    """Compile a condition on a field's SQL, adding its values to the *parameters* under *name*."""
    pattern = OPERATORS[condition.operator]
    if condition.operator == "is":
        pattern = EQUALITIES.get(field, pattern)
    if condition.operator in LIST_OPERATORS:
        parameters[name] = list(condition.values)
        return pattern.format(field=field, value=f"{{{name}:Array(String)}}")
    parts = []
    for i, value in enumerate(condition.values):
        parameters[f"{name}_{i}"] = value
        parts.append(pattern.format(field=field, value=f"{{{name}_{i}:String}}"))
    # Several values read as a person means them: any of these, or none of those.
    joint = " AND " if condition.operator in NEGATIVE_OPERATORS else " OR "
    return f"({joint.join(parts)})"


def _having(query: Query, table: str, parameters: dict[str, Any]) -> list[str]:
    conditions = []
    for i, condition in enumerate(query.metric_filters):
        parameters[f"metric_{i}"] = condition.value
        metric = _metric_sql(query, condition.field, table)
        conditions.append(f"{metric} {METRIC_OPERATORS[condition.operator]} {{metric_{i}:Float64}}")
    return conditions


def _order(query: Query) -> str:
    order = query.order_by or ((query.metrics[0], "desc"),)
    parts = [
        f"{'m' if name in query.metrics else 'd'}_{name} {direction.upper()}" for name, direction in order
    ]
    # Ties are broken, so that pages of one result do not overlap.
    ordered = {name for name, _ in order}
    return ", ".join([*parts, *(f"d_{name} ASC" for name in query.dimensions if name not in ordered)])
