"""Whether a project's logs flow: its sources, the hours in which something came, and rejected records."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get

from crawlsight.errors import InvalidArgumentError, QueryError
from crawlsight.ledger import ApiKey, Backlog, Hour, KeyStyle, judge_flow, received_by_hour
from crawlsight.ledger.flow import DAY_MS, HABIT_MS, HOUR_MS
from crawlsight.reports import read_selection
from crawlsight.server.access import Permission, authorize_project
from crawlsight.server.instants import shown_milliseconds
from crawlsight.server.keyless import KEYLESS_NAMES
from crawlsight.server.questions import read_number, respond
from crawlsight.server.services import Services
from crawlsight.server.wire_projects import (
    Ingestion,
    IngestionHour,
    ProjectStatus,
    Rejected,
    RejectedPage,
    RejectedReason,
    SourceStatus,
)

PATH = "/v1/projects/{project:str}/status"
INGESTION_PATH = "/v1/projects/{project:str}/ingestion"
REJECTED_PATH = "/v1/projects/{project:str}/rejected"

_COUNTERS = ("requests", "received", "accepted", "stored", "dropped", "rejected", "quarantined")

_DELETED_NAME = "deleted key"

_MOST_REASONS = 10
_DEFAULT_LIMIT, _MOST_LIMIT, _MOST_ID = 100, 1_000, 2**53

_Row = dict[str, Any]


@get(PATH)
async def show_status(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """Tell whether the project's logs flow, source by source."""
    caller = authorize_project(request, services, project, Permission.READ)
    now_ms = int(services.clock().timestamp() * 1000)
    return respond(request, await asyncio.to_thread(_status, services, caller.project_id, now_ms))


@get(INGESTION_PATH)
async def show_ingestion(
    request: Request[Any, Any, Any], services: Services, project: str
) -> Response[bytes]:
    """List the hours in which something was received."""
    caller = authorize_project(request, services, project, Permission.READ)
    start, end = _read_period(request, services.clock())
    first_ms = int(start.timestamp() * 1000) // HOUR_MS * HOUR_MS
    rows = await asyncio.to_thread(services.ledger.batches.list_source_hours, caller.project_id, first_ms)
    hours: dict[int, list[_Row]] = {}
    for row in reversed(rows):
        if row["hour_ms"] < end.timestamp() * 1000:
            hours.setdefault(row["hour_ms"], []).append(row)
    return respond(request, Ingestion([_ingestion_hour(at, found) for at, found in hours.items()]))


@get(REJECTED_PATH)
async def list_rejected(request: Request[Any, Any, Any], services: Services, project: str) -> Response[bytes]:
    """List rejected records, newest first."""
    caller = authorize_project(request, services, project, Permission.READ)
    limit = read_number(request, "limit", _DEFAULT_LIMIT, 1, _MOST_LIMIT)
    before = read_number(request, "before", _MOST_ID, 0, _MOST_ID)

    def page() -> RejectedPage:
        rows = services.ledger.batches.list_rejected(caller.project_id, limit + 1, before)
        names = {key.id: key.name for key in services.ledger.keys.list(caller.project_id)}
        shown = [_rejected(row, names) for row in rows[:limit]]
        return RejectedPage(shown, shown[-1].id if len(rows) > limit else None)

    return respond(request, await asyncio.to_thread(page))


def _status(services: Services, project_id: int, now_ms: int) -> ProjectStatus:
    ledger = services.ledger
    rows = ledger.batches.list_source_hours(project_id, now_ms - HABIT_MS)
    spans = {span.key_id: span for span in ledger.standing.spans(project_id)}
    reasons = ledger.standing.reasons(project_id, now_ms - DAY_MS)
    backlog = ledger.outbox.backlog()
    keys = {key.id: key for key in ledger.keys.list(project_id)}
    seen = {row["key_id"] for row in rows}
    shown = sorted(seen | {key.id for key in keys.values() if _is_sender(key) or key.id in seen})
    sources = [
        _source(
            key_id,
            keys.get(key_id),
            [row for row in rows if row["key_id"] == key_id],
            spans[key_id].last_ingest_at_ms if key_id in spans else None,
            [
                RejectedReason(reason.field, reason.message, reason.records)
                for reason in reasons
                if reason.key_id == key_id
            ],
            now_ms,
        )
        for key_id in shown
    ]
    last_ms = max((span.last_ingest_at_ms for span in spans.values()), default=None)
    first_ms = min((span.first_hour_ms for span in spans.values()), default=None)
    lag_seconds = _lag_seconds(backlog, now_ms)
    flow = judge_flow(_hours(rows), last_ms, now_ms, lag_seconds)
    counters = _sums(_last_day(rows, now_ms))
    counters.pop("requests_24h")
    return ProjectStatus(
        state=flow.state.value,
        advice=flow.advice,
        first_ingest_at=_instant(first_ms),
        last_ingest_at=_instant(last_ms),
        visits_lag_seconds=lag_seconds,
        outbox_batches=backlog.batches,
        sources=sources,
        **counters,
    )


def _source(
    key_id: int,
    key: ApiKey | None,
    rows: Sequence[_Row],
    last_ms: int | None,
    reasons: list[RejectedReason],
    now_ms: int,
) -> SourceStatus:
    flow = judge_flow(_hours(rows), last_ms, now_ms)
    advice = flow.advice
    if key_id in KEYLESS_NAMES:
        advice = ""
    elif key is None or key.revoked_at is not None:
        advice = "The key is revoked: nothing can come with it."
    return SourceStatus(
        key_id=key_id,
        name=key.name if key else KEYLESS_NAMES.get(key_id, _DELETED_NAME),
        style=key.style if key else KeyStyle.BOT,
        state=flow.state.value,
        advice=advice,
        last_ingest_at=_instant(last_ms),
        rejected_reasons=reasons[:_MOST_REASONS],
        hours=received_by_hour(_hours(rows), now_ms),
        **_sums(_last_day(rows, now_ms)),
    )


def _is_sender(key: ApiKey) -> bool:
    return key.revoked_at is None and bool({"logs:ingest", "admin"} & set(key.scopes))


def _last_day(rows: Sequence[_Row], now_ms: int) -> list[_Row]:
    first_ms = now_ms // HOUR_MS * HOUR_MS - 23 * HOUR_MS
    return [row for row in rows if row["hour_ms"] >= first_ms]


def _hours(rows: Sequence[_Row]) -> list[Hour]:
    return [Hour(row["hour_ms"], row["received_records"], row["rejected_records"]) for row in rows]


def _sums(rows: Sequence[_Row]) -> dict[str, int]:
    columns = {name: name if name == "requests" else f"{name}_records" for name in _COUNTERS}
    return {f"{name}_24h": sum(row[column] for row in rows) for name, column in columns.items()}


def _lag_seconds(backlog: Backlog, now_ms: int) -> float:
    return 0.0 if backlog.oldest_ms is None else max(0, now_ms - backlog.oldest_ms) / 1000


def _ingestion_hour(hour_ms: int, rows: Sequence[_Row]) -> IngestionHour:
    names = ("received_records", "accepted_records", "stored_records", "rejected_records")
    sums = {name: sum(row[name] for row in rows) for name in names}
    return IngestionHour(hour=shown_milliseconds(hour_ms), **sums)


def _rejected(row: _Row, names: dict[int, str]) -> Rejected:
    key_id = row["key_id"]
    return Rejected(
        id=row["id"],
        received_at=shown_milliseconds(row["received_at_ms"]),
        key_id=key_id,
        key_name=names.get(key_id, KEYLESS_NAMES.get(key_id)),
        index=row["record_index"],
        field=row["field"],
        message=row["message"],
        record=msgspec.json.decode(row["record"]),
    )


def _read_period(request: Request[Any, Any, Any], now: datetime) -> tuple[datetime, datetime]:
    given = {"start_date": request.query_params.get("start"), "end_date": request.query_params.get("end")}
    names = {"start_date": "start", "end_date": "end"}
    body = {"domain": "*", **{name: value for name, value in given.items() if value is not None}}
    try:
        if "start_date" not in body:
            end = read_selection({**body, "start_date": "2000-01-01"}, now).end
            return end - timedelta(days=7), end
        selection = read_selection(body, now)
    except QueryError as error:
        words = [f"{names.get(str(detail['loc'][-1]), '')}: {detail['msg']}" for detail in error.details]  # type: ignore[index]
        raise InvalidArgumentError("; ".join(words)) from None
    return selection.start, selection.end


def _instant(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else shown_milliseconds(milliseconds)


ROUTES = (show_status, show_ingestion, list_rejected)
