"""Ask the server that owns a data directory, in its operator's name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from crawlsight.cli.sources import Source
from crawlsight.errors import InvalidArgumentError, UnavailableError

if TYPE_CHECKING:
    from crawlsight.server.ownership import RunningServer

Params = Mapping[str, str | Sequence[str]]

_TIMEOUT_SECONDS = 60.0

_OK, _UNAUTHORIZED, _SERVER_ERROR = range(200, 300), 401, 500


class OwnServer:
    """The server that owns a data directory; it knows its operator's commands by its token.

    Args:
        seconds: How long it may be silent.

    Raises:
        UnavailableError: It told no token.
    """

    def __init__(self, found: "RunningServer", seconds: float = _TIMEOUT_SECONDS) -> None:
        if not found.token:
            raise UnavailableError(
                f"the server at {found.url} is of another version than this command, and tells it no token;"
                " restart it"
            )
        self._found, self._seconds = found, seconds

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        source: Source | None = None,
        body: Any = None,
        project: str = "",
    ) -> Any:
        """Ask, and give the answer, decoded.

        Args:
            source: Sent as it is.
            body: Sent as JSON.
            project: Name of the one meant, where the path names none.

        Raises:
            InvalidArgumentError: The server refuses the question.
            NotFoundError: The source cannot be read.
            UnavailableError: The server does not answer.
        """
        from crawlsight.cli.local_http import Content, exchange

        headers = {"Authorization": f"Bearer {self._found.token}"}
        if project:
            headers["X-Crawlsight-Project"] = project
        target = f"{path}?{urlencode(params, doseq=True)}" if params else path
        content: Content = None
        if source is not None:
            headers["Content-Type"] = "application/octet-stream"
            content = source.path or source.open()
        elif body is not None:
            headers["Content-Type"] = "application/json"
            content = msgspec.json.encode(body)
        return self._read(*exchange(self._found.url, method, target, headers, content, self._seconds))

    def _read(self, status: int, content: bytes) -> Any:
        url = self._found.url
        if status == _UNAUTHORIZED:
            raise UnavailableError(f"the server at {url} is no longer the one of this directory; try again")
        try:
            found = msgspec.json.decode(content)
        except msgspec.DecodeError:
            raise UnavailableError(f"what answers at {url} is no Crawlsight server: {status}") from None
        if status in _OK:
            return found
        raise (UnavailableError if status >= _SERVER_ERROR else InvalidArgumentError)(explain(found))


def explain(refusal: Any) -> str:
    """Say for people why a server refuses, by the body of its answer."""
    detail = refusal.get("detail", refusal) if isinstance(refusal, dict) else refusal
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in detail)
    return str(detail)
