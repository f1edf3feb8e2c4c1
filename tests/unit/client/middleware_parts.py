"""What tests of the middleware share: recorders, a clock that ticks, and the record of the usual request."""

from datetime import UTC, datetime

from builders import GPTBOT


class Recorder:
    def __init__(self):
        self.records = []

    def send(self, record):
        self.records.append(record)

    def only(self, **changes):
        """The one record, its instant checked and taken off."""
        (record,) = self.records
        assert abs((datetime.now(UTC) - record["timestamp"]).total_seconds()) < 60
        return {name: value for name, value in record.items() if name != "timestamp"} | changes


class BrokenRecorder:
    def send(self, record):
        raise RuntimeError("the recorder is broken")


def ticking():
    """A clock on which a hundredth of a second is over at each look."""
    instants = iter(range(1_000))
    return lambda: next(instants) / 100


RECORD = {
    "method": "GET",
    "host": "shop.example",
    "path": "/caf%C3%A9?q=1",
    "status_code": 200,
    "ip": "203.0.113.9",
    "user_agent": GPTBOT,
    "bytes_sent": 5,
    "duration_ms": 10.0,
}
