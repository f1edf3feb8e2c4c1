"""Amazon Data Firehose, HTTP endpoint: CloudFront's logs in its envelope.

Source:
    Amazon Data Firehose Developer Guide, "HTTP endpoint delivery request and response specifications".
"""

import re

import msgspec
from msgspec import Raw

from crawlsight.errors import CrawlsightError, MalformedBodyError, TooManyRecordsError
from crawlsight.feeds import credentials
from crawlsight.feeds.cloudfront import REQUIRED, LogLines
from crawlsight.feeds.feed import MAX_BODY_BYTES, Answer, Feed, FeedBatch, FeedRequest, Reply
from crawlsight.feeds.intake import Intake, dedup_key
from crawlsight.feeds.rows import plain_body
from crawlsight.ingest.body import inflate

NAME = "firehose"

_REQUEST_ID = "x-amz-firehose-request-id"

_MOST_RECORDS = 10_000

_MOST_MESSAGE_CHARS = 8_192

_MOST_FIELDS = 200

_SEPARATORS = re.compile(r"[\s,]+")

# Of a record that is compressed by itself.
_MOST_INFLATED_BYTES = 8 * 1024 * 1024

_GZIP_MAGIC = b"\x1f\x8b"

# A 413 makes Firehose throw the batch away, without a copy in the error bucket.
_KEPT_FOR_THE_ERROR_BUCKET = {413: 400}


class _Envelope(msgspec.Struct):
    requestId: str  # noqa: N815
    records: list[Raw]


class _Record(msgspec.Struct):
    data: bytes


class _Attributes(msgspec.Struct):
    commonAttributes: dict[str, str] = {}  # noqa: N815


_envelope = msgspec.json.Decoder(_Envelope)
_record = msgspec.json.Decoder(_Record)
_attributes = msgspec.json.Decoder(_Attributes)

_UNREADABLE = (ValueError, RecursionError)


def credential(request: FeedRequest) -> str | None:
    """Find the key that the stream has as its access key."""
    return credentials.from_header(request, "x-amz-firehose-access-key")


def read(request: FeedRequest) -> FeedBatch:
    """Read every log line of every record; what is no log line never fails the others.

    Raises:
        MalformedBodyError: The envelope is not Firehose's.
    """
    body = plain_body(request)
    try:
        envelope = _envelope.decode(body)
    except _UNREADABLE as error:
        raise MalformedBodyError(f"the body is not a Firehose envelope: {error}") from None
    request_id = request.headers.get(_REQUEST_ID, envelope.requestId)
    if request_id != envelope.requestId:
        raise MalformedBodyError(
            "the requestId of the body is not that of the X-Amz-Firehose-Request-Id header"
        )
    if len(envelope.records) > _MOST_RECORDS:
        raise TooManyRecordsError(f"the envelope has more than {_MOST_RECORDS} records")
    intake = Intake(REQUIRED)
    settings = _settings(request)
    fields = _SEPARATORS.sub(" ", settings.get("fields", "")).split(maxsplit=_MOST_FIELDS)
    lines = LogLines(intake, fields, settings.get("delimiter", ""))
    _read_records(envelope.records, lines, intake)
    return intake.batch(dedup_key=dedup_key(request_id), request_id=request_id)


def answer(answer: Answer) -> Reply:
    """Answer so that only a 200 is success and no failure loses the batch."""
    request_id = answer.request.headers.get(_REQUEST_ID) or answer.request_id or ""
    body: dict[str, str | int] = {"requestId": request_id, "timestamp": answer.at_ms}
    is_taken = answer.status < 300  # noqa: PLR2004
    if not is_taken:
        body["errorMessage"] = answer.message[:_MOST_MESSAGE_CHARS]
    status = 200 if is_taken else _KEPT_FOR_THE_ERROR_BUCKET.get(answer.status, answer.status)
    return Reply(status, {"content-type": "application/json"}, msgspec.json.encode(body))


def _read_records(records: list[Raw], lines: LogLines, intake: Intake) -> None:
    budget = MAX_BODY_BYTES
    for raw in records:
        try:
            data = _record.decode(raw).data
        except _UNREADABLE:
            intake.reject("the record's data is not base64")
            continue
        # Records that come by way of another service may be compressed once more.
        if data.startswith(_GZIP_MAGIC):
            limit = min(budget, _MOST_INFLATED_BYTES)
            try:
                data = inflate(data, "gzip", limit)
            except CrawlsightError:
                # It may have cost as much as it was allowed to.
                budget -= limit
                intake.reject("the record is not valid gzip, or too large")
                continue
            budget -= len(data)
        lines.read(data)


def _settings(request: FeedRequest) -> dict[str, str]:
    """Give the stream's parameters, else those of the URL."""
    header = request.headers.get("x-amz-firehose-common-attributes", "")
    try:
        attributes = _attributes.decode(header).commonAttributes
    except _UNREADABLE:
        attributes = {}
    return {**request.query, **attributes}


FEED = Feed(name=NAME, path="/v1/logs/firehose", credential=credential, read=read, answer=answer)
