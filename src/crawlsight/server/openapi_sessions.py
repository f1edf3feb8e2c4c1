"""The parts of the OpenAPI document about people: sessions, members, invitations, shares, users."""

from typing import Any

from crawlsight.server import members, sessions, users

_JSON = "application/json"

_SESSION: list[dict[str, list[str]]] = [{"session": []}]
_ANYBODY: list[dict[str, list[str]]] = [{"session": []}, {"profoundKey": []}, {"bearer": []}]

_REFUSALS = {
    "400": "The body is not JSON",
    "401": "Nobody is signed in, or what should sign in is not good",
    "403": "The role is too little, or X-CSRF-Token is missing or not the session's",
    "404": "There is nothing of that name or id that the caller may know of",
    "409": "The name is taken, or the last owner or administrator would go",
    "413": "The body is too large",
    "422": "A value cannot be; the message names it",
    "429": "Too many requests or failed sign-ins; see Retry-After",
    "503": "The ledger does not answer; see Retry-After",
}

_CSRF = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": False,
    "description": "The session's csrf_token; needed with the cookie, not with a key",
    "schema": {"type": "string"},
}


_PROJECT_HEADER = {
    "name": "X-Crawlsight-Project",
    "in": "header",
    "required": False,
    "description": "Id or name of the project; needed with the cookie, as a key has one of its own",
    "schema": {"type": "string"},
}


def open_to_sessions(path: str, item: dict[str, Any]) -> dict[str, Any]:
    """Describe that the operations of a path take a session as well as a key."""
    opened: dict[str, Any] = {}
    for method, operation in item.items():
        headers = ([] if "{project}" in path else [_PROJECT_HEADER]) + ([] if method == "get" else [_CSRF])
        missing = {code: _json(_REFUSALS[code], "Problem") for code in ("404", "429")}
        opened[method] = {
            **operation,
            "security": [*operation["security"], *_SESSION],
            "parameters": [*operation.get("parameters", []), *headers],
            "responses": {**missing, **operation["responses"]},
        }
    return opened


def people_paths() -> dict[str, Any]:
    """Describe everything about people."""
    return {**_session_paths(), **_member_paths(), **_link_paths(), **_user_paths()}


def _session_paths() -> dict[str, Any]:
    signed_in = _json("Signed in; the cookie is set", "SessionAnswer")
    return {
        sessions.PATH: {
            "get": _operation("Who is signed in, and what they may see", "showSession", {"200": signed_in}),
            "post": _operation(
                "Sign in by password, one-time link or share",
                "signIn",
                {"200": signed_in},
                body="SignIn",
                security=[],
            ),
            "delete": _operation("Sign out", "signOut", {"204": _nothing("Signed out")}, changes=True),
        },
        sessions.PASSWORD_PATH: {
            "put": _operation(
                "Set one's password; ends one's other sessions",
                "setPassword",
                {"204": _nothing("It is set")},
                body="NewPassword",
                changes=True,
            )
        },
        members.ACCEPT_PATH: {
            "post": _operation(
                "Accept an invitation, as a new user or as who is signed in",
                "acceptInvitation",
                {"200": signed_in},
                body="Acceptance",
                security=[],
                changes=True,
            )
        },
    }


def _member_paths() -> dict[str, Any]:
    path = _openapi_path(members.MEMBERS_PATH)
    return {
        path: _collection("member", "MemberAnswer", "NewMember", "Make a user who exists a member"),
        f"{path}/{{user_id}}": {
            "patch": _operation(
                "Give a member another role",
                "changeMember",
                {"200": _json("The member now", "MemberAnswer")},
                body="NewRole",
                security=_ANYBODY,
                changes=True,
                parameters=[_project(), _id("user_id")],
            ),
            "delete": _deletion("End a membership", "removeMember", "user_id", _ANYBODY),
        },
    }


def _link_paths() -> dict[str, Any]:
    invitations, shares = _openapi_path(members.INVITATIONS_PATH), _openapi_path(members.SHARES_PATH)
    return {
        invitations: _collection(
            "invitation", "InvitationAnswer", "NewRole", "Make a link that makes somebody a member, once"
        ),
        f"{invitations}/{{invitation_id}}": {
            "delete": _deletion("Withdraw an invitation", "deleteInvitation", "invitation_id", _ANYBODY)
        },
        shares: _collection(
            "share", "ShareAnswer", "NewShare", "Make a link by which anybody may read the project"
        ),
        f"{shares}/{{share_id}}": {
            "delete": _deletion("End a share and its sessions", "deleteShare", "share_id", _ANYBODY)
        },
    }


def _user_paths() -> dict[str, Any]:
    deletion = _deletion("Delete a user", "deleteUser", "user_id", _SESSION)
    deletion["parameters"] = [_id("user_id"), _CSRF]
    return {
        users.PATH: {
            "get": _operation("List all users", "listUsers", {"200": _list("By name", "UserAnswer")}),
            "post": _operation(
                "Create a user and the link that lets them in once",
                "createUser",
                {"201": _json("Created; the link is shown this once", "UserAnswer")},
                body="NewUser",
                changes=True,
            ),
        },
        f"{users.PATH}/{{user_id}}": {"delete": deletion},
    }


def _collection(what: str, answer: str, order: str, creating: str) -> dict[str, Any]:
    return {
        "get": _operation(
            f"List the project's {what}s",
            f"list{what.capitalize()}s",
            {"200": _list(f"The {what}s", answer)},
            security=_ANYBODY,
            parameters=[_project()],
        ),
        "post": _operation(
            creating,
            f"create{what.capitalize()}",
            {"201": _json("Created", answer)},
            body=order,
            security=_ANYBODY,
            changes=True,
            parameters=[_project()],
        ),
    }


def _deletion(summary: str, operation_id: str, name: str, security: list[dict[str, list[str]]]) -> Any:
    return _operation(
        summary,
        operation_id,
        {"204": _nothing("It is gone")},
        security=security,
        changes=True,
        parameters=[_project(), _id(name)],
    )


def _operation(
    summary: str,
    operation_id: str,
    answers: dict[str, Any],
    *,
    body: str | None = None,
    security: list[dict[str, list[str]]] = _SESSION,
    changes: bool = False,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "operationId": operation_id,
        "security": security,
        "parameters": [*(parameters or []), *([_CSRF] if changes else [])],
        "responses": {**answers, **{code: _json(text, "Problem") for code, text in _REFUSALS.items()}},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": _ref(body)}}}
    return operation


def _openapi_path(path: str) -> str:
    return path.replace(":str", "").replace(":int", "")


def _project() -> dict[str, Any]:
    return {
        "name": "project",
        "in": "path",
        "required": True,
        "description": "Id or name of a project",
        "schema": {"type": "string"},
    }


def _id(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, name: str) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": _ref(name)}}}


def _list(description: str, name: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {_JSON: {"schema": {"type": "array", "items": _ref(name)}}},
    }


def _nothing(description: str) -> dict[str, Any]:
    return {"description": description}
