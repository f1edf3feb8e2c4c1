"""crawlsight report: ask the reports, from a running server or from the stores themselves."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.errors import InvalidArgumentError, UnavailableError
from crawlsight.settings import Settings

app = typer.Typer(help="Ask the reports.", no_args_is_help=True)

_SINCE = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}

_KEY_LIFE = timedelta(minutes=5)

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
    answer = _ask(read_settings(data=data), kind, project, body)
    if json:
        print_json(answer)
        return
    rows = [(*row["dimensions"], *row["metrics"]) for row in answer["data"]]
    print_table([*dimensions, *metrics], rows, numbers=metrics)
    total = answer["info"]["total_rows"]
    if total > len(rows):
        typer.echo(f"{len(rows)} of {total} rows; --limit shows more")


def _ask(settings: Settings, kind: str, project: str, body: dict[str, Any]) -> Any:
    from crawlsight.ledger import Ledger, Scope
    from crawlsight.server.run import running_server

    ledger = Ledger(settings.effective_ledger_dsn)
    found = ledger.projects.by_name(project)
    url = running_server(settings.data)
    if url is None:
        return _ask_stores(settings, ledger, kind, found.policy.project_id, body)
    # The server owns the embedded store, so it is asked, with a key that lives for this question only.
    expires_at = datetime.now(UTC) + _KEY_LIFE
    key_id, key = ledger.keys.create(found, scopes=[Scope.REPORTS], name="report", expires_at=expires_at)
    try:
        answer = httpx.post(f"{url}/v2/reports/{kind}", json=body, headers={"X-API-Key": key}, timeout=60)
    except httpx.HTTPError as error:
        raise UnavailableError(f"the server at {url} does not answer: {error}") from error
    finally:
        ledger.keys.delete(key_id)
    if answer.status_code != httpx.codes.OK:
        raise InvalidArgumentError(_explain(answer))
    return answer.json()


def _ask_stores(settings: Settings, ledger: Any, kind: str, project_id: int, body: dict[str, Any]) -> Any:
    from crawlsight.reports import Report, answer, read_query
    from crawlsight.server.run import own_data_directory
    from crawlsight.visits import Loader, VisitStore

    query = read_query(body, Report(kind), 2, datetime.now(UTC))
    with own_data_directory(settings.data):
        visits = VisitStore(settings.effective_visits_dsn)
        Loader(ledger.outbox, visits, block_rows=settings.loader_block_rows, interval_seconds=0).run_once()
        return answer(visits, query, project_id)


def _explain(answer: httpx.Response) -> str:
    detail = answer.json().get("detail", answer.text)
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, item['loc'][1:]))}: {item['msg']}" for item in detail)
    return str(detail)


def _start(since: str) -> str:
    found = _SINCE.fullmatch(since)
    if found is None:
        return since
    start = datetime.now(UTC) - timedelta(hours=int(found[1]) * _HOURS[found[2]])
    return start.replace(minute=0, second=0, microsecond=0).isoformat()
