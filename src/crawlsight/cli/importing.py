"""crawlsight import: take log files in, from here or from S3, as fast as they can be read."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlsight.cli.asking import OwnServer
from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.cli.posting import Posting
from crawlsight.cli.sources import Source, check_sources, find_sources
from crawlsight.cli.uploading import Elsewhere, Uploading, uploads_path
from crawlsight.errors import InvalidArgumentError, NotFoundError, UnavailableError

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        help="Log files: plain, gzip, zstd or bzip2; or s3://bucket/prefix for all objects below it.",
        callback=check_sources,
    ),
]
ProjectOption = Annotated[
    str, typer.Option(help="Name of the project; Ansehn and Profound know it by the key.", show_default=False)
]
FormatOption = Annotated[
    str,
    typer.Option("--format", help="Name of the format; auto looks at the first lines. See docs/formats.md."),
]
TemplateOption = Annotated[
    str,
    typer.Option(
        "--log-format", help="Format of your own, as in log_format of nginx or LogFormat of Apache."
    ),
]
HostOption = Annotated[str, typer.Option(help="Site of lines that name none.")]
SinceOption = Annotated[
    str, typer.Option(help="Of S3, only objects modified since then: 24h, 7d, 4w, or a date.")
]
UrlOption = Annotated[
    str, typer.Option(help="Server elsewhere, Ansehn or Profound.", envvar="CRAWLSIGHT_URL")
]
KeyOption = Annotated[str, typer.Option(help="API key for --url.", envvar="CRAWLSIGHT_KEY")]

_TIMEOUT_SECONDS = 60.0

_AUTO = "auto"

# No project has this name.
_NOBODY = "-"

# Their fingerprints fit into one address, also for a proxy that takes 8 KiB.
_ASKED_TOGETHER = 50


def import_files(
    files: FilesArgument,
    project: ProjectOption = "",
    format_: FormatOption = _AUTO,
    log_format: TemplateOption = "",
    host: HostOption = "",
    since: SinceOption = "",
    url: UrlOption = "",
    key: KeyOption = "",
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Import log files into a project of a server, here or elsewhere, or into Ansehn or Profound.

    The same file twice stores nothing twice, and of a file that has grown only what is new is stored; but
    not so at Profound, which stores again what it is sent again. An object of S3 that was imported before
    is not read again. Exit status 1 if a file could not be imported.
    """
    choice = {"format": _format_name(format_, log_format), "template": log_format.strip(), "host": host}
    with _way(url, key, data, project, choice, is_quiet=json) as way:
        run = _Run(way)
        run.import_all(find_sources(files, since))
    if json:
        print_json(run.uploads)
    else:
        _print(run)
    if run.has_failed:
        raise typer.Exit(1)


def _format_name(format_name: str, log_format: str) -> str:
    if not log_format or format_name != _AUTO:
        return format_name
    from crawlsight.client.reading import server_of

    return server_of(log_format)


def _way(
    url: str, key: str, data: Path | None, project: str, choice: dict[str, str], *, is_quiet: bool
) -> AbstractContextManager[Uploading | Posting]:
    """Choose how files come to the server."""
    if url:
        return _way_elsewhere(url, key, project, choice, is_quiet=is_quiet)
    return nullcontext(_way_here(data, project, choice, is_quiet=is_quiet))


def _way_here(data: Path | None, project: str, choice: dict[str, str], *, is_quiet: bool) -> Uploading:
    """Upload to the server that owns the data directory."""
    from crawlsight.server.ownership import running_server

    settings = read_settings(data=data)
    found = running_server(settings.data)
    if found is None:
        raise UnavailableError(f"no server runs on {settings.data}; start one with 'crawlsight serve'")
    _check_project(project)
    way = Uploading(OwnServer(found), project, choice, is_quiet=is_quiet)
    way.check()
    return way


@contextmanager
def _way_elsewhere(
    url: str, key: str, project: str, choice: dict[str, str], *, is_quiet: bool
) -> Iterator[Uploading | Posting]:
    """Choose how files come to a server that is known by its address."""
    if not key:
        raise InvalidArgumentError("a server elsewhere needs a key: --key or CRAWLSIGHT_KEY")
    import httpx

    from crawlsight.client.doors import takes_files

    key = key.strip()
    with httpx.Client(headers={"x-api-key": key}, base_url=url, timeout=_TIMEOUT_SECONDS) as client:
        if takes_files(client, url, uploads_path(project or _NOBODY)):
            _check_project(project)
            yield Uploading(Elsewhere(client), project, choice, is_quiet=is_quiet)
            return
    with httpx.Client(timeout=_TIMEOUT_SECONDS) as client:
        yield Posting(client, url, key, choice, is_quiet=is_quiet)


def _check_project(project: str) -> None:
    if not project:
        raise InvalidArgumentError("this server has projects; name one by --project")


class _Run:
    """Imports one source after another.

    Attributes:
        uploads: What became of each that was sent.
        known: How many were not sent, as the server has all of them.
    """

    def __init__(self, way: Uploading | Posting) -> None:
        self._way = way
        self._unread = 0
        self.uploads: list[dict[str, Any]] = []
        self.known = 0

    @property
    def has_failed(self) -> bool:
        """Whether a source was not imported."""
        return self._unread > 0 or any(upload["state"] == "failed" for upload in self.uploads)

    def import_all(self, sources: Iterator[Source]) -> None:
        """Import what the server does not have; what cannot be read does not stop the others."""
        while group := list(islice(sources, _ASKED_TOGETHER)):
            for source, is_known in zip(group, self._way.are_known(group), strict=True):
                if is_known:
                    self.known += 1
                    continue
                try:
                    self.uploads.append(self._way.send(source))
                except NotFoundError as error:
                    self._unread += 1
                    typer.echo(f"crawlsight: {error}", err=True)


def _print(run: _Run) -> None:
    counters = ["lines", "stored", "dropped", "rejected", "skipped"]
    rows = [
        (
            upload["name"],
            upload["format"],
            upload["state"],
            upload["lines"],
            upload["stored_ai_crawler_records"] + upload["stored_other_records"],
            upload["dropped_records"] + upload["quarantined_records"],
            upload["rejected_records"],
            upload["skipped_lines"],
        )
        for upload in run.uploads
    ]
    print_table(["file", "format", "state", *counters], rows, numbers=counters)
    for upload in run.uploads:
        if upload["reason"]:
            typer.echo(f"{upload['name']}: {upload['reason']}")
        if before := upload.get("known_records"):
            typer.echo(f"{upload['name']}: {before:,} records were imported before")
        for error in upload["errors"][:10]:
            place = f"line {error['line']}" if error["line"] else "some line"
            typer.echo(f"  {place}: {error['message']}")
    if run.known:
        typer.echo(f"{run.known:,} imported before")
