"""The command that names crawlers, beside merely cutting the same text into lines."""

import random
import subprocess
import sys
import time
from pathlib import Path

from bench.traffic import user_agent

DISTINCT, REPEATS = 100_000, 60
LEAST_PER_SECOND = 2_000_000

_CHUNK_BYTES = 1 << 17


def write_user_agents(path: Path) -> int:
    """Write different user agents many times over, each time in the same order; gives how many lines."""
    chance = random.Random(5)
    block = "".join(f"{user_agent(chance)} r/{number}\n" for number in range(DISTINCT))
    with path.open("w", encoding="utf-8") as file:
        for _ in range(REPEATS):
            file.write(block)
    return DISTINCT * REPEATS


def measure_detection(folder: Path) -> bool:
    """Run the command in one process and print how fast it was, with its start and without."""
    path = folder / "user_agents.txt"
    lines = write_user_agents(path)
    start = _run(folder / "nothing.txt")
    took = _run(path)
    cut = _cut(path)
    rate = lines / (took - start)
    print(
        f"detect, {DISTINCT:,} different  {rate:>9,.0f} user agents/s (at least {LEAST_PER_SECOND:,})"
        f"   with its start of {start:.2f} s {lines / took:,.0f}   of merely cutting lines: ratio"
        f" {cut / (took - start):.2f}"
    )
    return rate >= LEAST_PER_SECOND


def _run(path: Path) -> float:
    path.touch()
    command = [str(Path(sys.executable).parent / "crawlsight"), "detect"]
    started = time.perf_counter()
    with path.open("rb") as source:
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def _cut(path: Path) -> float:
    started = time.perf_counter()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            chunk.split(b"\n")
    return time.perf_counter() - started
