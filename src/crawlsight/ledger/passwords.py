"""Passwords: what one must be like, and the one form that is stored."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crawlsight.errors import InvalidArgumentError

_LEAST_CHARS, _MOST_CHARS = 10, 1_000

# Argon2id with the memory that OWASP advises: several people may sign in at once on a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Hash a new password; takes tens of milliseconds.

    Raises:
        InvalidArgumentError: It is too short or too long.
    """
    if not _LEAST_CHARS <= len(password) <= _MOST_CHARS:
        raise InvalidArgumentError(
            f"password of {len(password)} characters: use {_LEAST_CHARS} to {_MOST_CHARS}"
        )
    return _hasher.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Compare; takes as long when there is nothing to compare with."""
    if len(password) > _MOST_CHARS:
        password = ""
    try:
        _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
