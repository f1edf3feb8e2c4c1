"""A real server process on a free port, with its own data directory."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from crawlsight.errors import NotFoundError
from crawlsight.ledger import KeyStyle, Ledger, Scope

# A shell that starts the tests in the background has them ignore interrupts, and so whatever they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CRAWLSIGHT = str(Path(sys.executable).parent / "crawlsight")


@dataclass
class ServerProcess:
    """``crawlsight serve`` over one data directory; may be killed and started again on its port."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.data.parent / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [CRAWLSIGHT, "serve", "--data", str(self.data), "--port", str(self.port)],
                env={**os.environ, "CRAWLSIGHT_LOG_LEVEL": "warning", **self.environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        assert line, (self.data.parent / "server.log").read_text()
        self.port = int(line.split("http://127.0.0.1:")[1].split()[0])

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        self.process.send_signal(number)
        status = self.process.wait(30)
        self.process.stdout.close()
        return status

    def run(self, *arguments: str) -> str:
        """Run a command on the server's data directory and give what it prints."""
        command = [CRAWLSIGHT, *arguments, "--data", str(self.data)]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stderr
        return found.stdout.strip()

    def create_key(self, project: str, style: str = "ank") -> str:
        """Create a key that may do both, making the project first if it is new.

        In the ledger itself: the commands that do so have tests of their own, and each takes a second.
        """
        ledger = Ledger(f"sqlite:///{self.data}/ledger.sqlite3")
        try:
            try:
                found = ledger.projects.by_name(project)
            except NotFoundError:
                found = ledger.projects.create(project)
            return ledger.keys.create(found, style=KeyStyle(style), scopes=[Scope.INGEST, Scope.REPORTS])[1]
        finally:
            ledger.close()

    def report(self, key: str, kind: str = "bots", **query: Any) -> list[tuple[Any, ...]]:
        body = {"domain": "*", "metrics": ["count"], "start_date": "2024-01-01", **query}
        answer = httpx.post(
            f"{self.url}/v2/reports/{kind}", json=body, headers={"X-API-Key": key}, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return [(*row["dimensions"], *row["metrics"]) for row in answer.json()["data"]]

    def report_until(self, expected: list[Any], seconds: float, key: str, **query: Any) -> list[Any]:
        """Ask until the report is as expected or the time is over; gives the last answer."""
        deadline = time.monotonic() + seconds
        while (found := self.report(key, **query)) != expected and time.monotonic() < deadline:
            pass
        return found


@pytest.fixture
def environment() -> dict[str, str]:
    """Settings of the server; a file of tests may want others."""
    return {}


@pytest.fixture
def server(tmp_path: Path, environment: dict[str, str]) -> Iterator[ServerProcess]:
    yield from running(tmp_path, environment)


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One for all tests of a file."""
    yield from running(tmp_path_factory.mktemp("server"), {})


def running(folder: Path, environment: dict[str, str]) -> Iterator[ServerProcess]:
    unlimited = {"CRAWLSIGHT_REPORTS_REQUESTS_PER_HOUR": "1000000"}
    process = ServerProcess(folder / "data", {**unlimited, **environment})
    process.start()
    yield process
    if process.process.poll() is None:
        process.stop()
