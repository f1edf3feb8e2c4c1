"""crawlsight import: take log files in, as fast as they can be read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.errors import InvalidArgumentError, UnavailableError

if TYPE_CHECKING:
    import httpx

FilesArgument = Annotated[
    list[Path], typer.Argument(help="Log files: plain, gzip, zstd or bzip2.", exists=True, dir_okay=False)
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
UrlOption = Annotated[str, typer.Option(help="Server elsewhere.", envvar="CRAWLSIGHT_URL")]
KeyOption = Annotated[str, typer.Option(help="API key for --url.", envvar="CRAWLSIGHT_KEY")]

_POLL_SECONDS = 0.2
_KEY_LIFE = timedelta(days=1)
_UPLOAD_CHUNK_BYTES = 1024 * 1024


def import_files(
    files: FilesArgument,
    project: ProjectOption,
    format_: FormatOption = "auto",
    log_format: TemplateOption = "",
    host: HostOption = "",
    url: UrlOption = "",
    key: KeyOption = "",
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Import log files into a project of a server, here or elsewhere.

    The same file twice stores nothing twice, and of a file that has grown only what is new is stored. Exit
    status 1 if a file could not be imported.
    """
    choice = {"format": format_, "template": log_format, "host": host}
    with _server(url, key, project, data) as client:
        uploads = [_import(client, project, file, choice, is_quiet=json) for file in files]
    if json:
        print_json(uploads)
    else:
        _print(uploads)
    if any(upload["state"] == "failed" for upload in uploads):
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


def _import(
    client: "httpx.Client", project: str, file: Path, choice: dict[str, str], *, is_quiet: bool
) -> dict[str, Any]:
    path = f"/v1/projects/{quote(project, safe='')}/uploads"
    sent = _ask(
        client,
        "POST",
        path,
        params={**choice, "name": file.name},
        content=_chunks(file),
        headers={"content-type": "application/octet-stream"},
    )[0]
    with _progress(file, is_quiet=is_quiet) as show:
        while True:
            upload: dict[str, Any] = _ask(client, "GET", f"{path}/{sent['id']}")
            show(upload)
            if upload["state"] in {"done", "failed"}:
                return upload
            time.sleep(_POLL_SECONDS)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while chunk := stream.read(_UPLOAD_CHUNK_BYTES):
            yield chunk


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
def _progress(file: Path, *, is_quiet: bool) -> Iterator[Any]:
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
        task = progress.add_task(file.name, total=None, lines=0, rate=0.0)

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


def _print(uploads: list[dict[str, Any]]) -> None:
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
        for upload in uploads
    ]
    print_table(["file", "format", "state", *counters], rows, numbers=counters)
    for upload in uploads:
        typer.echo(f"{upload['name']}: {upload['reason']}")
        for error in upload["errors"][:10]:
            typer.echo(f"  line {error['line']}: {error['message']}")
