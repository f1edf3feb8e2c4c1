"""The W3C Extended Log File Format: ``#Fields`` names the columns, anew wherever it stands; IIS writes it.

    #Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs-host sc-status time-taken
    2026-11-22 04:11:33 GET /a b=1 203.0.113.9 Mozilla/5.0+(compatible;+GPTBot/1.2) shop.example 200 31

IIS writes ``+`` for a space and leaves a plus as it is; time is UTC, ``time-taken`` milliseconds.
"""

import re
from functools import partial
from typing import Any

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

_VALUE = re.compile(r'"([^"]*+)"(?=\s|\Z)|(\S++)')


class W3cParser(RowParser):
    """Parser of a file with ``#Fields`` lines.

    Args:
        separator: Between the columns; None for white space and quotation marks around values.
    """

    def __init__(self, vocabulary: Vocabulary, separator: str | None, options: Options) -> None:
        self._reader = Reader(vocabulary)
        self._separator = separator
        self._assembler = Assembler(options)
        self._fields = [name.lower() for name in options.fields]
        self._date = ""

    def read_row(self, line: str) -> ParsedRecord:
        """Read a record, or remember what a header says."""
        if line.startswith("#"):
            self._read_header(line)
            raise SkippedRowError(COMMENT_OR_HEADER)
        skip_no_request(line)
        if not self._fields:
            raise RejectedRowError(f"no #Fields line stands before {shown(line)}")
        texts = self._split(line)
        if len(texts) > len(self._fields):
            raise RejectedRowError(
                f"{len(texts)} values for {len(self._fields)} fields in {shown(line)}: another #Fields line?"
            )
        row = dict(zip(self._fields, texts, strict=False))
        if self._date:
            row.setdefault("date", self._date)
        try:
            return self._assembler.assemble(self._reader.read(row), line)
        except MissingFieldError as error:
            raise self._reader.missing(error, line) from None

    def _read_header(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name == "#Fields":
            self._fields = value.lower().split()
        elif name == "#Date":
            self._date = value.strip().partition(" ")[0]

    def _split(self, line: str) -> list[str]:
        if self._separator is not None:
            if self._separator not in line and len(self._fields) > 1:
                raise RejectedRowError(f"no tab between the values of {shown(line)}")
            return line.split(self._separator)
        if "\t" in line:
            raise RejectedRowError(f"tabs between the values of {shown(line)}: a CloudFront log?")
        if '"' not in line:
            return line.split()
        return [found[1] if found[2] is None else found[2] for found in _VALUE.finditer(line)]


def _amend(values: dict[str, Any]) -> None:
    for name in ("user_agent", "referer"):
        text = values.get(name)
        if isinstance(text, str) and " " not in text:
            # A plus after a space is what "; +https://…" of user agents became.
            values[name] = text.replace("++", " \0").replace("+", " ").replace("\0", "+")


VOCABULARY = Vocabulary(
    {
        "date": ("date",),
        "time": ("time",),
        "method": ("cs-method",),
        "target": ("cs-uri-stem", "cs-uri"),
        "query": ("cs-uri-query",),
        "host": ("cs-host", "cs(host)"),
        "ip": ("c-ip",),
        "forwarded": ("x-forwarded-for", "cs(x-forwarded-for)"),
        "status_code": ("sc-status",),
        "user_agent": ("cs(user-agent)",),
        "referer": ("cs(referer)", "cs(referrer)"),
        "bytes_sent": ("sc-bytes",),
        "duration_ms": ("time-taken",),
        "signature": ("cs(signature)",),
        "signature_input": ("cs(signature-input)",),
        "signature_agent": ("cs(signature-agent)",),
    },
    amend=_amend,
)

FORMAT = Format(
    "w3c",
    "W3C Extended Log File Format (IIS)",
    "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs-host sc-status time-taken\n"
    "2026-11-22 04:11:33 GET /a b=1 203.0.113.9 Mozilla/5.0+(compatible;+GPTBot/1.2) shop.example 200 31",
    partial(W3cParser, VOCABULARY, None),
    VOCABULARY,
)
