"""Which doors a server has: one for files, or only that for batches of records."""

from typing import Any

import httpx

from crawlsight.client.endpoint import Endpoint
from crawlsight.errors import InvalidArgumentError, UnavailableError

_OK, _SERVER_ERROR = 200, 500

# What every error of a Crawlsight server has outside of the vendors' dialects.
_ERROR_FIELDS = {"status", "error", "message", "detail", "request_id"}

_NO_DOOR = frozenset({"no_such_path", "method_not_allowed"})

# No import has this fingerprint: the answer is short.
_NOTHING = "-"


def takes_files(client: httpx.Client, url: str, path: str) -> bool:
    """Find out whether a server takes whole files.

    Args:
        client: Sends the key.
        path: Of the uploads of some project; the server is the same for all.

    Raises:
        InvalidArgumentError: The address is none.
        UnavailableError: The server does not answer.
    """
    try:
        if Endpoint.is_all_there_is(url):
            return False
        answer = client.get(url.rstrip("/") + path, params={"fingerprint": _NOTHING})
    except httpx.InvalidURL as error:
        raise InvalidArgumentError(f"the address {url!r} is none: {error}") from None
    except httpx.HTTPError as error:
        raise UnavailableError(f"the server does not answer: {error}") from error
    if answer.status_code >= _SERVER_ERROR:
        raise UnavailableError(f"the server cannot answer now: {answer.status_code}; try again later")
    body = _decode(answer)
    if answer.status_code == _OK:
        return isinstance(body, list)
    return isinstance(body, dict) and body.keys() >= _ERROR_FIELDS and body["error"] not in _NO_DOOR


def _decode(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
