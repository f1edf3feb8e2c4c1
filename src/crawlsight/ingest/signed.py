"""Check the signatures that records carry, with the key directories at hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from crawlsight.detect.verify import Signature
from crawlsight.errors import KeyDirectoryError
from crawlsight.ingest.fields import split_path, to_instant
from crawlsight.record import LogRecord

if TYPE_CHECKING:
    from crawlsight.detect.signatures import DirectoryKey


_TAG = "web-bot-auth"

# Whoever visits a site can put headers into its log; reading long ones costs more than they are worth.
_MOST_CHARS = 2_048


class _Unread(NamedTuple):
    """A signature that nobody looked at."""

    state: str
    agent: str
    keyid: str
    reason: str


_TOO_LONG = _Unread("unreadable", "", "", f"a header of the signature is over {_MOST_CHARS} characters long")


class SignatureCheck:
    """Checks records' Web Bot Auth signatures; the cryptography is loaded with the first one."""

    def __init__(self, key_directories: Mapping[str, bytes]) -> None:
        self._key_directories = key_directories

    def check_all(self, records: Sequence[LogRecord]) -> dict[int, Signature]:
        """Check every record that has a signature; by position."""
        inputs = [record.signature_input for record in records]
        if not any(inputs):
            return {}
        return {
            position: self.check(records[position])
            for position, signature_input in enumerate(inputs)
            if signature_input and _TAG in signature_input
        }

    def check(self, record: LogRecord) -> Signature:
        """Check one record's signature, as of the instant that the record gives."""
        from crawlsight.detect.signatures import LoggedRequest, verify_signature  # noqa: PLC0415

        headers = (record.signature, record.signature_input, record.signature_agent)
        if max(len(header or "") for header in headers) > _MOST_CHARS:
            return _TOO_LONG
        path, query = split_path(record.path)
        request = LoggedRequest(
            method=record.method,
            host=record.host,
            path=path,
            query=query or urlencode(record.query_params or {}),
            signature=record.signature or "",
            signature_input=record.signature_input or "",
            signature_agent="" if record.signature_agent in {None, "-"} else record.signature_agent,
        )
        at: datetime = to_instant(record.timestamp)
        return verify_signature(request, lambda host: self._keys.get(host, ()), at)

    @cached_property
    def _keys(self) -> dict[str, tuple["DirectoryKey", ...]]:
        from crawlsight.detect.signatures import parse_key_directory  # noqa: PLC0415

        keys = {}
        for host, body in self._key_directories.items():
            try:
                keys[host] = parse_key_directory(body)
            except KeyDirectoryError:
                # Written by an older version or by hand; its signatures' keys are then unknown.
                continue
        return keys
