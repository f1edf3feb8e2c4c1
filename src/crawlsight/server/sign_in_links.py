"""Addresses that sign somebody in once; it imports next to nothing, as commands make them, too."""

from datetime import datetime

from crawlsight.ledger import Ledger, User


def sign_in_url(ledger: Ledger, user: User, base_url: str) -> tuple[str, datetime]:
    """Make the address that signs a user in once, and tell when it ends.

    The token stands in the fragment, which no browser sends and no log sees.
    """
    token, expires_at = ledger.sessions.create_link(user.id)
    return f"{base_url}/signin#token={token}", expires_at


def first_sign_in_url(ledger: Ledger, base_url: str) -> str | None:
    """Make the address that signs the first user in; None once anybody has a password."""
    user = ledger.users.first()
    return None if user is None else sign_in_url(ledger, user, base_url)[0]
