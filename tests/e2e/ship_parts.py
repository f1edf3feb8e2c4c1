"""The shipper as a process, for tests that kill it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CRAWLSIGHT = str(Path(sys.executable).parent / "crawlsight")


class ShipperProcess:
    """``crawlsight ship`` over one log; may be killed and started again over its state."""

    def __init__(self, server, key, folder, log_name="access.log", options=("--host", "shop.example")):
        self.server, self.key, self.folder = server, key, folder
        self.log = folder / log_name
        self.options = options
        self.process = None
        self.printed = ""

    def command(self, *options):
        state = ("--state", str(self.folder / "state"))
        bounds = ("--batch-records", "50", "--batch-seconds", "0")
        return [
            CRAWLSIGHT,
            "ship",
            *("--url", self.server.url),
            *state,
            *bounds,
            *options,
            *self.options,
            str(self.log),
        ]

    def environment(self):
        return {**os.environ, "CRAWLSIGHT_KEY": self.key}

    def start(self):
        """Start it, and wait until it follows."""
        with (self.folder / "ship.log").open("a") as errors:
            self.process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout.readline().startswith("follows ")

    def end(self, number):
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=60)
        self.printed += printed
        return self.process.returncode

    def run_once(self):
        """Ship what is left; gives what was printed."""
        found = subprocess.run(
            self.command("--once"),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout


@contextmanager
def ended_at_last(shipper: ShipperProcess) -> Iterator[ShipperProcess]:
    """Kill it at the end, if it still runs."""
    yield shipper
    if shipper.process is not None and shipper.process.poll() is None:
        shipper.end(signal.SIGKILL)
