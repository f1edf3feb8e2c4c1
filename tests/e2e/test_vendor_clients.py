"""The vendors' own example code and SDK, with only address and key changed."""

import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from profound import Profound

ANSEHN_PYTHON = """
import requests

response = requests.post(
    "{url}/v1/logs/custom",
    headers={{
        "Content-Type": "application/json",
        "x-ansehn-api-key": "{key}",
        # Stable per batch — encode the source and exact log window.
        "Idempotency-Key": "logs-prod-edge-001-2026-06-08T12:00:00Z-shard-a",
    }},
    json={{
        "logs": [
            {{
                "timestamp": "{now}",
                "method": "GET",
                "host": "example.com",
                "path": "/",
                "status_code": 200,
                "ip": "203.0.113.10",
                "user_agent": "GPTBot/1.2",
            }}
        ]
    }},
)

print(response.json())
"""

PROFOUND_PYTHON = """
import requests
import json

logs = [{{
    "timestamp": "2024-01-11T12:00:00Z",
    "method": "GET",
    "host": "example.com",
    "path": "/products",
    "status_code": 200,
    "ip": "192.168.1.1",
    "user_agent": "Mozilla/5.0..."
}}]

response = requests.post(
    "{url}/v1/logs/custom",
    headers={{
        "x-api-key": "{key}",
        "Content-Type": "application/json"
    }},
    json=logs
)

print(response.json())
"""


def run_example(code):
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return eval(found.stdout)  # a dict, as the example prints it


def test_ansehns_python_example_is_answered_as_documented(server):
    key = server.create_key("ansehn")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    answer = run_example(ANSEHN_PYTHON.format(url=server.url, key=key, now=now))
    assert answer | {"batch_id": ""} == {
        "status": "accepted",
        "batch_id": "",
        "request_id": "logs-prod-edge-001-2026-06-08T12:00:00Z-shard-a",
        "deduplicated": False,
        "received_records": 1,
        "accepted_records": 1,
        "stored_ai_crawler_records": 1,
        "dropped_non_crawler_records": 0,
        "rejected_records": 0,
        "quarantined_records": 0,
        "errors": [],
    }


def test_what_is_sent_is_reported_within_two_seconds(server):
    key = server.create_key("ansehn")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    # The quickest of three, as others may keep this machine busy.
    waited = []
    for visits in (1, 2, 3):
        example = ANSEHN_PYTHON.format(url=server.url, key=key, now=now).replace("shard-a", f"shard-{visits}")
        run_example(example)
        answered = time.monotonic()
        found = server.report_until([("GPTBot", visits)], 20, key, dimensions=["bot_name"])
        waited.append(time.monotonic() - answered)
        assert found == [("GPTBot", visits)]

    assert min(waited) < 2


def test_profounds_python_example_is_answered_as_documented_and_reported(server):
    key = server.create_key("profound", "bot")

    answer = run_example(PROFOUND_PYTHON.format(url=server.url, key=key))
    query = {"metrics": ["visits"], "dimensions": ["date", "path"]}
    found = server.report_until([("2024-01-11", "/products", 1)], 2, key, kind="referrals", **query)

    assert answer | {"first_visit_id": ""} == {
        "status": "accepted",
        "message": "Processing 1 log entries",
        "first_visit_id": "",
        "errors": [],
    }
    assert found == [("2024-01-11", "/products", 1)]


@pytest.mark.parametrize("version", ["", "_v2"])
def test_profounds_sdk_gets_its_reports_from_us(server, version):
    key = server.create_key("sdk", "bot")
    run_example(PROFOUND_PYTHON.format(url=server.url, key=key).replace("Mozilla/5.0...", "GPTBot/1.2"))
    run_example(PROFOUND_PYTHON.format(url=server.url, key=key))
    server.report_until([(1,)], 5, key)
    server.report_until([(1,)], 5, key, kind="referrals", metrics=["visits"])
    client = Profound(api_key=key, base_url=server.url)

    bots = getattr(client.reports, f"get_bots_report{version}")(
        domain="example.com",
        start_date="2024-01-01",
        end_date="2024-01-31",
        metrics=["count", "training", "last_visit"],
        dimensions=["date", "bot_name", "bot_provider"],
        filters=[{"field": "bot_name", "operator": "is", "value": "GPTBot"}],
        order_by={"count": "desc"},
        pagination={"limit": 10},
    )
    referrals = getattr(client.reports, f"get_referrals_report{version}")(
        domain="example.com", start_date="2024-01-01", metrics=["visits"], dimensions=["referral_source"]
    )
    domains = client.organizations.domains()

    assert bots.info.total_rows == 1
    assert [(row.dimensions, row.metrics) for row in bots.data] == [
        (["2024-01-11", "GPTBot", "openai"], [1, 1, "2024-01-11T12:00:00.000Z"])
    ]
    assert [(row.dimensions, row.metrics) for row in referrals.data] == [(["none"], [1])]
    assert [domain.name for domain in domains] == ["example.com"]
