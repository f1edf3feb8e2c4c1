"""crawlsight ship against a real server: both killed again and again, and each line counts once."""

import os
import random
import signal
import subprocess
import threading
from datetime import UTC, datetime

import pytest
from ship_parts import ShipperProcess, ended_at_last

LINES, ROTATIONS, KILLS = 3_000, 6, 6


class Writer(threading.Thread):
    """Writes lines as a web server does, and rotates as logrotate does."""

    def __init__(self, log, scheme):
        super().__init__()
        self.log, self.scheme = log, scheme
        self.written = 0
        self.progress = threading.Condition()
        self.may_go_on = 0

    def run(self):
        for number in range(LINES):
            with self.progress:
                # The test says how far, so that the kills are spread over the whole run.
                self.progress.wait_for(lambda number=number: number < self.may_go_on, timeout=120)
            with self.log.open("a") as file:
                file.write(line(number))
            with self.progress:
                self.written = number + 1
                self.progress.notify_all()
            if number % (LINES // ROTATIONS) == LINES // ROTATIONS // 2:
                self.rotate()

    def rotate(self):
        for number in range(ROTATIONS, 0, -1):
            older = self.log.with_name(f"access.log.{number}")
            if older.exists():
                older.rename(self.log.with_name(f"access.log.{number + 1}"))
        if self.scheme == "create":
            self.log.rename(self.log.with_name("access.log.1"))
            self.log.touch()
        else:
            self.log.with_name("access.log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)

    def write_up_to(self, count):
        with self.progress:
            self.may_go_on = count
            self.progress.notify_all()
            assert self.progress.wait_for(lambda: self.written >= count, timeout=120)


def line(number):
    time = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'203.0.113.9 - - [{time}] "GET /line/{number} HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'


@pytest.fixture
def shipper(server, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    with ended_at_last(ShipperProcess(server, server.create_key("shipped"), folder)) as process:
        yield process


@pytest.mark.parametrize("scheme", ["create", "copytruncate"])
def test_every_line_counts_once_though_shipper_and_server_are_killed(shipper, scheme):
    server, chance = shipper.server, random.Random(1)
    server.stop()
    server.environment["CRAWLSIGHT_ANSEHN_REQUESTS_PER_MINUTE"] = "1000000"
    server.start()
    writer = Writer(shipper.log, scheme)
    shipper.start()
    writer.start()

    for kill in range(1, KILLS + 1):
        writer.write_up_to(LINES * kill // (KILLS + 1) + chance.randrange(200))
        if kill % 3 != 0:
            shipper.end(signal.SIGKILL)
        if kill % 3 != 1:
            server.kill()
            server.start()
        if kill % 3 != 0:
            shipper.start()
    writer.write_up_to(LINES)
    writer.join()
    status = shipper.end(signal.SIGTERM)
    printed = shipper.run_once()

    expected = sorted((f"/line/{number}", 1) for number in range(LINES))
    query = {"dimensions": ["path"], "order_by": {"path": "asc"}, "pagination": {"limit": LINES + 1}}
    assert status == 0
    assert server.report_until(expected, 20, shipper.key, **query) == expected
    assert " 0 rejected, 0 skipped" in printed
    assert shipper.key not in printed + shipper.printed + (shipper.folder / "ship.log").read_text()


def test_a_profound_key_ships_too(shipper):
    shipper.key = shipper.server.create_key("profound", "bot")
    shipper.log.write_text("".join(line(number) for number in range(120)))

    printed = shipper.run_once()
    again = shipper.run_once()

    assert "120 records sent in 3 batches: 120 accepted, 0 rejected" in printed
    assert "0 records sent" in again
    assert shipper.server.report_until([(120,)], 20, shipper.key) == [(120,)]


def test_a_refused_key_is_one_line_and_status_1_and_nothing_is_lost(shipper):
    shipper.log.write_text(line(0))
    good, shipper.key = shipper.key, "ank_" + "0" * 32

    found = subprocess.run(
        shipper.command("--once"),
        env=shipper.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    shipper.key = good
    shipper.run_once()

    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
    assert "refuses the key: 401" in found.stderr
    assert shipper.server.report_until([(1,)], 20, good) == [(1,)]
