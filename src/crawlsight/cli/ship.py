"""crawlsight ship: follow log files and send their lines to a server."""

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlsight.errors import InvalidArgumentError

if TYPE_CHECKING:
    from crawlsight.client.checkpoint import StateDirectory
    from crawlsight.client.shipping import Shipper
    from crawlsight.client.tail import Follower

_TIMEOUT_SECONDS = 60.0

FilesArgument = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Log files; each is followed through rotation.")
]
UrlOption = Annotated[
    str, typer.Option(envvar="CRAWLSIGHT_URL", help="Address of the server, of Ansehn or of Profound.")
]
KeyOption = Annotated[
    str,
    typer.Option(
        envvar="CRAWLSIGHT_KEY",
        help="Key with the scope logs:ingest. Give it in the environment: arguments can be seen by others.",
        show_default=False,
    ),
]
FormatOption = Annotated[str, typer.Option("--format", help="Name of the format; auto finds it out.")]
LogFormatOption = Annotated[
    str, typer.Option(help="Format of your own, as in log_format of nginx or LogFormat of Apache.")
]
HostOption = Annotated[str, typer.Option(help="Site of lines that name none.")]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state", help="Where to remember what was sent.", show_default="~/.local/state/crawlsight/ship"
    ),
]
FromOption = Annotated[
    bool,
    typer.Option(
        "--from-start/--from-end",
        help="Whether a file seen for the first time is read from its start; --from-end: only what comes.",
    ),
]
OnceOption = Annotated[bool, typer.Option("--once", help="Send what is there now, then end.")]
RecordsOption = Annotated[int, typer.Option(min=1, max=1_000, help="Lines of a batch, at most.")]
SecondsOption = Annotated[
    int, typer.Option(min=0, help="How long the first line of a batch waits for others.")
]


def ship(
    files: FilesArgument,
    url: UrlOption,
    key: KeyOption,
    log_format_name: FormatOption = "auto",
    log_format: LogFormatOption = "",
    host: HostOption = "",
    state: StateOption = None,
    from_start: FromOption = True,
    once: OnceOption = False,
    batch_records: RecordsOption = 1_000,
    batch_seconds: SecondsOption = 5,
) -> None:
    """Follow log files and send their lines, each once, through rotation, crashes and restarts.

    Ends on SIGTERM after the batch at hand. What is not sent by then, the next run sends.
    """
    import httpx

    from crawlsight.client.checkpoint import StateDirectory
    from crawlsight.client.delivery import post_by
    from crawlsight.client.endpoint import Endpoint
    from crawlsight.client.reading import LogReader
    from crawlsight.client.shipping import Shipper
    from crawlsight.client.timing import SystemClock
    from crawlsight.formats import Options

    endpoint = Endpoint.of(url, key)
    reader = LogReader(Options(host=host), log_format_name, log_format, needs_user_agent=endpoint.is_ansehn)
    with (
        StateDirectory(state or _default_state()) as directory,
        httpx.Client(timeout=_TIMEOUT_SECONDS) as client,
    ):
        shipper = Shipper(
            _follow(files, directory, from_end=not from_start, must_exist=once),
            directory,
            reader,
            endpoint,
            post_by(client),
            clock=SystemClock(),
            stop=_stop_on_signals(),
            say=typer.echo,
            batch_records=batch_records,
            batch_seconds=batch_seconds,
        )
        _run(shipper, once=once)


def _run(shipper: "Shipper", *, once: bool) -> None:
    try:
        shipper.run(once=once)
    finally:
        typer.echo(shipper.status())


def _follow(
    files: list[Path], directory: "StateDirectory", *, from_end: bool, must_exist: bool
) -> "list[Follower]":
    from crawlsight.client.checkpoint import Track
    from crawlsight.client.tail import Follower

    followers = []
    # Twice the same file would be read by two that know nothing of each other.
    for path in dict.fromkeys(file.absolute() for file in files):
        if must_exist and not path.exists():
            raise InvalidArgumentError(f"there is no file {path}")
        if not path.parent.is_dir():
            raise InvalidArgumentError(f"there is no directory {path.parent}")
        track = directory.state.tracks.setdefault(str(path), Track())
        followers.append(Follower(path, track, from_end=from_end, warn=typer.echo))
    return followers


def _default_state() -> Path:
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given)
    home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(home).expanduser() / "crawlsight" / "ship"


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
