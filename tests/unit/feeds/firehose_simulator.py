"""Amazon Data Firehose as a judge of answers, by the rules of its HTTP endpoint specification."""

import json
from enum import StrEnum


class Verdict(StrEnum):
    DELIVERED = "delivered"
    RETRIED = "retried"
    LOST = "lost"


MOST_ANSWER_BYTES = 1024 * 1024
MOST_MESSAGE_CHARS = 8_192


def judge(reply, request_id):
    """Say what Firehose does next; whatever does not conform counts as a 500 without a body."""
    if not conforms(reply, request_id):
        return Verdict.RETRIED
    if reply.status == 413:
        return Verdict.LOST
    return Verdict.DELIVERED if reply.status == 200 else Verdict.RETRIED


def conforms(reply, request_id):
    headers = {name.lower(): value for name, value in reply.headers.items()}
    if not (200 <= reply.status < 300 or 400 <= reply.status < 600):
        return False
    if headers.get("content-type") != "application/json" or "content-encoding" in headers:
        return False
    if len(reply.body) > MOST_ANSWER_BYTES:
        return False
    body = json.loads(reply.body)
    return (
        set(body) <= {"requestId", "timestamp", "errorMessage"}
        and body["requestId"] == request_id
        and type(body["timestamp"]) is int
        and len(body.get("errorMessage", "")) <= MOST_MESSAGE_CHARS
    )
