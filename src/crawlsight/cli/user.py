"""crawlsight user: create, list and delete users, and let them in by a link."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlsight.cli.options import (
    DataOption,
    JsonOption,
    open_ledger,
    print_json,
    print_table,
    read_settings,
)
from crawlsight.errors import InvalidArgumentError

if TYPE_CHECKING:
    from crawlsight.ledger import Ledger, User

app = typer.Typer(help="Create, list and delete the users of the dashboard.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the user.")]


class RoleName(StrEnum):
    """What a member may do in a project."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in by.")],
    admin: Annotated[
        bool, typer.Option("--admin", help="May see and change every project, and all users.")
    ] = False,
    project: Annotated[str | None, typer.Option(help="Project to become a member of.")] = None,
    role: Annotated[RoleName, typer.Option(help="What they may do there.")] = RoleName.VIEWER,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Create a user; without a password, print the link that lets them in once, within a day."""
    from crawlsight.ledger import Role

    password = _read_password() if password_stdin else None
    ledger = open_ledger(data)
    member_of = None if project is None else ledger.projects.by_name(project)
    user = ledger.users.create(name, is_admin=admin, password=password)
    if member_of is not None:
        ledger.members.put(member_of.id, user.id, Role(role.value))
    url, expires_at = (None, None) if password_stdin else _link(ledger, user, data)
    if json:
        print_json({"id": user.id, "name": user.name, "url": url, "expires_at": expires_at})
    else:
        typer.echo(f"created user {user.name}" if url is None else url)


@app.command("list")
def list_users(data: DataOption = None, json: JsonOption = False) -> None:
    """List all users."""
    users = open_ledger(data).users.list()
    if json:
        print_json(users)
        return
    columns = ["id", "name", "administrator", "password", "created"]
    rows = [(found.id, found.name, found.is_admin, found.has_password, found.created_at) for found in users]
    print_table(columns, rows, numbers=["id"])


@app.command("link")
def link(name: _Name, data: DataOption = None, json: JsonOption = False) -> None:
    """Print a link that lets a user in once, within a day, to set a new password."""
    ledger = open_ledger(data)
    url, expires_at = _link(ledger, ledger.users.by_name(name), data)
    if json:
        print_json({"url": url, "expires_at": expires_at})
    else:
        typer.echo(url)


@app.command("delete")
def delete(name: _Name, data: DataOption = None) -> None:
    """Delete a user, with all sessions and memberships."""
    ledger = open_ledger(data)
    user = ledger.users.by_name(name)
    ledger.users.delete(user.id)
    typer.echo(f"deleted user {user.name}")


def _link(ledger: "Ledger", user: "User", data: Path | None) -> tuple[str, datetime]:
    from crawlsight.server.ownership import running_server
    from crawlsight.server.sign_in_links import sign_in_url

    settings = read_settings(data=data)
    # Without a server it is where one would listen.
    found = running_server(settings.data)
    listening = found.url if found else f"http://{settings.host}:{settings.port}"
    return sign_in_url(ledger, user, settings.public_url.rstrip("/") or listening)


def _read_password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidArgumentError("--password-stdin: standard input is empty; send the password as its line")
    return password
