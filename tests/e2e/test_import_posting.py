"""``crawlsight import`` into a server that takes nothing but batches, and what it leaves behind."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from s3_parts import running_storage

CRAWLSIGHT = str(Path(sys.executable).parent / "crawlsight")
LINE = '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /{} HTTP/1.1" 200 512 "-" "GPTBot/1.2"\n'


def lines(count):
    return "".join(LINE.format(number) for number in range(count)).encode()


class Vendor(ThreadingHTTPServer):
    """A server that hands batches to a real one, and knows no other path; or is always busy."""

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.busy = threading.Event()
        self.was_asked = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(404, b'{"detail":"Not Found"}')

    def do_POST(self):
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.server.busy.is_set():
            self.server.was_asked.set()
            self.answer(429, b"{}", "3600")
            return
        assert self.path == "/v1/logs/custom"
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        found = httpx.post(self.server.behind.url + self.path, content=content, headers=headers)
        self.answer(found.status_code, found.content)

    def answer(self, status, content, retry_after="0"):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.send_header("retry-after", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def vendor(shared_server):
    server = Vendor(shared_server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def log(tmp_path):
    found = tmp_path / "access.log"
    found.write_bytes(lines(1_613))
    return found


def run(*arguments, **environment):
    """Import from a process of its own; gives status, output and errors."""
    done = subprocess.run(
        [CRAWLSIGHT, "import", *map(str, arguments), "--host", "shop.example"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


def told(output):
    return [
        (
            found["name"],
            found["state"],
            found["lines"],
            found["stored_ai_crawler_records"],
            found["known_records"],
        )
        for found in json.loads(output)
    ]


def test_a_log_is_stored_once_however_often_and_in_whatever_shape_it_is_imported(vendor, log):
    key = vendor.behind.create_key("once")
    packed = log.with_name("packed.log.gz")
    packed.write_bytes(gzip.compress(lines(1_700)))
    reach = ("--url", vendor.url, "--key", key, "--json")

    first = run(log, *reach)
    second = run(log, packed, *reach)

    assert (first[0], told(first[1]), first[2]) == (0, [("access.log", "done", 1_613, 1_613, 0)], "")
    assert told(second[1]) == [
        ("access.log", "done", 1_613, 0, 1_613),
        ("packed.log.gz", "done", 1_700, 87, 1_613),
    ]
    assert vendor.behind.report_until([(1_700,)], 20, key) == [(1_700,)]


def test_the_table_says_what_became_of_each_file(vendor, log, tmp_path):
    key = vendor.behind.create_key("table")
    bad = tmp_path / "bad.log"
    bad.write_text("what is this\n")
    log.write_bytes(b"nonsense\n" + lines(2))
    environment = {"CRAWLSIGHT_URL": vendor.url, "CRAWLSIGHT_KEY": key}
    run(log, **environment)

    status, output, _ = run(log, bad, **environment)

    rows = [row.split() for row in output.splitlines()]
    assert status == 1
    assert rows[1] == ["access.log", "combined", "done", "3", "0", "0", "1", "0"]
    assert rows[2][:2] == ["bad.log", "failed"]
    assert "access.log: 2 records were imported before" in output
    assert "  line 1: " in output
    assert "bad.log: no format fits the first line 'what is this'" in output


def test_that_profound_counts_twice_what_comes_twice_is_said(vendor, log):
    key = vendor.behind.create_key("twice", "bot")

    status, output, errors = run(log, "--url", vendor.url, "--key", key)

    assert (status, output.splitlines()[1].split()[2:5]) == (0, ["done", "1,613", "1,613"])
    assert errors.startswith("crawlsight: this server may count twice what is sent twice")
    assert vendor.behind.report_until([(1_613,)], 20, key) == [(1_613,)]


def test_a_refused_key_is_one_line(vendor, log):
    status, output, errors = run(log, "--url", vendor.url, "--key", "ank_" + "0" * 32, "--json")

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "refuses the key: 401" in errors


def test_interrupted_while_it_waits_it_ends_and_the_next_import_goes_on(vendor, log):
    key = vendor.behind.create_key("interrupted")
    arguments = (str(log), "--url", vendor.url, "--key", key, "--host", "shop.example", "--json")
    vendor.busy.set()
    process = subprocess.Popen(
        [CRAWLSIGHT, "import", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    waits = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    vendor.busy.clear()

    assert (process.returncode != 0, output) == (True, "")
    assert waits == "crawlsight: records wait, and are sent again until they are taken: 429\n"
    assert errors.startswith("crawlsight: interrupted; import the same files again to go on\n")
    assert "Traceback" not in errors
    assert told(run(*arguments)[1]) == [("access.log", "done", 1_613, 1_613, 0)]


def test_a_server_with_projects_needs_the_name_of_one(shared_server, log):
    key = shared_server.create_key("named")

    status, output, errors = run(log, "--url", shared_server.url, "--key", key)

    assert (status, output) == (1, "")
    assert errors == "crawlsight: this server has projects; name one by --project\n"


def test_whose_format_a_template_is_is_found_out(shared_server, log):
    key = shared_server.create_key("template")
    log.write_text('203.0.113.9 [22/Nov/2026:04:11:33 +0000] "GET /1 HTTP/1.1" 200 "GPTBot/1.2"\n')
    reach = ("--url", shared_server.url, "--key", key, "--project", "template", "--json")

    nginx = run(
        log, "--log-format", '$remote_addr [$time_local] "$request" $status "$http_user_agent"', *reach
    )
    log.write_text(log.read_text().replace("/1", "/2"))
    apache = run(log, "--log-format", r'%h %t "%r" %>s "%{User-Agent}i"', *reach)

    for status, output, _ in (nginx, apache):
        assert (status, json.loads(output)[0]["stored_ai_crawler_records"]) == (0, 1)


def test_objects_of_s3_are_posted_too(shared_server, monkeypatch):
    key = shared_server.create_key("objects")
    with running_storage() as storage:
        bucket = storage.bucket({"a.log": lines(3), "b.log.gz": gzip.compress(lines(5))})
        reach = ("--url", f"{shared_server.url}/v1/logs/custom", "--key", key, "--json")
        status, output, _ = run(f"s3://{bucket}", *reach, **storage.environment())

    assert (status, told(output)) == (0, [("a.log", "done", 3, 3, 0), ("b.log.gz", "done", 5, 2, 3)])


def test_an_import_here_makes_no_key(shared_server, log):
    shared_server.create_key("here")

    shared_server.run("import", str(log), "--project", "here", "--host", "shop.example")

    keys = json.loads(shared_server.run("key", "list", "--json"))
    assert [found["name"] for found in keys if found["project"] == "here"] == ["ank key"]
