"""A real server process with its own data directory, for benchmarks."""

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crawlsight.ingest.policy import Keep
from crawlsight.ledger import KeyStyle, Ledger, Scope

_numbers = itertools.count(1)

_UNLIMITED = {
    "CRAWLSIGHT_ANSEHN_REQUESTS_PER_MINUTE": "100000000",
    "CRAWLSIGHT_REPORTS_REQUESTS_PER_HOUR": "100000000",
    "CRAWLSIGHT_PORT": "0",
}


@dataclass
class RunningServer:
    """A server that listens."""

    port: int
    process: subprocess.Popen[str]
    ledger: Ledger
    peak_anonymous_kb: int = field(default=0)

    def key(self, keep: Keep) -> str:
        """Make a project that keeps *keep* and a key for it."""
        return self.project_and_key(keep)[1]

    def project_and_key(self, keep: Keep) -> tuple[str, str]:
        """Do :meth:`key`, and give the project's name, too."""
        name = f"bench {next(_numbers)}"
        project = self.ledger.projects.create(name, keep=keep, retention_days=90)
        scopes = [Scope.INGEST, Scope.REPORTS]
        return name, self.ledger.keys.create(project, style=KeyStyle.ANK, scopes=scopes)[1]

    def sample_memory(self) -> None:
        """Note the anonymous memory of the server and its processes together."""
        anonymous_kb = sum(_anonymous_kb(pid) for pid in self._pids())
        self.peak_anonymous_kb = max(self.peak_anonymous_kb, anonymous_kb)

    def cpu_seconds(self) -> float:
        """Give the processor time that the server and its processes have used."""
        return sum(_cpu_seconds(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        children = [int(child) for task in tasks for child in task.read_text(encoding="utf-8").split()]
        return [self.process.pid, *children]

    def wait_until_loaded(self) -> float:
        """Wait until the outbox is empty; gives the seconds that took."""
        started = time.perf_counter()
        while self.ledger.outbox.backlog().batches:
            self.sample_memory()
            time.sleep(0.02)
        return time.perf_counter() - started


def _anonymous_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:"))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_server(data: Path) -> Iterator[RunningServer]:
    """Start a server on a free port, and stop it."""
    command = [str(Path(sys.executable).parent / "crawlsight"), "serve", "--data", str(data)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **_UNLIMITED},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.split("http://127.0.0.1:")[1].split()[0])
    ledger = Ledger(f"sqlite:///{(data / 'ledger.sqlite3').absolute()}")
    try:
        yield RunningServer(port, process, ledger)
    finally:
        ledger.close()
        process.terminate()
        process.wait(60)
