"""crawlsight demo: ninety days of believable traffic, sent to a server as any client would."""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlsight.cli.options import DataOption, open_ledger, read_settings
from crawlsight.errors import AlreadyExistsError, CrawlsightError, UnavailableError

if TYPE_CHECKING:
    from crawlsight.ledger import Ledger

PROJECT = "demo"

_KEYS_NAME = "demo-keys.json"


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Run the server, too.")] = False,
    days: Annotated[int, typer.Option(min=1, max=90, help="How many days to fill, until now.")] = 90,
    host: Annotated[str | None, typer.Option(help="Address to listen on, with --serve.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, with --serve.")] = None,
    data: DataOption = None,
) -> None:
    """Fill the project 'demo' with traffic; doing it again adds only what is new."""
    from crawlsight.server.ownership import running_server
    from crawlsight.server.run import serve as run

    settings = read_settings(host=host, port=port, data=data)
    if not serve:
        found = running_server(settings.data)
        if found is None:
            raise UnavailableError("no server runs on this data directory; start one or use --serve")
        _fill(settings.data, found.url, days, found.url)
        return

    def fill(url: str, dashboard: str) -> None:
        try:
            _fill(settings.data, url, days, dashboard)
        except CrawlsightError as error:
            typer.echo(f"crawlsight: the demo data is incomplete: {error}", err=True)

    def begin(url: str, sign_in_url: str | None) -> None:
        if sign_in_url is not None:
            typer.echo(f"Sign in: {sign_in_url}")
        threading.Thread(target=fill, args=(url, sign_in_url or url), daemon=True).start()

    run(settings, begin)


def _fill(data: Path, url: str, days: int, dashboard: str) -> None:
    from crawlsight.demo import DEMO_HOST

    keys = _demo_keys(data)
    typer.echo(f"sending {days} days of demo traffic to {url} …")
    totals = _send(url, keys["bot"], days)
    now = datetime.now(UTC)
    typer.echo(
        _WELCOME.format(
            url=url,
            dashboard=dashboard,
            host=DEMO_HOST,
            **keys,
            **totals,
            now=now,
            week_ago=now - timedelta(days=7),
        )
    )


def _send(url: str, key: str, days: int) -> dict[str, int]:
    import httpx

    requests = visits = 0
    headers = {"x-api-key": key}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            for hour, records in _hours(days):
                answer = client.post(
                    "/v1/logs/custom", json=records, headers={"Idempotency-Key": f"demo-{hour:%Y-%m-%dT%H}"}
                )
                if answer.status_code != httpx.codes.OK:
                    raise UnavailableError(f"the server answered {answer.status_code}: {answer.text[:300]}")
                requests += 1
                visits += len(records)
    except httpx.HTTPError as error:
        raise UnavailableError(f"the server at {url} does not answer: {error}") from error
    return {"requests": requests, "visits": visits}


def _hours(days: int) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    from crawlsight.demo import demo_hour

    # Hours that are over, each in a batch of its own: whatever is sent twice is the same batch.
    this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    growth_from = datetime(2026, 9, 1, tzinfo=UTC)
    for back in range(days * 24, 0, -1):
        hour = this_hour - timedelta(hours=back)
        yield hour, demo_hour(hour, growth_from)


def _demo_keys(data: Path) -> dict[str, str]:
    """Give the demo project's keys, made at the first time and kept in a file only its owner reads."""
    from crawlsight.ingest.policy import Keep

    ledger = open_ledger(data)
    with contextlib.suppress(AlreadyExistsError):
        ledger.projects.create(PROJECT, keep=Keep.ALL, retention_days=400)
    path = data / _KEYS_NAME
    try:
        keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if all(ledger.keys.find(keys[style]) for style in ("ank", "bot")):
            return keys
    except (OSError, ValueError, KeyError):
        pass
    keys = _create_keys(ledger)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(keys, file)
    return keys


def _create_keys(ledger: "Ledger") -> dict[str, str]:
    from crawlsight.ledger import KeyStyle, Scope

    project = ledger.projects.by_name(PROJECT)
    scopes = [Scope.INGEST, Scope.REPORTS]
    return {
        style.value: ledger.keys.create(project, style=style, scopes=scopes, name=f"demo {style.value}")[1]
        for style in (KeyStyle.ANK, KeyStyle.BOT)
    }


_WELCOME = """
{visits} visits in {requests} batches are in. The project is 'demo', its host {host}.

  dashboard           {dashboard}
  API documentation   {url}/docs
  is it ready?        {url}/readyz
  metrics             {url}/metrics

  Ansehn-style key    {ank}
  Profound-style key  {bot}

Send a log record of your own:

curl {url}/v1/logs/custom -H 'Content-Type: application/json' \\
  -H 'x-ansehn-api-key: {ank}' -H 'Idempotency-Key: my-first-batch-{now:%Y%m%d-%H%M%S}' \\
  --data '{{"logs": [{{"timestamp": "{now:%Y-%m-%dT%H:%M:%SZ}", "method": "GET", "host": "{host}", "path": "/hello", "status_code": 200, "ip": "203.0.113.10", "user_agent": "Mozilla/5.0; compatible; GPTBot/1.2; +https://openai.com/gptbot"}}]}}'

See which crawlers came in the last week:

curl {url}/v2/reports/bots -H 'Content-Type: application/json' -H 'X-API-Key: {bot}' \\
  --data '{{"domain": "{host}", "metrics": ["count", "last_visit"], "dimensions": ["bot_name"], "start_date": "{week_ago:%Y-%m-%d}"}}'

Stop with Ctrl-C.
"""
