"""syslog-ng, configured as its page says, brings to the server what nginx logs, whatever happens."""

import queue
import signal
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from site_parts import site_behind_nginx

from debian_parts import find_program
from documented import documented


class SyslogNg:
    """syslog-ng over one log; may be killed and started again."""

    def __init__(self, folder, log, server, key):
        self.program = find_program("syslog-ng", "syslog-ng-core", "syslog-ng-mod-http")
        self.folder = folder
        self.process = None
        changes = {
            "/var/log/nginx/crawlsight.log": log,
            "/var/lib/syslog-ng": folder,
            "https://crawlsight.example.com": server.url,
            "bot_…": key,
        }
        configuration = documented("sources/syslog-ng.md", "syslog-ng", changes)
        (folder / "syslog-ng.conf").write_text(f"@version: current\n{configuration}")

    def start(self):
        command = [self.program.path, "--foreground", "--no-caps", "--stderr"]
        for option, name in (
            ("--cfgfile", "syslog-ng.conf"),
            ("--persist-file", "persist"),
            ("--pidfile", "pid"),
            ("--control", "control"),
        ):
            command += [option, self.folder / name]
        if self.program.is_unpacked:
            command += ["--module-path", self.program.find("usr/lib/syslog-ng/*/")]
        with (self.folder / "printed.log").open("ab") as printed:
            self.process = subprocess.Popen(command, env=self.program.environment, stderr=printed)

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(20)


@contextmanager
def unavailable(port):
    """Something on the server's port that answers 503; gives the bodies that were sent to it."""
    bodies = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_error(503)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        try:
            yield bodies
        finally:
            found.shutdown()
            thread.join()


@pytest.fixture
def site(tmp_path):
    with site_behind_nginx(tmp_path / "nginx") as site:
        yield site


@pytest.fixture
def key(server):
    return server.create_key("behind syslog-ng", "bot")


@pytest.fixture
def syslog_ng(tmp_path, site, server, key):
    folder = tmp_path / "syslog-ng"
    folder.mkdir()
    program = SyslogNg(folder, site.log, server, key)
    program.start()
    yield program
    program.end(signal.SIGKILL)


def wait_for_last(site, refused):
    """Wait until the last visit was sent, in vain: then it is in the buffer on disk."""
    last = site.visits[-1][0].encode()
    while last not in refused.get(timeout=20):
        pass


def test_each_request_counts_once_through_an_outage_a_rotation_and_a_kill(server, key, site, syslog_ng):
    site.visit(200)
    in_calm = site.reported(server, key)
    server.kill()
    with unavailable(server.port) as refused:
        site.visit(100)
        wait_for_last(site, refused)
        syslog_ng.end(signal.SIGKILL)
        site.visit(100)
        syslog_ng.start()
        wait_for_last(site, refused)
        site.rotate(visits_meanwhile=20)
        site.visit(100)
    server.start()

    assert in_calm == site.visits[:200]
    assert site.reported(server, key) == site.visits
