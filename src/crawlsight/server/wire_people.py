"""The bodies of the API about people as types: sessions, members, invitations, shares, users."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

RoleName = Literal["viewer", "editor", "owner"]

_Instant = Annotated[str, Meta(description="ISO 8601, UTC.", extra_json_schema={"format": "date-time"})]


class SignIn(Struct, forbid_unknown_fields=True):
    """One of three ways in: name and password, the token of a one-time link, or the token of a share."""

    name: str | None = None
    password: str | None = None
    token: str | None = None
    share: str | None = None


class SignedInUser(Struct):
    """Who is signed in."""

    id: int
    name: str
    is_admin: bool


class SignedInShare(Struct):
    """The share that let somebody in."""

    name: str


class SessionProject(Struct):
    """A project that the session may see."""

    id: int
    name: str
    role: RoleName
    domains: list[str]
    keep: Literal["crawlers", "ai", "all"]
    retention_days: int
    created_at: _Instant


class ServerInfo(Struct):
    """The server itself."""

    version: str
    url: Annotated[str, Meta(description="Where people find it, without a slash at its end.")]


class SessionAnswer(Struct):
    """A session, and all that a page needs to begin."""

    user: SignedInUser | None
    share: SignedInShare | None
    csrf_token: Annotated[str, Meta(description="Goes into X-CSRF-Token of every request but GET.")]
    projects: list[SessionProject]
    must_set_password: Annotated[
        bool, Meta(description="Signed in by a link, or without a password; `current` is not needed then.")
    ]
    server: ServerInfo


class NewPassword(Struct, forbid_unknown_fields=True):
    """A change of one's password."""

    password: Annotated[str, Meta(description="10 to 1,000 characters.")]
    current: Annotated[
        str | None, Meta(description="The password until now; not needed after signing in by a link.")
    ] = None


class MemberAnswer(Struct):
    """A member of a project."""

    user_id: int
    name: str
    role: RoleName


class NewMember(Struct, forbid_unknown_fields=True):
    """A user who becomes a member."""

    name: str
    role: RoleName


class NewRole(Struct, forbid_unknown_fields=True):
    """A role to give."""

    role: RoleName


class InvitationAnswer(Struct, omit_defaults=True):
    """An invitation that nobody has accepted yet."""

    id: int
    role: RoleName
    created_at: _Instant
    expires_at: _Instant
    url: Annotated[str | None, Meta(description="Only in the answer that creates it.")] = None


class Acceptance(Struct, forbid_unknown_fields=True):
    """What accepts an invitation: a new user gives name and password; whoever is signed in, neither."""

    token: str
    name: str | None = None
    password: str | None = None


class NewShare(Struct, forbid_unknown_fields=True):
    """A share to make."""

    name: Annotated[str, Meta(description="1 to 100 characters.")]


class ShareAnswer(Struct, omit_defaults=True):
    """A link by which anybody may read the project."""

    id: int
    name: str
    created_at: _Instant
    url: Annotated[str | None, Meta(description="Only in the answer that creates it.")] = None


class NewUser(Struct, forbid_unknown_fields=True):
    """A user to make."""

    name: str
    is_admin: bool = False


class UserAnswer(Struct, omit_defaults=True):
    """A user; the link lets them in once, to set their password."""

    id: int
    name: str
    is_admin: bool
    has_password: bool
    created_at: _Instant
    url: Annotated[str | None, Meta(description="Only in the answer that creates the user.")] = None
    expires_at: Annotated[str | None, Meta(description="When the link ends.")] = None


PEOPLE_TYPES = (
    SignIn,
    SessionAnswer,
    NewPassword,
    MemberAnswer,
    NewMember,
    NewRole,
    InvitationAnswer,
    Acceptance,
    NewShare,
    ShareAnswer,
    NewUser,
    UserAnswer,
)
