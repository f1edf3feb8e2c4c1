"""POST /v1/logs/custom: authenticate, limit, read, judge, store, answer."""

import re
from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Request, asgi
from litestar.exceptions import MethodNotAllowedException
from litestar.types import HTTPScope, Receive, Send

from crawlsight.errors import IdempotencyKeyError
from crawlsight.ingest.dialects import ansehn, profound
from crawlsight.ingest.judge import Work
from crawlsight.ingest.outcome import Outcome
from crawlsight.ingest.summary import Summary, decode_summary
from crawlsight.ledger import Duplicate, KeyStyle
from crawlsight.ledger import Scope as KeyScope
from crawlsight.server.auth import Caller, authenticate_ingest, require
from crawlsight.server.bodies import read_body
from crawlsight.server.judging import DIALECTS
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services
from crawlsight.server.storing import commit_of, new_batch, store

PATH = "/v1/logs/custom"

_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")

_NDJSON_TYPES = {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}

_CONFLICT = "this Idempotency-Key was used for another body; give each batch a key of its own"

_MOST_ECHOED_CHARS = 255


# A plain ASGI handler: the framework's own request handling would cost as much as judging a small batch.
@asgi(PATH, copy_scope=False)
async def take_logs(scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Take in one batch of either dialect."""
    if scope["method"] != "POST":
        raise MethodNotAllowedException(headers={"Allow": "POST"})
    request: Request[Any, Any, Any] = Request(scope, receive, send)
    answer, status = await _take(request, request.app.state.services)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in request.state.rate_headers.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer, "more_body": False})


async def _take(request: Request[Any, Any, Any], services: Services) -> tuple[bytes, int]:
    caller = authenticate_ingest(request, services.ledger)
    request.state.style = caller.style
    request.state.idempotency_key = request.headers.get("idempotency-key", "")[:_MOST_ECHOED_CHARS] or None
    standing, may_pass = services.limits.count_ingest(caller.credential.key_id, caller.style)
    request.state.rate_headers = standing.headers()
    require(caller, KeyScope.INGEST)
    if not may_pass:
        raise refuse(standing)
    idempotency_key = _read_idempotency_key(request, is_required=caller.style is KeyStyle.ANK)
    body = await read_body(request.receive, services.settings.max_body_bytes)
    outcome = await services.judging.judge(_work(request, caller, body, services.clock()))
    if caller.style is KeyStyle.BOT:
        services.limits.count_entries(caller.credential.key_id, outcome.received)
    return await _store(services, caller, outcome, idempotency_key)


def _work(request: Request[Any, Any, Any], caller: Caller, body: bytes, now: datetime) -> Work:
    return Work(
        dialect=DIALECTS[caller.style],
        body=body,
        encoding=request.headers.get("content-encoding", ""),
        shape=_shape(request),
        batch=new_batch(caller.credential, now),
    )


async def _store(
    services: Services, caller: Caller, outcome: Outcome, idempotency_key: str | None
) -> tuple[bytes, int]:
    summary = Summary.of(outcome, caller.credential.policy.keep)
    is_refused = caller.style is KeyStyle.ANK and not outcome.accepted
    commit = commit_of(
        caller.credential, outcome, summary, idempotency_key, services.clock(), is_refused=is_refused
    )
    result = await store(services, DIALECTS[caller.style], commit, _CONFLICT)
    if isinstance(result, Duplicate):
        first = decode_summary(result.answer)
        return _word(caller.style, first, idempotency_key, is_duplicate=True), 200
    return _word(caller.style, summary, idempotency_key, is_duplicate=False), 422 if is_refused else 200


def _word(style: KeyStyle, summary: Summary, idempotency_key: str | None, *, is_duplicate: bool) -> bytes:
    if style is KeyStyle.BOT:
        return msgspec.json.encode(profound.answer(summary))
    return msgspec.json.encode(ansehn.answer(summary, idempotency_key or "", is_duplicate=is_duplicate))


def _read_idempotency_key(request: Request[Any, Any, Any], *, is_required: bool) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        if is_required:
            raise IdempotencyKeyError(
                "the Idempotency-Key header is missing; send one that is stable for this batch"
            )
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise IdempotencyKeyError(
            f"the Idempotency-Key has {len(key)} characters; use 1 to 255 visible ASCII characters"
        )
    return key


def _shape(request: Request[Any, Any, Any]) -> Literal["json", "ndjson"]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return "ndjson" if media_type in _NDJSON_TYPES else "json"
