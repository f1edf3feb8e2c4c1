"""Import of a log file by a real server, beside GoAccess on the same file."""

import json
import random
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.server import RunningServer
from bench.traffic import user_agent
from crawlsight.ingest.policy import Keep

LINES = 1_000_000
LEAST_LINES_PER_SECOND, MOST_ANONYMOUS_MIB = 300_000, 400


def write_log(path: Path, lines: int) -> None:
    """Write a log in the combined format, of the last days."""
    chance = random.Random(3)
    at = datetime.now(UTC) - timedelta(days=5)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(lines):
            at += timedelta(seconds=0.4)
            page = f"/section-{chance.randrange(20)}/article-{int(chance.paretovariate(0.8)) % 20_000}"
            referer = chance.choice(("-", "-", "https://www.google.com/", "https://chatgpt.com/"))
            file.write(
                f"203.0.{chance.randrange(256)}.{chance.randrange(256)} - - [{at:%d/%b/%Y:%H:%M:%S +0000}]"
                f' "GET {page} HTTP/1.1" {chance.choice((200, 200, 304, 404))} {chance.randrange(200_000)}'
                f' "{referer}" "{user_agent(chance)}"\n'
            )


def measure_import(server: RunningServer, data: Path, lines: int = LINES) -> bool:
    """Import a file and print how fast, and how fast GoAccess reads the same."""
    log = data / "access.log"
    write_log(log, lines)
    project, _ = server.project_and_key(Keep.CRAWLERS)
    server.peak_anonymous_kb = 0
    done = threading.Event()
    sampler = threading.Thread(target=_sample, args=(server, done))
    sampler.start()
    command = [str(Path(sys.executable).parent / "crawlsight"), "import", str(log)]
    command += ["--project", project, "--host", "example.com", "--data", str(data), "--json"]
    started = time.perf_counter()
    (upload,) = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    took = time.perf_counter() - started
    done.set()
    sampler.join()
    counted = upload["received_records"] + upload["skipped_lines"]
    peak = server.peak_anonymous_kb / 1024
    at_server = (upload["updated_at_ms"] - upload["created_at_ms"]) / 1000
    print(
        f"import of {lines:,} lines  {lines / took:>9,.0f} lines/s (at least {LEAST_LINES_PER_SECOND:,})"
        f" from the command's start to its end, {lines / at_server:,.0f} in the server"
        f"   accounted for {counted:,}   anonymous memory {peak:.0f} MiB (at most {MOST_ANONYMOUS_MIB})"
        f"{_beside_goaccess(log, lines, lines / took)}"
    )
    return lines / took >= LEAST_LINES_PER_SECOND and counted == lines and peak <= MOST_ANONYMOUS_MIB


def _sample(server: RunningServer, done: threading.Event) -> None:
    while not done.wait(0.05):
        server.sample_memory()


def _beside_goaccess(log: Path, lines: int, rate: float) -> str:
    if shutil.which("goaccess") is None:
        return "   (GoAccess is not installed)"
    command = ["goaccess", str(log), "--log-format=COMBINED", "--no-progress", "-o", str(log) + ".json"]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    peer = lines / (time.perf_counter() - started)
    return f"   GoAccess {peer:,.0f} lines/s: ratio {rate / peer:.1f}"
