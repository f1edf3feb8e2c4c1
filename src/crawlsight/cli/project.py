"""crawlsight project: create and list projects."""

from typing import Annotated

import typer

from crawlsight.cli.options import DataOption, JsonOption, open_ledger, print_json, print_table
from crawlsight.ingest.policy import IpPolicy, Keep

app = typer.Typer(help="Create and list projects.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Name of the project.")],
    domain: Annotated[
        list[str] | None, typer.Option(help="A domain that may report, with its subdomains; repeatable.")
    ] = None,
    keep: Annotated[
        Keep | None,
        typer.Option(
            help="What is stored; if not given, the first key decides: crawlers for ank, all for bot."
        ),
    ] = None,
    retention_days: Annotated[
        int | None, typer.Option(help="Days of storage; if not given, 90 for ank keys, 3650 for bot keys.")
    ] = None,
    ip_policy: Annotated[IpPolicy, typer.Option(help="Addresses of crawlers.")] = IpPolicy.KEEP,
    human_ip_policy: Annotated[IpPolicy, typer.Option(help="Addresses of everybody else.")] = IpPolicy.MASK,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Create a project."""
    project = open_ledger(data).projects.create(
        name,
        domains=tuple(domain or ()),
        keep=keep,
        retention_days=retention_days,
        ip_policy=ip_policy,
        human_ip_policy=human_ip_policy,
    )
    if json:
        print_json(project)
    else:
        typer.echo(f"created project {project.name}; next: crawlsight key create --project '{project.name}'")


@app.command("list")
def list_projects(data: DataOption = None, json: JsonOption = False) -> None:
    """List all projects."""
    projects = open_ledger(data).projects.list()
    if json:
        print_json(projects)
        return
    columns = ["id", "name", "domains", "keeps", "days", "created"]
    rows = [
        (
            p.id,
            p.name,
            " ".join(p.policy.domains) or "any",
            p.policy.keep,
            p.policy.retention_days,
            p.created_at,
        )
        for p in projects
    ]
    print_table(columns, rows, numbers=["id", "days"])
