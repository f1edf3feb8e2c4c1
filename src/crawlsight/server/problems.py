"""Errors as answers: the one place that knows statuses."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from crawlsight.errors import (
    AlreadyExistsError,
    BodyTooLargeError,
    CrawlsightError,
    CsrfError,
    ForbiddenError,
    IdempotencyConflictError,
    IdempotencyKeyError,
    InvalidArgumentError,
    LastOneError,
    MalformedBodyError,
    NotFoundError,
    QueryError,
    RateLimitedError,
    TooManyRecordsError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedEncodingError,
)
from crawlsight.ingest.body import ENCODINGS
from crawlsight.ledger import KeyStyle
from crawlsight.server.telemetry import log

STATUSES: dict[type[CrawlsightError], int] = {
    UnauthorizedError: 401,
    ForbiddenError: 403,
    CsrfError: 403,
    RateLimitedError: 429,
    IdempotencyKeyError: 400,
    IdempotencyConflictError: 409,
    BodyTooLargeError: 413,
    TooManyRecordsError: 413,
    MalformedBodyError: 400,
    UnsupportedEncodingError: 415,
    QueryError: 422,
    NotFoundError: 404,
    AlreadyExistsError: 409,
    LastOneError: 409,
    InvalidArgumentError: 422,
    UnavailableError: 503,
}

# The Profound dialect words two of them its own way.
_PROFOUND_STATUSES = {**STATUSES, MalformedBodyError: 422, UnavailableError: 500}

_RETRY_AFTER_SECONDS = 5

# Both vendors' clients print something useful of these, whichever they are.
_FOR_BOTH = (UnauthorizedError, ForbiddenError)


def status_of(error: CrawlsightError) -> int:
    """Tell the status of an error outside the Profound dialect."""
    return STATUSES.get(type(error), 500)


def answer_error(request: Request[Any, Any, Any], error: CrawlsightError) -> Response[bytes]:
    """Word one of our errors for the dialect that the request speaks."""
    style = request.state.get("style")
    statuses = _PROFOUND_STATUSES if style is KeyStyle.BOT else STATUSES
    status = statuses.get(type(error), 500)
    message = str(error)
    body: dict[str, Any]
    if isinstance(error, QueryError):
        body = {"detail": error.details}
    elif style is KeyStyle.BOT and not isinstance(error, _FOR_BOTH):
        body = {"detail": message}
    else:
        body = {
            "status": "error",
            "error": error.code,
            "message": message,
            "detail": message,
            "request_id": request.state.get("idempotency_key"),
        }
    return _respond(request, status, body, _headers(error))


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Word what the framework refuses: unknown paths and methods."""
    message = {404: "there is nothing at this path", 405: "this path does not take that method"}.get(
        error.status_code, error.detail
    )
    code = {404: "no_such_path", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    body = {"status": "error", "error": code, "message": message, "detail": message, "request_id": None}
    return _respond(request, error.status_code, body, dict(error.headers or {}))


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a fault of ours: the cause goes to the log, the sender learns that nothing was stored."""
    request_id = request.scope.get("crawlsight_request_id", "")
    log.error("unexpected_error", exc_info=error, request_id=request_id)
    message = f"unexpected failure, nothing was stored; the server's log has it under {request_id}"
    if request.state.get("style") is KeyStyle.ANK:
        return answer_error(request, UnavailableError(message))
    return _respond(request, 500, {"detail": message, "message": message}, {})


def _respond(
    request: Request[Any, Any, Any], status: int, body: dict[str, Any], headers: dict[str, str]
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers={**request.state.get("rate_headers", {}), **headers},
    )


def _headers(error: CrawlsightError) -> dict[str, str]:
    if isinstance(error, RateLimitedError):
        return {"Retry-After": str(error.retry_after_seconds)}
    if isinstance(error, UnavailableError):
        return {"Retry-After": str(_RETRY_AFTER_SECONDS)}
    if isinstance(error, UnauthorizedError):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, UnsupportedEncodingError):
        return {"Accept-Encoding": ", ".join(ENCODINGS)}
    return {}
