"""What becomes of a line, and what a format is: the types that every parser shares."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

import msgspec

from crawlsight.record import FieldLimits, LogRecord

BLANK_LINE = "blank line"
COMMENT_OR_HEADER = "comment or header"
NOT_A_REQUEST = "not a request"
NO_RESPONSE = "no response was sent"
PART_OF_A_LINE = "part of a longer line"

_MOST_SHOWN_CHARS = 80


class ParsedRecord(msgspec.Struct, gc=False):
    """One request of a log: the attributes of a :class:`~crawlsight.record.LogRecord`.

    ``timestamp`` is aware and in UTC, ``path`` has its query string, ``ip`` is ``""`` where the line has
    none; ``referrer``, ``response_size`` and ``time_taken`` are other senders' names and stay None.
    """

    timestamp: datetime | float
    method: str
    host: str
    path: str
    status_code: int
    ip: str
    user_agent: str | None = None
    referer: str | None = None
    bytes_sent: int | None = None
    duration_ms: float | None = None
    query_params: dict[str, str] | None = None
    signature: str | None = None
    signature_input: str | None = None
    signature_agent: str | None = None
    referrer: str | None = None
    response_size: int | None = None
    time_taken: float | None = None


if TYPE_CHECKING:
    _: type[LogRecord] = ParsedRecord


class Rejected(NamedTuple):
    """A line that should be a request and is not understood.

    Attributes:
        line: Number in the file, from 1.
        reason: What is wrong, with at most 80 characters of the value.
    """

    line: int
    reason: str


class Skipped(NamedTuple):
    """A line that is no request, for one of the few reasons named in this file."""

    line: int
    reason: str


Result = ParsedRecord | Rejected | Skipped


class Options(msgspec.Struct, frozen=True):
    """What a log does not say of itself.

    Attributes:
        host: Site of records whose line names none.
        timezone: Of timestamps without a zone.
        fields: Column names, for formats that do not write them: CloudFront real-time logs, W3C files whose
            header is lost, the captured request headers of HAProxy.
        client_in_forwarded: Whether the client is the first public address of ``X-Forwarded-For``, where a
            line has both that and an address. (Where it has no other, the client is always taken from there.)
        limits: Longest values; a record beyond them is rejected.
    """

    host: str = ""
    timezone: tzinfo = UTC
    fields: tuple[str, ...] = ()
    client_in_forwarded: bool = False
    limits: FieldLimits = FieldLimits()


class LineParser(Protocol):
    """Parser of one file; may remember what earlier lines said."""

    def parse(self, lines: Sequence[str], first_line: int) -> list[Result]:
        """Judge every line: one result each, in order; raises nothing, whatever the lines hold.

        Args:
            first_line: Number of the first of *lines* in the file, from 1.
        """


class Look(NamedTuple):
    """What lines tell of who sent them, without the rest.

    Attributes:
        ips: Of each line, or ``""``.
        user_agents: The same.
        instants: All of them, each once.
        unread: Positions of lines of which only parsing can tell what they are.
    """

    ips: Sequence[str]
    user_agents: Sequence[str]
    instants: list[datetime]
    unread: list[int]


@runtime_checkable
class LookingParser(LineParser, Protocol):
    """A parser that can tell of lines who sent them in less time than it takes to parse them."""

    def look(self, lines: Sequence[str]) -> Look | None:
        """Look at lines; each that is not left unread would become a record. None where nothing is saved."""


class Vocabulary(msgspec.Struct, frozen=True):
    """The names that a vendor gives to the fields of a request.

    Attributes:
        names: By our field, the vendor's names, best first; a dot goes into an object.
        request_mark: A name without which a row is about something else than a request.
        amend: Puts the values read in order, where the vendor writes them in a way of its own.
    """

    names: dict[str, tuple[str, ...]]
    request_mark: str = ""
    amend: Callable[[dict[str, Any]], None] | None = None


class Format(msgspec.Struct, frozen=True):
    """A log format.

    Attributes:
        title: For people.
        sample: One line of it, or a header and a line.
        open: Makes the parser of one file.
        vocabulary: Its names, where a CSV file may have them as a header.
        is_detectable: Whether a look at lines can tell it from the others; else people must name it.
    """

    name: str
    title: str
    sample: str
    open: Callable[[Options], LineParser]
    vocabulary: Vocabulary | None = None
    is_detectable: bool = True


Prefix = Literal["", "syslog", "cri", "docker"]
Framing = Literal["lines", "json"]


class Detection(msgspec.Struct, frozen=True):
    """The format that a file seems to have.

    Attributes:
        reason: A sentence for people.
        prefix: What stands before each line of the format.
        framing: ``json`` when the file is to be cut into rows by ``split_json``.
        needs_host: Whether lines name no host, so that ``Options.host`` is needed.
    """

    format: Format
    reason: str
    prefix: Prefix = ""
    framing: Framing = "lines"
    needs_host: bool = False


class RejectedRowError(Exception):
    """A row cannot be understood; the message becomes the reason."""


class MissingFieldError(RejectedRowError):
    """A row lacks a field that every record has."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class SkippedRowError(Exception):
    """A row is no request; the message is one of the reasons for :class:`Skipped`."""


class RowParser:
    """A parser whose rows are judged one by one by ``read_row``."""

    def parse(self, lines: Sequence[str], first_line: int) -> list[Result]:
        """Judge every line."""
        return [self.judge_row(line, number) for number, line in enumerate(lines, first_line)]

    def judge_row(self, line: str, number: int) -> Result:
        """Judge one line."""
        try:
            return self.read_row(line)
        except SkippedRowError as error:
            return Skipped(number, str(error))
        except RejectedRowError as error:
            return Rejected(number, str(error))

    def read_row(self, line: str) -> ParsedRecord:
        """Read a record.

        Raises:
            RejectedRowError, SkippedRowError: It is none.
        """
        raise NotImplementedError


def shown(value: object) -> str:
    """Quote a value for a message, cut to 80 characters and free of control characters."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= _MOST_SHOWN_CHARS else f"{text[:_MOST_SHOWN_CHARS]}…")
