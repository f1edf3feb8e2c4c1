"""Decode a plain body into records: typed and all at once if it can be, else one by one."""

import io
from datetime import datetime
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from crawlsight.errors import MalformedBodyError, TooManyRecordsError
from crawlsight.ingest.validate import (
    FOREIGN_NAMES,
    MAX_DURATION,
    MAX_INTEGER,
    InvalidRecordError,
    Rules,
    looks_like_record,
)
from crawlsight.record import OPTIONAL_FIELDS, REQUIRED_FIELDS, LogRecord

# A decoded entry: a typed record, the values of one that needs a closer look, or the reason it is none.
Entry = LogRecord | dict[str, Any] | InvalidRecordError

# No field needs more; a longer value is refused before it is decoded.
_MOST_VALUE_BYTES = 64 * 1024

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_JSON_SPACE = b" \t\r\n"


def record_type(rules: Rules) -> type[msgspec.Struct]:
    """Build the struct whose decoding checks a dialect's types, ranges and lengths in C."""
    limits = rules.limits
    text = Annotated[str, Meta(max_length=limits.referrer_chars)] | None
    size = Annotated[int, Meta(ge=0, le=MAX_INTEGER)] | None
    duration = Annotated[float, Meta(ge=0, le=MAX_DURATION)] | None
    user_agent: Any = (
        Annotated[str, Meta(max_length=limits.user_agent_chars)] | None
        if rules.empty_user_agent
        else Annotated[str, Meta(min_length=1, max_length=limits.user_agent_chars)]
    )
    header = Annotated[str, Meta(max_length=limits.signature_chars)] | None
    params = dict[
        Annotated[str, Meta(max_length=limits.query_key_chars)],
        Annotated[str, Meta(max_length=limits.query_value_chars)],
    ]
    return msgspec.defstruct(
        "LogRecord",
        [
            ("timestamp", datetime | int | float),
            ("method", Annotated[str, Meta(min_length=1, max_length=limits.method_chars)]),
            ("host", Annotated[str, Meta(min_length=1, max_length=limits.host_chars)]),
            ("path", Annotated[str, Meta(min_length=1, max_length=limits.path_chars)]),
            ("status_code", Annotated[int, Meta(ge=100, le=599)]),
            ("ip", Annotated[str, Meta(max_length=limits.ip_chars)]),
            ("user_agent", user_agent),
            # Aliases last: decoding is fastest when fields come in this order, and senders use few of them.
            ("referer", text, None),
            ("bytes_sent", size, None),
            ("duration_ms", duration, None),
            ("query_params", params | None, None),
            ("referrer", text, None),
            ("response_size", size, None),
            ("time_taken", duration, None),
            ("signature", header, None),
            ("signature_input", header, None),
            ("signature_agent", header, None),
        ],
        gc=False,
    )


# The known fields of a record left undecoded: what is unknown is skipped and costs no memory.
_LooseRecord = msgspec.defstruct(
    "LooseRecord",
    [
        (name, Raw | UnsetType, msgspec.field(default=UNSET))
        for name in dict.fromkeys(
            (*REQUIRED_FIELDS, *OPTIONAL_FIELDS, *(n for names in FOREIGN_NAMES.values() for n in names))
        )
    ],
)
_loose_decoder = msgspec.json.Decoder(_LooseRecord)
_value_decoder = msgspec.json.Decoder()


class _Nothing(msgspec.Struct, array_like=True):
    """Any array, none of it kept."""


_array_syntax = msgspec.json.Decoder(_Nothing)


class _Envelope(msgspec.Struct):
    logs: Raw | UnsetType = UNSET


_envelope_decoder = msgspec.json.Decoder(_Envelope)


class BatchDecoder:
    """Decoder of one dialect's bodies.

    Args:
        max_records: Longest batch; a longer one is refused without being decoded whole.
        takes_envelope: Whether ``{"logs": [...]}`` is a batch.
    """

    def __init__(self, rules: Rules, *, max_records: int, takes_envelope: bool) -> None:
        self._max_records = max_records
        self._takes_envelope = takes_envelope
        self.record_type = record_type(rules)
        self._record = msgspec.json.Decoder(self.record_type)
        self._list = msgspec.json.Decoder(list[self.record_type])  # type: ignore[name-defined]
        self._typed_envelope: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            msgspec.defstruct("Envelope", [("logs", list[self.record_type])])  # type: ignore[name-defined]
        )
        # TRICKY: an array-like struct that forbids more is the one type that stops at the first
        # element too many, so a body of five million empty objects costs no memory.
        self._entries = msgspec.json.Decoder(
            msgspec.defstruct(
                "Entries",
                [(f"entry_{i}", Raw | UnsetType, msgspec.field(default=UNSET)) for i in range(max_records)],
                array_like=True,
                forbid_unknown_fields=True,
            )
        )

    def decode(self, body: bytes, shape: Literal["json", "ndjson"]) -> list[Entry]:
        """Decode every entry of a batch, in order.

        Raises:
            MalformedBodyError: The body is not JSON, not UTF-8, or holds no list of records.
            TooManyRecordsError: It holds more than may be.
        """
        try:
            if shape == "ndjson":
                return self._decode_lines(body)
            if _first_byte(body) == b"{":
                return self._decode_object(body)
            return self._decode_array(body)
        except RecursionError:
            raise MalformedBodyError("the body is nested too deeply to be a list of records") from None
        except UnicodeDecodeError as error:
            raise MalformedBodyError(
                f"the body is not UTF-8: byte 0x{error.object[error.start]:02x}"
            ) from None
        except msgspec.DecodeError as error:
            raise MalformedBodyError(_malformed_message(body, error)) from None

    def _decode_array(self, body: bytes | Raw) -> list[Entry]:
        try:
            records: list[Entry] = self._list.decode(body)
        except msgspec.ValidationError:
            return self._decode_one_by_one(body)
        if len(records) > self._max_records:
            raise self._too_many()
        return records

    def _decode_object(self, body: bytes) -> list[Entry]:
        if self._takes_envelope:
            try:
                records: list[Entry] = self._typed_envelope.decode(body).logs
            except msgspec.ValidationError:
                envelope = _envelope_decoder.decode(body)
                if envelope.logs is not UNSET and _first_byte(bytes(envelope.logs)) == b"[":
                    return self._decode_one_by_one(envelope.logs)
            else:
                if len(records) > self._max_records:
                    raise self._too_many()
                return records
        loose = _loose_decoder.decode(body)
        if looks_like_record({name for name in loose.__struct_fields__ if getattr(loose, name) is not UNSET}):
            return [self._decode_entry(body)]
        raise MalformedBodyError(
            'the body must be {"logs": [...]} or an array of records'
            if self._takes_envelope
            else "the body must be an array of log entries"
        )

    def _decode_one_by_one(self, body: bytes | Raw) -> list[Entry]:
        if _first_byte(bytes(body)) != b"[":
            raise MalformedBodyError("the body must be an array of records, not a single value")
        try:
            entries = self._entries.decode(body)
        except msgspec.ValidationError:
            # Too long or not, what is no JSON is refused as such; this reads to the end and keeps nothing.
            _array_syntax.decode(body)
            raise self._too_many() from None
        decoded: list[Entry] = []
        for raw in msgspec.structs.astuple(entries):
            if raw is UNSET:
                break
            decoded.append(self._decode_entry(raw))
        return decoded

    def _decode_lines(self, body: bytes) -> list[Entry]:
        decoded: list[Entry] = []
        for number, line in enumerate(io.BytesIO(body), start=1):
            stripped = line.strip(_JSON_SPACE)
            if not stripped:
                continue
            if len(decoded) >= self._max_records:
                raise self._too_many()
            try:
                decoded.append(self._decode_entry(stripped))
            except _UNREADABLE as error:
                decoded.append(InvalidRecordError("record", f"line {number} is not JSON: {error}"))
        return decoded

    def _decode_entry(self, raw: bytes | Raw) -> Entry:
        try:
            return cast("LogRecord", self._record.decode(raw))
        except msgspec.ValidationError:
            return _decode_loosely(raw)

    def _too_many(self) -> TooManyRecordsError:
        return TooManyRecordsError(
            f"the batch has more than {self._max_records} records; split it into smaller ones"
        )


def _decode_loosely(raw: bytes | Raw) -> dict[str, Any] | InvalidRecordError:
    try:
        loose = _loose_decoder.decode(raw)
    except msgspec.ValidationError:
        return InvalidRecordError("record", "record must be a JSON object")
    values = {}
    for name in loose.__struct_fields__:
        value = getattr(loose, name)
        if value is UNSET:
            continue
        encoded = bytes(value)
        if len(encoded) > _MOST_VALUE_BYTES:
            return InvalidRecordError(name, f"{name} is far too long: {len(encoded)} bytes")
        try:
            values[name] = _value_decoder.decode(encoded)
        except (msgspec.ValidationError, RecursionError):
            return InvalidRecordError(name, f"{name} holds a value that is out of range")
    return values


def _first_byte(body: bytes) -> bytes:
    head = body[:64].lstrip(_JSON_SPACE)
    return (head or body.lstrip(_JSON_SPACE))[:1]


def _malformed_message(body: bytes, error: msgspec.DecodeError) -> str:
    if not body.strip(_JSON_SPACE):
        return "the body is empty; send a JSON array of records"
    hint = ""
    if _first_byte(body) == b"{" and b"}\n{" in body.replace(b"\r", b""):
        hint = "; for one record a line, send Content-Type: application/x-ndjson"
    elif _first_byte(body) == b"{" and b"}{" in body:
        hint = "; for several records, send an array or one record a line as application/x-ndjson"
    return f"the body is not valid JSON: {error}{hint}"
