"""A site's traffic, and an oracle that answers report queries from the visits themselves, in plain Python."""

import random
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from builders import BROWSER, GOOGLEBOT, GPTBOT, NOW, log_record

AGENTS = [
    GPTBOT,
    GPTBOT,
    "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
    "Mozilla/5.0 (compatible; OAI-Operator/1.0)",
    GOOGLEBOT,
    BROWSER,
    BROWSER,
    BROWSER,
]
PATHS = ["/", "/about", "/blog/", "/blog/first", "/blog/Second", "/docs/api/v1", "/docs/ünïcode", "/a%20b"]
REFERERS = [
    "",
    "https://chatgpt.com/",
    "https://www.perplexity.ai/search?q=x",
    "https://news.example/",
    "https://example.com/about",
]

# Instants where days, weeks, quarters, years or offsets change somewhere.
EDGES = [
    "2026-11-01T05:59:59Z",
    "2026-11-01T06:00:00Z",
    "2026-11-01T06:30:00Z",
    "2026-10-25T00:59:59Z",
    "2026-10-25T01:00:00Z",
    "2026-10-03T16:30:00Z",
    "2026-10-01T00:00:00Z",
    "2026-09-30T23:59:59.999Z",
    "2026-10-01T03:59:59Z",
    "2026-10-01T04:00:00Z",
    "2026-11-15T18:29:59Z",
    "2026-11-15T18:30:00Z",
    "2026-11-15T18:14:59Z",
    "2026-11-15T18:15:00Z",
    "2025-12-31T23:59:59Z",
    "2026-01-01T00:00:00Z",
    "2026-11-22T12:00:00Z",
]


def make_traffic(records=500):
    """Records of a year, the same each time, some at every edge."""
    chance = random.Random(7)
    instants = [(NOW - timedelta(seconds=chance.randrange(365 * 86_400))).isoformat() for _ in range(records)]
    return [
        log_record(
            timestamp=instant,
            method=chance.choice(["GET", "GET", "POST", "PURGE"]),
            host=chance.choice(["example.com", "example.com", "shop.example.com"]),
            path=chance.choice(PATHS),
            status_code=chance.choice([200, 200, 301, 404, 500]),
            user_agent=chance.choice(AGENTS),
            referer=chance.choice(REFERERS),
        )
        for instant in instants + EDGES * 3
    ]


def send_traffic(app):
    """A project that has the traffic in its visits; gives its key and the visits."""
    app.clock.now = NOW
    project = app.project()
    keys = [app.key("bot", project=project, name=name) for name in ("edge", "origin")]
    records = make_traffic()
    for key, part in ((keys[0], records[::2]), (keys[1], records[1::2])):
        assert app.send(key, part).json()["errors"] == []
    return keys[0], app.visits(keys[0])


def in_zone(visit, zone):
    """The visit's wall-clock time."""
    return visit["timestamp"].astimezone(ZoneInfo(zone))


def _bucket(day: date, interval: str, first_day: date) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    if interval == "month":
        return day.replace(day=1)
    if interval == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if interval == "year":
        return day.replace(month=1, day=1)
    if interval == "relative_week":
        return first_day + (day - first_day) // timedelta(days=7) * timedelta(days=7)
    return day


def value(visit, dimension, zone="UTC", interval="day", first_day=date(2025, 11, 22)):
    """A visit's value of a dimension."""
    local = in_zone(visit, zone)
    if dimension == "hour" or (dimension, interval) == ("date", "hour"):
        return f"{local:%Y-%m-%d %H}:00:00"
    if dimension == "date":
        return _bucket(local.date(), interval, first_day).isoformat()
    if dimension == "folder":
        return re.match(r"/([^/]*/)?", visit["path"])[0]
    if dimension == "is_ai_crawler":
        return str(visit[dimension]).lower()
    if dimension == "status_class":
        return f"{visit['status_code'] // 100}xx"
    return str(visit[dimension])


def measure(metric, visits):
    """A metric of a group of visits."""
    if metric == "last_visit":
        latest = max(visit["timestamp"] for visit in visits)
        return latest.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if metric == "pages":
        return len({(visit["host"], visit["path"]) for visit in visits})
    if metric == "crawlers":
        return len({visit["bot_name"] for visit in visits})
    if metric == "errors":
        return sum(visit["status_code"] >= 400 for visit in visits)
    if metric == "verified":
        return sum(visit["verification"] == "verified" for visit in visits)
    types = {
        "citations": "ai_assistant",
        "indexing": "index",
        "training": "ai_training",
        "agents": "ai_agent",
    }
    if metric in types:
        return sum(visit["bot_type"] == types[metric] for visit in visits)
    return len(visits)


def expected_rows(visits, dimensions=(), metrics=("count",), kind="bots", **buckets):
    """The rows of a report, dimensions first, sorted."""
    groups = defaultdict(list)
    for visit in visits:
        if bool(visit["bot_name"]) == (kind == "bots"):
            groups[tuple(value(visit, name, **buckets) for name in dimensions)].append(visit)
    return sorted((*group, *(measure(name, found) for name in metrics)) for group, found in groups.items())


def utc(*parts):
    """An instant of UTC."""
    return datetime(*parts, tzinfo=UTC)


def since(visits, start, end=NOW + timedelta(days=1)):
    """The visits from an instant up to, not including, another."""
    return [visit for visit in visits if start <= visit["timestamp"] < end]
