"""Load the crawler catalogue and refuse one that contradicts itself."""

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from crawlsight.errors import CatalogueError

# Bot types are the words of the reporting API, purposes are the catalogue's finer ones.
BOT_TYPES = {
    "training": "ai_training",
    "dataset": "ai_training",
    "search_index": "index",
    "search": "index",
    "user_fetch": "ai_assistant",
    "agent": "ai_agent",
}
_OTHER_BOT_TYPE = "other"


class Purpose(StrEnum):
    """Why a crawler reads a page."""

    TRAINING = "training"
    SEARCH_INDEX = "search_index"
    USER_FETCH = "user_fetch"
    AGENT = "agent"
    DATASET = "dataset"
    SEARCH = "search"
    ADS = "ads"
    SEO = "seo"
    MONITORING = "monitoring"
    PREVIEW = "preview"
    FEED = "feed"
    ARCHIVE = "archive"
    SCANNER = "scanner"
    LIBRARY = "library"
    BROWSER = "browser"
    OTHER = "other"


class Obedience(StrEnum):
    """Whether a crawler obeys robots.txt, by its operator's own word."""

    YES = "yes"
    NO = "no"
    UNSTATED = "unstated"


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The organisation behind crawlers."""

    name: str


class IpList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list of address ranges that an operator publishes.

    Attributes:
        url: Where the operator publishes it.
        browsers_are: The crawler that a request from these addresses is when its user agent is a stock
            browser's; empty where people or other services share the addresses.
    """

    operator: str
    url: str
    browsers_are: str = ""


class Crawler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the catalogue.

    Attributes:
        tokens: Whole words of a user agent, any of which names the crawler.
        token_prefixes: Starts of words, for crawlers that add a customer's or a build's name.
        urls: Parts of a URL in the user agent, for crawlers that nothing else names.
        disclosed_by: The user agent must contain one of these, too; for names that others share.
        product_token: The token is an everyday word; it counts only where a product is named.
        robots_only: A robots.txt token that no genuine client sends as a user agent.
        operator: Key into the operators, the ``bot_provider`` of reports.
        product: What the operator calls the thing that the crawler works for.
        documentation: Where the operator, or whoever knows best, describes it.
        checked: When the entry was last compared with its sources.
        robots_token: The name that robots.txt addresses it by, empty when none is documented.
        obeys_robots: By the operator's own word.
        ip_lists: Published lists of the addresses that it comes from.
        rdns_suffixes: Domains that the reverse DNS names of its addresses end with.
        signature_agents: Hosts of the key directories with which it signs requests (Web Bot Auth).
        runs_elsewhere: Genuine requests also come from addresses that no list has, such as a user's own.
        examples: Real user agents.
        counterexamples: User agents that look like it and are not.
    """

    name: str
    tokens: tuple[str, ...] = ()
    token_prefixes: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    disclosed_by: tuple[str, ...] = ()
    product_token: bool = False
    robots_only: bool = False
    operator: str
    product: str = ""
    purpose: Purpose
    is_ai_crawler: bool
    documentation: str
    checked: date
    robots_token: str = ""
    obeys_robots: Obedience = Obedience.UNSTATED
    ip_lists: tuple[str, ...] = ()
    rdns_suffixes: tuple[str, ...] = ()
    signature_agents: tuple[str, ...] = ()
    runs_elsewhere: bool = False
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]

    @property
    def bot_type(self) -> str:
        """The reporting API's word for the purpose."""
        return BOT_TYPES.get(self.purpose, _OTHER_BOT_TYPE)


class Catalogue(msgspec.Struct, frozen=True):
    """Every known crawler, operator and published list of addresses."""

    operators: dict[str, Operator]
    crawlers: tuple[Crawler, ...]
    ip_lists: dict[str, IpList] = {}

    def operator_name(self, crawler: Crawler) -> str:
        """Name the crawler's operator for people."""
        return self.operators[crawler.operator].name

    def with_entries(self, text: str) -> "Catalogue":
        """Add entries written in TOML; one that names a known crawler replaces it.

        Raises:
            CatalogueError: Naming the entry and what is wrong with it.
        """
        added = _read(text)
        names = {crawler.name for crawler in added.crawler}
        _refuse_repeats(crawler.name for crawler in added.crawler)
        merged = Catalogue(
            operators={**self.operators, **added.operator},
            crawlers=(*(crawler for crawler in self.crawlers if crawler.name not in names), *added.crawler),
            ip_lists={**self.ip_lists, **added.ip_list},
        )
        _check(merged)
        return merged


class _CatalogueFile(msgspec.Struct, forbid_unknown_fields=True):
    operator: dict[str, Operator] = {}
    ip_list: dict[str, IpList] = {}
    crawler: list[Crawler] = []


def parse_catalogue(*texts: str) -> Catalogue:
    """Read a catalogue from TOML, one or several files of it.

    Raises:
        CatalogueError: Naming the entry and what is wrong with it.
    """
    files_read = [_read(text) for text in texts]
    catalogue = Catalogue(
        operators={slug: found for file in files_read for slug, found in file.operator.items()},
        crawlers=tuple(crawler for file in files_read for crawler in file.crawler),
        ip_lists={slug: found for file in files_read for slug, found in file.ip_list.items()},
    )
    _refuse_repeats(crawler.name for crawler in catalogue.crawlers)
    _check(catalogue)
    return catalogue


@cache
def built_in_catalogue() -> Catalogue:
    """Load the catalogue that comes with the package."""
    folder = files(__package__) / "entries"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return parse_catalogue(*(file.read_text(encoding="utf-8") for file in found))


def _read(text: str) -> _CatalogueFile:
    try:
        return msgspec.convert(tomllib.loads(text), _CatalogueFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CatalogueError(f"the catalogue cannot be read: {error}") from error


def _refuse_repeats(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CatalogueError(f"{name} is listed twice")
        seen.add(name)


def _check(catalogue: Catalogue) -> None:
    owner: dict[str, str] = {}
    for crawler in catalogue.crawlers:
        _check_entry(crawler, catalogue)
        for token in (*crawler.tokens, *crawler.urls, *crawler.token_prefixes):
            folded = token.lower()
            if not token or token != token.strip():
                raise CatalogueError(
                    f"{crawler.name} has the token {token!r}; it must be a word, without blanks around it"
                )
            if owner.get(folded, crawler.name) != crawler.name:
                raise CatalogueError(f"{crawler.name} and {owner[folded]} share the token {token!r}")
            owner[folded] = crawler.name
    names = {crawler.name for crawler in catalogue.crawlers}
    for slug, ip_list in catalogue.ip_lists.items():
        if ip_list.operator not in catalogue.operators:
            raise CatalogueError(f"{slug} names the operator {ip_list.operator!r}, which has no table")
        if ip_list.browsers_are and ip_list.browsers_are not in names:
            raise CatalogueError(f"{slug} names the crawler {ip_list.browsers_are!r}, which has no entry")


def _check_entry(crawler: Crawler, catalogue: Catalogue) -> None:
    if crawler.operator not in catalogue.operators:
        raise CatalogueError(f"{crawler.name} names the operator {crawler.operator!r}, which has no table")
    if not crawler.documentation.startswith(("https://", "http://")):
        raise CatalogueError(f"{crawler.name} needs documentation: the URL of who describes it")
    is_named = crawler.tokens or crawler.token_prefixes or crawler.urls
    if is_named and not (crawler.examples and crawler.counterexamples):
        raise CatalogueError(f"{crawler.name} needs documentation, an example and a counterexample")
    if not (is_named or crawler.ip_lists or crawler.signature_agents):
        raise CatalogueError(
            f"{crawler.name} needs a token, or an IP list or signature agent to recognise it by"
        )
    for slug in crawler.ip_lists:
        if slug not in catalogue.ip_lists:
            raise CatalogueError(f"{crawler.name} names the IP list {slug!r}, which has no table")
