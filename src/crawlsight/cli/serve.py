"""crawlsight serve: run the server."""

from typing import Annotated

import typer

from crawlsight.cli.options import DataOption, read_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 picks a free one.", show_default="8000")] = None,
    data: DataOption = None,
) -> None:
    """Run the server until it is told to stop."""
    from crawlsight.server.run import serve as run

    settings = read_settings(host=host, port=port, data=data)
    run(settings, _announce)


def _announce(url: str, sign_in_url: str | None) -> None:
    typer.echo(f"Crawlsight listens on {url} (API: {url}/docs)")
    if sign_in_url is not None:
        typer.echo(f"Sign in: {sign_in_url}")
