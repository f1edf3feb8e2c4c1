"""The examples of the Ansehn seed: curl, Node.js, Python and both shapes of a body."""

import json

import pytest

from builders import at

INGEST = "/v1/logs/custom"

CURL_BODY = """{
    "logs": [
      {
        "timestamp": "2026-06-08T12:00:00Z",
        "method": "GET",
        "host": "example.com",
        "path": "/blog/ai-search",
        "status_code": 200,
        "ip": "203.0.113.10",
        "user_agent": "Mozilla/5.0; compatible; GPTBot/1.2; +https://openai.com/gptbot",
        "referer": "-",
        "bytes_sent": 18422,
        "duration_ms": 91
      }
    ]
  }"""
NODE_BODY = (
    '{"logs":[{"timestamp":"2026-06-08T12:00:00Z","method":"GET","host":"example.com","path":"/",'
    '"status_code":200,"ip":"203.0.113.10","user_agent":"GPTBot/1.2"}]}'
)
PYTHON_BODY = json.dumps(json.loads(NODE_BODY))
WRAPPED_BODY = """{
  "logs": [
    {
      "timestamp": "2026-06-08T12:00:00Z",
      "method": "GET",
      "host": "example.com",
      "path": "/blog/article",
      "status_code": 200,
      "ip": "203.0.113.10",
      "user_agent": "Mozilla/5.0 ... GPTBot/1.2",
      "referer": "https://example.com",
      "bytes_sent": 12345,
      "duration_ms": 120
    }
  ]
}"""
ARRAY_BODY = """[
  {
    "timestamp": "2026-06-08T12:00:00Z",
    "method": "GET",
    "host": "example.com",
    "path": "/blog/article",
    "status_code": 200,
    "ip": "203.0.113.10",
    "user_agent": "Mozilla/5.0 ... GPTBot/1.2"
  }
]"""
SEED_KEY = "logs-prod-edge-001-2026-06-08T12:00:00Z-shard-a"


@pytest.mark.parametrize(
    ("body", "visit"),
    [
        (CURL_BODY, {"path": "/blog/ai-search", "referer": "", "bytes_sent": 18422, "duration_ms": 91.0}),
        (NODE_BODY, {"path": "/", "referer": "", "bytes_sent": None, "duration_ms": None}),
        (PYTHON_BODY, {"path": "/", "referer": "", "bytes_sent": None, "duration_ms": None}),
        (WRAPPED_BODY, {"path": "/blog/article", "referer": "https://example.com", "bytes_sent": 12345}),
        (ARRAY_BODY, {"path": "/blog/article", "referer": "", "bytes_sent": None}),
    ],
    ids=["curl", "node", "python", "wrapped object", "bare array"],
)
@pytest.mark.parametrize("headers", [{"x-ansehn-api-key": "{}"}, {"Authorization": "Bearer {}"}])
def test_the_seeds_own_examples_work_verbatim(app, body, visit, headers):
    key = app.key()
    moved = body.replace("2026-06-08T12:00:00Z", at(days=30))
    sent = {name: value.format(key) for name, value in headers.items()}

    answer = app.client.post(
        INGEST,
        content=moved.encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": SEED_KEY, **sent},
    )
    stored = app.visits(key)

    assert answer.status_code == 200
    assert answer.json() | {"batch_id": ""} == {
        "status": "accepted",
        "batch_id": "",
        "request_id": SEED_KEY,
        "deduplicated": False,
        "received_records": 1,
        "accepted_records": 1,
        "stored_ai_crawler_records": 1,
        "dropped_non_crawler_records": 0,
        "rejected_records": 0,
        "quarantined_records": 0,
        "errors": [],
    }
    assert [{name: found[name] for name in visit} for found in stored] == [visit]
    assert [(found["host"], found["method"], found["bot_name"]) for found in stored] == [
        ("example.com", "GET", "GPTBot")
    ]
