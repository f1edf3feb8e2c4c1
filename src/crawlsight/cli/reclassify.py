"""crawlsight reclassify: judge stored visits again, by what is known now."""

from typing import Annotated, Any

import typer

from crawlsight.cli.asking import OwnServer
from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.settings import Settings

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
    answers = _ask(read_settings(data=data), project, is_dry_run=dry_run)
    if json:
        print_json([{"project": name, **answer} for name, answer in answers.items()])
    else:
        _print(answers, dry_run)


def _ask(settings: Settings, project: str | None, *, is_dry_run: bool) -> dict[str, dict[str, Any]]:
    """Give the answer about the project, or about each, by name."""
    from crawlsight.server.ownership import running_server

    found = running_server(settings.data)
    if found is None:
        return _ask_stores(settings, project, is_dry_run=is_dry_run)
    server, body = OwnServer(found, _MOST_SECONDS), {"dry_run": is_dry_run}
    names = [one["name"] for one in server.ask("GET", "/v1/projects")] if project is None else [project]
    return {name: server.ask("POST", "/v1/reclassify", body=body, project=name) for name in names}


def _ask_stores(settings: Settings, project: str | None, *, is_dry_run: bool) -> dict[str, dict[str, Any]]:
    import msgspec

    from crawlsight.ingest.reclassification import Reclassifier
    from crawlsight.ledger import Ledger
    from crawlsight.refresh.files import KnowledgeFiles
    from crawlsight.server.ownership import own_data_directory
    from crawlsight.visits import Loader, VisitStore

    ledger = Ledger(settings.effective_ledger_dsn)
    projects = ledger.projects.list() if project is None else [ledger.projects.by_name(project)]
    classify = Reclassifier(KnowledgeFiles.of(settings).load()).classify
    with own_data_directory(settings.data):
        visits = VisitStore(settings.effective_visits_dsn)
        Loader(ledger.outbox, visits, block_rows=settings.loader_block_rows, interval_seconds=0).run_once()
        return {
            one.name: msgspec.to_builtins(visits.reclassify(one.id, classify, is_dry_run=is_dry_run))
            for one in projects
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
