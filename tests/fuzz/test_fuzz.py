"""Whatever is sent, the answer is one of the documented ones: no fault of ours, no hang, no traceback.

The short run is part of the suite; ``make soak`` sends 100,000 requests.
"""

import gzip
import json
import os
import time
import zlib

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import log_record
from crawlsight.ingest.policy import Keep

SOAK = os.environ.get("CRAWLSIGHT_SOAK") == "1"
EXAMPLES = 12_000 if SOAK else 120
SECONDS = 2.0

INGEST_STATUSES = {200, 400, 409, 413, 415, 422}

fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not SOAK
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=20,
)
field_names = st.sampled_from([*log_record(), "referer", "bytes_sent", "duration_ms", "query_params", "logs"])
records = st.dictionaries(field_names | st.text(max_size=5), json_values).map(
    lambda changes: log_record(**changes)
)
COMPRESSORS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "br": brotli.compress,
    "identity": bytes,
}


def assert_answered(answer, started, statuses):
    seconds = time.perf_counter() - started
    assert answer.status_code in statuses, answer.text
    assert "Traceback" not in answer.text
    assert seconds < SECONDS


@pytest.fixture(scope="module", params=["ank", "bot"])
def send(request, unlimited_app):
    key = unlimited_app.key(request.param, project=unlimited_app.project(Keep.ALL))
    yield lambda body, encoding: unlimited_app.send(key, body, content_encoding=encoding)
    # What was accepted loads, too.
    unlimited_app.load()


@fuzzed
@given(
    body=st.binary(max_size=2_000), encoding=st.sampled_from(["", *COMPRESSORS]) | st.text("abz", max_size=5)
)
def test_arbitrary_bytes_are_answered(send, body, encoding):
    started = time.perf_counter()

    answer = send(body, encoding)

    assert_answered(answer, started, INGEST_STATUSES)


@fuzzed
@given(
    batch=json_values | st.lists(records | json_values, max_size=5), encoding=st.sampled_from([*COMPRESSORS])
)
def test_arbitrary_json_is_answered(send, batch, encoding):
    body = COMPRESSORS[encoding](json.dumps(batch).encode())
    started = time.perf_counter()

    answer = send(body, encoding)

    assert_answered(answer, started, INGEST_STATUSES)
