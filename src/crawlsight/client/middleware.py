"""Middleware for ASGI and WSGI programs: hands each request to a sender, after the response."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from crawlsight.client.addresses import TrustedProxies
from crawlsight.client.redaction import redact_target, redact_url
from crawlsight.client.sender import Recorder
from crawlsight.record import FieldLimits

_log = logging.getLogger("crawlsight.client")

# The status of a request that failed before its response began, and of one whose client went away.
_FAILED, _CLIENT_GONE = 500, 499

# What RFC 3986 lets stand in a path, for paths that a server gives only decoded.
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._"

_LIMITS = FieldLimits()

_SIGNATURE_HEADERS = ("signature", "signature-input", "signature-agent")

Headers = Callable[[str], str | None]
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]


class _Request(NamedTuple):
    """What is known of a request, the same for both interfaces."""

    method: str
    host: str
    target: str
    peer: str
    header: Headers


class _Response:
    """What is known of a response while it goes out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.timestamp = datetime.now(UTC)
        self.status = 0
        self.bytes_sent: int | None = 0
        self._clock = clock
        self._started = clock()

    def start(self, status: object) -> None:
        """Note the status."""
        self.status = status if isinstance(status, int) else _FAILED

    def count(self, content_bytes: int) -> None:
        """Add bytes of the body."""
        if self.bytes_sent is not None:
            self.bytes_sent += content_bytes

    def duration_ms(self) -> float:
        """Tell the milliseconds since the request came."""
        return round((self._clock() - self._started) * 1000, 3)


class _Recording:
    """Makes records and hands them over, whatever happens without harm to the program."""

    def __init__(
        self, sender: Recorder, trusted_proxies: Iterable[str], clock: Callable[[], float] | None
    ) -> None:
        self._sender = sender
        self._proxies = TrustedProxies(trusted_proxies)
        self._clock = clock or time.perf_counter

    def begin(self) -> _Response:
        return _Response(self._clock)

    def hand_over(self, read: Callable[[], _Request], response: _Response) -> None:
        try:
            self._sender.send(self._record(read(), response))
        except Exception:  # noqa: BLE001  # a request must not fail because it could not be recorded
            _log.exception("a request could not be recorded")

    def _record(self, request: _Request, response: _Response) -> dict[str, Any]:
        header = request.header
        referer = header("referer")
        record: dict[str, Any] = {
            "timestamp": response.timestamp,
            "method": request.method,
            "host": request.host,
            "path": redact_target(request.target),
            "status_code": response.status,
            "ip": self._proxies.client(request.peer, header("x-forwarded-for") or ""),
            "user_agent": (header("user-agent") or "")[: _LIMITS.user_agent_chars] or None,
            "bytes_sent": 0 if request.method == "HEAD" else response.bytes_sent,
            "duration_ms": response.duration_ms(),
        }
        if referer:
            record["referer"] = redact_url(referer)[: _LIMITS.referrer_chars]
        for name in _SIGNATURE_HEADERS:
            if value := header(name):
                record[name.replace("-", "_")] = value
        return record


class AsgiMiddleware:
    """Records each HTTP request of an ASGI program; other connections pass untouched.

    Args:
        sender: Takes the records; close it when the program ends.
        trusted_proxies: Addresses or networks whose ``X-Forwarded-For`` is believed; ``*`` for all.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        sender: Recorder,
        *,
        trusted_proxies: Iterable[str] = (),
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._app = app
        self._recording = _Recording(sender, trusted_proxies, clock)

    async def __call__(
        self, scope: Scope, receive: Callable[..., Any], send: Callable[[Message], Any]
    ) -> None:
        """Answer a request by the program, then hand its record over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = self._recording.begin()

        async def count_and_send(message: Message) -> None:
            if message.get("type") == "http.response.start":
                response.start(message.get("status"))
            await send(message)
            _count(message, response)

        try:
            await self._app(scope, receive, count_and_send)
        except Exception:
            response.status = response.status or _FAILED
            raise
        finally:
            response.status = response.status or _CLIENT_GONE
            self._recording.hand_over(lambda: _read_scope(scope), response)


def _count(message: Message, response: _Response) -> None:
    kind = message.get("type")
    if kind == "http.response.body":
        response.count(len(message.get("body") or b""))
    elif kind in {"http.response.pathsend", "http.response.zerocopysend"}:
        # The server sends a file by itself; how much of it, nobody tells.
        response.bytes_sent = None


def _read_scope(scope: Scope) -> _Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    raw_path = (scope.get("raw_path") or b"").partition(b"?")[0].decode("latin-1")
    path = raw_path or quote(scope["path"], safe=_SAFE_IN_PATH)
    query = scope.get("query_string", b"").decode("latin-1")
    server, client = scope.get("server"), scope.get("client")
    return _Request(
        method=scope["method"],
        host=headers.get("host") or (str(server[0]) if server else ""),
        target=f"{path}?{query}" if query else path,
        peer=str(client[0]) if client else "",
        header=headers.get,
    )


class WsgiMiddleware:
    """Records each request of a WSGI program; the arguments are those of :class:`AsgiMiddleware`."""

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        sender: Recorder,
        *,
        trusted_proxies: Iterable[str] = (),
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._app = app
        self._recording = _Recording(sender, trusted_proxies, clock)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request by the program; its record is handed over when the body has gone out."""
        response = self._recording.begin()

        def note_and_start(status: str, *arguments: Any, **options: Any) -> Callable[[bytes], Any]:
            response.start(_status_code(status))
            write = start_response(status, *arguments, **options)

            def count_and_write(content: bytes) -> None:
                write(content)
                response.count(len(content))

            return count_and_write

        def hand_over() -> None:
            response.status = response.status or _CLIENT_GONE
            self._recording.hand_over(lambda: _read_environ(environ), response)

        try:
            body = self._app(environ, note_and_start)
        except BaseException:
            response.status = response.status or _FAILED
            hand_over()
            raise
        if isinstance(body, list | tuple):
            # A body that is whole is given on as it is: servers take its length from it.
            response.count(sum(len(part) for part in body))
            hand_over()
            return body
        file_wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(file_wrapper, type) and isinstance(body, file_wrapper):
            # The server sends the file by itself, as fast as it can, if nobody wraps it.
            response.bytes_sent = None
            hand_over()
            return body
        return _CountedBody(body, response, hand_over)


class _CountedBody:
    """A body that counts its bytes as they go out, and tells when it is closed."""

    def __init__(self, body: Iterable[bytes], response: _Response, hand_over: Callable[[], None]) -> None:
        self._body = body
        self._response = response
        self._hand_over = hand_over

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._body:
                self._response.count(len(part))
                yield part
        except Exception:
            self._response.status = self._response.status or _FAILED
            raise

    def close(self) -> None:
        """Close the program's body, and hand the record over."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._hand_over()


def _status_code(status: str) -> int:
    code = status.partition(" ")[0]
    return int(code) if code.isdecimal() else _FAILED


def _read_environ(environ: Mapping[str, Any]) -> _Request:
    def header(name: str) -> str | None:
        value = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return None if value is None else str(value)

    return _Request(
        method=environ["REQUEST_METHOD"],
        host=header("host") or environ.get("SERVER_NAME", ""),
        target=_target(environ),
        peer=environ.get("REMOTE_ADDR", ""),
        header=header,
    )


def _target(environ: Mapping[str, Any]) -> str:
    """Give path and query undecoded if the server does (gunicorn, uWSGI, mod_wsgi, Werkzeug)."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw:
        _, scheme, rest = raw.partition("://")
        is_absolute = scheme and not raw.startswith("/")
        return "/" + rest.partition("/")[2] if is_absolute else raw
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    path = quote(path.encode("latin-1"), safe=_SAFE_IN_PATH) or "/"
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
