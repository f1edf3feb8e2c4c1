"""Cut what was uploaded into rows: lines of text, or the objects of a JSON document."""

import json
import re
from collections.abc import Iterable
from typing import Any

# Names under which products put their rows into one object: our own API, Azure, AWS, Cloud Logging.
_ENVELOPES = ("logs", "records", "Records", "entries")

_MOST_HEADERS, _MOST_HEADER_CHARS = 16, 16_384

_BOM = b"\xef\xbb\xbf"

# What may stand before, between and after rows.
_BETWEEN = re.compile(r"[\s,\x1e\[\]}]*+")

_OPEN_ENVELOPE = re.compile(rf'\s*+\{{\s*+"(?:{"|".join(_ENVELOPES)})"\s*+:\s*+\[')


def decode_lines(chunk: bytes) -> list[str]:
    """Cut bytes into lines without their ends (LF or CRLF); only these two end a line.

    Bytes that are no UTF-8 become replacement characters; a byte order mark is taken off. An unfinished last
    line is a line.
    """
    text = chunk.removeprefix(_BOM).decode(errors="replace")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def split_json(text: str) -> list[str]:
    """Cut a JSON document into rows, one JSON text each.

    Takes an array, an object that holds one (``{"logs": […]}``, ``{"records": […]}``, …), and objects one
    after another with or without something between them. From the place on where it is no JSON, or was cut
    off, all is one last row.
    """
    rows: list[str] = []
    decoder = json.JSONDecoder()
    position = start = _after(_BETWEEN, text, 0)
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            # The object around the rows is not whole, as in the head of a file.
            end = _after(_OPEN_ENVELOPE, text, position) if position == start else position
            if end == position:
                return [*rows, text[position:]]
        else:
            rows += _rows_of(value, text[position:end])
        position = _after(_BETWEEN, text, end)
    return rows


def remember_headers(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """Keep the last line of each kind of header, told apart by what stands before the colon.

    What comes later in a file is read by these: column names, the day of its times.
    """
    kept = {line.partition(":")[0]: line for line in known}
    for line in found:
        if len(line) <= _MOST_HEADER_CHARS:
            name = line.partition(":")[0]
            kept.pop(name, None)
            kept[name] = line
    return list(kept.values())[-_MOST_HEADERS:]


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _rows_of(value: Any, text: str) -> list[str]:
    if isinstance(value, dict):
        for name in _ENVELOPES:
            if isinstance(value.get(name), list):
                return [json.dumps(row, ensure_ascii=False) for row in value[name]]
    return [text]
