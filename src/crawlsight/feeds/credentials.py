"""Where vendors put our API key."""

import base64
import binascii

from crawlsight.feeds.feed import FeedRequest

# The longest that Firehose sends; a key of ours is far shorter.
_MOST_KEY_CHARS = 4_096


def from_headers(request: FeedRequest) -> str | None:
    """Find a key in the headers that our own ingest path takes, or as the password of HTTP Basic."""
    headers = request.headers
    return (
        _clean(headers.get("x-ansehn-api-key"))
        or _from_authorization(headers.get("authorization"))
        or _clean(headers.get("x-api-key"))
    )


def from_query(request: FeedRequest, *names: str) -> str | None:
    """Find a key in the first of these URL parameters that is there, whatever its case."""
    folded = {name.lower(): value for name, value in request.query.items()}
    for name in names:
        value = folded.get(name)
        key = _from_authorization(value) if name.endswith("authorization") else _clean(value)
        if key:
            return key
    return None


def from_header(request: FeedRequest, name: str) -> str | None:
    """Find a key that is the whole of a header."""
    return _clean(request.headers.get(name))


def _clean(value: str | None) -> str | None:
    stripped = (value or "").strip()
    return stripped if 0 < len(stripped) <= _MOST_KEY_CHARS else None


def _from_authorization(value: str | None) -> str | None:
    words = (value or "").split()
    if len(words) == 1:
        return _clean(words[0])
    if len(words) != 2:  # noqa: PLR2004
        return None
    scheme, credential = words[0].lower(), words[1]
    if scheme == "bearer":
        return _clean(credential)
    return _password(credential) if scheme == "basic" else None


def _password(credential: str) -> str | None:
    # Any user name will do: the key alone says who sends.
    try:
        pair = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return _clean(pair.partition(":")[2])
