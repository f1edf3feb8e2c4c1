"""Attribute a human visit to the AI assistant, site or campaign that sent it."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import parse_qsl

import msgspec

from crawlsight.record import BY_NOTHING, BY_OWN_SITE, BY_REFERER, BY_REFERER_UTM, BY_UTM

OTHER, INTERNAL, NO_SOURCE = "other", "internal", "none"

_CACHED_REFERRERS = 20_000

# Parameters in which assistants name themselves, in order of weight.
_TAG_NAMES = ("utm_source", "referrer")
_MOST_QUERY_PARAMS = 100


class Assistant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One AI assistant and the traces that people it sends leave in a log.

    Attributes:
        operator: Key of whose it is in the catalogue of crawlers, where that is not *source*.
        hosts: Referrer hosts; a parent domain covers its subdomains.
        host_paths: Starts of referrers, host and path, where the host alone says nothing.
        exact_hosts: Referrer hosts without their subdomains, except ``www``.
        utm_sources: Values of ``utm_source``, lower-case, without a leading ``www.``.
        referrer_tags: Values of ``referrer``, which some put into links instead.
        android_packages: Hosts of an ``android-app://`` referrer.
    """

    source: str
    name: str
    documentation: str
    operator: str = ""
    hosts: tuple[str, ...] = ()
    exact_hosts: tuple[str, ...] = ()
    host_paths: tuple[str, ...] = ()
    utm_sources: tuple[str, ...] = ()
    referrer_tags: tuple[str, ...] = ()
    android_packages: tuple[str, ...] = ()


class Referral(NamedTuple):
    """Where a visit came from: an assistant's slug, ``internal``, ``other`` or ``none``."""

    source: str
    type: str

    @property
    def is_from_assistant(self) -> bool:
        """Whether an AI assistant sent the visit."""
        return self.source not in {OTHER, INTERNAL, NO_SOURCE}


NO_REFERRAL = Referral(NO_SOURCE, BY_NOTHING)


class ReferralDetector:
    """Attribute visits by the referrer's host, else by an exact ``utm_source``; never by substring."""

    def __init__(self, assistants: Iterable[Assistant]) -> None:
        self._hosts: dict[str, str] = {}
        self._exact_hosts: dict[str, str] = {}
        self._tags: dict[str, dict[str, str]] = {name: {} for name in _TAG_NAMES}
        self._host_paths: dict[str, str] = {}
        self._packages: dict[str, str] = {}
        for assistant in assistants:
            self._hosts.update(dict.fromkeys(assistant.hosts, assistant.source))
            self._exact_hosts.update(dict.fromkeys(assistant.exact_hosts, assistant.source))
            self._tags["utm_source"].update(dict.fromkeys(assistant.utm_sources, assistant.source))
            self._tags["referrer"].update(dict.fromkeys(assistant.referrer_tags, assistant.source))
            self._host_paths.update(dict.fromkeys(assistant.host_paths, assistant.source))
            self._packages.update(dict.fromkeys(assistant.android_packages, assistant.source))
        self._cache: dict[tuple[str, str], Referral] = {}

    def attribute(self, referrer: str, query_params: Mapping[str, str], host: str) -> Referral:
        """Say who sent the visit and by which evidence.

        Args:
            referrer: The ``Referer`` as logged, empty when absent.
            query_params: The query of the requested URL.
            host: The visited host, normalised.
        """
        referral = self._cached(referrer, host) if referrer else NO_REFERRAL
        if referral.type == BY_REFERER or not query_params:
            # A third site's referrer outweighs the tag: the tag stays in links that people pass on.
            return referral
        source = self._tagged(query_params)
        return referral if source is None else Referral(source, BY_UTM)

    def _tagged(self, query_params: Mapping[str, str]) -> str | None:
        for name, sources in self._tags.items():
            if name in query_params:
                source = sources.get(_fold_tag(query_params[name]))
                if source is not None:
                    return source
        return None

    def _cached(self, referrer: str, host: str) -> Referral:
        key = (referrer, host)
        referral = self._cache.get(key)
        if referral is None:
            referral = self._by_referrer(referrer, host)
            if len(self._cache) >= _CACHED_REFERRERS:
                self._cache.clear()
            self._cache[key] = referral
        return referral

    def _by_referrer(self, referrer: str, host: str) -> Referral:
        scheme, referrer_host = split_referrer(referrer)
        if not referrer_host:
            return NO_REFERRAL
        if scheme == "android-app":
            return Referral(self._packages.get(referrer_host, OTHER), BY_REFERER)
        bare_host = referrer_host.removeprefix("www.")
        if bare_host == host.removeprefix("www."):
            tagged = self._tagged(_query_of(referrer))
            return Referral(tagged, BY_REFERER_UTM) if tagged else Referral(INTERNAL, BY_OWN_SITE)
        source = (
            self._exact_hosts.get(bare_host)
            or self._parent_domain(bare_host)
            or self._host_path(bare_host, referrer)
            or OTHER
        )
        return Referral(source, BY_REFERER)

    def _host_path(self, host: str, referrer: str) -> str | None:
        path = referrer.partition("://")[2].partition("/")[2].partition("?")[0]
        place = f"{host}/{path}/"
        for start, source in self._host_paths.items():
            if place.startswith(f"{start}/"):
                return source
        return None

    def _parent_domain(self, host: str) -> str | None:
        while host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return None


def split_referrer(referrer: str) -> tuple[str, str]:
    """Take scheme and host out of a referrer, lower-cased; both empty when it has none.

    User info, port and a trailing dot are removed; nothing raises.
    """
    scheme, separator, rest = referrer.strip().partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in {"http", "https", "android-app"}:
        return "", ""
    authority = rest.replace("?", "/", 1).replace("#", "/", 1).partition("/")[0]
    host = authority.rpartition("@")[2]
    host = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return scheme, host.lower().rstrip(".")


@cache
def built_in_assistants() -> tuple[Assistant, ...]:
    """Load the assistants that come with the package."""
    text = (files(__package__) / "assistants.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["assistant"], list[Assistant]))


def _query_of(url: str) -> dict[str, str]:
    query = url.partition("#")[0].partition("?")[2]
    if not query:
        return {}
    try:
        return dict(reversed(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_QUERY_PARAMS)))
    except ValueError:
        return {}


def _fold_tag(tag: str) -> str:
    return tag.strip().lower().removeprefix("www.")
