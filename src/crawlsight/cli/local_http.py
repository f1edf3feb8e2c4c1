"""Ask a server over plain HTTP by the standard library: httpx takes longer to load than most need."""

import contextlib
import http.client
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from crawlsight.errors import NotFoundError, UnavailableError

Content = bytes | Path | Iterator[bytes] | None


def exchange(
    url: str, method: str, target: str, headers: Mapping[str, str], content: Content, seconds: float
) -> tuple[int, bytes]:
    """Send a request, and give the status and body of the answer.

    Args:
        url: The server's, without a path.
        content: A file, which must have something in it, is sent without being read here.
        seconds: How long the server may be silent.

    Raises:
        NotFoundError: The file cannot be read to its end.
        UnavailableError: The server does not answer.
    """
    # One for each request: the server may close one that is kept between two.
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)
    try:
        # It may refuse what it has not received to its end, and has said so then.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if isinstance(content, Path):
                _send_file(connection, method, target, headers, content)
            else:
                connection.request(method, target, content, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(f"the server at {url} does not answer: {error}") from error
    finally:
        connection.close()


def _send_file(
    connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str], path: Path
) -> None:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error}") from error
    with file:
        # What is written to it from now on is the next import's.
        size = os.fstat(file.fileno()).st_size
        connection.putrequest(method, target)
        for name, value in {**headers, "Content-Length": str(size)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        if connection.sock.sendfile(file, count=size) < size:
            raise NotFoundError(f"{path} has become shorter while it was sent; import it again")
