"""Answer a query: run it and give the rows as the reporting API words them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import NAMESPACE_DNS, uuid5

import msgspec

from crawlsight.errors import InvalidArgumentError, QueryError
from crawlsight.ingest.policy import Policy
from crawlsight.reports.query import MOST_LIMIT, Filter, Query, Selection
from crawlsight.reports.spans import PieceRow, Spans, read_spans
from crawlsight.reports.sql import (
    compile_bits,
    compile_pages,
    compile_query,
    hosts_query,
    names_query,
    ordering,
    pieces_query,
    regex_query,
    unknown_bots_query,
)
from crawlsight.reports.steps import (
    known_values,
    late_metrics,
    late_query,
    names_pages,
    pick,
    picked,
)
from crawlsight.reports.tables import PAGE, needs_spans


class Names(Protocol):
    """Host and path of pages, by their hashes, as far as they were asked for before."""

    def known(self, hashes: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Give those that are known."""

    def learn(self, names: Mapping[int, tuple[str, str]]) -> None:
        """Remember more."""


class Visits(Protocol):
    """Where the visits are."""

    @property
    def page_names(self) -> Names:
        """What pages are called."""

    def select(self, sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query."""

    def recall(self, sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a query, unless its answer is known and still true."""


def answer(
    visits: Visits, query: Query, project_id: int, echo: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Answer a query for one project.

    Args:
        echo: The request as sent, for ``info.query``; its metrics and dimensions give the positions.

    Raises:
        QueryError: A filter's regular expression is none.
        UnavailableError: The visits cannot be read.
    """
    check_regexes(visits, query.filters)
    rows = _rows(visits, query, project_id)
    split = len(query.dimensions)
    data = [
        {"metrics": [_metric(value) for value in row[split:-1]], "dimensions": list(row[:split])}
        for row in rows
    ]
    total = rows[0][-1] if rows else 0
    if not rows and query.offset:
        first = _recall(visits, msgspec.structs.replace(query, limit=1, offset=0), project_id)
        total = next((row[-1] for row in first), 0)
    elif not rows and not query.dimensions and not query.metric_filters:
        data = [{"metrics": [0 if name != "last_visit" else "" for name in query.metrics], "dimensions": []}]
        total = 1
    sent = echo or {}
    asked = {**sent, "metrics": list(query.metrics), "dimensions": list(query.dimensions)}
    return {"info": {"total_rows": total, "query": asked}, "data": data}


def list_domains(
    visits: Visits, project_name: str, created_at: datetime, policy: Policy
) -> list[dict[str, Any]]:
    """List the hosts that reports can ask for: the project's domains and every host that it has seen."""
    compiled = hosts_query(policy.project_id)
    seen = [host for host, _ in visits.select(compiled.sql, compiled.parameters)]
    organization = {"id": str(uuid5(NAMESPACE_DNS, f"project-{policy.project_id}")), "name": project_name}
    return [
        {
            "created_at": created_at.isoformat(),
            "id": str(uuid5(NAMESPACE_DNS, f"{policy.project_id}.{host}")),
            "name": host,
            "organization": organization,
        }
        for host in dict.fromkeys((*policy.domains, *seen))
    ]


def list_unknown_bots(visits: Visits, selection: Selection, project_id: int) -> dict[str, Any]:
    """List user agents that look like bots and match no entry of the catalogue, most visits first."""
    names = ("user_agent", "visits", "addresses", "first_visit", "last_visit", "hosts")

    def select(selected: Selection) -> list[tuple[Any, ...]]:
        compiled = unknown_bots_query(selected, project_id)
        return visits.select(compiled.sql, compiled.parameters)

    rows = select(selection)
    counted = rows or (
        select(msgspec.structs.replace(selection, limit=1, offset=0)) if selection.offset else []
    )
    data = [dict(zip(names, map(_metric, row[:-1]), strict=True)) for row in rows]
    return {"info": {"total_rows": counted[0][-1] if counted else 0}, "data": data}


def _rows(visits: Visits, query: Query, project_id: int) -> list[tuple[Any, ...]]:
    """Run a query; of pages, and of metrics that cost much, in two questions."""
    if names_pages(query):
        return _page_rows(visits, query, project_id)
    early, late = late_metrics(query)
    rows = _recall(visits, early, project_id)
    if not late or not rows:
        return rows
    if "path" not in query.dimensions and rows[0][-1] > MOST_LIMIT:
        # Not all would be in the answer to the other question.
        return _recall(visits, query, project_id)
    split = len(query.dimensions)
    asked = late_query(query, late, rows)
    told_by = len(asked.dimensions)
    found = {row[:told_by]: row[told_by:-1] for row in _late_rows(visits, asked, late, rows, project_id)}
    # What came between the two questions is in neither, what expired in one of them.
    missing = (0,) * len(late)
    merged = []
    for row in rows:
        known = dict(zip(early.metrics, row[split:-1], strict=True))
        known |= zip(late, found.get(row[:told_by], missing), strict=True)
        merged.append((*row[:split], *(known[name] for name in query.metrics), row[-1]))
    return merged


def _late_rows(
    visits: Visits, asked: Query, late: tuple[str, ...], rows: list[tuple[Any, ...]], project_id: int
) -> list[tuple[Any, ...]]:
    if values := known_values(asked, late, rows):
        compiled = compile_bits(asked, project_id, _spans(visits, asked, project_id), values)
        # Over rows by the hour, sets are as quick.
        if compiled.table == "pages_monthly":
            return visits.recall(compiled.sql, compiled.parameters)
    return _recall(visits, asked, project_id)


def _page_rows(visits: Visits, query: Query, project_id: int) -> list[tuple[Any, ...]]:
    spans = _spans(visits, query, project_id)

    def ask(asked: Query, pages: Sequence[int] = ()) -> list[tuple[Any, ...]]:
        compiled = compile_pages(asked, project_id, spans, pages)
        return visits.recall(compiled.sql, compiled.parameters)

    first = pick(query)
    if first is None:
        rows = ask(query)
        total = rows[0][-1] if rows else 0
    else:
        found = ask(first)
        rows = ask(picked(query), [row[0] for row in found]) if found else []
        total = found[0][-1] if found else 0
    names = _names(visits, project_id, [row[0] for row in rows])
    others = [name for name in query.dimensions if name not in PAGE]
    places = [["host", "path", *others].index(name) for name in query.dimensions]
    split = 1 + len(others)
    named = []
    for row in rows:
        if name := names.get(row[0]):
            told = (*name, *row[1:split])
            named.append((*(told[place] for place in places), *row[split:-1], total))
    return _in_order(named, query)


def _in_order(rows: list[tuple[Any, ...]], query: Query) -> list[tuple[Any, ...]]:
    """Put pages that are equal in what they are ordered by in the order of their names."""
    split = len(query.dimensions)
    places = [split + query.metrics.index(name) for name, _ in ordering(query)]
    runs = groupby(rows, key=lambda row: [row[place] for place in places])
    return [row for _, run in runs for row in sorted(run, key=lambda row: row[:split])]


def _names(visits: Visits, project_id: int, pages: Sequence[int]) -> dict[int, tuple[str, str]]:
    names = visits.page_names.known(pages)
    if missing := [page for page in pages if page not in names]:
        compiled = names_query(project_id, missing)
        learnt = {page: (host, path) for page, host, path in visits.select(compiled.sql, compiled.parameters)}
        visits.page_names.learn(learnt)
        names |= learnt
    return names


def _recall(visits: Visits, query: Query, project_id: int) -> list[tuple[Any, ...]]:
    compiled = compile_query(query, project_id, _spans(visits, query, project_id))
    return visits.recall(compiled.sql, compiled.parameters)


def _spans(visits: Visits, query: Query, project_id: int) -> Spans:
    if not needs_spans(query):
        return Spans()
    compiled = pieces_query(project_id)
    rows = visits.recall(compiled.sql, compiled.parameters)
    return read_spans([PieceRow(*map(_in_utc, row)) for row in rows])


def _in_utc(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def check_regexes(visits: Visits, filters: Sequence[Filter]) -> None:
    """Make sure that the values of ``matches`` filters are regular expressions.

    Raises:
        QueryError: One is none.
    """
    for i, condition in enumerate(filters):
        if condition.operator != "matches":
            continue
        compiled = regex_query(condition)
        try:
            visits.select(compiled.sql, compiled.parameters)
        except InvalidArgumentError as error:
            detail: dict[str, object] = {
                "loc": ["body", "filters", i, "value"],
                "msg": str(error),
                "type": "value_error",
            }
            raise QueryError([detail]) from None


def _metric(value: Any) -> Any:
    if isinstance(value, datetime):
        # An aggregate over nothing is the epoch; there was no visit then.
        return "" if value.timestamp() <= 0 else f"{value.isoformat(timespec='milliseconds')}Z"
    return value
