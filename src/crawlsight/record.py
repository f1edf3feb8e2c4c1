"""A log record as received and a visit as stored: their fields, order and limits."""

from datetime import datetime
from typing import Protocol

import msgspec

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})

REQUIRED_FIELDS = ("timestamp", "method", "host", "path", "status_code", "ip", "user_agent")

# The headers of a signed request, as a log may have them.
SIGNATURE_FIELDS = ("signature", "signature_input", "signature_agent")

OPTIONAL_FIELDS = (
    "referer",
    "referrer",
    "bytes_sent",
    "response_size",
    "duration_ms",
    "time_taken",
    "query_params",
    *SIGNATURE_FIELDS,
)


class FieldLimits(msgspec.Struct, frozen=True):
    """Longest values a dialect takes, in characters; ``None`` means bounded by the body alone."""

    host_chars: int = 255
    path_chars: int = 2_048
    user_agent_chars: int = 1_024
    referrer_chars: int = 2_048
    ip_chars: int = 128
    signature_chars: int = 8_192
    method_chars: int | None = None
    query_key_chars: int | None = None
    query_value_chars: int | None = None


class LogRecord(Protocol):
    """One request as its sender logged it; every field already has its type and obeys its limit.

    ``timestamp`` may still be naive (meaning UTC) or a number (epoch seconds below 1e11, else
    milliseconds); optional strings may still be ``"-"`` (meaning absent).
    """

    timestamp: datetime | float
    method: str
    host: str
    path: str
    status_code: int
    ip: str
    user_agent: str | None
    referer: str | None
    referrer: str | None
    bytes_sent: int | None
    response_size: int | None
    duration_ms: float | None
    time_taken: float | None
    query_params: dict[str, str] | None
    signature: str | None
    signature_input: str | None
    signature_agent: str | None


# The evidence by which a human visit was attributed to its source.
BY_REFERER, BY_UTM, BY_OWN_SITE, BY_NOTHING = "referer", "utm", "internal", "none"

# A page of the site itself, as the referrer, carries an assistant's tag: that page was read, perhaps from a
# cache that logs nothing. What it refers to are its images and the pages after it, no further visits.
BY_REFERER_UTM = "referer-utm"


# The order in which the ingest path writes a visit's values and the loader names the columns. Only ever
# add at the end: rows that wait in an outbox have the order of the version that wrote them.
VISIT_COLUMNS = (
    "visit_id",
    "project_id",
    "source",
    "timestamp",
    "received_at",
    "expires_at",
    "host",
    "path",
    "query_params",
    "method",
    "status_code",
    "ip",
    "user_agent",
    "referer",
    "bytes_sent",
    "duration_ms",
    "bot_name",
    "bot_provider",
    "bot_type",
    "purpose",
    "is_ai_crawler",
    "verification",
    "referral_source",
    "referral_type",
    "verification_evidence",
)
