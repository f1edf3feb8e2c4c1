"""API keys as text: make one, check its form without a database, hash it."""

import hashlib
import re
import secrets
import string
import zlib
from enum import StrEnum
from uuid import UUID, uuid4

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_CHARS, _CHECKSUM_CHARS = 34, 6

_ANK = re.compile(r"ank_([0-9A-Za-z]{26,})([0-9A-Za-z]{6})")

_HINT_CHARS = 4


class KeyStyle(StrEnum):
    """Which vendor's clients a key is for; it chooses the dialect."""

    ANK = "ank"
    BOT = "bot"


def generate_key(style: KeyStyle) -> str:
    """Make a new key: ``ank_`` with a checksum in its last six characters, or ``bot_`` and a UUID."""
    if style is KeyStyle.BOT:
        return f"bot_{uuid4()}"
    body = "".join(secrets.choice(_BASE62) for _ in range(_RANDOM_CHARS))
    return f"ank_{body}{_checksum(body)}"


def key_style(key: str) -> KeyStyle | None:
    """Tell a key's style from its form, None when it cannot be a key (a typo, say)."""
    if key.startswith("bot_"):
        try:
            return KeyStyle.BOT if str(UUID(key[4:])) == key[4:].lower() else None
        except ValueError:
            return None
    found = _ANK.fullmatch(key)
    return KeyStyle.ANK if found and _checksum(found[1]) == found[2] else None


def hash_key(key: str) -> str:
    """Give the one form of a key that is stored; keys are random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_hint(key: str) -> str:
    """Give what may be shown of a key: its prefix and its last four characters."""
    return f"{key[:4]}…{key[-_HINT_CHARS:]}"


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(_CHECKSUM_CHARS):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits
