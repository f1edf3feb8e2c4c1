"""Compile a query to SQL: every value is bound."""

from collections.abc import Sequence
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
from crawlsight.reports.spans import PIECE_SQL, Spans
from crawlsight.reports.tables import (
    PAGE,
    PAGE_SUMS,
    PAGE_TABLES,
    Part,
    columns_of,
    cut_range,
    range_sql,
    time_column,
)

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


_AT_ONCE = " SETTINGS optimize_move_to_prewhere = 0"

_NONE = Spans()

# One bit of 64 stands for every other value.
MOST_BITS = 63


class Compiled(msgspec.Struct, frozen=True):
    """SQL and its bound values.

    Rows have the dimensions, then the metrics, then the number of rows there are in all.
    """

    sql: str
    parameters: dict[str, Any]
    table: str


def pieces_query(project_id: int) -> Compiled:
    """Compile the question what a project has of which week; its rows are the fields of ``PieceRow``."""
    sql = (
        f"SELECT {PIECE_SQL} AS piece, min(hour), max(last_visit), min(expires_at),"
        " min(dateDiff('second', last_visit, expires_at)), now('UTC')"
        f" FROM visits_daily WHERE {SCOPE} GROUP BY piece ORDER BY piece{_AT_ONCE}"
    )
    return Compiled(sql, {"project_id": project_id}, "visits_daily")


def compile_query(query: Query, project_id: int, spans: Spans = _NONE) -> Compiled:
    """Compile a query for one project.

    Args:
        spans: What the project has, if the query ``needs_spans``.
    """
    source = _source(query, project_id, spans)
    table, parameters = source.table, source.parameters
    # A page is one number, which is grouped by sooner than host and path are.
    page = PAGE if table in PAGE_TABLES and {*query.dimensions} >= PAGE else frozenset()
    dimensions = [
        f"{f'any({name})' if name in page else _dimension_sql(query, name, table)} AS d_{name}"
        for name in query.dimensions
    ]
    metrics = [f"{_metric_sql(query, name, table)} AS m_{name}" for name in query.metrics]
    keys = [f"d_{name}" for name in query.dimensions if name not in page]
    groups = ", ".join([*keys, "path_hash"] if page else keys)
    having = _having(query, table, parameters)
    sql = (
        f"SELECT {', '.join([*dimensions, *metrics])}, count() OVER () AS total_rows FROM {source.sql}"
        + (f" GROUP BY {groups}" if groups else "")
        + having
        + f" ORDER BY {_order(query)} LIMIT {query.limit} OFFSET {query.offset}{_reading(query, table)}"
    )
    return Compiled(sql, parameters, table)


def compile_pages(query: Query, project_id: int, spans: Spans = _NONE, pages: Sequence[int] = ()) -> Compiled:
    """Compile a query with path among its dimensions, and host unless it is about one, for pages by hashes.

    Its rows have the hash for these, and then the other dimensions. Texts cost more than all the rest. Of
    rows that are equal in what the query orders by, any may be first, but always the same one.

    Args:
        spans: What the project has.
        pages: Hashes of the only pages that count, if any.
    """
    source = _source(query, project_id, spans, pages)
    metrics = [f"{_metric_sql(query, name, source.table)} AS m_{name}" for name in query.metrics]
    others = [name for name in query.dimensions if name not in PAGE]
    dimensions = [f"{_dimension_sql(query, name, source.table)} AS d_{name}" for name in others]
    keys = ["path_hash", *(f"d_{name}" for name in others)]
    order = [f"m_{name} {direction.upper()}" for name, direction in ordering(query)]
    sql = (
        f"SELECT {', '.join(['path_hash', *dimensions, *metrics])}, count() OVER () AS total_rows"
        f" FROM {source.sql} GROUP BY {', '.join(keys)}"
        + _having(query, source.table, source.parameters)
        + f" ORDER BY {', '.join(order + keys)} LIMIT {query.limit} OFFSET {query.offset}"
        + ("" if pages else _reading(query, source.table))
    )
    return Compiled(sql, source.parameters, source.table)


def compile_bits(query: Query, project_id: int, spans: Spans, values: Sequence[str]) -> Compiled:
    """Compile a query for distinct pages by one dimension whose values are known.

    A page is looked up once, for a number with a bit for each value, instead of in a set for each value.

    Args:
        spans: What the project has.
        values: At most :data:`MOST_BITS`; rows that have another one do not count.
    """
    source = _source(query, project_id, spans)
    source.parameters["values"] = list(values)
    (name,) = query.dimensions
    number = len(values)
    bit = f"transform({name}, {{values:Array(String)}}, range({number}), {MOST_BITS})"
    bits = f"SELECT groupBitOr(bitShiftLeft(toUInt64(1), {bit})) AS bits FROM {source.sql} GROUP BY path_hash"
    sql = (
        f"SELECT {{values:Array(String)}}[at + 1] AS d_{name}, count() AS m_pages,"
        f" count() OVER () AS total_rows FROM ({bits}) ARRAY JOIN bitPositionsToArray(bits) AS at"
        f" WHERE at < {number} GROUP BY at{_reading(query, source.table)}"
    )
    return Compiled(sql, source.parameters, source.table)


def names_query(project_id: int, pages: Sequence[int]) -> Compiled:
    """Compile the question for hash, host and path of pages."""
    sql = (
        f"SELECT path_hash, any(host), any(path) FROM pages_monthly WHERE {SCOPE}"
        " AND path_hash IN {pages:Array(UInt64)} GROUP BY path_hash"
    )
    return Compiled(sql, {"project_id": project_id, "pages": list(pages)}, "pages_monthly")


def _source(query: Query, project_id: int, spans: Spans, pages: Sequence[int] = ()) -> Compiled:
    """Compile what comes after ``FROM``: tables and conditions."""
    parameters: dict[str, Any] = {"project_id": project_id, "tz": query.timezone}
    if query.date_interval == "relative_week" and "date" in query.dimensions:
        parameters["first_day"] = query.start.astimezone(ZoneInfo(query.timezone)).date().isoformat()
    parts = cut_range(query, spans, parameters)
    tables = []
    for part in parts:
        conditions = [SCOPE, *_who(query, part), *part.conditions]
        if query.domain is not None:
            conditions.append("host = {domain:String}")
            parameters["domain"] = query.domain
        for i, condition in enumerate(query.filters):
            field = _dimension_sql(query, condition.field, part.table)
            conditions.append(filter_sql(field, condition, f"filter_{i}", parameters))
        if pages:
            conditions.append("path_hash IN {pages:Array(UInt64)}")
            parameters["pages"] = list(pages)
        tables.append(f"{part.table} WHERE {' AND '.join(conditions)}")
    if len(tables) == 1:
        return Compiled(tables[0], parameters, parts[0].table)
    union = " UNION ALL ".join(
        f"SELECT {columns} FROM {table}" for columns, table in zip(columns_of(parts), tables, strict=True)
    )
    return Compiled(f"({union})", parameters, parts[0].table)


def _reading(query: Query, table: str) -> str:
    """Have all columns read at once where nearly all rows count, instead of those of the conditions first."""
    is_usual = query.domain is None and all(condition.field == "is_ai_crawler" for condition in query.filters)
    return _AT_ONCE if is_usual and table != "visits" else ""


def _who(query: Query, part: Part) -> list[str]:
    """Say whether bots or people count, unless it is said already, which spares a column."""
    is_said = Filter("is_ai_crawler", "is", ("true",)) in query.filters or part.table in PAGE_SUMS
    return [] if is_said else [_WHO[query.report]]


def regex_query(condition: Filter) -> Compiled:
    """Compile the question whether a ``matches`` filter's values are regular expressions to the engine."""
    checks = [f"match('', {{regex_{i}:String}})" for i in range(len(condition.values))]
    return Compiled(
        f"SELECT {', '.join(checks)}", {f"regex_{i}": value for i, value in enumerate(condition.values)}, ""
    )


def hosts_query(project_id: int) -> Compiled:
    """Compile the question which hosts a project has seen."""
    sql = (
        "SELECT host, min(day) AS first_seen FROM visits_daily WHERE "
        + SCOPE
        + " GROUP BY host ORDER BY sum(visits) DESC LIMIT 1000"
    )
    return Compiled(sql, {"project_id": project_id}, "visits_daily")


def unknown_bots_query(selection: Selection, project_id: int) -> Compiled:
    """Compile the question which user agents look like bots and match no entry of the catalogue.

    Rows have the user agent, its visits, addresses, first and last visit, hosts, and how many rows there
    are in all.
    """
    parameters: dict[str, Any] = {"project_id": project_id, "shapes": BOT_SHAPES}
    conditions = [SCOPE, "bot_name = ''", "match(user_agent, {shapes:String})"]
    conditions += range_sql(selection, "visits", parameters)
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


def _dimension_sql(query: Query, name: str, table: str) -> str:
    if name == "date":
        return _INTERVAL_SQL[query.date_interval].format(at=time_column(table))
    if name == "hour":
        return _INTERVAL_SQL["hour"].format(at=time_column(table))
    if name == "folder" and table in PAGE_SUMS:
        return name
    return DIMENSIONS[query.report][name].sql


def _metric_sql(query: Query, name: str, table: str) -> str:
    metric = METRICS[query.report][name]
    if table == "visits":
        return metric.raw_sql
    return (table in PAGE_SUMS and metric.page_sql) or metric.sql


def filter_sql(field: str, condition: Filter, name: str, parameters: dict[str, Any]) -> str:
    """Compile a condition on a field's SQL, adding its values to the *parameters* under *name*."""
    if condition.operator == "is" and field in EQUALITIES:
        equal = EQUALITIES[field]
        return f"({' OR '.join(dict.fromkeys(equal.get(value, 'false') for value in condition.values))})"
    pattern = OPERATORS[condition.operator]
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


def _having(query: Query, table: str, parameters: dict[str, Any]) -> str:
    conditions = []
    for i, condition in enumerate(query.metric_filters):
        parameters[f"metric_{i}"] = condition.value
        metric = _metric_sql(query, condition.field, table)
        conditions.append(f"{metric} {METRIC_OPERATORS[condition.operator]} {{metric_{i}:Float64}}")
    return f" HAVING {' AND '.join(conditions)}" if conditions else ""


def ordering(query: Query) -> tuple[tuple[str, str], ...]:
    """Name what the rows are ordered by, and in which direction."""
    return query.order_by or ((query.metrics[0], "desc"),)


def _order(query: Query) -> str:
    order = ordering(query)
    parts = [
        f"{'m' if name in query.metrics else 'd'}_{name} {direction.upper()}" for name, direction in order
    ]
    # Ties are broken, so that pages of one result do not overlap.
    ordered = {name for name, _ in order}
    return ", ".join([*parts, *(f"d_{name} ASC" for name in query.dimensions if name not in ordered)])
