"""Google Cloud: load balancer logs, pushed by Pub/Sub one entry a request.

Source:
    cloud.google.com/pubsub/docs/push and cloud.google.com/load-balancing/docs/https/https-logging-monitoring.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from crawlsight.errors import MalformedBodyError
from crawlsight.feeds import credentials
from crawlsight.feeds.feed import Answer, Feed, FeedBatch, FeedRequest, Reply, Skip, answer_in_json
from crawlsight.feeds.fields import address, instant, is_no_response, number, split_url, target, text
from crawlsight.feeds.intake import Intake, dedup_key
from crawlsight.feeds.rows import Row, RowReader, plain_body, read_rows

NAME = "gcp"

REQUIRED = {
    "timestamp": "timestamp",
    "method": "httpRequest.requestMethod",
    "host": "the host in httpRequest.requestUrl",
    "path": "httpRequest.requestUrl",
    "status_code": "httpRequest.status",
}

# Pub/Sub sends what is not acknowledged again, for days. A message that will never be readable is
# acknowledged; a wrong key or a full disk is not.
_NEVER_BETTER = frozenset({400, 409, 413, 415, 422})

_READER = RowReader(
    "timestamp",
    "receiveTimestamp",
    "httpRequest.requestMethod",
    "httpRequest.requestUrl",
    "httpRequest.status",
    "httpRequest.userAgent",
    "httpRequest.remoteIp",
    "httpRequest.referer",
    "httpRequest.responseSize",
    "httpRequest.latency",
)


class _Message(msgspec.Struct):
    data: bytes = b""
    messageId: str | int | None = None  # noqa: N815


class _Envelope(msgspec.Struct):
    message: _Message


class _Wrapped(msgspec.Struct):
    message: Raw | UnsetType = UNSET
    subscription: Raw | UnsetType = UNSET


_envelope = msgspec.json.Decoder(_Envelope)
_wrapped = msgspec.json.Decoder(_Wrapped)


def credential(request: FeedRequest) -> str | None:
    """Find the key as ``token`` in the push endpoint's URL; a header may hold Google's own token."""
    return credentials.from_query(request, "token") or credentials.from_headers(request)


def read(request: FeedRequest) -> FeedBatch:
    """Read a message, wrapped in Pub/Sub's envelope or not.

    Raises:
        MalformedBodyError: The body is not JSON.
    """
    body = plain_body(request)
    intake = Intake(REQUIRED)
    message_id = text(request.headers.get("x-goog-pubsub-message-id"))
    if _is_wrapped(body):
        try:
            message = _envelope.decode(body).message
        except (ValueError, RecursionError):
            intake.reject("the message's data is not base64")
            return intake.batch(dedup_key=dedup_key(message_id))
        message_id = text(message.messageId) or message_id
        body = message.data
    _read_entry(body, intake)
    return intake.batch(dedup_key=dedup_key(message_id))


def answer(answer: Answer) -> Reply:
    """Acknowledge all but what a second delivery could mend."""
    reply = answer_in_json(answer)
    return reply._replace(status=200) if answer.status in _NEVER_BETTER else reply


def _is_wrapped(body: bytes) -> bool:
    try:
        wrapped = _wrapped.decode(body)
    except msgspec.ValidationError:
        return False
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError(f"the body is not JSON: {error}") from None
    return wrapped.message is not UNSET and wrapped.subscription is not UNSET


def _read_entry(data: bytes, intake: Intake) -> None:
    try:
        for row in read_rows(data, _READER, intake):
            if not row.keys() & {"httpRequest.requestUrl", "httpRequest.requestMethod"}:
                intake.skip(Skip.NOT_A_REQUEST)
            elif is_no_response(row.get("httpRequest.status", 0)):
                intake.skip(Skip.NO_RESPONSE)
            else:
                intake.take(_to_record(row))
    except MalformedBodyError:
        # Text that somebody published to the topic.
        intake.skip(Skip.NOT_A_REQUEST)


def _to_record(row: Row) -> dict[str, Any]:
    host, path = split_url(text(row.get("httpRequest.requestUrl")))
    latency = text(row.get("httpRequest.latency"))
    return {
        "timestamp": instant(row.get("timestamp")) or instant(row.get("receiveTimestamp")),
        "method": text(row.get("httpRequest.requestMethod")),
        "host": host,
        **target(path),
        "status_code": number(row.get("httpRequest.status")),
        # Google leaves out what is empty.
        "ip": address(text(row.get("httpRequest.remoteIp"))) or "",
        "user_agent": text(row.get("httpRequest.userAgent")) or "",
        "referer": text(row.get("httpRequest.referer")),
        "bytes_sent": number(row.get("httpRequest.responseSize")),
        "time_taken": number(latency and latency.removesuffix("s")),
    }


FEED = Feed(name=NAME, path="/v1/logs/gcp", credential=credential, read=read, answer=answer)
