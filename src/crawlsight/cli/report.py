"""crawlsight report: ask the reports, from a running server or from the stores themselves."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlsight.cli.asking import OwnServer
from crawlsight.cli.options import (
    DataOption,
    JsonOption,
    print_json,
    print_table,
    read_settings,
    read_span,
)

app = typer.Typer(help="Ask the reports.", no_args_is_help=True)

ProjectOption = Annotated[str, typer.Option(help="Name of the project.")]
SinceOption = Annotated[str, typer.Option(help="How far back: 24h, 7d, 4w, or a date.")]
ByOption = Annotated[list[str] | None, typer.Option(help="Dimension to group by; repeatable.")]
DomainOption = Annotated[str, typer.Option(help="One host; * is every host of the project.")]
LimitOption = Annotated[int, typer.Option(help="Most rows.")]


@app.command("bots")
def bots(
    project: ProjectOption,
    since: SinceOption = "7d",
    by: ByOption = None,
    domain: DomainOption = "*",
    limit: LimitOption = 50,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Report which bots read the site."""
    metrics = ["count", "citations", "indexing", "training", "agents", "last_visit"]
    _report("bots", project, metrics, by or ["bot_name"], since, domain, limit, data, json)


@app.command("referrals")
def referrals(
    project: ProjectOption,
    since: SinceOption = "7d",
    by: ByOption = None,
    domain: DomainOption = "*",
    limit: LimitOption = 50,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Report who sent people to the site."""
    metrics = ["visits", "last_visit"]
    _report("referrals", project, metrics, by or ["referral_source"], since, domain, limit, data, json)


@app.command("unknown-bots")
def unknown_bots(
    project: ProjectOption,
    since: SinceOption = "7d",
    domain: DomainOption = "*",
    limit: LimitOption = 50,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Report which user agents look like bots and match no entry of the catalogue."""
    body = {"domain": domain, "start_date": _start(since), "pagination": {"limit": limit}}

    def answer_unknown_bots(visits: Any, project_id: int) -> Any:
        from crawlsight.reports import list_unknown_bots, read_selection

        return list_unknown_bots(visits, read_selection(body, datetime.now(UTC)), project_id)

    answer = _ask(data, project, "/v1/reports/unknown_bots", body, answer_unknown_bots)
    columns = ["user_agent", "visits", "addresses", "first_visit", "last_visit", "hosts"]
    rows = [[row[column] for column in columns] for row in answer["data"]]
    _print(answer, columns, rows, ["visits", "addresses", "hosts"], json)


def _report(
    kind: str,
    project: str,
    metrics: list[str],
    dimensions: list[str],
    since: str,
    domain: str,
    limit: int,
    data: Path | None,
    json: bool,
) -> None:
    body = {
        "domain": domain,
        "metrics": metrics,
        "dimensions": dimensions,
        "start_date": _start(since),
        "pagination": {"limit": limit},
    }

    def answer_report(visits: Any, project_id: int) -> Any:
        from crawlsight.reports import Report, answer, read_query

        return answer(visits, read_query(body, Report(kind), 2, datetime.now(UTC)), project_id)

    answer = _ask(data, project, f"/v2/reports/{kind}", body, answer_report)
    rows = [[*row["dimensions"], *row["metrics"]] for row in answer["data"]]
    _print(answer, [*dimensions, *metrics], rows, metrics, json)


def _print(answer: Any, columns: list[str], rows: list[list[Any]], numbers: list[str], is_json: bool) -> None:
    if is_json:
        print_json(answer)
        return
    print_table(columns, rows, numbers=numbers)
    total = answer["info"]["total_rows"]
    if total > len(rows):
        typer.echo(f"{len(rows)} of {total} rows; --limit shows more")


def _ask(
    data: Path | None, project: str, path: str, body: dict[str, Any], answer: Callable[[Any, int], Any]
) -> Any:
    """Ask the server that owns the embedded store; when none runs, the store itself by *answer*."""
    from crawlsight.server.ownership import own_data_directory, running_server

    settings = read_settings(data=data)
    server = running_server(settings.data)
    if server is not None:
        return OwnServer(server).ask("POST", path, body=body, project=project)
    from crawlsight.ledger import Ledger
    from crawlsight.visits import Loader, VisitStore

    ledger = Ledger(settings.effective_ledger_dsn)
    found = ledger.projects.by_name(project)
    with own_data_directory(settings.data):
        visits = VisitStore(settings.effective_visits_dsn)
        Loader(ledger.outbox, visits, block_rows=settings.loader_block_rows, interval_seconds=0).run_once()
        return answer(visits, found.policy.project_id)


def _start(since: str) -> str:
    span = read_span(since)
    if span is None:
        return since
    start = datetime.now(UTC) - span
    return start.replace(minute=0, second=0, microsecond=0).isoformat()
