"""crawlsight reclassify: judge stored visits again, by what is known now."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlsight.cli.asking import ask_server
from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.settings import Settings

if TYPE_CHECKING:
    from crawlsight.ledger import Ledger, Project

# Loading waits no longer than for one month; the question waits for all.
_MOST_SECONDS = 3600.0


def reclassify(
    project: Annotated[
        str | None, typer.Option(help="Name of the project; if not given, every project.", show_default=False)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--apply", help="Only say what would change; --apply changes it.")
    ] = True,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Judge stored visits again, after the catalogue or the published addresses have changed."""
    from crawlsight.ledger import Ledger

    settings = read_settings(data=data)
    ledger = Ledger(settings.effective_ledger_dsn)
    projects = ledger.projects.list() if project is None else [ledger.projects.by_name(project)]
    answers = _ask(settings, ledger, projects, dry_run)
    if json:
        print_json([{"project": name, **answer} for name, answer in answers.items()])
    else:
        _print(answers, dry_run)


def _ask(
    settings: Settings, ledger: "Ledger", projects: "list[Project]", is_dry_run: bool
) -> dict[str, dict[str, Any]]:
    from crawlsight.ledger import Scope
    from crawlsight.server.ownership import running_server

    url = running_server(settings.data)
    if url is None:
        return _ask_stores(settings, ledger, projects, is_dry_run)
    body = {"dry_run": is_dry_run}
    # One without a key has no visits, and its first key must be its owner's: that decides what it keeps.
    owners_of_keys = {key.project for key in ledger.keys.list()}
    return {
        project.name: ask_server(
            url, ledger, project, Scope.ADMIN, "/v1/reclassify", body, most_seconds=_MOST_SECONDS
        )
        for project in projects
        if project.name in owners_of_keys
    }


def _ask_stores(
    settings: Settings, ledger: "Ledger", projects: "list[Project]", is_dry_run: bool
) -> dict[str, dict[str, Any]]:
    import msgspec

    from crawlsight.ingest.reclassification import Reclassifier
    from crawlsight.refresh.files import KnowledgeFiles
    from crawlsight.server.ownership import own_data_directory
    from crawlsight.visits import Loader, VisitStore

    classify = Reclassifier(KnowledgeFiles.of(settings).load()).classify
    with own_data_directory(settings.data):
        visits = VisitStore(settings.effective_visits_dsn)
        Loader(ledger.outbox, visits, block_rows=settings.loader_block_rows, interval_seconds=0).run_once()
        return {
            project.name: msgspec.to_builtins(
                visits.reclassify(project.policy.project_id, classify, is_dry_run=is_dry_run)
            )
            for project in projects
        }


def _print(answers: dict[str, dict[str, Any]], is_dry_run: bool) -> None:
    rows = [
        (name, change["visits"], _shown(change["from"]), _shown(change["to"]))
        for name, answer in answers.items()
        for change in answer["changes"]
    ]
    if rows:
        print_table(["project", "visits", "from", "to"], rows, numbers=["visits"])
    visits, changed = (sum(answer[name] for answer in answers.values()) for name in ("visits", "changed"))
    outcome = "would change; --apply changes them" if is_dry_run else "changed"
    typer.echo(f"{changed:,} of {visits:,} visits {outcome}")


def _shown(identity: dict[str, str]) -> str:
    return f"{identity['bot_name']}, {identity['verification']}" if identity["bot_name"] else "no bot"
