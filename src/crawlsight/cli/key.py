"""crawlsight key: create, list and revoke API keys."""

from enum import StrEnum
from typing import Annotated

import typer

from crawlsight.cli.options import DataOption, JsonOption, open_ledger, print_json, print_table, read_instant

app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


class Style(StrEnum):
    """Which vendor's clients a key is for."""

    ANK = "ank"
    BOT = "bot"


class ScopeName(StrEnum):
    """What a key may do."""

    INGEST = "logs:ingest"
    REPORTS = "reports:read"
    ADMIN = "admin"


@app.command("create")
def create(
    project: Annotated[str, typer.Option(help="Name of the project.")],
    style: Annotated[
        Style, typer.Option(help="ank for clients written for Ansehn, bot for Profound's.")
    ] = Style.ANK,
    scope: Annotated[
        list[ScopeName] | None,
        typer.Option(help="What it may do; repeatable.", show_default="logs:ingest"),
    ] = None,
    name: Annotated[str, typer.Option(help="What it is for; becomes the source of its visits.")] = "",
    expires: Annotated[str | None, typer.Option(help="ISO 8601 instant after which it is refused.")] = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Create a key and print it, this once."""
    from crawlsight.ledger import KeyStyle, Scope

    ledger = open_ledger(data)
    key_id, key = ledger.keys.create(
        ledger.projects.by_name(project),
        style=KeyStyle(style.value),
        scopes=[Scope(found.value) for found in scope or [ScopeName.INGEST]],
        name=name,
        expires_at=read_instant("--expires", expires) if expires is not None else None,
    )
    if json:
        print_json({"id": key_id, "key": key})
    else:
        typer.echo(key)


@app.command("list")
def list_keys(data: DataOption = None, json: JsonOption = False) -> None:
    """List all keys; the keys themselves cannot be shown again."""
    keys = open_ledger(data).keys.list()
    if json:
        print_json(keys)
        return
    columns = ["id", "project", "key", "name", "scopes", "expires", "revoked", "last used"]
    rows = [
        (k.id, k.project, k.hint, k.name, " ".join(k.scopes), k.expires_at, k.revoked_at, k.last_used_at)
        for k in keys
    ]
    print_table(columns, rows, numbers=["id"])


@app.command("revoke")
def revoke(
    key_id: Annotated[int, typer.Argument(metavar="ID", help="Id of the key, from 'key list'.")],
    data: DataOption = None,
) -> None:
    """Revoke a key from the next request on."""
    open_ledger(data).keys.revoke(key_id)
    typer.echo(f"revoked key {key_id}")
