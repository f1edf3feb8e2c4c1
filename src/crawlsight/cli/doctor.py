"""crawlsight doctor: check whether everything works, and say what to do."""

import shutil
from typing import TYPE_CHECKING

import msgspec
import typer

from crawlsight.cli.options import DataOption, JsonOption, print_json, print_table, read_settings
from crawlsight.errors import CrawlsightError, UnavailableError
from crawlsight.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


_TIMEOUT_SECONDS = 30.0


def doctor(data: DataOption = None, json: JsonOption = False) -> None:
    """Check stores, disk and server; exit status 1 if something fails."""
    checks = _run(read_settings(data=data))
    if json:
        print_json(checks)
    else:
        print_table(["check", "result"], list(checks.items()))
    if any(not result.startswith("ok") for result in checks.values()):
        raise typer.Exit(1)


def _run(settings: Settings) -> dict[str, str]:
    from crawlsight.detect import built_in_catalogue
    from crawlsight.server.ownership import running_server

    checks = {"catalogue": f"ok, {len(built_in_catalogue().crawlers)} crawlers"}
    server = running_server(settings.data) if settings.data.exists() else None
    if server is not None:
        return {**checks, "server": f"ok, at {server.url}", **_ask_server(server.url)}
    return {**checks, "server": "ok, not running", **_check_stores(settings)}


def _ask_server(url: str) -> dict[str, str]:
    from crawlsight.cli.local_http import exchange

    try:
        _, answer = exchange(url, "GET", "/readyz", {}, None, _TIMEOUT_SECONDS)
        found: dict[str, str] = msgspec.json.decode(answer)["checks"]
    except UnavailableError as error:
        return {"readiness": f"{error}; restart it"}
    except (msgspec.DecodeError, KeyError) as error:
        return {"readiness": f"the server at {url} does not say how it is: {error}; restart it"}
    return found


def _check_stores(settings: Settings) -> dict[str, str]:
    from crawlsight.ledger import Ledger
    from crawlsight.server.ownership import own_data_directory
    from crawlsight.visits import VisitStore

    def ledger() -> str:
        opened = Ledger(settings.effective_ledger_dsn)
        opened.check_writable()
        waiting = opened.outbox.backlog().rows
        return f"ok, {waiting} rows wait for the loader" if waiting else "ok"

    def visits() -> str:
        with own_data_directory(settings.data):
            VisitStore(settings.effective_visits_dsn).check()
        return "ok"

    def disk() -> str:
        free_mb = shutil.disk_usage(settings.data).free // 1_000_000
        least_mb = settings.min_free_disk_mb
        return f"ok, {free_mb} MB free" if free_mb >= least_mb else f"{free_mb} MB free; make room"

    return {"ledger": _result(ledger), "visits": _result(visits), "disk": _result(disk)}


def _result(check: "Callable[[], str]") -> str:
    try:
        return check()
    except CrawlsightError as error:
        return str(error)
