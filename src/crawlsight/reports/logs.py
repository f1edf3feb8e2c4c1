"""Single visits: newest first, page by page, and those that come after a place."""

import base64
import binascii
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from crawlsight.errors import QueryError
from crawlsight.record import VISIT_COLUMNS
from crawlsight.reports.answers import Visits, check_regexes
from crawlsight.reports.fields import DIMENSIONS, Dimension, Report
from crawlsight.reports.query import Filter, Reader, open_reader, read_filters, read_range, read_timezone
from crawlsight.reports.sql import SCOPE, Compiled, filter_sql

DEFAULT_LIMIT, MOST_LIMIT = 100, 500

_DIMENSIONS: dict[str, Dimension] = {**DIMENSIONS[Report.BOTS], **DIMENSIONS[Report.REFERRALS]}

# What visits can be filtered by: every dimension that is a value of one visit, and what only visits have.
FIELDS: dict[str, str] = {
    **{name: found.sql for name, found in _DIMENSIONS.items() if found.filters},
    "ip": "ip",
    "user_agent": "user_agent",
}

COLUMNS = tuple(name for name in VISIT_COLUMNS if name not in {"project_id", "expires_at"})

# The visits next to a place are mostly near it, and rarely the whole range has to be read.
_FIRST_WINDOW, _GROWTH = timedelta(hours=1), 8

_CURSOR = struct.Struct(">q16s")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(msgspec.Struct, frozen=True):
    """A visit's place in the order of visits: by time, and at one time by id."""

    timestamp_ms: int
    visit_id: UUID

    def encode(self) -> str:
        """Write it as a cursor."""
        packed = _CURSOR.pack(self.timestamp_ms, self.visit_id.bytes)
        return base64.urlsafe_b64encode(packed).decode()


class LogsQuery(msgspec.Struct, frozen=True):
    """Which visits to show: the newest before *before*, or the oldest after *after*."""

    start: datetime
    end: datetime
    filters: tuple[Filter, ...] = ()
    limit: int = DEFAULT_LIMIT
    before: Place | None = None
    after: Place | None = None


def read_logs_query(body: Any, now: datetime) -> LogsQuery:
    """Read a query from decoded JSON.

    Args:
        now: Where the range ends when the body does not say; the hour that has begun counts whole.

    Raises:
        QueryError: With every mistake and its place.
    """
    reader = open_reader(body)
    start, end = read_range(reader, ZoneInfo(read_timezone(reader)), now)
    query = LogsQuery(
        start=start,
        end=end,
        filters=read_filters(reader, list(FIELDS)),
        limit=reader.integer(("limit",), body.get("limit"), DEFAULT_LIMIT, 1, MOST_LIMIT),
        before=_read_place(reader, "before"),
        after=_read_place(reader, "after"),
    )
    if query.before and query.after:
        reader.mistake(("after",), "Input should have either 'before' or 'after', not both")
    if reader.details:
        raise QueryError(reader.details)
    return query


def answer_logs(visits: Visits, query: LogsQuery, project_id: int) -> dict[str, Any]:
    """Give one page of a project's visits, newest first, and the places to go on from.

    Raises:
        QueryError: A filter's regular expression is none.
        UnavailableError: The visits cannot be read.
    """
    check_regexes(visits, query.filters)
    rows: list[tuple[Any, ...]] = []
    for window in _windows(query):
        # One more than asked for tells whether there is another page.
        compiled = compile_logs(query, window, query.limit + 1 - len(rows), project_id)
        rows += visits.select(compiled.sql, compiled.parameters)
        if len(rows) > query.limit:
            break
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    if query.after:
        rows.reverse()
    places = [Place(row[0], row[1]) for row in rows]
    is_last = query.after is not None or not has_more
    newest = places[0] if places else query.after or Place(_milliseconds(query.start), UUID(int=0))
    return {
        "visits": [_shown(row) for row in rows],
        "next": None if is_last else places[-1].encode(),
        "newest": newest.encode(),
    }


def compile_logs(
    query: LogsQuery, window: tuple[datetime, datetime], limit: int, project_id: int
) -> Compiled:
    """Compile the question for a window's visits for one project.

    Rows have the time in milliseconds and then the columns of :data:`COLUMNS`.
    """
    parameters: dict[str, Any] = {"project_id": project_id}
    conditions = [SCOPE]
    for name, instant, operator in zip(("start", "end"), window, (">=", "<"), strict=True):
        parameters[name] = _milliseconds(instant)
        conditions.append(f"timestamp {operator} fromUnixTimestamp64Milli({{{name}:Int64}}, 'UTC')")
    place, operator = (query.after, ">") if query.after else (query.before, "<")
    if place is not None:
        parameters |= {"place_at": place.timestamp_ms, "place_id": str(place.visit_id)}
        at = "fromUnixTimestamp64Milli({place_at:Int64}, 'UTC')"
        conditions.append(f"(timestamp, visit_id) {operator} ({at}, {{place_id:UUID}})")
    for i, condition in enumerate(query.filters):
        conditions.append(filter_sql(FIELDS[condition.field], condition, f"filter_{i}", parameters))
    direction = "ASC" if query.after else "DESC"
    columns = ", ".join(COLUMNS)
    sql = (
        f"SELECT toUnixTimestamp64Milli(timestamp), {columns} FROM visits WHERE {' AND '.join(conditions)}"
        f" ORDER BY timestamp {direction}, visit_id {direction} LIMIT {limit:d}"
    )
    return Compiled(sql, parameters, "visits")


def _windows(query: LogsQuery) -> Iterator[tuple[datetime, datetime]]:
    """Cut the range into windows that grow with their distance from where the page begins."""
    length = _FIRST_WINDOW
    start, end = query.start, query.end
    if query.after:
        start = max(start, _instant(query.after))
    if query.before:
        end = min(end, _instant(query.before) + timedelta(milliseconds=1))
    while start < end:
        if query.after:
            edge = min(end, start + length)
            yield start, edge
            start = edge
        else:
            edge = max(start, end - length)
            yield edge, end
            end = edge
        length *= _GROWTH


def _read_place(reader: Reader, name: str) -> Place | None:
    text = reader.body.get(name)
    if text is None:
        return None
    try:
        timestamp_ms, visit_id = _CURSOR.unpack(base64.urlsafe_b64decode(text.encode("ascii")))
        place = Place(timestamp_ms, UUID(bytes=visit_id))
        _instant(place)
    except (AttributeError, ValueError, OverflowError, binascii.Error, struct.error):
        reader.mistake((name,), "Input should be a cursor from an earlier answer, or null")
        return None
    return place


def _milliseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def _instant(place: Place) -> datetime:
    return _EPOCH + timedelta(milliseconds=place.timestamp_ms)


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    visit = dict(zip(COLUMNS, row[1:], strict=True))
    for name in ("timestamp", "received_at"):
        visit[name] = f"{visit[name].replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    return visit
