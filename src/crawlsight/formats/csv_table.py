"""CSV with a header whose names are those of any other format; comma, semicolon, tab or bar between.

ClientIP,ClientRequestHost,ClientRequestMethod,ClientRequestURI,EdgeResponseStatus,EdgeStartTimestamp
203.0.113.9,shop.example,GET,/a?b=1,200,2026-11-22T04:11:33Z
"""

import csv
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from crawlsight.formats.assembly import Assembler
from crawlsight.formats.results import (
    COMMENT_OR_HEADER,
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
from crawlsight.formats.vocabulary import Reader

_DELIMITERS = ",;\t|"


class _Header(NamedTuple):
    """A header understood: the names as the vocabulary spells them."""

    line: str
    delimiter: str
    names: list[str]
    reader: Reader


class _CsvParser(RowParser):
    """Parser of a file with a header; a header that stands again changes the columns."""

    def __init__(self, vocabularies: Sequence[Vocabulary], options: Options) -> None:
        self._vocabularies = vocabularies
        self._assembler = Assembler(options)
        self._header = self._read_header(",".join(options.fields)) if options.fields else None

    def read_row(self, line: str) -> ParsedRecord:
        if self._header is None or line == self._header.line:
            skip_no_request(line)
            self._header = self._read_header(line)
            if self._header is None:
                raise RejectedRowError(f"no header that names time, path and status in {shown(line)}")
            raise SkippedRowError(COMMENT_OR_HEADER)
        skip_no_request(line)
        header = self._header
        texts = _split(line, header.delimiter)
        if len(texts) != len(header.names):
            raise RejectedRowError(f"{len(texts)} values for {len(header.names)} names in {shown(line)}")
        try:
            values = header.reader.read(dict(zip(header.names, texts, strict=True)))
            return self._assembler.assemble(values, line)
        except MissingFieldError as error:
            raise header.reader.missing(error, line) from None

    def _read_header(self, line: str) -> _Header | None:
        delimiter = max(_DELIMITERS, key=line.count)
        names = [name.strip() for name in _split(line, delimiter)]
        given = {name.casefold() for name in names}
        best = max(self._vocabularies, key=lambda vocabulary: len(_fields_named(vocabulary, given)))
        fields = _fields_named(best, given)
        if not fields >= {"status_code"} or not fields & {"timestamp", "date"}:
            return None
        if not fields & {"request", "target"}:
            return None
        # Rows of a table are all of one kind, and have no objects to look for.
        flat = msgspec.structs.replace(best, request_mark="")
        spelled = {name.casefold(): name for known in best.names.values() for name in known}
        return _Header(line, delimiter, [spelled.get(name.casefold(), name) for name in names], Reader(flat))


def _fields_named(vocabulary: Vocabulary, given: set[str]) -> set[str]:
    return {
        field for field, names in vocabulary.names.items() if any(name.casefold() in given for name in names)
    }


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise RejectedRowError(f"no CSV ({error}): {shown(line)}") from None


def csv_format(vocabularies: Sequence[Vocabulary]) -> Format:
    """Make the format of CSV files that speak one of these vocabularies."""
    return Format(
        "csv",
        "CSV with a header in the names of any other format",
        "ClientIP,ClientRequestHost,ClientRequestMethod,ClientRequestURI,EdgeResponseStatus,EdgeStartTimestamp\n"
        "203.0.113.9,shop.example,GET,/a?b=1,200,2026-11-22T04:11:33Z",
        partial(_CsvParser, tuple(vocabularies)),
    )
