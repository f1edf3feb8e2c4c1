"""Take bodies apart into rows: an array, one object a line, objects back to back, or a single one."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from crawlsight.errors import MalformedBodyError, TooManyRecordsError
from crawlsight.feeds.feed import MAX_BODY_BYTES, FeedRequest
from crawlsight.feeds.intake import Intake
from crawlsight.ingest.body import inflate

Row = dict[str, Any]

_GZIP_MAGIC = b"\x1f\x8b"

# A Firehose record has at most 1,000 KiB; no vendor writes longer lines.
MOST_ROW_BYTES = 1024 * 1024

# An array is split all at once; real rows have less than a comma in sixteen bytes.
_MOST_COMMAS = 4 * 1024 * 1024

_JSON_SPACE = b" \t\r\n"

_UNREADABLE = (ValueError, RecursionError)

Scalar = str | int | float | bool | None

_elements = msgspec.json.Decoder(list[Raw])
_python_json = json.JSONDecoder()


class _Nothing(msgspec.Struct):
    """Any object, none of it kept."""


_object_syntax = msgspec.json.Decoder(_Nothing)


class NotARowError(Exception):
    """A piece of a body is no row; says why, never what stands in it."""


def plain_body(request: FeedRequest, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Decompress a body.

    gzip is told by its first bytes, not by the header: senders forget the header, and proxies that
    decompress leave it.

    Raises:
        CrawlsightError: It is corrupt, in an unknown encoding, or larger than allowed.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity", "gzip", "x-gzip"}:
        encoding = "gzip" if request.body.startswith(_GZIP_MAGIC) else ""
    return inflate(request.body, encoding, max_bytes)


class RowReader:
    """Decodes the wanted members of a JSON object; all others are skipped undecoded and cost no memory.

    Args:
        names: Members that hold a plain value; ``a.b`` is member ``b`` of the object ``a``.
        others: Members that hold something else, with its type.
    """

    def __init__(self, *names: str, others: Mapping[str, Any] | None = None) -> None:
        types: dict[str, Any] = {**dict.fromkeys(names, Scalar), **(others or {})}
        self._outer = [name for name in types if "." not in name]
        self._inner: dict[str, list[str]] = {}
        for name in types:
            group, dot, member = name.partition(".")
            if dot:
                self._inner.setdefault(group, []).append(member)
        nested = {
            group: _struct({member: types[f"{group}.{member}"] for member in members}) | None
            for group, members in self._inner.items()
        }
        row = _struct({**{name: types[name] for name in self._outer}, **nested})
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)

    def read(self, raw: bytes | Raw) -> Row:
        """Decode one object; the members that it has, by their names.

        Raises:
            NotARowError: It is no object, or a member has a type that it cannot have.
        """
        if memoryview(raw).nbytes > MOST_ROW_BYTES:
            raise NotARowError(f"it is longer than {MOST_ROW_BYTES} bytes")
        try:
            values = msgspec.structs.astuple(self._decoder.decode(raw))
        except msgspec.ValidationError as error:
            raise NotARowError(f"it does not have the expected form: {error}") from None
        except _UNREADABLE:
            raise NotARowError("it is not JSON") from None
        count = len(self._outer)
        row = {
            name: value for name, value in zip(self._outer, values[:count], strict=True) if value is not UNSET
        }
        for (group, members), inner in zip(self._inner.items(), values[count:], strict=True):
            if inner is not UNSET and inner is not None:
                for member, value in zip(members, msgspec.structs.astuple(inner), strict=True):
                    if value is not UNSET:
                        row[f"{group}.{member}"] = value
        return row


def read_rows(body: bytes, reader: RowReader, intake: Intake) -> Iterator[Row]:
    """Give each row of a plain body, in order; pieces that are none are rejected on the way.

    The caller accounts for every row that it gets.

    Raises:
        MalformedBodyError: The body is neither an array nor objects.
    """
    stripped = body.strip(_JSON_SPACE)
    if stripped.startswith(b"["):
        pieces: Iterator[bytes | Raw] = iter(_split_array(stripped))
    elif stripped.startswith(b"{"):
        pieces = split_objects(stripped)
    elif stripped:
        raise MalformedBodyError("the body is neither a JSON array nor one JSON object a line")
    else:
        return
    for piece in pieces:
        try:
            row = reader.read(piece)
        except NotARowError as error:
            intake.reject(f"not a log entry: {error}")
        else:
            yield row


def split_objects(body: bytes) -> Iterator[bytes]:
    """Split a body that starts with an object, which may span lines when it is the only one."""
    if len(body) <= MOST_ROW_BYTES and _is_one_object(body):
        yield body
        return
    for line in io.BytesIO(body):
        stripped = line.strip(_JSON_SPACE)
        if (b"}{" in stripped or b"} {" in stripped) and len(stripped) <= MOST_ROW_BYTES:
            yield from _split_back_to_back(stripped)
        elif stripped:
            yield stripped


def _split_array(body: bytes) -> list[Raw]:
    if body.count(b",") > _MOST_COMMAS:
        raise TooManyRecordsError("the array has too many elements; make the vendor's batches smaller")
    try:
        return _elements.decode(body)
    except _UNREADABLE as error:
        raise MalformedBodyError(f"the body is not a JSON array: {error}") from None


def _is_one_object(body: bytes) -> bool:
    try:
        _object_syntax.decode(body)
    except _UNREADABLE:
        return False
    return True


def _split_back_to_back(line: bytes) -> Iterator[bytes]:
    text = line.decode("utf-8", "replace")
    start = 0
    while start < len(text):
        try:
            _, end = _python_json.raw_decode(text, start)
        except _UNREADABLE:
            end = len(text)
        yield text[start:end].encode()
        start = end
        while start < len(text) and text[start] in " \t":
            start += 1


def _struct(types: Mapping[str, Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        "Row",
        [
            (f"member_{index}", kind | UnsetType, msgspec.field(default=UNSET, name=name))
            for index, (name, kind) in enumerate(types.items())
        ],
    )
