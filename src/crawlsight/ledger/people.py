"""The ledger's tables about people: users, their sessions and links, members, invitations, shares."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from crawlsight.ledger.schema import metadata

_KEY_CHARS, _HASH_CHARS, _ROLE_CHARS = 100, 64, 10


def _owned_by(name: str, column: str, *, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    """Refer to a row that takes this one with it when it goes."""
    key = ForeignKey(column, ondelete="CASCADE")
    return Column(name, Integer, key, nullable=nullable, primary_key=primary_key)


users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(_KEY_CHARS), nullable=False),
    # The name as it is compared: in one case.
    Column("name_key", String(2 * _KEY_CHARS), nullable=False, unique=True),
    # Argon2id with its parameters and salt; empty until there is a password.
    Column("password", Text),
    Column("is_admin", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
)

members = Table(
    "members",
    metadata,
    _owned_by("project_id", "projects.id", primary_key=True),
    _owned_by("user_id", "users.id", primary_key=True),
    Column("role", String(_ROLE_CHARS), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Index("members_by_user", "user_id"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned_by("project_id", "projects.id"),
    Column("name", String(_KEY_CHARS), nullable=False),
    Column("sha256", String(_HASH_CHARS), nullable=False, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Index("shares_by_project", "project_id"),
)

# A session is a user's or a share's.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(_HASH_CHARS), nullable=False, unique=True),
    _owned_by("user_id", "users.id", nullable=True),
    _owned_by("share_id", "shares.id", nullable=True),
    Column("is_by_link", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("sessions_by_user", "user_id"),
    Index("sessions_by_share", "share_id"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("sha256", String(_HASH_CHARS), primary_key=True),
    _owned_by("user_id", "users.id"),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Index("sign_in_links_by_user", "user_id"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    _owned_by("project_id", "projects.id"),
    Column("role", String(_ROLE_CHARS), nullable=False),
    Column("sha256", String(_HASH_CHARS), nullable=False, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
    Index("invitations_by_project", "project_id"),
)
