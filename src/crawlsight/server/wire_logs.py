"""The bodies about single visits and about what the server knows of crawlers, as types."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from crawlsight.detect.catalogue import Obedience, Purpose
from crawlsight.server.wire import ReportFilter
from crawlsight.server.wire_projects import Instant

BotType = Literal["ai_training", "ai_assistant", "ai_agent", "index", "other"]

Cursor = Annotated[str, Meta(description="Opaque: the place of a visit.", max_length=200)]


class LogsQuery(Struct):
    """Which visits to show."""

    start_date: Annotated[str, Meta(description="YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or ISO 8601.")]
    end_date: Annotated[
        str | None, Meta(description="A day means all of it; none means until now, and what comes.")
    ] = None
    timezone: Annotated[str, Meta(description="IANA name, for the two dates.")] = "UTC"
    filters: list[ReportFilter] = []
    limit: Annotated[int, Meta(ge=1, le=500)] = 100
    before: Annotated[Cursor | None, Meta(description="Only visits older than this place.")] = None
    after: Annotated[
        Cursor | None, Meta(description="Only visits newer than this place: those next to it.")
    ] = None


class LoggedVisit(Struct, frozen=True):
    """A visit as stored."""

    visit_id: str
    timestamp: Instant
    received_at: Instant
    source: str
    host: str
    path: str
    query_params: dict[str, str]
    method: str
    status_code: int
    ip: Annotated[str, Meta(description="As the project's policy leaves it.")]
    user_agent: str
    referer: str
    bytes_sent: int | None
    duration_ms: float | None
    bot_name: Annotated[str, Meta(description="Empty for everybody but recognised bots.")]
    bot_provider: str
    bot_type: BotType | Literal[""]
    purpose: str
    is_ai_crawler: bool
    verification: Literal["verified", "claimed", "contradicted", "unverifiable", "none"]
    verification_evidence: str
    referral_source: str
    referral_type: str


class LogsPage(Struct, frozen=True):
    """Visits, newest first."""

    visits: list[LoggedVisit]
    next: Annotated[
        Cursor | None, Meta(description="`before` of the next older page; null when there is none.")
    ]
    newest: Annotated[Cursor, Meta(description="`after` of the question for what comes next.")]


class CrawlerDetails(Struct, frozen=True):
    """What is known of a crawler."""

    name: Annotated[str, Meta(description="The `bot_name` of reports.")]
    operator: Annotated[str, Meta(description="The `bot_provider` of reports.")]
    operator_name: str
    product: str
    purpose: Purpose
    is_ai_crawler: bool
    bot_type: BotType
    documentation_url: str
    robots_token: Annotated[str, Meta(description="Empty when none is documented.")]
    obeys_robots: Obedience
    tokens: list[str]
    verification_means: list[Literal["ip", "rdns", "signature"]]
    ip_list_urls: list[str]
    rdns_suffixes: list[str]
    date_checked: Annotated[str, Meta(extra_json_schema={"format": "date"})]


class AssistantDetails(Struct, frozen=True):
    """An AI assistant that sends people."""

    source: Annotated[str, Meta(description="The `referral_source` of reports.")]
    name: str
    operator: Annotated[
        str | None, Meta(description="The `bot_provider` of its crawlers; null when none has that key.")
    ]
    operator_name: str | None
    documentation_url: str
