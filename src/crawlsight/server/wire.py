"""The bodies of the API as types: the source of the OpenAPI document."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field


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
    signature: Annotated[str | None, Meta(description="The Signature header: Web Bot Auth, RFC 9421.")] = None
    signature_input: Annotated[str | None, Meta(description="The Signature-Input header.")] = None
    signature_agent: Annotated[str | None, Meta(description="The Signature-Agent header.")] = None


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


class UnknownBotsQuery(Struct):
    """Which visits to look for unknown bots in."""

    domain: Annotated[str, Meta(description="Exact host; * means every host of the project.")]
    start_date: Annotated[str, Meta(description="YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or ISO 8601; UTC.")]
    end_date: Annotated[str | None, Meta(description="A day means all of it; none means no end.")] = None
    pagination: Pagination = Pagination()


class UnknownBot(Struct):
    """A user agent that looks like a bot's and matches no entry of the catalogue."""

    user_agent: str
    visits: int
    addresses: Annotated[int, Meta(description="Distinct addresses, as the project keeps them.")]
    first_visit: str
    last_visit: str
    hosts: Annotated[int, Meta(description="Distinct hosts.")]


class RowCount(Struct):
    """How many rows there are in all."""

    total_rows: int


class UnknownBotsAnswer(Struct):
    """Unknown bots, most visits first."""

    info: RowCount
    data: list[UnknownBot]


class ReclassifyOrder(Struct, forbid_unknown_fields=True):
    """How to judge the stored visits again."""

    dry_run: Annotated[bool, Meta(description="Only say what would change.")] = True


class Identity(Struct):
    """Who visits are said to be from, and how surely; an empty name is nobody that the catalogue knows."""

    bot_name: str
    verification: str


class IdentityChange(Struct):
    """Visits that turn from one identity to another, or to the same with other details."""

    visits: int
    before: Identity = field(name="from")
    after: Identity = field(name="to")


class ReclassifyAnswer(Struct):
    """What came of judging the stored visits again."""

    visits: Annotated[int, Meta(description="How many were judged.")]
    changed: Annotated[int, Meta(description="How many of them come out differently.")]
    dry_run: bool
    changes: Annotated[list[IdentityChange], Meta(description="Most visits first.")]


class LineError(Struct):
    """Why a line was rejected."""

    line: Annotated[int, Meta(description="Number in the file, from 1.")]
    message: str


class UploadStanding(Struct):
    """How far an uploaded file is, and what became of its lines.

    received = stored + dropped + quarantined + rejected; lines = received + skipped.
    """

    id: str
    name: str
    state: Literal["waiting", "running", "done", "failed"]
    format: str
    reason: Annotated[str, Meta(description="Why this format, or what was wrong with a failed file.")]
    host: str
    fingerprint: Annotated[str, Meta(description="What the sender calls the content; may be empty.")]
    bytes_total: int
    bytes_read: int
    lines: Annotated[int, Meta(description="Lines that no earlier upload of the file had.")]
    received_records: int
    stored_ai_crawler_records: int
    stored_other_records: int
    dropped_records: int
    quarantined_records: int
    rejected_records: int
    skipped_lines: int
    skipped: Annotated[dict[str, int], Meta(description="Lines that are no requests, by reason.")]
    errors: Annotated[list[LineError], Meta(description="The first hundred rejected lines.")]
    created_at_ms: int
    updated_at_ms: int


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
