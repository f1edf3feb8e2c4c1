"""A real server process with its own data directory, for benchmarks."""

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
        project = self.ledger.projects.create(f"bench {keep.value}", keep=keep, retention_days=90)
        scopes = [Scope.INGEST, Scope.REPORTS]
        return self.ledger.keys.create(project, style=KeyStyle.ANK, scopes=scopes)[1]

    def sample_memory(self) -> None:
        """Note the process's anonymous memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
        self.peak_anonymous_kb = max(self.peak_anonymous_kb, int(found.split()[1]))

    def cpu_seconds(self) -> float:
        """Give the processor time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_loaded(self) -> float:
        """Wait until the outbox is empty; gives the seconds that took."""
        started = time.perf_counter()
        while self.ledger.outbox.backlog().batches:
            self.sample_memory()
            time.sleep(0.02)
        return time.perf_counter() - started


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
