"""Import whole files through a server's door for them: it reads them, and is asked how far it is."""

import hashlib
import time
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from crawlsight.cli.asking import Params
from crawlsight.cli.progress import showing_progress
from crawlsight.cli.sources import Source
from crawlsight.errors import InvalidArgumentError, UnavailableError

if TYPE_CHECKING:
    import httpx

# How long the server waits for the end before it tells how far it is.
_WAIT_MS = 250

# No import has this fingerprint.
_NOTHING = "-"


def uploads_path(project: str) -> str:
    """Give the path of a project's uploads."""
    return f"/v1/projects/{quote(project, safe='')}/uploads"


class Door(Protocol):
    """A way to ask a server that takes files."""

    def ask(
        self, method: str, path: str, *, params: Params | None = None, source: Source | None = None
    ) -> Any:
        """Ask, with a source or without, and give the answer, decoded.

        Raises:
            NotFoundError: The source cannot be read.
            InvalidArgumentError, UnavailableError: The server refuses, or does not answer.
        """


class Elsewhere:
    """The door of a server that is reached by address and key, which the client has."""

    def __init__(self, client: "httpx.Client") -> None:
        self._client = client

    def ask(
        self, method: str, path: str, *, params: Params | None = None, source: Source | None = None
    ) -> Any:
        """Ask as :class:`Door` says."""
        import httpx

        sent: dict[str, Any] = {}
        if source is not None:
            sent = {"content": source.open(), "headers": {"content-type": "application/octet-stream"}}
        try:
            answer = self._client.request(method, path, params=params, **sent)
        except httpx.HTTPError as error:
            raise UnavailableError(f"the server does not answer: {error}") from error
        if answer.is_error:
            detail = answer.json().get("detail", answer.text)
            raise InvalidArgumentError(f"the server refuses: {detail}")
        return answer.json()


class Uploading:
    """Uploads files to a project.

    Args:
        choice: How the files are read; parameters of the API.
    """

    def __init__(self, door: Door, project: str, choice: dict[str, str], *, is_quiet: bool) -> None:
        self._door, self._choice, self._is_quiet = door, choice, is_quiet
        self._path = uploads_path(project)

    def check(self) -> None:
        """Ask for nothing: who may not upload there learns it before a large file is sent in vain.

        Raises:
            InvalidArgumentError, UnavailableError: The server refuses, or does not answer.
        """
        self._find([_NOTHING])

    def are_known(self, sources: list[Source]) -> list[bool]:
        """Tell of each source whether the server has all of it, as far as that is told by its identity."""
        fingerprints = [self._fingerprint(source) for source in sources]
        asked = [fingerprint for fingerprint in fingerprints if fingerprint]
        known = {upload["fingerprint"] for upload in self._find(asked)} if asked else set()
        return [fingerprint in known for fingerprint in fingerprints]

    def send(self, source: Source) -> dict[str, Any]:
        """Import a source, and tell what became of it.

        Raises:
            NotFoundError: The source cannot be read.
            InvalidArgumentError, UnavailableError: The server refuses it, or does not answer.
        """
        params = {**self._choice, "name": source.name, "fingerprint": self._fingerprint(source)}
        sent = self._door.ask("POST", self._path, params=params, source=source)[0]
        with showing_progress(source.name, is_quiet=self._is_quiet) as show:
            while True:
                asked_at = time.monotonic()
                upload: dict[str, Any] = self._door.ask(
                    "GET", f"{self._path}/{sent['id']}", params={"wait_ms": str(_WAIT_MS)}
                )
                if upload["state"] in {"done", "failed"}:
                    return upload
                show(upload)
                # Whatever stands before a server elsewhere may answer for it, at once.
                time.sleep(max(0.0, asked_at + _WAIT_MS / 1000 - time.monotonic()))

    def _find(self, fingerprints: list[str]) -> Any:
        return self._door.ask("GET", self._path, params={"fingerprint": fingerprints})

    def _fingerprint(self, source: Source) -> str:
        # The same content read in another way is something else.
        words = (source.identity, *self._choice.values())
        return hashlib.sha256("\0".join(words).encode()).hexdigest() if source.identity else ""
