"""Compile a template of literals and columns into a parser of lines.

A column's value reaches to the first occurrence of the whole literal after it, so that a quotation mark
within a user agent that its server did not escape does no harm. All patterns are possessive: a line is read
in time linear in its length.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from crawlsight.errors import InvalidArgumentError
from crawlsight.formats.assembly import Assembler
from crawlsight.formats.escapes import unescape
from crawlsight.formats.results import (
    BLANK_LINE,
    COMMENT_OR_HEADER,
    NOT_A_REQUEST,
    Options,
    ParsedRecord,
    RejectedRowError,
    RowParser,
    SkippedRowError,
    shown,
)

# A host and its port, an address in brackets among them: its colons are not the one before the port.
_BRACKETED = r"(?:\[[^\]\s]*+\])?+"

# An address before a colon and a port: all but the last colon are the address's own.
_ADDRESS_BEFORE_PORT = r"((?:[^\s:]++|:(?=[^\s:]*+:))*+)"

# Shapes of values that hold spaces, for columns that nothing encloses.
LIST = r"[^\s,]++(?:,\s?[^\s,]++|\s:\s[^\s,]++)*+"
REQUEST = r"[^\s\"]++ \S++(?: HTTP/[0-9.]++)?+|-"
# A word in quotation marks that are not escaped: it opens after a space and closes before one.
QUOTED_WORD = r'(?<=[\s(])"[^"\\]*+"(?=[\s;,)."])'

LOCAL_TIME = r"[^\s\]]++ [+-]\d{4}"

# 2026/11/22 04:11:33 [error] …, [Sun Nov 22 04:11:33.123456 2026] [core:error] …
_ERROR_LOG = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[|\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d ")

_ABSENT = frozenset({"", "-"})

_PLACE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


class Column(NamedTuple):
    """A value in a line.

    Attributes:
        field: Our name, as in ``assembly``; empty for what is not read.
        shape: Pattern of the value where nothing encloses it, as it may hold the literal after it.
        is_fixed: Whether *shape* holds everywhere.
        touching: Pattern of the value where another column follows at once.
        rank: Which of two columns of one field wins: the lower, if it has a value.
        read: Makes a value of the text.
    """

    field: str
    shape: str = ""
    is_fixed: bool = False
    touching: str = ""
    rank: int = 0
    read: Callable[[str], Any] | None = None


Piece = str | Column


class Template:
    """A compiled template.

    Args:
        title: Name of the format, for messages.
        unescapes: Whether a backslash escapes the character after it.
        amend: Puts the values read in order.

    Raises:
        InvalidArgumentError: The template reads no request, or two of its columns touch.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        *,
        title: str,
        unescapes: bool = True,
        amend: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.title = title
        self._unescapes = unescapes
        self._amend = amend
        pieces = _merge_literals(pieces)
        columns = [piece for piece in pieces if isinstance(piece, Column) and piece.field]
        _check_complete({column.field for column in columns}, title)
        self._regex = re.compile(_pattern(pieces, unescapes), re.DOTALL)
        self._columns = columns
        # The best column of a field is written last, over the others.
        self._order = sorted(range(len(columns)), key=lambda index: -columns[index].rank)

    def read(self, line: str) -> dict[str, Any]:
        """Read the values of a line.

        Raises:
            RejectedRowError, SkippedRowError: It is no line of this format.
        """
        found = self._regex.match(line)
        if found is None:
            raise _explain(line, self.title)
        texts = found.groups()
        values: dict[str, Any] = {}
        for index in self._order:
            column, text = self._columns[index], texts[index]
            if text in _ABSENT and values.get(column.field):
                continue
            if self._unescapes and "\\" in text:
                text = unescape(text)
            values[column.field] = column.read(text) if column.read is not None else text
        if self._amend is not None:
            self._amend(values)
        return values


class TemplateParser(RowParser):
    """Parser of lines of a template, or of the first of several that a line has the shape of."""

    def __init__(self, templates: Sequence[Template], options: Options) -> None:
        self._templates = templates
        self.assembler = Assembler(options)

    def read_row(self, line: str) -> ParsedRecord:
        """Read a record."""
        return self.assembler.assemble(self._read(line), line)

    def _read(self, line: str) -> dict[str, Any]:
        for template in self._templates[:-1]:
            with suppress(RejectedRowError):
                return template.read(line)
        return self._templates[-1].read(line)


def split_template(text: str, columns: Mapping[str, Column]) -> list[Piece]:
    """Cut ``$name`` and ``${name}`` out of a template; a name without a column is not read."""
    pieces: list[Piece] = []
    end = 0
    for found in _PLACE.finditer(text):
        pieces += [text[end : found.start()], columns.get(found[1] or found[2], Column(""))]
        end = found.end()
    return [*pieces, text[end:]]


def compile_own(
    text: str,
    title: str,
    *,
    columns: Mapping[str, Column] | None = None,
    amend: Callable[[dict[str, Any]], None] | None = None,
) -> Template:
    """Compile a template whose columns have our own names; ``$_`` is a column that is not read."""
    names = {name for found in _PLACE.finditer(text) for name in found.groups() if name}
    own = {name: Column(name) for name in names if not name.startswith("_")}
    own["_rest"] = Column("", shape=r".*+", is_fixed=True)
    return Template(split_template(text, {**own, **(columns or {})}), title=title, amend=amend)


def _check_complete(fields: set[str], title: str) -> None:
    has_request = "request" in fields or {"method", "target"} <= fields
    missing = [
        name
        for name, is_there in (
            ("the request", has_request),
            ("the time", "timestamp" in fields),
            ("the status code", "status_code" in fields),
        )
        if not is_there
    ]
    if missing:
        raise InvalidArgumentError(f"the format {shown(title)} does not log {', '.join(missing)}")


def _merge_literals(pieces: Sequence[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return merged


def _pattern(pieces: Sequence[Piece], unescapes: bool) -> str:
    pattern = ""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            pattern += re.escape(piece)
            continue
        before = pieces[index - 1] if index else ""
        after = pieces[index + 1] if index + 1 < len(pieces) else ""
        value = _value_pattern(piece, before, after, index + 2 >= len(pieces), unescapes)
        pattern += value if piece.field else value.replace("(", "(?:", 1)
    return rf"{pattern}\s*+\Z"


def _value_pattern(column: Column, before: Piece, after: Piece, is_last: bool, unescapes: bool) -> str:
    if column.is_fixed or (column.shape and not _encloses(before, after)):
        return f"({column.shape})"
    if isinstance(after, Column):
        if column.touching:
            return f"({column.touching})"
        raise InvalidArgumentError(
            f"two values of the log format touch ({column.field or 'a value that is not read'}, "
            f"{after.field or 'a value that is not read'}); put a character between them"
        )
    if not after:
        return r"(.*+)" if column.field in _SPACED else r"(\S*+)"
    if column.field == "ip" and after[0] == ":":
        return _ADDRESS_BEFORE_PORT
    value = _until(after, is_last, unescapes, isinstance(before, str) and before.endswith('"'))
    return f"({_BRACKETED}{value})" if column.field == "host" else f"({value})"


def _encloses(before: Piece, after: Piece) -> bool:
    return isinstance(before, str) and isinstance(after, str) and (before[-1:], after[:1]) in _ENCLOSURES


# Fields that go on to the end of the line when they stand last, spaces and all.
_SPACED = frozenset({"user_agent", "referer", "request", "forwarded", "rest"})

_ENCLOSURES = {
    ('"', '"'),
    ("'", "'"),
    ("[", "]"),
    ("(", ")"),
    ("{", "}"),
    ("<", ">"),
    ("|", "|"),
    ("\t", "\t"),
}


def _until(literal: str, is_last: bool, unescapes: bool, is_quoted: bool) -> str:
    """Build the pattern of everything before a literal, escaped characters taken as a pair."""
    first, rest = re.escape(literal[0]), re.escape(literal[1:]) + (r"\s*+\Z" if is_last else "")
    alternatives = [f"[^{first}\\\\]++", r"\\."] if unescapes and literal[0] != "\\" else [f"[^{first}]++"]
    if is_quoted and literal[0] == '"':
        alternatives.append(QUOTED_WORD)
    if rest:
        alternatives.append(f"{first}(?!{rest})")
    return f"(?:{'|'.join(alternatives)})*+"


def _explain(line: str, title: str) -> RejectedRowError | SkippedRowError:
    """Say what a line is that has not the shape of its format."""
    skip_no_request(line)
    return RejectedRowError(f"not in the format {title}: {shown(line)}")


def skip_no_request(line: str) -> None:
    """Raise for lines that no format takes for a request.

    Raises:
        SkippedRowError: The line is blank, a comment, or of an error log.
    """
    if not line or line.isspace():
        raise SkippedRowError(BLANK_LINE)
    if line.startswith("#"):
        raise SkippedRowError(COMMENT_OR_HEADER)
    if _ERROR_LOG.match(line):
        raise SkippedRowError(NOT_A_REQUEST)
