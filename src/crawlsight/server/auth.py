"""Who sends a request: the credential, and the dialect that its header chooses."""

import hmac
from typing import Any

import msgspec
from litestar import Request

from crawlsight.errors import ForbiddenError, UnauthorizedError
from crawlsight.ledger import Credential, KeyStyle, Ledger, Scope, key_style

_BEARER = "bearer "

_MOST_KEY_CHARS = 200


class Caller(msgspec.Struct, frozen=True):
    """An authenticated sender; the style of the key names the dialect."""

    credential: Credential
    style: KeyStyle


def authenticate_ingest(request: Request[Any, Any, Any], ledger: Ledger) -> Caller:
    """Find the sender of logs: an ``ank_`` key in Ansehn's headers, or a ``bot_`` key in Profound's.

    Raises:
        UnauthorizedError: Not saying which of the reasons, lest keys could be guessed at.
    """
    headers = request.headers
    ansehn_key = headers.get("x-ansehn-api-key")
    authorization = headers.get("authorization", "")
    if ansehn_key is None and authorization.lower().startswith(_BEARER):
        ansehn_key = authorization[len(_BEARER) :]
    if ansehn_key is not None:
        return _find(ledger, ansehn_key.strip(), KeyStyle.ANK)
    profound_key = headers.get("x-api-key")
    if profound_key is not None:
        return _find(ledger, profound_key.strip(), KeyStyle.BOT)
    raise UnauthorizedError(
        "no API key: send x-ansehn-api-key: ank_…, Authorization: Bearer ank_…, or x-api-key: bot_…"
    )


def authenticate_report(request: Request[Any, Any, Any], ledger: Ledger) -> Caller:
    """Find the reader of reports: a key of either style as ``X-API-Key`` or bearer token.

    Raises:
        UnauthorizedError: There is no such key, or it is no longer good.
    """
    headers = request.headers
    key = headers.get("x-api-key") or headers.get("x-ansehn-api-key")
    authorization = headers.get("authorization", "")
    if not key and authorization.lower().startswith(_BEARER):
        key = authorization[len(_BEARER) :]
    if not key:
        raise UnauthorizedError("no API key: send X-API-Key: … or Authorization: Bearer …")
    return _find(ledger, key.strip(), None)


def has_operator_token(request: Request[Any, Any, Any], token: str) -> bool:
    """Tell whether a request comes with the operator's *token*; takes the same time for every other one."""
    authorization = request.headers.get("authorization", "")
    if not authorization.lower().startswith(_BEARER):
        return False
    return hmac.compare_digest(authorization[len(_BEARER) :].strip().encode(), token.encode())


def has_key(request: Request[Any, Any, Any]) -> bool:
    """Tell whether a request comes with something meant as a key, good or not."""
    headers = request.headers
    is_bearer = headers.get("authorization", "").lower().startswith(_BEARER)
    return is_bearer or bool(headers.get("x-api-key") or headers.get("x-ansehn-api-key"))


def require(caller: Caller, scope: Scope) -> None:
    """Refuse a caller whose key lacks *scope*.

    Raises:
        ForbiddenError: It does.
    """
    if not caller.credential.may(scope):
        raise ForbiddenError(f"the key lacks the scope {scope.value}; create one that has it")


def find_caller(ledger: Ledger, key: str) -> Caller:
    """Find whose key it is, of either style.

    Raises:
        UnauthorizedError: Nobody's, or it is no longer good.
    """
    return _find(ledger, key.strip(), None)


def _find(ledger: Ledger, key: str, expected: KeyStyle | None) -> Caller:
    # The checksum comes first, so that a typo or a scan costs no look-up.
    style = key_style(key) if len(key) <= _MOST_KEY_CHARS else None
    if style is None or (expected is not None and style is not expected):
        raise UnauthorizedError(_bad_key(expected))
    credential = ledger.keys.find(key)
    if credential is None:
        raise UnauthorizedError(_bad_key(expected))
    return Caller(credential, style)


def _bad_key(expected: KeyStyle | None) -> str:
    reason = "the API key is invalid, revoked or expired"
    if expected is KeyStyle.ANK:
        return f"{reason}; this header takes an ank_ key"
    if expected is KeyStyle.BOT:
        return f"{reason}; this header takes a bot_ key"
    return reason
