"""The bodies about projects, their keys and what they receive, as types: answers are made of these."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from crawlsight.ingest.policy import IpPolicy, Keep
from crawlsight.ledger import KeyStyle, Scope

# UTC, to the millisecond.
Instant = Annotated[
    str, Meta(examples=["2026-11-22T09:00:00.000Z"], extra_json_schema={"format": "date-time"})
]

Role = Literal["viewer", "editor", "owner"]
SourceState = Literal["empty", "flowing", "quiet", "silent", "failing"]

_Domains = Annotated[
    list[str], Meta(description="Hosts that may report, with their subdomains; none means any.")
]
_Days = Annotated[int, Meta(description="Days a visit is kept; 1 to 20,000.")]


class ProjectDetails(Struct, frozen=True):
    """A project and its policy."""

    id: int
    name: str
    role: Annotated[Role | None, Meta(description="What the signed-in user is to it; null for an API key.")]
    domains: _Domains
    keep: Keep
    retention_days: _Days
    ip_policy: Annotated[IpPolicy, Meta(description="For addresses of crawlers.")]
    human_ip_policy: Annotated[IpPolicy, Meta(description="For everybody else's addresses.")]
    created_at: Instant


class ProjectOrder(Struct, forbid_unknown_fields=True):
    """A project to be made; what it keeps and how long, if not given, its first key's style decides."""

    name: str
    domains: _Domains = []
    keep: Keep | None = None
    retention_days: _Days | None = None
    ip_policy: IpPolicy = IpPolicy.KEEP
    human_ip_policy: IpPolicy = IpPolicy.MASK


class ProjectChange(Struct, forbid_unknown_fields=True):
    """What to change of a project; what is absent stays."""

    name: str | UnsetType = UNSET
    domains: _Domains | UnsetType = UNSET
    keep: Keep | UnsetType = UNSET
    retention_days: _Days | UnsetType = UNSET
    ip_policy: IpPolicy | UnsetType = UNSET
    human_ip_policy: IpPolicy | UnsetType = UNSET


class ProjectDeletion(Struct, forbid_unknown_fields=True):
    """Proof that the right project is meant."""

    name: Annotated[str, Meta(description="The project's name, exactly.")]


class KeyDetails(Struct, frozen=True):
    """An API key, without its secret."""

    id: int
    name: Annotated[str, Meta(description="The `source` of what is sent with it.")]
    style: KeyStyle
    hint: Annotated[str, Meta(description="Begin and end of the secret.")]
    scopes: list[Scope]
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Annotated[Instant | None, Meta(description="To the minute.")]


class NewKey(Struct, frozen=True):
    """A key that was just made, with its secret, which is shown this once."""

    id: int
    name: str
    style: KeyStyle
    hint: str
    scopes: list[Scope]
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None
    key: str


class KeyOrder(Struct, forbid_unknown_fields=True):
    """A key to be made."""

    name: Annotated[str, Meta(description="At most 100 characters.")]
    style: KeyStyle = KeyStyle.ANK
    scopes: tuple[Scope, ...] = (Scope.INGEST,)
    expires_at: Annotated[str | None, Meta(description="ISO 8601 with its zone; none means never.")] = None


class RejectedReason(Struct, frozen=True):
    """Why records were rejected, and how many; of a batch at most a hundred are counted here."""

    field: str
    message: str
    records: int


class SourceStatus(Struct, frozen=True):
    """What a key sent in the last 24 hours, and whether that is as usual."""

    key_id: int
    name: str
    style: KeyStyle
    state: SourceState
    advice: Annotated[str, Meta(description="What to do; empty when there is nothing to do.")]
    last_ingest_at: Instant | None
    requests_24h: int
    received_24h: int
    accepted_24h: int
    stored_24h: int
    dropped_24h: int
    rejected_24h: int
    quarantined_24h: int
    rejected_reasons: Annotated[list[RejectedReason], Meta(description="Of the last 24 hours, most first.")]
    hours: Annotated[
        list[int],
        Meta(description="Records received in each of the last 24 hours, oldest first.", min_length=24),
    ]


class ProjectStatus(Struct, frozen=True):
    """Whether a project's logs flow."""

    state: SourceState
    advice: Annotated[str, Meta(description="What to do; empty when there is nothing to do.")]
    first_ingest_at: Annotated[Instant | None, Meta(description="To the hour.")]
    last_ingest_at: Instant | None
    visits_lag_seconds: Annotated[float, Meta(description="How long the oldest waits to be in the reports.")]
    outbox_batches: Annotated[int, Meta(description="Batches of all projects that wait for that.")]
    received_24h: int
    accepted_24h: int
    stored_24h: int
    dropped_24h: int
    rejected_24h: int
    quarantined_24h: int
    sources: list[SourceStatus]


class IngestionHour(Struct, frozen=True):
    """An hour in which something was received, by the clock of the server."""

    hour: Instant
    received_records: int
    accepted_records: int
    stored_records: int
    rejected_records: int


class Ingestion(Struct, frozen=True):
    """Hours in which something was received, oldest first."""

    hours: list[IngestionHour]


class Rejected(Struct, frozen=True):
    """A rejected record, as far as it is kept for review."""

    id: int
    received_at: Instant
    key_id: int
    key_name: Annotated[str | None, Meta(description="Null for a key that was deleted.")]
    index: Annotated[int, Meta(description="Position in its batch, from 0.")]
    field: str
    message: str
    record: dict[str, Any]


class RejectedPage(Struct, frozen=True):
    """Rejected records, newest first."""

    records: list[Rejected]
    next: Annotated[int | None, Meta(description="`before` of the next page; null on the last.")]


class QuarantinedHost(Struct, frozen=True):
    """What came for a host that is none of the project's domains."""

    host: str
    records: Annotated[int, Meta(description="Records that were counted as quarantined.")]
    rows: Annotated[int, Meta(description="Visits of them that a release stores.")]
    first_received_at: Instant
    last_received_at: Instant


class ReleaseOrder(Struct, forbid_unknown_fields=True):
    """How to release a host's records."""

    add_domain: Annotated[bool, Meta(description="Also make the host a domain of the project.")] = False


class Released(Struct, frozen=True):
    """What a release stored."""

    stored_records: int


class Discarded(Struct, frozen=True):
    """What was thrown away."""

    discarded_records: int
