r"""Compile an Apache ``LogFormat`` (mod_log_config, mod_logio) to a format.

LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined
"""

import re
from datetime import datetime
from functools import partial

from crawlsight.errors import InvalidArgumentError
from crawlsight.formats.results import Format, shown
from crawlsight.formats.template import LIST, LOCAL_TIME, REQUEST, Column, Piece, Template, TemplateParser

# %!200,304{Referer}i, %>s, %{c}a, %^ti
_DIRECTIVE = re.compile(r"%[!\d,]*+[<>]?(?:\{([^}]*)\})?[<>]?(\^t[io]|[A-Za-z%])")

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')

_HOST_TO_SLASH = r"[^\s/?#]*+"

_COLUMNS = {
    "h": Column("ip"),
    "a": Column("ip"),
    "t": Column("timestamp", shape=LOCAL_TIME),
    "r": Column("request", shape=REQUEST),
    "m": Column("method"),
    "U": Column("target", touching=r"[^\s?]*+"),
    "q": Column("query", shape=r"(?:\?\S*+)?", is_fixed=True),
    "s": Column("status_code", rank=1),
    "b": Column("bytes_sent"),
    "B": Column("bytes_sent"),
    "O": Column("bytes_sent", rank=1),
    "D": Column("duration_us"),
    "T": Column("duration_s", rank=1),
    "v": Column("host", touching=_HOST_TO_SLASH, rank=2),
    "V": Column("host", touching=_HOST_TO_SLASH, rank=1),
    "p": Column("", shape=r"\d*+"),
    "X": Column("", shape=r"[X+-]"),
}

_HEADERS = {
    "host": Column("host", touching=_HOST_TO_SLASH),
    "user-agent": Column("user_agent"),
    "referer": Column("referer"),
    "x-forwarded-for": Column("forwarded", shape=LIST),
    "signature": Column("signature"),
    "signature-input": Column("signature_input"),
    "signature-agent": Column("signature_agent"),
}

_TIME_TAKEN = {"ms": "duration_ms", "us": "duration_us", "s": "duration_s"}

# strftime's conversions that strptime reads, with what they look like.
_CONVERSIONS = {
    "Y": r"\d{4}",
    **dict.fromkeys("mdHMSyI", r"\d\d"),
    "e": r"[ \d]\d",
    "b": r"[A-Za-z]{3}",
    "h": r"[A-Za-z]{3}",
    "B": r"[A-Za-z]++",
    "a": r"[A-Za-z]{3}",
    "A": r"[A-Za-z]++",
    "j": r"\d{3}",
    "p": r"[AP]M",
    "f": r"\d{1,6}",
    "z": r"(?:[+-]\d\d:?\d\d|Z)",
    "Z": r"[A-Z]++",
}
_ABBREVIATIONS = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d", "%D": "%m/%d/%y", "%R": "%H:%M"}
_READ_BY_STRPTIME = {"e": "d", "h": "b"}

_EPOCH_TIMES = frozenset({"sec", "msec", "usec"})


def apache_format(log_format: str) -> Format:
    """Make the format of a ``LogFormat`` string, or of the whole directive as the configuration has it.

    Raises:
        InvalidArgumentError: It cannot be read, or does not log request, time and status code.
    """
    text = _format_string(log_format)
    template = Template(_split(text), title="of the LogFormat")
    return Format("apache", "Apache LogFormat of your own", text, partial(TemplateParser, (template,)))


def _format_string(log_format: str) -> str:
    text = log_format.strip()
    if text.startswith(("LogFormat", "CustomLog", "TransferLog", "GlobalLog")):
        quoted = [found[1] for found in _QUOTED.finditer(text) if "%" in found[1]]
        if not quoted:
            raise InvalidArgumentError(f"no quoted format with % in {shown(text)}")
        text = quoted[0]
    return text.replace('\\"', '"').replace("\\t", "\t").replace("\\\\", "\\")


def _split(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for found in _DIRECTIVE.finditer(text):
        pieces.append(text[end : found.start()])
        pieces += _directive(found[0], found[1], found[2])
        end = found.end()
    return _join_times([*pieces, text[end:]])


def _directive(whole: str, argument: str | None, letter: str) -> list[Piece]:
    if letter == "%":
        return ["%"]
    if letter == "t" and not argument:
        return ["[", _COLUMNS["t"], "]"]
    if letter == "t":
        return [Column(_TIME_FIELD, shape=str(argument))]
    if letter == "i":
        return [_HEADERS.get(str(argument).lower(), Column(""))]
    if letter == "T" and argument:
        return [Column(_TIME_TAKEN.get(argument, ""))]
    if letter == "s" and ">" in whole:
        return [Column("status_code")]
    if letter == "a" and argument == "c":
        return [Column("ip", rank=1)]
    return [_COLUMNS.get(letter, Column(""))]


# Marks a part of the time until all parts of it are one column.
_TIME_FIELD = "time part"


def _join_times(pieces: list[Piece]) -> list[Piece]:
    """Make one column of ``%{…}t`` and its like, as ``[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t]``."""
    places = [
        index
        for index, piece in enumerate(pieces)
        if isinstance(piece, Column) and piece.field == _TIME_FIELD
    ]
    if not places:
        return pieces
    first, last = places[0], places[-1]
    parts = []
    for piece in pieces[first : last + 1]:
        if isinstance(piece, str):
            parts.append(piece.replace("%", "%%"))
        elif piece.field == _TIME_FIELD:
            parts.append(_time_part(piece.shape))
        else:
            raise InvalidArgumentError(
                "the parts of the time in the log format have another value between them"
            )
    return [*pieces[:first], _time_column("".join(parts)), *pieces[last + 1 :]]


def _time_part(argument: str) -> str:
    name = argument.removeprefix("begin:").removeprefix("end:")
    if name in _EPOCH_TIMES:
        return "%s"
    return "%f" if name in {"msec_frac", "usec_frac"} else name


def _time_column(conversion: str) -> Column:
    for short, long in _ABBREVIATIONS.items():
        conversion = conversion.replace(short, long)
    if conversion == "%s":
        return Column("timestamp", shape=r"\d++")
    shape, reading = "", ""
    for found in re.finditer(r"%(.)|([^%]+)", conversion, re.DOTALL):
        letter, literal = found[1], found[2]
        if literal is not None or letter == "%":
            shape += re.escape(literal or "%")
            reading += literal or "%%"
        elif letter in _CONVERSIONS:
            shape += _CONVERSIONS[letter]
            reading += f"%{_READ_BY_STRPTIME.get(letter, letter)}"
        else:
            raise InvalidArgumentError(f"%{letter} in the time of the log format is not understood")
    return Column("timestamp", shape=shape, is_fixed=True, read=partial(_read_time, reading))


def _read_time(conversion: str, text: str) -> datetime | str:
    try:
        return datetime.strptime(text, conversion)  # noqa: DTZ007  # the zone is given later, if %z did not
    except ValueError:
        return text
