"""A store as ninety days on a large site leave it, made by the engine through the real schema."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import clickhouse_connect

from crawlsight.detect import built_in_catalogue
from crawlsight.record import VISIT_COLUMNS
from crawlsight.visits import VisitStore
from crawlsight.visits.rollups import ROLLUPS

VISITS, DAYS = 10_000_000, 90

PAGES, CRAWLERS = 40_000, 40

_BLOCK_ROWS = 100_000

# The crawlers that a site sees most, most first; the others follow in the catalogue's order.
_BUSIEST = (
    "GPTBot",
    "Googlebot",
    "ClaudeBot",
    "ChatGPT-User",
    "bingbot",
    "OAI-SearchBot",
    "Amazonbot",
    "PerplexityBot",
    "Bytespider",
    "Applebot",
    "meta-externalagent",
    "CCBot",
    "Perplexity-User",
    "Claude-User",
    "YandexBot",
    "DuckAssistBot",
)

_BOT_TYPES = {
    "training": "ai_training",
    "dataset": "ai_training",
    "search_index": "index",
    "search": "index",
    "user_fetch": "ai_assistant",
    "agent": "ai_agent",
}

# Pages and crawlers by rank, with shares that fall with the rank as Zipf's law has it. One visit in 25 is a
# person's whom an assistant sent. A page is on one host and mostly answers alike; most crawlers are verified.
_BLOCK = """
INSERT INTO visits ({columns})
SELECT
    generateUUIDv4(), {project}, concat('edge of ', site),
    fromUnixTimestamp64Milli(toInt64({begin} + number * {step}), 'UTC'),
    toDateTime({now}), toDateTime({now} + 90 * 86400),
    site,
    concat('/', arrayElement({folders}, 1 + page % 24), '/article-about-something-', toString(page)),
    map(), if(r1 % 100 = 0, 'HEAD', 'GET'),
    multiIf(page % 29 = 0, 404, page % 37 = 0, 301, r2 % 200 = 0, 503, r2 % 9 = 0, 304, 200),
    concat('192.0.2.', toString(r3 % 250)),
    concat('Mozilla/5.0 ', is_person ? '(X11; Linux x86_64) Firefox/140.0' : crawler.1),
    is_person ? concat('https://', assistant, '.example/') : '',
    1000 + r3 % 90000, 1.5 + r1 % 300,
    is_person ? '' : crawler.1, is_person ? '' : crawler.2, is_person ? '' : crawler.3,
    is_person ? '' : crawler.4, NOT is_person AND crawler.5,
    multiIf(is_person, 'none', bot % 5 = 0, 'unverifiable', r4 % 20 = 0, 'contradicted', 'verified'),
    is_person ? assistant : 'none',
    is_person ? arrayElement(['referer', 'utm', 'referer-utm'], 1 + r5 % 3) : 'none',
    ''
FROM
(
    SELECT
        number, rand(1) AS r1, rand(2) AS r2, rand(3) AS r3, rand(4) AS r4, rand(5) AS r5,
        toUInt32(pow({pages} + 1, randCanonical(6))) AS page,
        toUInt32(pow({crawlers} + 1, randCanonical(7))) AS bot,
        arrayElement({names}, bot) AS crawler,
        concat(multiIf(page % 10 < 7, 'www', page % 10 < 9, 'blog', 'docs'), '.example.com') AS site,
        arrayElement(['openai', 'openai', 'perplexity', 'google', 'anthropic'], 1 + rand(8) % 5) AS assistant,
        rand(9) % 25 = 0 AS is_person
    FROM numbers({first}, {rows})
)
"""

_SETTINGS = {"insert_deduplicate": 0, "optimize_on_insert": 0, "max_insert_threads": 1, "max_threads": 1}


def fill_store(data: Path, project_id: int, visits: int = VISITS) -> None:
    """Fill a project of a data directory that no server uses, and wait until its parts are merged."""
    dsn = f"chdb://{(data / 'visits').absolute()}"
    store = VisitStore(dsn)
    store.open()
    client = clickhouse_connect.get_client(dsn=dsn)
    now = datetime.now(UTC).timestamp()
    values = {
        "columns": ", ".join(VISIT_COLUMNS),
        "project": project_id,
        "now": int(now),
        "begin": (now - DAYS * 86_400) * 1000,
        "step": DAYS * 86_400_000 / visits,
        "pages": PAGES,
        "crawlers": CRAWLERS,
        "names": _crawlers(),
        "folders": [f"section-{number}" for number in range(24)],
        "rows": _BLOCK_ROWS,
    }
    for first in range(0, visits, _BLOCK_ROWS):
        client.command(_BLOCK.format(**values, first=first), settings=_SETTINGS)
    for table in ("visits", *ROLLUPS):
        client.command(f"OPTIMIZE TABLE {table} FINAL")
    client.close()
    store.close()


def _crawlers() -> list[tuple[Any, ...]]:
    known = {crawler.name: crawler for crawler in built_in_catalogue().crawlers}
    others = [name for name, crawler in known.items() if crawler.is_ai_crawler and name not in _BUSIEST]
    names = [name for name in (*_BUSIEST, *others) if name in known][:CRAWLERS]
    return [
        (
            name,
            known[name].operator,
            _BOT_TYPES.get(known[name].purpose, "other"),
            str(known[name].purpose),
            int(known[name].is_ai_crawler),
        )
        for name in names
    ]
