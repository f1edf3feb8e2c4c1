"""crawlsight ship: mistakes are one line, and its state has a place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from client_parts import ANK, URL

from crawlsight.cli.ship import _default_state


def ship(tmp_path, *options, key=ANK):
    """Run the command in a process of its own; gives status, output and errors."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLSIGHT_")}
    if key is not None:
        environ["CRAWLSIGHT_KEY"] = key
    command = [sys.executable, "-c", "from crawlsight.cli.main import main; main()", "ship"]
    done = subprocess.run(
        [*command, "--url", URL, "--state", str(tmp_path / "state"), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environ,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--once", "missing.log"], "there is no file"),
        (["no/such/folder/access.log"], "there is no directory"),
        (["--format", "fancy", "access.log"], "no format 'fancy'"),
        (["--log-format", "no directives", "access.log"], "log_format"),
        (["--url", "logs.example", "access.log"], "must be http"),
        (["--once", "access.log"], "--host is needed"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, monkeypatch, options, named):
    monkeypatch.chdir(tmp_path)
    line = '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET / HTTP/1.1" 200 5 "-" "GPTBot/1.2"\n'
    (tmp_path / "access.log").write_text(line)

    status, _, errors = ship(tmp_path, *options)

    assert (status, errors.count("\n")) == (1, 1)
    assert errors.startswith("crawlsight: ")
    assert named in errors


def test_a_key_that_cannot_be_is_not_repeated(tmp_path):
    status, output, errors = ship(tmp_path, "access.log", key="topsecret")

    assert (status, output) == (1, "")
    assert "topsecret" not in errors


def test_without_a_key_the_command_says_where_it_may_come_from(tmp_path):
    status, _, errors = ship(tmp_path, "access.log", key=None)

    assert status == 2
    assert "CRAWLSIGHT_KEY" in errors


def test_the_state_is_where_systemd_wants_it_else_with_the_users(monkeypatch):
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/ann")
    at_home = _default_state()
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    by_xdg = _default_state()
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/a:/var/lib/b")

    assert at_home == Path("/home/ann/.local/state/crawlsight/ship")
    assert by_xdg == Path("/state/crawlsight/ship")
    assert _default_state() == Path("/var/lib/a")
