"""crawlsight catalogue: what is known of crawlers, and whether entries of one's own hold."""

from pathlib import Path
from typing import Annotated

import typer

from crawlsight.cli.options import JsonOption, print_json, print_table
from crawlsight.errors import CatalogueError

app = typer.Typer(help="The crawlers that are recognised.", no_args_is_help=True)

FileArgument = Annotated[
    Path | None, typer.Argument(help="Entries of your own, a TOML file; without it the built-in ones.")
]


@app.command("check")
def check(file: FileArgument = None) -> None:
    """Check every entry: its source, its tokens, and whether its examples are its own.

    Prints one line for each fault and exits with 1 if there is any.
    """
    from crawlsight.detect import built_in_catalogue
    from crawlsight.detect.check import check_catalogue

    catalogue = built_in_catalogue()
    if file is not None:
        try:
            catalogue = catalogue.with_entries(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{file} cannot be read: {error}") from error
    faults = check_catalogue(catalogue)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(catalogue.crawlers)} entries of {len(catalogue.operators)} operators hold")


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """List the crawlers that come with Crawlsight."""
    from crawlsight.detect import built_in_catalogue

    catalogue = built_in_catalogue()
    if json:
        print_json(catalogue.crawlers)
        return
    rows = [
        (
            found.name,
            catalogue.operator_name(found),
            found.product,
            found.purpose.value,
            found.is_ai_crawler,
            ", ".join((*found.tokens, *(f"{prefix}…" for prefix in found.token_prefixes))),
        )
        for found in sorted(catalogue.crawlers, key=lambda crawler: crawler.name.lower())
    ]
    print_table(["name", "operator", "product", "purpose", "AI", "tokens"], rows)
