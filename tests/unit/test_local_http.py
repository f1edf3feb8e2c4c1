"""Asking a server over plain HTTP, which may refuse, hang up or be none."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawlsight.cli.local_http import exchange
from crawlsight.errors import NotFoundError, UnavailableError

ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n[]"
LARGE = 32 * 1024 * 1024


@pytest.fixture
def serve():
    """Answer one connection by a function of it; gives the URL and the future of what it returns."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:

        def serve(answer):
            def work():
                connection, _ = listening.accept()
                with connection:
                    return answer(connection)

            return f"http://127.0.0.1:{listening.getsockname()[1]}", pool.submit(work)

        yield serve


def read_head(connection):
    """Read up to the end of the header; gives it and what came of the body with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1_024)
    head, _, body = received.partition(b"\r\n\r\n")
    return head.decode().lower().split("\r\n"), body


def read_to_end(connection, body=b""):
    while chunk := connection.recv(1024 * 1024):
        body += chunk
    return body


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "access.log"
    with found.open("wb") as opened:
        opened.truncate(LARGE)
    return found


def test_a_file_is_sent_with_its_size(serve, tmp_path):
    (tmp_path / "a.log").write_bytes(b"one\ntwo\n")

    def answer(connection):
        head, body = read_head(connection)
        while len(body) < 8:
            body += connection.recv(8)
        connection.sendall(ANSWER)
        return head, body

    url, served = serve(answer)
    found = exchange(url, "POST", "/a?b=c", {"x-own": "header"}, tmp_path / "a.log", 10)

    head, body = served.result()
    assert (found, body) == ((202, b"[]"), b"one\ntwo\n")
    assert head[0] == "post /a?b=c http/1.1"
    assert {"content-length: 8", "x-own: header"} <= set(head)


def test_what_has_no_size_is_sent_in_chunks(serve):
    def answer(connection):
        head, body = read_head(connection)
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(100)
        connection.sendall(ANSWER)
        return head, body

    url, served = serve(answer)
    found = exchange(url, "POST", "/", {}, iter([b"one\n", b"two\n"]), 10)

    head, body = served.result()
    assert (found, body) == ((202, b"[]"), b"4\r\none\n\r\n4\r\ntwo\n\r\n0\r\n\r\n")
    assert "transfer-encoding: chunked" in head


def test_a_refusal_is_read_though_not_all_was_sent(serve, file):
    def refuse(connection):
        read_head(connection)
        connection.sendall(ANSWER.replace(b"202 Accepted", b"413 Too Large"))

    url, _ = serve(refuse)

    assert exchange(url, "POST", "/", {}, file, 10) == (413, b"[]")


def test_a_file_that_becomes_shorter_while_it_is_sent_is_not_taken_for_whole(serve, file):
    def shorten(connection):
        _, body = read_head(connection)
        with file.open("r+b") as opened:
            opened.truncate(100)
        return read_to_end(connection, body)

    url, _ = serve(shorten)

    with pytest.raises(NotFoundError, match="has become shorter while it was sent; import it again"):
        exchange(url, "POST", "/", {}, file, 10)


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(NotFoundError, match=r"none\.log cannot be read"):
            exchange(url, "POST", "/", {}, tmp_path / "none.log", 10)


@pytest.mark.parametrize("answer", [b"", b"what is this\r\n\r\n"])
def test_what_gives_no_answer_is_named(serve, answer):
    def work(connection):
        read_head(connection)
        connection.sendall(answer)

    url, _ = serve(work)

    with pytest.raises(UnavailableError, match=f"the server at {url} does not answer: "):
        exchange(url, "GET", "/", {}, None, 10)


def test_a_server_that_is_gone_is_named():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"

    with pytest.raises(UnavailableError, match=f"the server at {url} does not answer: .*refused"):
        exchange(url, "GET", "/", {}, None, 10)
