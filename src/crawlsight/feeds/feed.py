"""What a vendor feed is: a request as received, the batch read from it, the answer in the vendor's form."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

# What Amazon Data Firehose may send, uncompressed; the largest of the vendors' fixed limits.
MAX_BODY_BYTES = 64 * 1024 * 1024


class Skip(StrEnum):
    """Why an entry is no visit although nothing is wrong with it."""

    NOT_A_REQUEST = "not a request"
    NO_RESPONSE = "no response"
    SUBREQUEST = "subrequest of a worker"
    REPEATED = "same request again"
    DEMO_ROW = "ticker demo row"
    TEST_PROBE = "test probe"
    EMPTY = "empty record"


class FeedRequest(msgspec.Struct, frozen=True):
    """A vendor's request.

    Attributes:
        headers: By lower-case name.
        query: Parameters of the URL, decoded; the first of a repeated one.
        body: As it came over the wire, still compressed.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""


class Rejected(msgspec.Struct, frozen=True):
    """Why the entry at *index* (0-based, over all entries of the request) is no record."""

    index: int
    reason: str


class FeedBatch(msgspec.Struct, frozen=True):
    """What a request held; ``received = len(records) + skipped + rejected_count``.

    Attributes:
        records: In our field names, as a client of ``/v1/logs/custom`` sends them; not yet validated. A
            value that the vendor did not send is absent; a user agent or address that the vendor
            reports as empty is ``""``.
        positions: Of each record its index among the entries of the request.
        skipped: Entries by reason; nothing is wrong with them.
        rejected: The first hundred of those that are no records.
        rejected_count: All of them.
        dedup_key: The vendor's own id of this delivery, 1 to 255 visible characters; without one the
            source and the body's hash must do.
        request_id: Id that the answer has to repeat.
    """

    records: list[dict[str, Any]]
    positions: list[int]
    skipped: dict[Skip, int]
    rejected: tuple[Rejected, ...]
    rejected_count: int
    dedup_key: str | None = None
    request_id: str | None = None

    @property
    def received(self) -> int:
        """Entries in the request."""
        return len(self.records) + sum(self.skipped.values()) + self.rejected_count


class Answer(msgspec.Struct, frozen=True):
    """What became of a request, to be put in the vendor's words.

    Attributes:
        status: 200 when the batch was taken in (or was before), else what the error gets elsewhere.
        at_ms: Instant of the answer, epoch milliseconds.
        message: What went wrong; empty for a 200.
        request_id: That of the batch, None when the body could not be read.
        counters: Names and numbers for a reader at the vendor's console.
    """

    request: FeedRequest
    status: int
    at_ms: int
    message: str = ""
    request_id: str | None = None
    counters: Mapping[str, int] = {}


class Reply(NamedTuple):
    """An HTTP answer; the server adds the length and must not compress it."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer_in_json(answer: Answer) -> Reply:
    """Answer with the status as it is, for vendors that look at nothing else."""
    is_taken = answer.status < 300  # noqa: PLR2004
    body: dict[str, Any] = (
        {"status": "accepted", **answer.counters}
        if is_taken
        else {"status": "error", "message": answer.message, "detail": answer.message}
    )
    return Reply(answer.status, {"content-type": "application/json"}, msgspec.json.encode(body))


def greet_nobody(request: FeedRequest) -> Reply | None:  # noqa: ARG001
    """Leave every request to authentication."""
    return None


class Feed(msgspec.Struct, frozen=True):
    """One vendor's feed.

    Attributes:
        credential: Finds our API key where the vendor's configuration can put it; it is not checked.
        read: Raises only errors of ours: the body cannot be read at all, or is too large.
        answer: Puts the outcome in the form that the vendor understands.
        greet: Answers a vendor's handshake, which carries no key; None for all other requests.
        has_good_signature: Checks the vendor's signature with the secret that the operator configured;
            None when the vendor signs nothing.
        max_body_bytes: Most bytes after decompression.
    """

    name: str
    path: str
    credential: Callable[[FeedRequest], str | None]
    read: Callable[[FeedRequest], FeedBatch]
    answer: Callable[[Answer], Reply] = answer_in_json
    greet: Callable[[FeedRequest], Reply | None] = greet_nobody
    has_good_signature: Callable[[FeedRequest, str], bool] | None = None
    max_body_bytes: int = MAX_BODY_BYTES
