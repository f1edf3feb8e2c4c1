r"""Undo the backslash escapes of Apache (``\" \\ \t \xhh``), nginx (``\xHH``) and JSON (``\uhhhh``)."""

import json
import re

_ESCAPES = re.compile(
    r"(?P<bytes>(?:\\x[0-9A-Fa-f]{2})++)|(?P<units>(?:\\u[0-9A-Fa-f]{4})++)|\\(?P<char>[\"'\\/abfnrtv])"
)

# A pair of backslashes is passed over, so that none of the two begins an escape.
_NOT_JSON = re.compile(r"\\\\|((?:\\x[0-9A-Fa-f]{2}|\\v)++)")

_CHARS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(text: str) -> str:
    """Give the text as it was before it was logged; bytes that are no UTF-8 become replacement characters.

    A backslash that escapes nothing stays.
    """
    return _ESCAPES.sub(_plain, text) if "\\" in text else text


def mend_json(text: str) -> str:
    r"""Put JSON's own escapes in place of ``\xhh`` and ``\v``, which servers that know no JSON write."""
    return _NOT_JSON.sub(lambda found: json.dumps(unescape(found[1]))[1:-1] if found[1] else found[0], text)


def _plain(found: re.Match[str]) -> str:
    if found["bytes"] is not None:
        return bytes.fromhex(found["bytes"].replace("\\x", "")).decode(errors="replace")
    if found["units"] is not None:
        return bytes.fromhex(found["units"].replace("\\u", "")).decode("utf-16-be", errors="replace")
    return _CHARS.get(found["char"], found["char"])
