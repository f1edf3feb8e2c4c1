"""crawlsight import: take log files in, from here or from S3, as fast as they can be read."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.cli.sources import Source, check_sources, find_sources
from crawlsight.errors import InvalidArgumentError, NotFoundError, UnavailableError

if TYPE_CHECKING:
    import httpx

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        help="Log files: plain, gzip, zstd or bzip2; or s3://bucket/prefix for all objects below it.",
        callback=check_sources,
    ),
]
ProjectOption = Annotated[str, typer.Option(help="Name of the project.")]
FormatOption = Annotated[
    str,
    typer.Option("--format", help="Name of the format; auto looks at the first lines. See docs/formats.md."),
]
TemplateOption = Annotated[
    str,
    typer.Option(
        "--log-format", help="Apache's LogFormat or nginx's log_format, with --format apache or nginx."
    ),
]
HostOption = Annotated[str, typer.Option(help="Site of lines that name none.")]
SinceOption = Annotated[
    str, typer.Option(help="Of S3, only objects modified since then: 24h, 7d, 4w, or a date.")
]
UrlOption = Annotated[str, typer.Option(help="Server elsewhere.", envvar="CRAWLSIGHT_URL")]
KeyOption = Annotated[str, typer.Option(help="API key for --url.", envvar="CRAWLSIGHT_KEY")]

# Small files are imported in no time, and there may be thousands of them.
_FIRST_POLL_SECONDS, _POLL_SECONDS = 0.01, 0.2
_KEY_LIFE = timedelta(days=1)

# Their fingerprints fit into one address, also for a proxy that takes 8 KiB.
_ASKED_TOGETHER = 50


def import_files(
    files: FilesArgument,
    project: ProjectOption,
    format_: FormatOption = "auto",
    log_format: TemplateOption = "",
    host: HostOption = "",
    since: SinceOption = "",
    url: UrlOption = "",
    key: KeyOption = "",
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Import log files into a project of a server, here or elsewhere.

    The same file twice stores nothing twice, and of a file that has grown only what is new is stored. An
    object of S3 that was imported before is not read again. Exit status 1 if a file could not be imported.
    """
    choice = {"format": format_, "template": log_format, "host": host}
    with _server(url, key, project, data) as client:
        run = _Run(client, project, choice, is_quiet=json)
        run.import_all(find_sources(files, since))
    if json:
        print_json(run.uploads)
    else:
        _print(run)
    if run.has_failed:
        raise typer.Exit(1)


@contextmanager
def _server(url: str, key: str, project: str, data: Path | None) -> Iterator["httpx.Client"]:
    import httpx

    if url:
        if not key:
            raise InvalidArgumentError("a server elsewhere needs a key: --key or CRAWLSIGHT_KEY")
        with httpx.Client(base_url=url, headers={"x-api-key": key}, timeout=60) as client:
            yield client
        return
    from crawlsight.ledger import Ledger, Scope
    from crawlsight.server.ownership import running_server

    settings = read_settings(data=data)
    found = running_server(settings.data)
    if found is None:
        raise UnavailableError(f"no server runs on {settings.data}; start one with 'crawlsight serve'")
    ledger = Ledger(settings.effective_ledger_dsn)
    expires_at = datetime.now(UTC) + _KEY_LIFE
    _, own_key = ledger.keys.create(
        ledger.projects.by_name(project), scopes=[Scope.INGEST], name="import", expires_at=expires_at
    )
    with httpx.Client(base_url=found, headers={"x-api-key": own_key}, timeout=60) as client:
        yield client


class _Run:
    """Imports one source after another.

    Attributes:
        uploads: What became of each that was sent.
        known: How many were not sent, as the server has all of them.
    """

    def __init__(
        self, client: "httpx.Client", project: str, choice: dict[str, str], *, is_quiet: bool
    ) -> None:
        self._client, self._choice, self._is_quiet = client, choice, is_quiet
        self._path = f"/v1/projects/{quote(project, safe='')}/uploads"
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
            fingerprints = [self._fingerprint(source) for source in group]
            known = self._imported([fingerprint for fingerprint in fingerprints if fingerprint])
            for source, fingerprint in zip(group, fingerprints, strict=True):
                if fingerprint in known:
                    self.known += 1
                    continue
                try:
                    self.uploads.append(self._import(source, fingerprint))
                except NotFoundError as error:
                    self._unread += 1
                    typer.echo(f"crawlsight: {error}", err=True)

    def _fingerprint(self, source: Source) -> str:
        # The same content read in another way is something else.
        words = (source.identity, *self._choice.values())
        return hashlib.sha256("\0".join(words).encode()).hexdigest() if source.identity else ""

    def _imported(self, fingerprints: list[str]) -> set[str]:
        if not fingerprints:
            return set()
        found = _ask(self._client, "GET", self._path, params={"fingerprint": fingerprints})
        return {upload["fingerprint"] for upload in found}

    def _import(self, source: Source, fingerprint: str) -> dict[str, Any]:
        sent = _ask(
            self._client,
            "POST",
            self._path,
            params={**self._choice, "name": source.name, "fingerprint": fingerprint},
            content=source.open(),
            headers={"content-type": "application/octet-stream"},
        )[0]
        pause = _FIRST_POLL_SECONDS
        with _progress(source.name, is_quiet=self._is_quiet) as show:
            while True:
                upload: dict[str, Any] = _ask(self._client, "GET", f"{self._path}/{sent['id']}")
                show(upload)
                if upload["state"] in {"done", "failed"}:
                    return upload
                time.sleep(pause)
                pause = min(2 * pause, _POLL_SECONDS)


def _ask(client: "httpx.Client", method: str, path: str, **options: Any) -> Any:
    import httpx

    try:
        answer = client.request(method, path, **options)
    except httpx.HTTPError as error:
        raise UnavailableError(f"the server does not answer: {error}") from error
    if answer.is_error:
        detail = answer.json().get("detail", answer.text)
        raise InvalidArgumentError(f"the server refuses: {detail}")
    return answer.json()


@contextmanager
def _progress(name: str, *, is_quiet: bool) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), disable=is_quiet, transient=True) as progress:
        task = progress.add_task(name, total=None, lines=0, rate=0.0)

        def show(upload: dict[str, Any]) -> None:
            rate = upload["lines"] / max(time.monotonic() - started, 1e-3)
            progress.update(
                task,
                total=upload["bytes_total"],
                completed=upload["bytes_read"],
                lines=upload["lines"],
                rate=rate,
            )

        yield show


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
        typer.echo(f"{upload['name']}: {upload['reason']}")
        for error in upload["errors"][:10]:
            typer.echo(f"  line {error['line']}: {error['message']}")
    if run.known:
        typer.echo(f"{run.known:,} imported before")
