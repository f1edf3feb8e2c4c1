"""Log batches as a busy site sends them: mostly people, some bots, some of them AI crawlers."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlsight.detect import built_in_catalogue

AI_SHARE, OTHER_BOT_SHARE = 0.10, 0.05

_BROWSER_VERSIONS = 2_000
_PATHS = 20_000


def make_batches(count: int, records: int, seed: int = 1) -> list[bytes]:
    """Make different JSON bodies of *records* records each, as live logs: of the last ten minutes."""
    chance = random.Random(seed)
    now = datetime.now(UTC)
    return [
        json.dumps({"logs": [_record(chance, now) for _ in range(records)]}).encode() for _ in range(count)
    ]


def compress(bodies: list[bytes]) -> list[bytes]:
    """Gzip bodies at the level that clients use by default."""
    return [gzip.compress(body, 6) for body in bodies]


def _record(chance: random.Random, now: datetime) -> dict[str, Any]:
    at = now - timedelta(seconds=chance.randrange(600))
    return {
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "method": chance.choices(("GET", "POST", "HEAD"), (94, 5, 1))[0],
        "host": "www.example.com",
        "path": f"/section-{chance.randrange(20)}/article-{int(chance.paretovariate(0.8)) % _PATHS}",
        "status_code": chance.choices((200, 304, 301, 404, 500), (80, 10, 4, 5, 1))[0],
        "ip": f"203.0.{chance.randrange(256)}.{chance.randrange(256)}",
        "user_agent": user_agent(chance),
        "referer": chance.choice(
            ("-", "https://www.example.com/", "https://www.google.com/", "https://chatgpt.com/")
        ),
        "bytes_sent": chance.randrange(200_000),
        "duration_ms": chance.randrange(900),
    }


_NAMED = [crawler for crawler in built_in_catalogue().crawlers if crawler.examples]
_AI = [crawler for crawler in _NAMED if crawler.is_ai_crawler]
_OTHERS = [crawler for crawler in _NAMED if not crawler.is_ai_crawler]


def user_agent(chance: random.Random) -> str:
    """Draw a user agent: mostly people's, some bots', some of them AI crawlers'."""
    draw = chance.random()
    if draw < AI_SHARE:
        return chance.choice(chance.choice(_AI).examples)
    if draw < AI_SHARE + OTHER_BOT_SHARE:
        return chance.choice(chance.choice(_OTHERS).examples)
    version = chance.randrange(_BROWSER_VERSIONS)
    return (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        f" Chrome/{100 + version % 50}.0.{version}.0 Safari/537.36"
    )
