"""Vercel drains of logs: an array or JSON lines, signed with HMAC-SHA1.

Source:
    vercel.com/docs/drains/reference/logs and /docs/drains/security.
"""

import hashlib
import hmac
import re
from typing import Any

from crawlsight.feeds import credentials
from crawlsight.feeds.feed import Answer, Feed, FeedBatch, FeedRequest, Reply, Skip, answer_in_json
from crawlsight.feeds.fields import address, instant, is_no_response, number, target, text
from crawlsight.feeds.intake import Intake, dedup_key
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows

NAME = "vercel"

REQUIRED = {
    "timestamp": "proxy.timestamp",
    "method": "proxy.method",
    "host": "proxy.host",
    "path": "proxy.path",
    "status_code": "proxy.statusCode",
    "ip": "proxy.clientIp",
    "user_agent": "proxy.userAgent",
}

_VERIFY = "x-vercel-verify"

# It is sent back as a header.
_VERIFICATION = re.compile(r"[0-9A-Za-z_\-]{1,200}")

_READER = RowReader(
    "id",
    "timestamp",
    "requestId",
    "proxy.timestamp",
    "proxy.method",
    "proxy.host",
    "proxy.path",
    "proxy.referer",
    "proxy.statusCode",
    "proxy.clientIp",
    "proxy.responseByteSize",
    "proxy.vercelId",
    others={"proxy.userAgent": list[str] | str | None},
)


def read(request: FeedRequest) -> FeedBatch:
    """Read a drain's batch; a request that wrote several log lines is one record."""
    intake = Intake(REQUIRED)
    seen: set[str] = set()
    ids = hashlib.sha256()
    has_ids = False
    for row in read_rows(plain_body(request), _READER, intake):
        if row_id := text(row.get("id")):
            has_ids = True
            ids.update(f"{row_id}\n".encode())
        _take(row, seen, intake)
    return intake.batch(dedup_key=dedup_key(ids.hexdigest()) if has_ids else None)


def has_good_signature(request: FeedRequest, secret: str) -> bool:
    """Check ``x-vercel-signature`` over the raw body, in a time that tells nothing."""
    expected = hmac.new(secret.encode(), request.body, hashlib.sha1).hexdigest()
    sent = request.headers.get("x-vercel-signature", "").strip().lower()
    return hmac.compare_digest(expected.encode(), sent.encode("utf-8", "surrogatepass"))


def greet(request: FeedRequest) -> Reply | None:
    """Answer the probe that verifies the endpoint: it has no body and need not have a key."""
    if request.body.strip():
        return None
    return Reply(200, {"content-type": "text/plain", **_verification(request)}, b"")


def answer(answer: Answer) -> Reply:
    """Answer by status, and say again what proves that the endpoint is ours."""
    status, headers, body = answer_in_json(answer)
    return Reply(status, {**headers, **_verification(answer.request)}, body)


def _verification(request: FeedRequest) -> dict[str, str]:
    """Repeat the code of the request's header, or the one that the drain's URL has as ``verify``."""
    code = request.headers.get(_VERIFY) or request.query.get("verify") or ""
    return {_VERIFY: code} if _VERIFICATION.fullmatch(code) else {}


def _take(row: Row, seen: set[str], intake: Intake) -> None:
    request_id = text(row.get("requestId")) or text(row.get("proxy.vercelId"))
    if "proxy.path" not in row and "proxy.method" not in row:
        intake.skip(Skip.NOT_A_REQUEST)
    elif is_no_response(row.get("proxy.statusCode")):
        intake.skip(Skip.NO_RESPONSE)
    elif request_id in seen:
        intake.skip(Skip.REPEATED)
    else:
        if request_id:
            seen.add(request_id)
        intake.take(_to_record(row))


def _to_record(row: Row) -> dict[str, Any]:
    agents = row.get("proxy.userAgent")
    return {
        "timestamp": instant(row.get("proxy.timestamp")) or instant(row.get("timestamp")),
        "method": text(row.get("proxy.method")),
        "host": text(row.get("proxy.host")),
        **target(text(row.get("proxy.path"))),
        "status_code": number(row.get("proxy.statusCode")),
        # Hidden by a setting of the team; the visit counts all the same.
        "ip": address(text(row.get("proxy.clientIp"))) or "",
        "user_agent": text(" ".join(agents) if isinstance(agents, list) else agents) or "",
        "referer": text(row.get("proxy.referer")),
        "bytes_sent": number(row.get("proxy.responseByteSize")),
    }


FEED = Feed(
    name=NAME,
    path="/v1/logs/vercel",
    credential=credentials.from_headers,
    read=read,
    answer=answer,
    greet=greet,
    has_good_signature=has_good_signature,
)
