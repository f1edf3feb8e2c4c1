"""What several commands share: the data directory, JSON output, tables."""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from crawlsight.errors import InvalidArgumentError
from crawlsight.settings import Settings, load_settings

if TYPE_CHECKING:
    from crawlsight.ledger import Ledger

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Directory of the embedded stores.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]

_SPAN = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def read_settings(**flags: Any) -> Settings:
    """Read the settings from the environment and the given flags."""
    return load_settings(os.environ, flags)


def open_ledger(data: Path | None) -> "Ledger":
    """Open the ledger; it may be used beside a running server."""
    from crawlsight.ledger import Ledger

    return Ledger(read_settings(data=data).effective_ledger_dsn)


def read_span(text: str) -> timedelta | None:
    """Read hours, days or weeks, such as ``24h``; nothing when the text is something else."""
    found = _SPAN.fullmatch(text)
    return timedelta(hours=int(found[1]) * _HOURS[found[2]]) if found else None


def read_instant(option: str, text: str) -> datetime:
    """Read an instant; one that names no zone is UTC.

    Raises:
        InvalidArgumentError: It is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidArgumentError(
            f"{option} {text!r}: give an ISO 8601 instant such as 2027-01-31T00:00:00Z"
        ) from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    typer.echo(msgspec.json.encode(value).decode())


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: Sequence[str] = ()
) -> None:
    """Print a table; columns in *numbers* are aligned right."""
    lines = [list(columns), *([_shown(value) for value in row] for row in rows)]
    if sys.stdout.isatty() and not _fits(lines):
        _print_folded(lines, numbers)
        return
    aligned = [_align(column, is_right=column[0] in numbers) for column in zip(*lines, strict=True)]
    header, *others = ("  ".join(line).rstrip() for line in zip(*aligned, strict=True))
    typer.echo(typer.style(header, bold=True))
    for line in others:
        typer.echo(line)


def _align(column: Sequence[str], *, is_right: bool) -> list[str]:
    width = max(map(len, column))
    return [text.rjust(width) if is_right else text.ljust(width) for text in column]


def _fits(lines: Sequence[Sequence[str]]) -> bool:
    """Whether each line is as wide as it has characters, and no wider than the terminal."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    is_plain = all(text.isascii() and text.isprintable() for line in lines for text in line)
    return is_plain and sum(widths) + 2 * (len(widths) - 1) <= shutil.get_terminal_size().columns


def _print_folded(lines: Sequence[Sequence[str]], numbers: Sequence[str]) -> None:
    # Loading it takes as long as importing a small file.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns, *rows = lines
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    Console().print(table)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
