"""The vendors' feeds: each at its own path, taken in like any other batch, answered in its vendor's words."""

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from litestar import Request, Response, asgi, get
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Send

from crawlsight.errors import CrawlsightError, UnauthorizedError
from crawlsight.feeds import CHALLENGE_PATH, FEEDS, Answer, Feed, FeedBatch, FeedRequest, Reply, challenge
from crawlsight.ingest.judge import Work
from crawlsight.ingest.outcome import Outcome
from crawlsight.ingest.summary import Summary
from crawlsight.ledger import KeyStyle
from crawlsight.ledger import Scope as KeyScope
from crawlsight.server.auth import Caller, find_caller, require
from crawlsight.server.bodies import read_body
from crawlsight.server.judging import DIALECTS
from crawlsight.server.problems import status_of
from crawlsight.server.ratelimit import refuse
from crawlsight.server.services import Services
from crawlsight.server.storing import commit_of, new_batch, store
from crawlsight.server.telemetry import log

# Records of a feed are judged by the rules that let an empty user agent pass: vendors send such.
_RULES = KeyStyle.BOT

_NDJSON: Literal["ndjson"] = "ndjson"

_CONFLICT = "this delivery's id was used for another delivery"


def feed_route(feed: Feed) -> ASGIRouteHandler:
    """Make the route of a feed."""

    @asgi(feed.path, copy_scope=False, name=f"feed {feed.name}")
    async def take_feed(scope: HTTPScope, receive: Receive, send: Send) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        reply = await _Delivery(feed, request, request.app.state.services).take()
        headers = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
        headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body, "more_body": False})

    return take_feed


FEED_ROUTES = tuple(feed_route(feed) for feed in FEEDS.values())


@get(CHALLENGE_PATH, media_type="text/plain")
async def fastly_challenge(services: Services) -> Response[bytes]:
    """Prove to Fastly that its service may log to this host."""
    reply = challenge(services.settings.fastly_services.split(","))
    return Response(reply.body, status_code=reply.status, headers=reply.headers)


class _Delivery:
    """One delivery on its way from the wire to the answer."""

    def __init__(self, feed: Feed, request: Request[Any, Any, Any], services: Services) -> None:
        self._feed, self._request, self._services = feed, request, services
        self._request_id: str | None = None

    async def take(self) -> Reply:
        """Take it in, and word what became of it; an unexpected fault asks the vendor to try again."""
        wire = FeedRequest(headers=dict(self._request.headers), query=_first_values(self._request))
        status, message, counters = 200, "", {}
        try:
            greeting = await self._greet(wire)
            if greeting is not None:
                return greeting
            caller = self._admit(wire)
            body = await read_body(self._request.receive, self._feed.max_body_bytes)
            wire = msgspec.structs.replace(wire, body=body)
            self._check_signature(wire)
            counters = await self._store(caller, wire)
        except CrawlsightError as error:
            status, message = status_of(error), str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the vendor must send it again
            log.error("unexpected_error", exc_info=error, feed=self._feed.name)
            status, message = 503, "unexpected failure; send it again"
        at_ms = int(self._services.clock().timestamp() * 1000)
        return self._feed.answer(Answer(wire, status, at_ms, message, self._request_id, counters))

    async def _greet(self, wire: FeedRequest) -> Reply | None:
        # Handshakes have no body, so that nothing is read for whom nobody knows.
        has_body = self._request.method == "POST" and wire.headers.get("content-length") != "0"
        greeting = None if has_body else self._feed.greet(wire)
        if greeting is None and self._request.method != "POST":
            return Reply(405, {"allow": "POST", "content-type": "application/json"}, b'{"detail":"use POST"}')
        return greeting

    def _admit(self, wire: FeedRequest) -> Caller:
        key = self._feed.credential(wire)
        if not key:
            raise UnauthorizedError(f"no API key where {self._feed.name} puts it; see the feed's page")
        caller = find_caller(self._services.ledger, key)
        require(caller, KeyScope.INGEST)
        # Some vendors send one request a visit: a feed has the room of the dialect that allows for it.
        standing, may_pass = self._services.limits.count_ingest(caller.credential.key_id, _RULES)
        if not may_pass:
            raise refuse(standing)
        return caller

    def _check_signature(self, wire: FeedRequest) -> None:
        secret = self._services.settings.vercel_secret
        has_good_signature = self._feed.has_good_signature
        if has_good_signature is not None and secret and not has_good_signature(wire, secret):
            raise UnauthorizedError("the signature is not made with the secret that this server was given")

    async def _store(self, caller: Caller, wire: FeedRequest) -> dict[str, int]:
        batch = await asyncio.to_thread(self._feed.read, wire)
        self._request_id = batch.request_id
        self._services.limits.count_entries(caller.credential.key_id, batch.received)
        delivery = batch.dedup_key or hashlib.sha256(wire.body).hexdigest()
        counters = {
            "received": batch.received,
            "stored": 0,
            "dropped": 0,
            "quarantined": 0,
            "rejected": batch.rejected_count,
            "skipped": sum(batch.skipped.values()),
        }
        for number, body in enumerate(_bodies(batch, self._services.settings.max_records)):
            outcome = await self._store_part(caller, f"{self._feed.name}:{delivery}:{number}"[-255:], body)
            counters["stored"] += outcome.stored
            counters["dropped"] += outcome.dropped
            counters["quarantined"] += outcome.quarantined
            counters["rejected"] += outcome.rejected
        return counters

    async def _store_part(self, caller: Caller, idempotency_key: str, body: bytes) -> Outcome:
        services, credential = self._services, caller.credential
        batch = new_batch(credential, services.clock())
        work = Work(dialect=DIALECTS[_RULES], body=body, encoding="", shape=_NDJSON, batch=batch)
        outcome = await services.judging.judge(work)
        summary = Summary.of(outcome, credential.policy.keep)
        commit = commit_of(credential, outcome, summary, idempotency_key, batch.now)
        await store(services, self._feed.name, commit, _CONFLICT)
        return outcome


def _bodies(batch: FeedBatch, most_records: int) -> Iterator[bytes]:
    """Cut the records into bodies of the size that any other client sends."""
    encoder = msgspec.json.Encoder()
    for start in range(0, len(batch.records), most_records):
        yield encoder.encode_lines(batch.records[start : start + most_records])


def _first_values(request: Request[Any, Any, Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, value)
    return values
