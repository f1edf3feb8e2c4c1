"""Fetch what operators publish: address lists and key directories. Never on the way of a request."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import httpx
import msgspec

from crawlsight import __version__
from crawlsight.detect import Catalogue, Knowledge
from crawlsight.detect.published import MAX_BODY_BYTES, parse_ip_list
from crawlsight.detect.ranges import Snapshot
from crawlsight.errors import CrawlsightError, KeyDirectoryError, UnavailableError
from crawlsight.refresh.files import KnowledgeFiles

_TIMEOUT_SECONDS = 20
_MOST_REDIRECTS = 3

_DIRECTORY_PATH = "/.well-known/http-message-signatures-directory"

_USER_AGENT = f"crawlsight/{__version__}"

# Content and content type of a URL's answer; raises UnavailableError.
Get = Callable[[str], tuple[bytes, str]]


class Fetched(msgspec.Struct, frozen=True):
    """What became of one list or directory.

    Attributes:
        what: ``ip_list`` or ``key_directory``.
        name: The list's slug or the directory's host.
        entries: Prefixes or keys that are in use now.
        added: How many of them are new.
        removed: How many are gone.
        error: Why the former copy stays in use; empty when all went well.
    """

    what: str
    name: str
    entries: int
    added: int
    removed: int
    error: str


class Refresher:
    """Brings lists and directories up to date, one by one; each that fails keeps its last good copy."""

    def __init__(self, knowledge: Knowledge, files: KnowledgeFiles, get: Get, today: date) -> None:
        self._knowledge, self._files, self._get, self._today = knowledge, files, get, today

    def ip_lists(self, slugs: Iterable[str] = ()) -> Iterator[Fetched]:
        """Refresh the lists of these slugs, all without any."""
        for slug in slugs or sorted(self._knowledge.catalogue.ip_lists):
            yield self._ip_list(slug)

    def key_directories(self) -> Iterator[Fetched]:
        """Refresh the directories of every signer in the catalogue."""
        for host in signature_agents(self._knowledge.catalogue):
            yield self._directory(host)

    def _ip_list(self, slug: str) -> Fetched:
        former = self._knowledge.snapshots.get(slug)
        known = set(former.prefixes) if former else set()
        url = self._knowledge.catalogue.ip_lists[slug].url
        try:
            body, content_type = self._get(url)
            published = parse_ip_list(body, content_type)
            self._files.keep_snapshot(
                slug,
                Snapshot(
                    source=url,
                    obtained_from=url,
                    created=published.created,
                    obtained=self._today.isoformat(),
                    prefixes=published.prefixes,
                ),
            )
        except CrawlsightError as error:
            return Fetched("ip_list", slug, len(known), 0, 0, str(error))
        found = set(published.prefixes)
        return Fetched("ip_list", slug, len(found), len(found - known), len(known - found), "")

    def _directory(self, host: str) -> Fetched:
        # The signature library belongs to the server's parts; lists are refreshed without it.
        from crawlsight.detect.signatures import merge_key_directories, parse_key_directory  # noqa: PLC0415

        former = self._knowledge.key_directories.get(host)
        try:
            known = {key.keyid for key in parse_key_directory(former)} if former else set()
        except KeyDirectoryError:
            # Broken by hand: what is fetched now takes its place.
            former, known = None, set()
        try:
            body, _ = self._get(f"https://{host}{_DIRECTORY_PATH}")
            # Signatures of the past are checked with the keys of their time, so none is forgotten.
            merged = merge_key_directories(former, body)
            found = {key.keyid for key in parse_key_directory(merged)}
            self._files.keep_directory(host, merged)
        except CrawlsightError as error:
            return Fetched("key_directory", host, len(known), 0, 0, str(error))
        return Fetched("key_directory", host, len(found), len(found - known), 0, "")


def signature_agents(catalogue: Catalogue) -> list[str]:
    """List the hosts of all known signers' key directories."""
    return sorted({host for crawler in catalogue.crawlers for host in crawler.signature_agents})


def http_get(transport: httpx.BaseTransport | None = None) -> Get:
    """Make a :data:`Get` over HTTPS; bodies are bounded while they are read."""
    client = httpx.Client(
        headers={"user-agent": _USER_AGENT},
        timeout=_TIMEOUT_SECONDS,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
        transport=transport,
        event_hooks={"request": [_refuse_plain]},
    )

    def get(url: str) -> tuple[bytes, str]:
        try:
            with client.stream("GET", url) as answer:
                return _read(answer, url)
        except _PlainHopError as hop:
            raise UnavailableError(f"{url} leads to {hop}, which is not https") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnavailableError(f"{url} cannot be fetched: {error}") from error

    return get


class _PlainHopError(Exception):
    """The way of a request leads over plain HTTP."""


def _refuse_plain(request: httpx.Request) -> None:
    # Each hop of a redirect, too: whoever sits on a plain one could choose where it leads.
    if request.url.scheme != "https":
        raise _PlainHopError(str(request.url))


def _read(answer: Any, url: str) -> tuple[bytes, str]:
    if answer.status_code != httpx.codes.OK:
        raise UnavailableError(f"{url} answers {answer.status_code}")
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise UnavailableError(f"{url} is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body), answer.headers.get("content-type", "")
