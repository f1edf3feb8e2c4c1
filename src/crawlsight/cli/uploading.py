"""Import whole files through a server's door for them: it reads them, and is asked how far it is."""

import hashlib
import time
from typing import TYPE_CHECKING, Any

from crawlsight.cli.progress import showing_progress
from crawlsight.cli.sources import Source
from crawlsight.errors import InvalidArgumentError, UnavailableError

if TYPE_CHECKING:
    import httpx

# Small files are imported in no time, and there may be thousands of them.
_FIRST_POLL_SECONDS, _POLL_SECONDS = 0.01, 0.2


class Uploading:
    """Uploads files to a project.

    Args:
        client: Has the server's address, and sends the key.
        choice: How the files are read; parameters of the API.
    """

    def __init__(
        self, client: "httpx.Client", project: str, choice: dict[str, str], *, is_quiet: bool
    ) -> None:
        from crawlsight.client.doors import uploads_path

        self._client, self._choice, self._is_quiet = client, choice, is_quiet
        self._path = uploads_path(project)

    def are_known(self, sources: list[Source]) -> list[bool]:
        """Tell of each source whether the server has all of it, as far as that is told by its identity."""
        fingerprints = [self._fingerprint(source) for source in sources]
        asked = [fingerprint for fingerprint in fingerprints if fingerprint]
        if not asked:
            return [False] * len(sources)
        found = _ask(self._client, "GET", self._path, params={"fingerprint": asked})
        known = {upload["fingerprint"] for upload in found}
        return [fingerprint in known for fingerprint in fingerprints]

    def send(self, source: Source) -> dict[str, Any]:
        """Import a source, and tell what became of it.

        Raises:
            NotFoundError: The source cannot be read.
            InvalidArgumentError, UnavailableError: The server refuses it, or does not answer.
        """
        sent = _ask(
            self._client,
            "POST",
            self._path,
            params={**self._choice, "name": source.name, "fingerprint": self._fingerprint(source)},
            content=source.open(),
            headers={"content-type": "application/octet-stream"},
        )[0]
        pause = _FIRST_POLL_SECONDS
        with showing_progress(source.name, is_quiet=self._is_quiet) as show:
            while True:
                upload: dict[str, Any] = _ask(self._client, "GET", f"{self._path}/{sent['id']}")
                show(upload)
                if upload["state"] in {"done", "failed"}:
                    return upload
                time.sleep(pause)
                pause = min(2 * pause, _POLL_SECONDS)

    def _fingerprint(self, source: Source) -> str:
        # The same content read in another way is something else.
        words = (source.identity, *self._choice.values())
        return hashlib.sha256("\0".join(words).encode()).hexdigest() if source.identity else ""


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
