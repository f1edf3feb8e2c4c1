"""Web servers run for real, as whoever runs the tests, with the log that their pages document."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from debian_parts import Program, find_program
from documented import documented

HOST = "shop.example"

_SECONDS = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask until it is so, at most for a time that is always enough."""
    deadline = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.01)


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class WebServer:
    """A web server that listens; answers 404 to ``/missing``, and 200 to all else.

    Attributes:
        syslog: Where it sends its log, if not into a file.
    """

    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    syslog: socket.socket | None = None
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, program: Program, *arguments: object, **environment: str) -> None:
        """Start it in the foreground, and wait until it listens."""
        self.command = [str(program.path), *map(str, arguments)]
        self.environment = {**program.environment, **environment}
        with (self.log.parent / "printed.log").open("ab") as printed:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=printed,
                stderr=printed,
            )
        wait_until(self._listens)

    def _listens(self) -> bool:
        assert self.process.poll() is None, (self.log.parent / "printed.log").read_text()
        with socket.socket() as found:
            return found.connect_ex(("127.0.0.1", self.port)) == 0

    def request(self, method: str, path: str, headers: Mapping[str, str | bytes]) -> int:
        """Make a request to the site; gives the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        connection.request(method, path, headers={"Host": HOST, **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def send(self, content: bytes) -> None:
        """Send bytes that are no request, and wait until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS) as connection:
            connection.sendall(content)
            while connection.recv(65_536):
                pass

    def read_log(self, last: bytes) -> bytes:
        """Wait for a line with *last* in it, for a server may answer first; gives the log."""
        wait_until(lambda: b"\n" in self._read().partition(last)[2])
        return self._read()

    def _read(self) -> bytes:
        while self.syslog is not None:
            try:
                line = self.syslog.recv(65_536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            with self.log.open("ab") as file:
                file.write(line.rstrip(b"\n") + b"\n")
        return self.log.read_bytes() if self.log.exists() else b""

    def end(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(_SECONDS)


@contextmanager
def _ended_at_last(server: WebServer) -> Iterator[WebServer]:
    yield server
    if server.process is not None and server.process.poll() is None:
        server.end(signal.SIGKILL)
    if server.syslog is not None:
        server.syslog.close()


@contextmanager
def nginx(folder: Path) -> Iterator[WebServer]:
    program = find_program("nginx", "nginx")
    with _ended_at_last(WebServer(folder / "crawlsight.log")) as server:
        temporary = "".join(
            f"{name}_temp_path {folder}/temporary;\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        log = documented("sources/nginx.md", "nginx", {"/var/log/nginx/crawlsight.log": server.log})
        (folder / "nginx.conf").write_text(f"""
            daemon off;
            worker_processes 2;
            pid {folder}/nginx.pid;
            {"user root root;" if os.geteuid() == 0 else ""}
            events {{}}
            http {{
                {temporary}
                {log}
                server {{
                    listen 127.0.0.1:{server.port};
                    location / {{ return 200 "ok"; }}
                    location /missing {{ return 404; }}
                }}
            }}
        """)
        server.start(program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log")
        yield server


@contextmanager
def apache(folder: Path) -> Iterator[WebServer]:
    program = find_program("apache2", "apache2-bin")
    modules = program.find("usr/lib/apache2/modules")
    with _ended_at_last(WebServer(folder / "crawlsight.log")) as server:
        log = documented("sources/apache.md", "apache", {"/var/log/apache2/crawlsight.log": server.log})
        loaded = "".join(
            f"LoadModule {name}_module {modules}/mod_{name}.so\n"
            for name in ("mpm_event", "authz_core", "alias", "status")
        )
        (folder / "apache.conf").write_text(f"""
            ServerRoot {folder}
            DefaultRuntimeDir {folder}
            PidFile {folder}/apache.pid
            ErrorLog {folder}/error.log
            ServerName {HOST}
            Listen 127.0.0.1:{server.port}
            {loaded}
            {"User nobody" if os.geteuid() == 0 else ""}
            {"Group nogroup" if os.geteuid() == 0 else ""}
            {log}
            <VirtualHost *:{server.port}>
                CustomLog {folder}/own.log "%h"
                Redirect 404 /missing
                <LocationMatch "^/(?!missing)">
                    SetHandler server-status
                </LocationMatch>
            </VirtualHost>
        """)
        server.start(program, "-D", "FOREGROUND", "-f", folder / "apache.conf")
        yield server


@contextmanager
def caddy(folder: Path) -> Iterator[WebServer]:
    program = find_program("caddy", "caddy")
    with _ended_at_last(WebServer(folder / "access.log")) as server:
        changes = {"/var/log/caddy/access.log": server.log, "100MiB": "1MiB"}
        log = documented("sources/caddy.md", "caddyfile", changes)
        (folder / "Caddyfile").write_text(f"""
            {{
                admin off
            }}
            http://:{server.port} {{
                {log}
                respond /missing 404
                respond ok 200
            }}
        """)
        arguments = ("run", "--config", folder / "Caddyfile", "--adapter", "caddyfile")
        server.start(program, *arguments, HOME=str(folder), XDG_DATA_HOME=str(folder))
        yield server


@contextmanager
def haproxy(folder: Path) -> Iterator[WebServer]:
    program = find_program("haproxy", "haproxy")
    syslog = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    syslog.bind(("127.0.0.1", 0))
    with _ended_at_last(WebServer(folder / "haproxy.log", syslog=syslog)) as server:
        changes = {"/dev/log": f"127.0.0.1:{syslog.getsockname()[1]}"}
        (folder / "haproxy.cfg").write_text(f"""
global
{documented("sources/haproxy.md", "haproxy", changes)}
defaults
    mode http
    timeout client 5s
    timeout connect 5s
    timeout server 5s
frontend web
    bind 127.0.0.1:{server.port}
{documented("sources/haproxy.md", "haproxy", {}, 1)}
    http-request return status 404 if {{ path /missing }}
    http-request return status 200 content-type text/plain string ok
""")
        server.start(program, "-db", "-f", folder / "haproxy.cfg")
        yield server


WEB_SERVERS = {"nginx": nginx, "apache": apache, "caddy": caddy, "haproxy": haproxy}
