"""Where batches go: the dialect that a key speaks, as a request and as the reading of its answer."""

import gzip
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from importlib.metadata import version
from typing import Any

import httpx
import msgspec

from crawlsight.client.counters import Counters
from crawlsight.errors import InvalidArgumentError

INGEST_PATH = "/v1/logs/custom"

_KEY = re.compile(r"(?:ank|bot)_[\x21-\x7e]+")

_OK, _REDIRECT = 200, 300
_SERVER_ERROR = 500
_UNAUTHORIZED = frozenset({401, 403})
_TOO_LARGE = 413
_TRY_AGAIN = frozenset({408, 425, 429})
_BATCH_AT_FAULT = frozenset({400, 409, 422})

_PROFOUND_COUNT = re.compile(r"Processing (\d+) log entr")

_SHOWN_CHARS = 300

# The fastest level: what it saves of the network is most of what any level saves.
_GZIP_LEVEL = 1


class Batch(msgspec.Struct, frozen=True):
    """Records, each encoded as JSON, and the key under which they are stored once."""

    key: str
    records: tuple[bytes, ...]


class Post(msgspec.Struct, frozen=True):
    """A request to send."""

    url: str
    headers: dict[str, str]
    content: bytes


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        status: 0 when nothing came back.
        headers: Names in lower case.
        trouble: Why nothing came back.
    """

    status: int
    headers: Mapping[str, str] = {}
    content: bytes = b""
    trouble: str = ""


class Verdict(Enum):
    """What an answer means for the batch."""

    DELIVERED = "delivered"
    TRY_AGAIN = "try again"
    TOO_LARGE = "too large"
    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    MISDIRECTED = "misdirected"


class Endpoint(msgspec.Struct, frozen=True):
    """An address and a key; ``ank_`` keys speak Ansehn's dialect, ``bot_`` keys Profound's."""

    url: str
    key: str

    @classmethod
    def of(cls, url: str, key: str) -> "Endpoint":
        """Check address and key; the path of the API is added to an address without it.

        Raises:
            InvalidArgumentError: Naming the mistake, never the key.
        """
        key = key.strip()
        if not _KEY.fullmatch(key):
            raise InvalidArgumentError("the key must begin with ank_ or bot_ and have no white space in it")
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise InvalidArgumentError(f"the address {url!r} is none: {error}") from None
        if parts.scheme not in {"http", "https"} or not parts.host or parts.query or parts.fragment:
            raise InvalidArgumentError(f"the address {url!r} must be http://… or https://…, without a query")
        if "/v1/logs/" not in parts.path:
            url = url.rstrip("/") + INGEST_PATH
        return cls(url, key)

    @property
    def is_ansehn(self) -> bool:
        """Whether the key speaks Ansehn's dialect."""
        return self.key.startswith("ank_")

    def request(self, batch: Batch) -> Post:
        """Write a batch as a request; the same batch gives the same bytes."""
        rows = b"[" + b",".join(batch.records) + b"]"
        body = b'{"logs":' + rows + b"}" if self.is_ansehn else rows
        headers = {
            "x-ansehn-api-key" if self.is_ansehn else "x-api-key": self.key,
            "content-type": "application/json",
            "content-encoding": "gzip",
            "idempotency-key": batch.key,
            "user-agent": f"crawlsight/{version('crawlsight')}",
        }
        return Post(self.url, headers, gzip.compress(body, _GZIP_LEVEL, mtime=0))


def judge(answer: Answer) -> Verdict:
    """Decide what an answer means for the batch."""
    status = answer.status
    if _OK <= status < _REDIRECT:
        # A page of some proxy is no receipt.
        is_receipt = not answer.content or _decode(answer.content) is not None
        return Verdict.DELIVERED if is_receipt else Verdict.MISDIRECTED
    if status == 0 or status in _TRY_AGAIN or status >= _SERVER_ERROR:
        return Verdict.TRY_AGAIN
    if status in _UNAUTHORIZED:
        return Verdict.UNAUTHORIZED
    if status == _TOO_LARGE:
        return Verdict.TOO_LARGE
    return Verdict.REFUSED if status in _BATCH_AT_FAULT else Verdict.MISDIRECTED


def explain(answer: Answer) -> str:
    """Say for people what came back: the status and the server's reason."""
    if answer.status == 0:
        return f"no answer ({answer.trouble})"
    body = _decode(answer.content) or {}
    reason = body.get("message") or body.get("detail") or ""
    return f"{answer.status} {reason}".strip()[:_SHOWN_CHARS]


def count(answer: Answer, batch: Batch, counters: Counters) -> None:
    """Count what the server says became of a batch that it judged."""
    records = len(batch.records)
    body = _decode(answer.content) or {}
    counters.sent += records
    counters.batches += 1
    if isinstance(body.get("received_records"), int):
        _count_ansehn(body, counters)
    elif answer.status >= _REDIRECT:
        counters.reject(records, [explain(answer)])
    else:
        _count_profound(body, records, counters)


def _count_ansehn(body: Mapping[str, Any], counters: Counters) -> None:
    def number(*names: str) -> int:
        return sum(body[name] for name in names if isinstance(body.get(name), int))

    counters.accepted += number("accepted_records")
    counters.stored += number("stored_ai_crawler_records", "stored_other_records")
    counters.dropped += number("dropped_non_crawler_records")
    counters.quarantined += number("quarantined_records")
    errors = body.get("errors")
    shown = [_word(error) for error in errors] if isinstance(errors, list) else []
    counters.reject(number("rejected_records"), shown)


def _word(error: Any) -> str:
    return str(error.get("message", error) if isinstance(error, dict) else error)[:_SHOWN_CHARS]


def _count_profound(body: Mapping[str, Any], records: int, counters: Counters) -> None:
    errors = body.get("errors")
    shown: Sequence[Any] = errors if isinstance(errors, list) else []
    found = _PROFOUND_COUNT.search(str(body.get("message", "")))
    accepted = min(int(found[1]), records) if found else records - min(len(shown), records)
    counters.accepted += accepted
    counters.reject(records - accepted, [_word(error) for error in shown])


def _decode(content: bytes) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None
