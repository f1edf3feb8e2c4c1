from builders import BROWSER, log_record


def test_a_batch_is_stored_and_reported(app):
    key = app.key()

    answer = app.send(key, {"logs": [log_record(), log_record(user_agent=BROWSER)]}, "batch-1")
    app.load()

    assert answer.status_code == 200
    assert answer.json() | {"batch_id": ""} == {
        "status": "accepted",
        "batch_id": "",
        "request_id": "batch-1",
        "deduplicated": False,
        "received_records": 2,
        "accepted_records": 2,
        "stored_ai_crawler_records": 1,
        "dropped_non_crawler_records": 1,
        "rejected_records": 0,
        "quarantined_records": 0,
        "errors": [],
    }
    assert app.rows(key, dimensions=["bot_name", "path"]) == [("GPTBot", "/blog/article", 1)]
