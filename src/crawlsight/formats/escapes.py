r"""Undo the backslash escapes of Apache (``\" \\ \t \xhh``), nginx (``\xHH``) and JSON (``\uhhhh``)."""

import re

_ESCAPES = re.compile(
    r"(?P<bytes>(?:\\x[0-9A-Fa-f]{2})++)|(?P<units>(?:\\u[0-9A-Fa-f]{4})++)|\\(?P<char>[\"'\\/abfnrtv])"
)

_CHARS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(text: str) -> str:
    """Give the text as it was before it was logged; bytes that are no UTF-8 become replacement characters.

    A backslash that escapes nothing stays.
    """
    return _ESCAPES.sub(_plain, text) if "\\" in text else text


def _plain(found: re.Match[str]) -> str:
    if found["bytes"] is not None:
        return bytes.fromhex(found["bytes"].replace("\\x", "")).decode(errors="replace")
    if found["units"] is not None:
        return bytes.fromhex(found["units"].replace("\\u", "")).decode("utf-16-be", errors="replace")
    return _CHARS.get(found["char"], found["char"])
