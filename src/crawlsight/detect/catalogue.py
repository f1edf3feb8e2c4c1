"""Load the crawler catalogue and refuse one that contradicts itself."""

import tomllib
from collections.abc import Sequence
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
    "other": "other",
}


class Purpose(StrEnum):
    """Why a crawler reads a page."""

    TRAINING = "training"
    SEARCH_INDEX = "search_index"
    USER_FETCH = "user_fetch"
    AGENT = "agent"
    DATASET = "dataset"
    SEARCH = "search"
    OTHER = "other"


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The organisation behind crawlers."""

    name: str


class Crawler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the catalogue; see ``crawlers.toml`` for the fields' meaning.

    Attributes:
        operator: Key into the operators, the ``bot_provider`` of reports.
        product_token: The token is an everyday word; it counts only where a product is named.
        robots_only: A robots.txt token that no genuine client sends as a user agent.
    """

    name: str
    tokens: tuple[str, ...]
    operator: str
    purpose: Purpose
    is_ai_crawler: bool
    documentation: str
    checked: date
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    product_token: bool = False
    robots_only: bool = False

    @property
    def bot_type(self) -> str:
        """The reporting API's word for the purpose."""
        return BOT_TYPES[self.purpose]


class Catalogue(msgspec.Struct, frozen=True):
    """Every known crawler and operator."""

    operators: dict[str, Operator]
    crawlers: tuple[Crawler, ...]

    def operator_name(self, crawler: Crawler) -> str:
        """Name the crawler's operator for people."""
        return self.operators[crawler.operator].name


class _CatalogueFile(msgspec.Struct, forbid_unknown_fields=True):
    operator: dict[str, Operator]
    crawler: list[Crawler]


def parse_catalogue(text: str) -> Catalogue:
    """Read a catalogue from TOML.

    Raises:
        CatalogueError: Naming the entry and what is wrong with it.
    """
    try:
        parsed = msgspec.convert(tomllib.loads(text), _CatalogueFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CatalogueError(f"the catalogue cannot be read: {error}") from error
    _check(parsed.operator, parsed.crawler)
    return Catalogue(operators=parsed.operator, crawlers=tuple(parsed.crawler))


@cache
def built_in_catalogue() -> Catalogue:
    """Load the catalogue that comes with the package."""
    return parse_catalogue((files(__package__) / "crawlers.toml").read_text(encoding="utf-8"))


def _check(operators: dict[str, Operator], crawlers: Sequence[Crawler]) -> None:
    owner: dict[str, str] = {}
    names: set[str] = set()
    for crawler in crawlers:
        if crawler.name in names:
            raise CatalogueError(f"{crawler.name} is listed twice")
        names.add(crawler.name)
        if crawler.operator not in operators:
            raise CatalogueError(
                f"{crawler.name} names the operator {crawler.operator!r}, which has no table"
            )
        if not crawler.examples or not crawler.counterexamples or not crawler.documentation:
            raise CatalogueError(f"{crawler.name} needs documentation, an example and a counterexample")
        for token in crawler.tokens:
            folded = token.lower()
            if folded in owner:
                raise CatalogueError(f"{crawler.name} and {owner[folded]} share the token {token!r}")
            owner[folded] = crawler.name
