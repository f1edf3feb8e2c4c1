"""Valid things to start from; a test changes only what it is about."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID, uuid4

import msgspec

from crawlsight.detect import built_in_knowledge
from crawlsight.ingest.body import decompress_block
from crawlsight.ingest.judge import build_pipelines
from crawlsight.ingest.outcome import Batch, Outcome
from crawlsight.ingest.pipeline import Pipeline
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.rows import batch_uuid
from crawlsight.ingest.senders import Senders
from crawlsight.ledger import BatchCommit, KeyStyle
from crawlsight.record import VISIT_COLUMNS
from crawlsight.settings import Settings

GPTBOT = (
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36"
)

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)

PASSWORD = "correct horse battery"

# A catalogue of one crawler of one's own.
OWN_ENTRY = """
[operator.foo]
name = "Foo"

[[crawler]]
name = "Foobot"
tokens = ["Foobot"]
operator = "foo"
purpose = "training"
is_ai_crawler = true
documentation = "https://foo.example/bot"
checked = 2026-11-01
examples = ["Foobot/1.0"]
counterexamples = ["Foobots"]
"""


def log_record(**changes: Any) -> dict[str, Any]:
    """A valid record of one GPTBot request a minute before NOW; a change to ``...`` leaves the field out."""
    record = {
        "timestamp": (NOW - timedelta(minutes=1)).isoformat(),
        "method": "GET",
        "host": "example.com",
        "path": "/blog/article",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": GPTBOT,
    }
    record.update(changes)
    return {name: value for name, value in record.items() if value is not ...}


def encode(value: Any) -> bytes:
    """A JSON body."""
    return json.dumps(value).encode()


def at(**ago: float) -> str:
    """The instant that long before NOW, as ISO 8601."""
    return (NOW - timedelta(**ago)).isoformat()


def utf8(value: Any) -> bytes:
    """A JSON body in which every character is itself, not an escape."""
    return json.dumps(value, ensure_ascii=False).encode()


def padded(body: bytes, size: int) -> bytes:
    """The same JSON with as much white space after it as makes *size* bytes."""
    return body + b" " * (size - len(body))


_numbers = itertools.count(1)

KEEP_ALL = Policy(project_id=1, keep=Keep.ALL)


@cache
def pipelines() -> dict[KeyStyle, Pipeline]:
    """The pipelines of both dialects under the default settings."""
    found = build_pipelines(Settings(), Senders(built_in_knowledge()))
    return {KeyStyle.ANK: found["ansehn"], KeyStyle.BOT: found["profound"]}


def judge(
    records: Any,
    style: str = "ank",
    policy: Policy = KEEP_ALL,
    *,
    batch_id: UUID | None = None,
    now: datetime = NOW,
    shape: Literal["json", "ndjson"] = "json",
) -> Outcome:
    """A batch judged by the real pipeline; *records* is JSON unless it is bytes."""
    body = records if isinstance(records, bytes) else encode(records)
    found = Batch(batch_id or batch_uuid(next(_numbers), now), "edge", policy, now)
    return pipelines()[KeyStyle(style)].process(body, shape, found)


def read_rows(block: bytes) -> list[dict[str, Any]]:
    """The rows of a compressed block, by column."""
    lines = decompress_block(block).splitlines() if block else []
    return [dict(zip(VISIT_COLUMNS, json.loads(line), strict=True)) for line in lines]


def batch_commit(
    outcome: Outcome | None = None, idempotency_key: str | None = None, **changes: Any
) -> BatchCommit:
    """A batch of one GPTBot request, ready to be stored for project 1 and key 1."""
    outcome = outcome or judge([log_record()])
    values = {
        "project_id": 1,
        "key_id": 1,
        "idempotency_key": idempotency_key,
        "outcome": outcome,
        "is_refused": not outcome.accepted,
        "answer": b"{}",
        "received_at_ms": NOW_MS,
    }
    return BatchCommit(**{**values, **changes})


def visit(**changes: Any) -> dict[str, Any]:
    """The stored visit of one GPTBot request, by column; it never expires while a test runs."""
    values = {
        "visit_id": str(uuid4()),
        "project_id": 1,
        "source": "edge",
        "timestamp": (NOW - timedelta(minutes=1)).timestamp(),
        "received_at": int(NOW.timestamp()),
        "expires_at": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()),
        "host": "example.com",
        "path": "/blog/article",
        "query_params": {},
        "method": "GET",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": GPTBOT,
        "referer": "",
        "bytes_sent": None,
        "duration_ms": None,
        "bot_name": "GPTBot",
        "bot_provider": "openai",
        "bot_type": "ai_training",
        "purpose": "training",
        "is_ai_crawler": True,
        "verification": "claimed",
        "referral_source": "none",
        "referral_type": "none",
        "verification_evidence": "",
    }
    return {**values, **changes}


def encode_visits(visits: Iterable[dict[str, Any]]) -> bytes:
    """Visits as the block that the loader inserts."""
    rows = [[found[column] for column in VISIT_COLUMNS] for found in visits]
    return msgspec.json.Encoder().encode_lines(rows)
