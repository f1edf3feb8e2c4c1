"""Import whole files into a server without a door for them: they are read here and posted in batches."""

from typing import TYPE_CHECKING, Any

import msgspec
import typer

from crawlsight.cli.progress import showing_progress
from crawlsight.cli.sources import Source

if TYPE_CHECKING:
    import httpx

_TWICE = "this server may count twice what is sent twice: import each file once"
_GO_ON = "interrupted; import the same files again to go on"


class Posting:
    """Posts the records of files, by an address of Ansehn, of Profound, or of what speaks like them.

    Args:
        client: Sends no key of its own.
        choice: How the files are read.

    Raises:
        InvalidArgumentError: The key, the address or the format cannot be.
    """

    def __init__(
        self, client: "httpx.Client", url: str, key: str, choice: dict[str, str], *, is_quiet: bool
    ) -> None:
        from crawlsight.client.delivery import post_by
        from crawlsight.client.endpoint import Endpoint
        from crawlsight.client.posting import Poster
        from crawlsight.client.reading import LogReader
        from crawlsight.client.timing import SystemClock
        from crawlsight.formats import Options

        endpoint = Endpoint.of(url, key)
        self._host, self._is_quiet = choice["host"], is_quiet
        self._poster = Poster(
            endpoint,
            LogReader(
                Options(host=self._host),
                choice["format"],
                choice["template"],
                needs_user_agent=endpoint.is_ansehn,
            ),
            post_by(client),
            clock=SystemClock(),
            say=_say,
        )
        self._has_memory = endpoint.is_ansehn
        if not self._has_memory:
            _say(_TWICE)

    def are_known(self, sources: list[Source]) -> list[bool]:
        """Tell that nothing is known of any source: such a server cannot be asked."""
        return [False] * len(sources)

    def send(self, source: Source) -> dict[str, Any]:
        """Import a source, and tell what became of it.

        Raises:
            NotFoundError: The source cannot be read.
            UnauthorizedError, InvalidArgumentError: The server takes no logs, or none with this key.
        """
        from crawlsight.client.posting import Posted

        posted = Posted(source.name, self._host, bytes_total=source.size_bytes)
        try:
            with showing_progress(source.name, is_quiet=self._is_quiet) as show:
                self._poster.post_file(
                    posted, source.open(), lambda state: show(msgspec.structs.asdict(state))
                )
        except KeyboardInterrupt:
            _say(_GO_ON if self._has_memory else f"interrupted; {posted.lines:,} lines were read")
            raise
        found: dict[str, Any] = msgspec.to_builtins(posted)
        return found


def _say(text: str) -> None:
    typer.echo(f"crawlsight: {text}", err=True)
