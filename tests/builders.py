"""Valid things to start from; a test changes only what it is about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

GPTBOT = (
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def log_record(**changes: Any) -> dict[str, Any]:
    """A valid record of one GPTBot request a minute before NOW; a change to ``...`` leaves the field out."""
    record = {
        "timestamp": (NOW - timedelta(minutes=1)).isoformat(),
        "method": "GET",
        "host": "example.com",
        "path": "/blog/article",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": GPTBOT,
    }
    record.update(changes)
    return {name: value for name, value in record.items() if value is not ...}


def encode(value: Any) -> bytes:
    """A JSON body."""
    return json.dumps(value).encode()
