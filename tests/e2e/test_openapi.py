"""The OpenAPI document describes what the server does: requests made from it are never its fault."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from conftest import ServerProcess
from crawlsight.server.openapi import openapi_document

UNLIMITED = {
    "CRAWLSIGHT_PROFOUND_REQUESTS_PER_MINUTE": "1000000",
    "CRAWLSIGHT_REPORTS_REQUESTS_PER_HOUR": "1000000",
}


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    process = ServerProcess(tmp_path_factory.mktemp("described") / "data", UNLIMITED)
    process.start()
    yield process, process.create_key("described", "bot")
    process.stop()


OPERATIONS = [(path, method) for path, item in openapi_document()["paths"].items() for method in item]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_requests_made_from_the_document_are_answered_as_it_says(described, path, method):
    server, key = described
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    chosen = schema.include(path=path, method=method.upper())
    (operation,) = (found.ok() for found in chosen.get_all_operations())
    documented = openapi_document()["paths"][path][method]["responses"]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def check(case):
        answer = case.call(headers={"x-api-key": key})
        assert answer.elapsed < 2
        assert str(answer.status_code) in documented, answer.text

    check()
