"""Questions that are asked in two: which rows there are, then what costs much, of these rows alone."""

from collections.abc import Iterable

import msgspec

from crawlsight.reports.fields import DIMENSIONS, METRICS
from crawlsight.reports.query import MOST_LIMIT, Filter, Query
from crawlsight.reports.sql import MOST_BITS, ordering
from crawlsight.reports.tables import PAGE, pick_table

_MOST_LATE_ROWS = 1_000

# Of more, the hashes would be a long list to ask the names of.
_MOST_NAMED = 5_000

# Sets for fewer values are as quick.
_FEWEST_BITS = 8


def names_pages(query: Query) -> bool:
    """Tell whether its rows are of pages, whose hashes are asked for, and their names by themselves."""
    return (
        _is_of_pages(query)
        and query.limit <= _MOST_NAMED
        and pick_table(query) == "pages_hourly"
        and _needed(query) <= {*query.metrics}
    )


def pick(query: Query) -> Query | None:
    """Give the question which few out of many pages a query is about, if it asks much of them."""
    others = {*query.metrics} - _needed(query)
    if query.limit > _MOST_LATE_ROWS or not _are_costly(query, others):
        return None
    return msgspec.structs.replace(query, metrics=tuple(name for name, _ in ordering(query)))


def picked(query: Query) -> Query:
    """Give the question about the pages that were picked."""
    return msgspec.structs.replace(query, metric_filters=(), offset=0)


def late_metrics(query: Query) -> tuple[Query, tuple[str, ...]]:
    """Take from a query the costly metrics that its rows can be found and ordered without.

    Of few out of many pages, these are asked of the pages that are shown; of anything else, what only the
    large rollups can tell is taken away, so that the small one tells the rest.
    """
    needed = _needed(query)
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
    is_of_small = pick_table(msgspec.structs.replace(query, metrics=early)) == "visits_hourly"
    if not is_of_pages and (query.metric_filters or not is_of_small):
        return query, ()
    return msgspec.structs.replace(query, metrics=early), late


def late_query(query: Query, late: tuple[str, ...], rows: list[tuple[object, ...]]) -> Query:
    """Give the question for the late metrics of rows that have the query's dimensions first.

    Its dimensions are the query's, or the first of them if that alone tells all rows from each other.
    """
    filters, dimensions = query.filters, query.dimensions
    if "path" in dimensions:
        paths = {str(row[dimensions.index("path")]) for row in rows}
        filters = (*filters, Filter("path", "in", tuple(sorted(paths))))
    elif len({row[0] for row in rows}) == len(rows) == rows[0][-1]:
        # One text is grouped by in half the time that several take.
        dimensions = dimensions[:1]
    return msgspec.structs.replace(
        query,
        metrics=late,
        dimensions=dimensions,
        filters=filters,
        metric_filters=(),
        order_by=(),
        limit=MOST_LIMIT,
        offset=0,
    )


def known_values(query: Query, late: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str] | None:
    """Give the values of a late query's only dimension, if counting pages by bits is sooner than by sets.

    Args:
        query: The late query.
        rows: All rows that there are, with its dimension first.
    """
    if late != ("pages",) or len(query.dimensions) != 1 or len(rows) != rows[0][-1]:
        return None
    (name,) = query.dimensions
    values = sorted({str(row[0]) for row in rows})
    is_column = DIMENSIONS[query.report][name].sql == name
    return values if is_column and _FEWEST_BITS <= len(values) <= MOST_BITS else None


def _is_of_pages(query: Query) -> bool:
    dimensions = {*query.dimensions}
    is_told = "path" in dimensions and ("host" in dimensions or query.domain is not None)
    return is_told and (dimensions <= PAGE or not _are_costly(query, query.metrics))


def _are_costly(query: Query, metrics: Iterable[str]) -> bool:
    return any(METRICS[query.report][name].is_costly for name in metrics)


def _needed(query: Query) -> set[str]:
    """Name what rows are picked and ordered by."""
    return {
        *(condition.field for condition in query.metric_filters),
        *(name for name, _ in ordering(query)),
    }
