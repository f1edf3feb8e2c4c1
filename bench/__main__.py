"""Measure a real server, the import, the detection and the dashboard: python -m bench [seconds]."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from bench.client import drive, pace
from bench.dashboard import measure_dashboard
from bench.detection import measure_detection
from bench.importing import measure_import
from bench.server import RunningServer, running_server
from bench.traffic import compress, make_batches
from crawlsight.ingest.policy import Keep

RECORDS, CONNECTIONS = 1_000, 16

# What the project promises, of the rate at which one thread merely decodes the same JSON.
TARGETS = {Keep.CRAWLERS: 0.30, Keep.ALL: 0.10}
MOST_ANONYMOUS_MIB, MOST_P99_MS = 300, 20


def decode_rate(bodies: list[bytes]) -> float:
    """Records a second of one thread that only decodes: the median of several passes."""
    decoder = msgspec.json.Decoder()
    rates = []
    for _ in range(7):
        started = time.perf_counter()
        for body in bodies:
            decoder.decode(body)
        rates.append(len(bodies) * RECORDS / (time.perf_counter() - started))
    return statistics.median(rates)


def measure_ingest(
    server: RunningServer, keep: Keep, bodies: list[bytes], limit: float, seconds: float
) -> bool:
    """Drive the server flat out and print how it did."""
    key = server.key(keep)
    asyncio.run(drive(server.port, key, bodies, CONNECTIONS, 1.0, server.sample_memory))
    server.wait_until_loaded()
    cpu = server.cpu_seconds()
    sent, took = asyncio.run(drive(server.port, key, bodies, CONNECTIONS, seconds, server.sample_memory))
    lag = server.wait_until_loaded()
    cpu = server.cpu_seconds() - cpu
    rate = sent * RECORDS / took
    ratio = rate / limit
    print(
        f"ingest, keep {keep.value:8}  {rate:>9,.0f} records/s"
        f"   ratio {ratio:.2f} (at least {TARGETS[keep]:.2f})"
        f"   {cpu / sent * 1000:.2f} CPU-s per million records"
        f"   last row in visits {lag:.2f} s after the last answer"
    )
    return ratio >= TARGETS[keep]


def measure_latency(server: RunningServer, seconds: float) -> bool:
    """Send single records at a steady 500 a second and print the latencies."""
    key = server.key(Keep.AI)
    body = make_batches(1, 1, seed=7)[0]
    record = json.loads(body)["logs"][0] | {"user_agent": "GPTBot/1.2"}
    body = json.dumps({"logs": [record]}).encode()
    latencies = sorted(asyncio.run(pace(server.port, key, body, 500, seconds)))
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    print(f"one record a POST, 500/s  p50 {p50:.1f} ms  p99 {p99:.1f} ms (under {MOST_P99_MS} ms)")
    return p99 < MOST_P99_MS


def main() -> int:
    """Run everything; exit status 1 if a promise is broken."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    plain = make_batches(20, RECORDS)
    limit = decode_rate(plain)
    print(f"limit: plain msgspec decode {limit:>9,.0f} records/s in one thread")
    bodies = compress(plain)
    with tempfile.TemporaryDirectory() as directory, running_server(Path(directory)) as server:
        results = [measure_ingest(server, keep, bodies, limit, seconds) for keep in (Keep.CRAWLERS, Keep.ALL)]
        results.append(measure_latency(server, seconds))
        peak = server.peak_anonymous_kb / 1024
        print(f"anonymous memory  peak {peak:.0f} MiB (at most {MOST_ANONYMOUS_MIB})")
        results.append(peak <= MOST_ANONYMOUS_MIB)
    # By itself: after such a flood the engine merges for minutes.
    with tempfile.TemporaryDirectory() as directory, running_server(Path(directory)) as server:
        results.append(measure_import(server, Path(directory)))
    with tempfile.TemporaryDirectory() as directory:
        results.append(measure_detection(Path(directory)))
    with tempfile.TemporaryDirectory() as directory:
        results.append(measure_dashboard(Path(directory)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
