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

_INGEST_FOLDER = "/v1/logs/"
INGEST_PATH = f"{_INGEST_FOLDER}custom"

_KEY = re.compile(r"(?:ank|bot)_[\x21-\x7e]+")

_OK, _REDIRECT = 200, 300
_SERVER_ERROR = 500
_UNAUTHORIZED = frozenset({401, 403})
TOO_LARGE = 413
_TRY_AGAIN = frozenset({408, 425, 429})
_BATCH_AT_FAULT = frozenset({400, 409, 422})
_NOT_LOOKED_AT = frozenset({425, 429})
CONFLICT = 409

# Both vendors have one door for logs, and none for files.
_VENDORS = (".ansehn.com", ".tryprofound.com")

_PROFOUND_COUNT = re.compile(r"Processing (\d+) log entr")

_SHOWN_CHARS = 300

# The fastest level: what it saves of the network is most of what any level saves.
_GZIP_LEVEL = 1


class Batch(msgspec.Struct, frozen=True):
    """Records, each encoded as JSON, and the key under which they are stored once."""

    key: str
    records: tuple[bytes, ...]

    def divide(self, answer: "Answer") -> "Sequence[Batch]":
        """Make smaller ones of it, with keys made from its own, where the answer asks for them; else none.

        Halving again after a crash makes the same requests.
        """
        if answer.status != TOO_LARGE or len(self.records) == 1:
            return ()
        middle = len(self.records) // 2
        parts = (self.records[:middle], self.records[middle:])
        return [Batch(f"{self.key}/{number}", part) for number, part in enumerate(parts)]

    def settle(self, answer: "Answer", counters: Counters, *, may_be_repeated: bool) -> None:
        """Count what became of the records.

        Args:
            may_be_repeated: Whether an earlier attempt may have been stored, though its answer was lost.
        """
        del may_be_repeated
        count(answer, self, counters)


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
        if _INGEST_FOLDER not in parts.path:
            url = url.rstrip("/") + INGEST_PATH
        return cls(url, key)

    @classmethod
    def is_all_there_is(cls, url: str) -> bool:
        """Whether the address itself says that nothing but batches is taken there."""
        parts = httpx.URL(url)
        return _INGEST_FOLDER in parts.path or f".{parts.host}".endswith(_VENDORS)

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
    if status == TOO_LARGE:
        return Verdict.TOO_LARGE
    return Verdict.REFUSED if status in _BATCH_AT_FAULT else Verdict.MISDIRECTED


def may_be_stored(answer: Answer) -> bool:
    """Tell whether a batch may have been stored though the answer says to send it again."""
    return answer.status not in _NOT_LOOKED_AT


def is_known(answer: Answer) -> bool:
    """Tell whether the server had stored the batch before it came."""
    return answer.status == _OK and (_decode(answer.content) or {}).get("deduplicated") is True


def rejections(answer: Answer) -> list[tuple[int | None, str]]:
    """List what the server has against records: the place of each in the batch, where it says so."""
    if answer.status >= _REDIRECT and "errors" not in (_decode(answer.content) or {}):
        return [(None, explain(answer))]
    errors = (_decode(answer.content) or {}).get("errors")
    return [(_place(error), _word(error)) for error in errors] if isinstance(errors, list) else []


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


def _place(error: Any) -> int | None:
    place = error.get("index") if isinstance(error, dict) else None
    return place if isinstance(place, int) else None


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
