"""What a 200 promises, put to the test with kill -9."""

import http.client
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from builders import log_record

BATCHES, CLIENTS, KILLS, RECORDS = 1_000, 32, 10, 3


class Sender:
    """Sends each batch one to three times under its key, through any number of crashes."""

    def __init__(self, server, key):
        self.server, self.key = server, key
        self.is_up = threading.Event()
        self.acknowledged = set()
        self.answers = 0
        self.progress = threading.Condition()

    def send(self, number):
        body = json.dumps([self._record(number) for _ in range(RECORDS)])
        for _ in range(1 + number % 3):
            self._send_until_answered(number, body)

    def _record(self, number):
        return log_record(timestamp=datetime.now(UTC).isoformat(), path=f"/batch/{number}")

    def _send_until_answered(self, number, body):
        headers = {"x-ansehn-api-key": self.key, "Idempotency-Key": f"batch-{number}"}
        while True:
            self.is_up.wait()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
                connection.request("POST", "/v1/logs/custom", body, headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                continue
            finally:
                connection.close()
            assert answer.status == 200, content
            with self.progress:
                self.acknowledged.add(number)
                self.answers += 1
                self.progress.notify_all()
            return

    def wait_for_answers(self, count):
        with self.progress:
            assert self.progress.wait_for(lambda: self.answers >= count, timeout=120)


def test_every_acknowledged_batch_is_stored_once_though_the_server_is_killed_ten_times(server):
    server.stop()
    server.environment["CRAWLSIGHT_ANSEHN_REQUESTS_PER_MINUTE"] = "1000000"
    server.start()
    key = server.create_key("crashes")
    sender = Sender(server, key)
    chance = random.Random(1)
    requests = sum(1 + number % 3 for number in range(BATCHES))

    with ThreadPoolExecutor(CLIENTS) as clients:
        sender.is_up.set()
        sent = [clients.submit(sender.send, number) for number in range(BATCHES)]
        for kill in range(1, KILLS + 1):
            # Spread over the whole run, each at a moment of its own.
            sender.wait_for_answers(requests * kill // (KILLS + 1) + chance.randrange(20))
            sender.is_up.clear()
            server.kill()
            server.start()
            sender.is_up.set()
        for future in sent:
            future.result()

    expected = sorted((f"/batch/{number}", RECORDS) for number in range(BATCHES))
    query = {"dimensions": ["path"], "order_by": {"path": "asc"}}
    assert sender.acknowledged == set(range(BATCHES))
    assert server.report_until(expected, 20, key, **query) == expected


def test_a_batch_sent_at_the_moment_of_shutdown_is_stored_or_refused(server):
    server.stop()
    server.environment["CRAWLSIGHT_ANSEHN_REQUESTS_PER_MINUTE"] = "1000000"
    server.start()
    key = server.create_key("shutdown")
    sender = Sender(server, key)
    sender.is_up.set()

    with ThreadPoolExecutor(8) as clients:
        sent = [clients.submit(sender.send, number) for number in range(40)]
        sender.wait_for_answers(5)
        sender.is_up.clear()
        status = server.stop()
        server.start()
        sender.is_up.set()
        for future in sent:
            future.result()

    expected = sorted((f"/batch/{number}", RECORDS) for number in range(40))
    query = {"dimensions": ["path"], "order_by": {"path": "asc"}}
    assert status == 0
    assert server.report_until(expected, 20, key, **query) == expected
