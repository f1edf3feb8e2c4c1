"""Demo traffic: believable, and the same for the same hour every time."""

import math
import random
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network
from typing import Any

from crawlsight.detect import Crawler, built_in_catalogue
from crawlsight.detect.ranges import built_in_snapshots

DEMO_HOST = "shop.example"

# Share of the bots' traffic, and by how much it grows (or shrinks) over ninety days.
_CRAWLERS = {
    "GPTBot": (22.0, 1.4),
    "ClaudeBot": (16.0, 1.2),
    "OAI-SearchBot": (12.0, 1.6),
    "ChatGPT-User": (14.0, 2.0),
    "PerplexityBot": (8.0, 1.1),
    "Perplexity-User": (4.0, 1.5),
    "Claude-User": (3.0, 2.2),
    "Claude-SearchBot": (3.0, 1.8),
    "meta-externalagent": (7.0, 0.7),
    "Bytespider": (5.0, 0.4),
    "Amazonbot": (5.0, 1.0),
    "Applebot": (3.0, 1.0),
    "CCBot": (2.0, 1.0),
    "MistralAI-User": (1.0, 1.9),
    "DuckAssistBot": (1.0, 1.3),
    "Googlebot": (18.0, 1.0),
    "bingbot": (9.0, 1.0),
    "YandexBot": (2.0, 0.9),
}

# Share of requests that only pretend to be a crawler's.
_IMPOSTORS = 0.06

_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
)

# Where people come from: weight, referrer, query.
_ARRIVALS: tuple[tuple[float, str, dict[str, str]], ...] = (
    (40.0, "", {}),
    (30.0, f"https://{DEMO_HOST}/", {}),
    (20.0, "https://www.google.com/", {}),
    (3.0, "https://www.bing.com/", {}),
    (2.0, "https://www.linkedin.com/", {}),
    (2.5, "https://chatgpt.com/", {"utm_source": "chatgpt.com"}),
    (1.0, "", {"utm_source": "chatgpt.com"}),
    (0.8, "https://www.perplexity.ai/", {}),
    (0.5, "https://gemini.google.com/", {}),
    (0.4, "https://claude.ai/", {}),
    (0.3, "https://copilot.microsoft.com/", {}),
)

_TOPICS = ("espresso", "grinders", "filters", "kettles", "beans", "roasting", "water", "milk")
_PAGES = (
    "/",
    "/pricing",
    "/about",
    *(f"/guides/{topic}" for topic in _TOPICS),
    *(f"/blog/{topic}-{kind}" for topic in _TOPICS for kind in ("basics", "mistakes", "compared", "care")),
    *(f"/products/{topic}/{number}" for topic in _TOPICS for number in range(1, 13)),
)
# A few pages draw most of the traffic, as everywhere.
_PAGE_WEIGHTS = [1 / (rank + 2) for rank in range(len(_PAGES))]

_DAY_HOURS = 24


def demo_hour(hour: datetime, first_hour: datetime) -> list[dict[str, Any]]:
    """Make one hour's log records, ordered by time.

    Args:
        hour: Start of the hour, UTC; seeds the chance.
        first_hour: Where the growth of crawlers counts from.
    """
    chance = random.Random(f"crawlsight demo {hour:%Y-%m-%dT%H}")  # noqa: S311 - no secret is made
    age = max(0.0, (hour - first_hour) / timedelta(days=90))
    daylight = 1 + 0.6 * math.sin((hour.hour - 8) / _DAY_HOURS * 2 * math.pi)
    weekend = 0.6 if hour.weekday() > 4 else 1.0  # noqa: PLR2004
    people = round(24 * daylight * weekend * chance.uniform(0.8, 1.2))
    weights = {name: share * trend**age for name, (share, trend) in _CRAWLERS.items()}
    reads = round(sum(weights.values()) / 6 * chance.uniform(0.7, 1.3))
    bots = chance.choices(list(weights), list(weights.values()), k=reads)
    records = [_human(chance) for _ in range(people)] + [_bot(chance, name) for name in bots]
    for record in records:
        moment = hour + timedelta(seconds=chance.uniform(0, 3599))
        record["timestamp"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return sorted(records, key=lambda record: str(record["timestamp"]))


def _human(chance: random.Random) -> dict[str, Any]:
    (_, referrer, query) = chance.choices(_ARRIVALS, [arrival[0] for arrival in _ARRIVALS])[0]
    record = _request(chance, chance.choices((200, 304, 404), (90, 8, 2))[0])
    return {
        **record,
        "ip": f"198.51.100.{chance.randrange(256)}",
        "user_agent": chance.choice(_BROWSERS),
        "referer": referrer or None,
        "query_params": query,
    }


def _bot(chance: random.Random, name: str) -> dict[str, Any]:
    crawler = _crawlers()[name]
    record = _request(chance, chance.choices((200, 301, 404, 403, 500), (91, 3, 4, 1, 1))[0])
    if chance.random() < 0.04:  # noqa: PLR2004
        record["path"] = chance.choice(("/robots.txt", "/sitemap.xml", "/llms.txt"))
    return {
        **record,
        "ip": _address(chance, crawler),
        "user_agent": chance.choice(crawler.examples),
    }


@cache
def _crawlers() -> dict[str, Crawler]:
    return {found.name: found for found in built_in_catalogue().crawlers}


def _address(chance: random.Random, crawler: Crawler) -> str:
    """Draw one of the addresses that the operator publishes, or an impostor's."""
    snapshots = [built_in_snapshots()[slug] for slug in crawler.ip_lists if slug in built_in_snapshots()]
    if not snapshots or chance.random() < _IMPOSTORS:
        return f"203.0.113.{chance.randrange(256)}"
    network = ip_network(chance.choice(chance.choice(snapshots).prefixes))
    # A masked address would end in zeros.
    return str(
        network[chance.randrange(1, network.num_addresses)] if network.num_addresses > 1 else network[0]
    )


def _request(chance: random.Random, status_code: int) -> dict[str, Any]:
    return {
        "method": "GET",
        "host": DEMO_HOST,
        "path": chance.choices(_PAGES, _PAGE_WEIGHTS)[0],
        "status_code": status_code,
        "bytes_sent": chance.randrange(4_000, 90_000),
        "duration_ms": round(chance.lognormvariate(3.6, 0.6), 1),
    }
