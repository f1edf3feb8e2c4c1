"""The first start: the link that a server prints, and what becomes of it."""

import signal
import subprocess

import httpx
import pytest

from builders import PASSWORD
from conftest import CRAWLSIGHT, ServerProcess


@pytest.fixture
def server(tmp_path):
    process = ServerProcess(tmp_path / "data", {"CRAWLSIGHT_LOG_LEVEL": "debug"})
    yield process
    if process.process is not None and process.process.poll() is None:
        process.stop()


def test_the_first_user_signs_in_by_the_printed_link_which_is_in_no_log(server, tmp_path):
    server.start()
    words, _, url = server.process.stdout.readline().strip().rpartition(" ")
    page, _, token = url.partition("#token=")

    with httpx.Client(base_url=server.url) as browser:
        signed_in = browser.post("/v1/session", json={"token": token})
        headers = {"x-csrf-token": signed_in.json()["csrf_token"]}
        by_link = browser.post("/v1/session", json={"token": token}, headers=headers)
        changed = browser.put("/v1/session/password", json={"password": PASSWORD}, headers=headers)
        by_password = browser.post("/v1/session", json={"name": "admin", "password": PASSWORD})
    server.stop()

    assert (words, page) == ("Sign in:", f"{server.url}/signin")
    assert [answer.status_code for answer in (signed_in, by_link, changed, by_password)] == [
        200,
        401,
        204,
        200,
    ]
    assert signed_in.json()["user"] == {"id": 1, "name": "admin", "is_admin": True}
    assert signed_in.json()["must_set_password"]
    log = (tmp_path / "server.log").read_text()
    assert "/v1/session" in log
    assert [secret for secret in (token, PASSWORD, "admin") if secret in log] == []


def test_once_somebody_has_a_password_no_link_is_printed(server):
    server.data.mkdir()
    command = [CRAWLSIGHT, "user", "create", "ann", "--password-stdin", "--data", str(server.data)]
    subprocess.run(command, input=PASSWORD, text=True, check=True, capture_output=True)

    server.start()
    server.process.send_signal(signal.SIGTERM)
    printed = server.process.stdout.read()
    server.stop()

    assert printed == ""


def test_the_demo_prints_the_link_too(tmp_path):
    with (tmp_path / "demo.log").open("w") as log:
        process = subprocess.Popen(
            [CRAWLSIGHT, "demo", "--serve", "--days", "1", "--port", "0", "--data", str(tmp_path / "data")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    words, _, url = process.stdout.readline().strip().rpartition(" ")
    address, _, token = url.partition("/signin#token=")

    signed_in = httpx.post(f"{address}/v1/session", json={"token": token})
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert (words, signed_in.status_code) == ("Sign in:", 200)
    assert token not in (tmp_path / "demo.log").read_text()
