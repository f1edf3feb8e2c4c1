"""Read rows whose values have names: JSON objects, and the columns of W3C and CSV files."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

from crawlsight.formats.assembly import Assembler
from crawlsight.formats.escapes import mend_json
from crawlsight.formats.results import (
    NOT_A_REQUEST,
    Format,
    MissingFieldError,
    Options,
    ParsedRecord,
    RejectedRowError,
    RowParser,
    SkippedRowError,
    Vocabulary,
    shown,
)
from crawlsight.formats.template import skip_no_request

_decoder = msgspec.json.Decoder()

_UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError, ValueError)

_ABSENT = frozenset({"", "-", "(null)"})

_LABELS = {"status_code": "status code", "target": "path"}


class Reader:
    """Reads the values of rows by the names of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._names = tuple(
            (field, tuple((name, tuple(name.split(".")) if "." in name else ()) for name in names))
            for field, names in vocabulary.names.items()
        )
        self._mark = tuple(vocabulary.request_mark.split("."))

    def read(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Read the values of a row, by our names.

        Raises:
            SkippedRowError: It lacks what every request of the vendor has.
        """
        mark = self.vocabulary.request_mark
        if mark and row.get(mark) is None and _find(row, self._mark) is None:
            raise SkippedRowError(NOT_A_REQUEST)
        values: dict[str, Any] = {}
        get = row.get
        for field, names in self._names:
            for name, path in names:
                value = get(name)
                if value is None and path:
                    value = _find(row, path)
                if value is None:
                    continue
                if value.__class__ is str and value in _ABSENT:
                    values.setdefault(field, value)
                    continue
                values[field] = value
                break
        if self.vocabulary.amend is not None:
            self.vocabulary.amend(values)
        return values

    def missing(self, error: MissingFieldError, row: str) -> RejectedRowError:
        """Word the error about a missing field by the vendor's names of it."""
        names = self.vocabulary.names.get(error.field, ())
        if error.field == "host" or not names:
            return error
        label = _LABELS.get(error.field, error.field)
        return RejectedRowError(f"no {label} ({' or '.join(names)}) in {shown(row)}")


class JsonParser(RowParser):
    """Parser of one JSON object a line."""

    def __init__(self, vocabulary: Vocabulary, options: Options) -> None:
        self._reader = Reader(vocabulary)
        self._assembler = Assembler(options)

    def read_row(self, line: str) -> ParsedRecord:
        """Read a record."""
        try:
            return self._assembler.assemble(self._reader.read(decode_object(line)), line)
        except MissingFieldError as error:
            raise self._reader.missing(error, line) from None


def decode_object(line: str) -> dict[str, Any]:
    """Decode a line that is one JSON object.

    Raises:
        RejectedRowError: It is something else.
        SkippedRowError: It is blank, a comment, or of an error log.
    """
    try:
        value = _decode(line)
    except _UNREADABLE as error:
        skip_no_request(line)
        raise RejectedRowError(f"not JSON ({error}): {shown(line)}"[:300]) from None
    if not isinstance(value, dict):
        raise RejectedRowError(f"a JSON object is wanted, not {shown(line)}")
    return value


def _decode(line: str) -> Any:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError:
        mended = mend_json(line)
        if mended == line:
            raise
        return _decoder.decode(mended)


def json_format(name: str, title: str, sample: str, vocabulary: Vocabulary) -> Format:
    """Make the format of one JSON object a line in a vendor's words."""
    return Format(name, title, sample, partial(JsonParser, vocabulary), vocabulary)


def _find(row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
