"""What can be imported: files here, and objects of S3."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import typer

from crawlsight.cli.options import read_instant, read_span

_S3 = "s3://"

# Of a larger one httpx copies what is left, each time that the socket takes some of it.
_CHUNK_BYTES = 256 * 1024


class Source(NamedTuple):
    """Something to import.

    Attributes:
        open: Gives the content in chunks; raises NotFoundError when only this source cannot be read.
        size_bytes: As it is stored, compressed or not.
        path: The regular file that it is; None for anything else, such as a pipe.
        identity: Differs when the content does, and is known without reading it; empty when it is not.
    """

    name: str
    open: Callable[[], Iterator[bytes]]
    size_bytes: int
    identity: str = ""
    path: Path | None = None


def check_sources(names: list[str]) -> list[str]:
    """Refuse names of files that cannot be read.

    Raises:
        typer.BadParameter: Naming the first.
    """
    for name in names:
        if name.startswith(_S3):
            continue
        path = Path(name)
        if not path.exists():
            raise typer.BadParameter(f"File {name!r} does not exist.")
        if path.is_dir():
            raise typer.BadParameter(f"File {name!r} is a directory.")
        if not os.access(path, os.R_OK):
            raise typer.BadParameter(f"File {name!r} is not readable.")
    return names


def find_sources(names: Iterable[str], since: str) -> Iterator[Source]:
    """List what the names stand for, in their order.

    Args:
        since: Of objects, only those modified since then: a span such as ``2d``, an instant, or empty.

    Raises:
        InvalidArgumentError: *since* is neither, or the storage refuses.
        NotFoundError: There is nothing of such a name.
        UnavailableError: The storage cannot be reached.
    """
    start = _start(since)
    for name in names:
        if name.startswith(_S3):
            yield from _objects(name, start)
        else:
            yield _file(Path(name))


def _file(path: Path) -> Source:
    found = path.stat()
    # Files of the system itself have a size of nothing, whatever is in them.
    is_regular = stat.S_ISREG(found.st_mode) and found.st_size > 0
    return Source(path.name, partial(_chunks, path), found.st_size, path=path if is_regular else None)


def _start(since: str) -> datetime:
    if not since:
        return datetime.min.replace(tzinfo=UTC)
    span = read_span(since)
    return datetime.now(UTC) - span if span else read_instant("--since", since)


def _objects(url: str, start: datetime) -> Iterator[Source]:
    from crawlsight.client.s3 import S3

    storage = S3()
    for found in storage.find(url):
        if found.modified_at >= start:
            identity = f"{found.url} {found.etag} {found.size_bytes}"
            yield Source(Path(found.key).name, partial(storage.open, found), found.size_bytes, identity)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
