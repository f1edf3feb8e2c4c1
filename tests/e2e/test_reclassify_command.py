"""Judging stored visits again beside a running server, which has learnt of a crawler since."""

import json
from datetime import UTC, datetime

import httpx

from builders import BROWSER, OWN_ENTRY, log_record


def test_a_running_server_judges_its_visits_again_and_no_key_is_made(server, tmp_path):
    key = server.create_key("shop", "bot")
    server.run("project", "create", "without-visits")
    records = [
        log_record(timestamp=datetime.now(UTC).isoformat(), user_agent=user_agent)
        for user_agent in ("Foobot/1.0", BROWSER)
    ]
    answer = httpx.post(f"{server.url}/v1/logs/custom", json=records, headers={"X-API-Key": key})
    assert answer.status_code == 200
    unknown = {"domain": "*", "start_date": "2024-01-01"}
    loaded = {"info": {"total_rows": 0}}
    while loaded["info"]["total_rows"] < 1:
        loaded = httpx.post(
            f"{server.url}/v1/reports/unknown_bots", json=unknown, headers={"X-API-Key": key}
        ).json()
    server.stop()
    (tmp_path / "own.toml").write_text(OWN_ENTRY)
    server.environment["CRAWLSIGHT_CATALOGUE"] = str(tmp_path / "own.toml")
    server.start()
    keys = server.run("key", "list", "--json")
    assert server.report(key) == [(0,)]

    found = json.loads(server.run("reclassify", "--apply", "--json"))

    assert found == [
        {
            "project": "shop",
            "visits": 2,
            "changed": 1,
            "dry_run": False,
            "changes": [
                {
                    "visits": 1,
                    "from": {"bot_name": "", "verification": "none"},
                    "to": {"bot_name": "Foobot", "verification": "unverifiable"},
                }
            ],
        },
        {"project": "without-visits", "visits": 0, "changed": 0, "dry_run": False, "changes": []},
    ]
    assert server.report(key, dimensions=["bot_name"]) == [("Foobot", 1)]
    assert server.run("key", "list", "--json") == keys
