"""The bodies of the API as types: the source of the OpenAPI document."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct


class LogRecord(Struct):
    """One request of a web server's log."""

    timestamp: Annotated[
        str | float,
        Meta(description="ISO 8601 (no zone means UTC), epoch seconds or epoch milliseconds."),
    ]
    method: Annotated[str, Meta(description="HTTP method; unknown verbs are kept as OTHER.")]
    host: Annotated[str, Meta(max_length=255)]
    path: Annotated[str, Meta(max_length=2048, description="Path; a query string in it is split off.")]
    status_code: Annotated[int, Meta(ge=100, le=599)]
    ip: Annotated[str, Meta(max_length=128, description="Raw, masked or hashed.")]
    user_agent: Annotated[str | None, Meta(description="At most 1,024 characters.")]
    referer: str | None = None
    referrer: Annotated[str | None, Meta(description="Taken when `referer` is absent.")] = None
    bytes_sent: int | None = None
    response_size: Annotated[int | None, Meta(description="Taken when `bytes_sent` is absent.")] = None
    duration_ms: float | None = None
    time_taken: Annotated[float | None, Meta(description="Seconds; taken when `duration_ms` is absent.")] = (
        None
    )
    query_params: dict[str, str] | None = None


class LogEnvelope(Struct):
    """A batch in an envelope; the Ansehn dialect takes it beside a bare array."""

    logs: list[LogRecord]


class RecordError(Struct):
    """Why one record was rejected."""

    index: Annotated[int, Meta(description="Position in the batch, from 0.")]
    field: str
    message: str


class AnsehnSummary(Struct):
    """What became of every record.

    received = accepted + rejected, and accepted = stored + dropped + quarantined.
    """

    status: Literal["accepted", "duplicate", "rejected"]
    batch_id: str
    request_id: str
    deduplicated: bool
    received_records: int
    accepted_records: int
    stored_ai_crawler_records: int
    dropped_non_crawler_records: int
    rejected_records: int
    quarantined_records: int
    errors: list[RecordError]
    stored_other_records: Annotated[
        int | None, Meta(description="Only where the project keeps more than AI crawlers.")
    ] = None


class ProfoundAnswer(Struct):
    """What became of a batch, in the Profound dialect."""

    status: Literal["accepted"]
    message: str
    first_visit_id: str | None
    errors: list[str]


class Problem(Struct):
    """An error; `error` is stable, `message` and `detail` are for people."""

    detail: str
    message: str | None = None
    error: str | None = None
    status: str | None = None
    request_id: str | None = None


class Mistake(Struct):
    """One mistake in a query and its place."""

    loc: list[str | int]
    msg: str
    type: str


class QueryProblem(Struct):
    """Every mistake of a report query."""

    detail: list[Mistake]


class ReportFilter(Struct):
    """A condition on a dimension."""

    field: str
    operator: str
    value: str | list[str]


class ReportMetricFilter(Struct):
    """A condition on a metric, after aggregation."""

    field: str
    operator: str
    value: float


class Pagination(Struct, frozen=True):
    """Which rows of the result."""

    limit: Annotated[int, Meta(ge=1, le=50_000)] = 10_000
    offset: Annotated[int, Meta(ge=0)] = 0


class ReportQuery(Struct):
    """A report query."""

    domain: Annotated[str, Meta(description="Exact host; * means every host of the project.")]
    metrics: list[str]
    start_date: Annotated[str, Meta(description="YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or ISO 8601.")]
    end_date: Annotated[str | None, Meta(description="A day means all of it; none means no end.")] = None
    dimensions: list[str] = []
    date_interval: str = "day"
    timezone: Annotated[str, Meta(description="IANA name; version 2 only.")] = "UTC"
    filters: list[ReportFilter] = []
    metric_filters: list[ReportMetricFilter] = []
    order_by: dict[str, Literal["asc", "desc"]] = {}
    pagination: Pagination = Pagination()


class ReportRow(Struct):
    """One group: its metrics and dimensions in the order of `info.query`."""

    metrics: list[int | float | str]
    dimensions: list[str]


class ReportInfo(Struct):
    """How many rows there are in all, and the query as understood."""

    total_rows: int
    query: dict[str, Any]


class ReportAnswer(Struct):
    """A report."""

    info: ReportInfo
    data: list[ReportRow]


class Organization(Struct):
    """The project, in the reporting API's words."""

    id: str
    name: str


class Domain(Struct):
    """A host that reports can be asked about."""

    created_at: str
    id: str
    name: str
    organization: Organization


class Readiness(Struct):
    """What works: `ok` or what is wrong, by part."""

    status: Literal["ok", "unavailable"]
    checks: dict[str, str]
