"""crawlsight ranges: the published address lists and signing keys that crawlers are verified by."""

from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Annotated

import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.errors import NotFoundError

app = typer.Typer(help="The published address lists that crawlers are verified by.", no_args_is_help=True)

ListOption = Annotated[list[str] | None, typer.Option("--list", help="Only this list; repeatable.")]


@app.command("list")
def list_(data: DataOption = None, json: JsonOption = False) -> None:
    """List the address lists: how many prefixes, of which day, from where."""
    from crawlsight.refresh.files import KnowledgeFiles

    knowledge = KnowledgeFiles.of(read_settings(data=data)).load()
    rows = []
    for slug, ip_list in sorted(knowledge.catalogue.ip_lists.items()):
        snapshot = knowledge.snapshots.get(slug)
        rows.append(
            {
                "list": slug,
                "operator": knowledge.catalogue.operators[ip_list.operator].name,
                "prefixes": len(snapshot.prefixes) if snapshot else 0,
                "date": snapshot.date if snapshot else None,
                "url": ip_list.url,
            }
        )
    if json:
        print_json(rows)
    else:
        print_table(["list", "operator", "prefixes", "date", "url"], [tuple(row.values()) for row in rows])


@app.command("refresh")
def refresh(only: ListOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Fetch the lists, and the signers' keys, from their operators.

    A running server uses them two seconds later; what is stored already keeps its verdict until
    "crawlsight reclassify --apply". A list that cannot be fetched, or does not look like one, keeps its last
    good copy, and the exit status is 1.
    """
    from crawlsight.refresh.fetch import Refresher, http_get
    from crawlsight.refresh.files import KnowledgeFiles

    files = KnowledgeFiles.of(read_settings(data=data))
    knowledge = files.load()
    for slug in only or ():
        if slug not in knowledge.catalogue.ip_lists:
            raise NotFoundError(f"no list is called {slug!r}; see 'crawlsight ranges list'")
    refresher = Refresher(knowledge, files, http_get(), datetime.now(UTC).date())
    # Keys are of use to the server alone, whose parts may not be installed.
    with_keys = not only and find_spec("http_sf") is not None
    fetched = [*refresher.ip_lists(only or ()), *(refresher.key_directories() if with_keys else ())]
    if json:
        print_json(fetched)
    else:
        columns = ["what", "name", "entries", "added", "removed", "error"]
        rows = [tuple(getattr(found, column) for column in columns) for found in fetched]
        print_table(columns, rows, numbers=["entries", "added", "removed"])
    if any(found.error for found in fetched):
        raise typer.Exit(1)
