"""Arbitrary headers and arbitrary report queries never get more than a refusal."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_fuzz import assert_answered, fuzzed, json_values

from builders import log_record
from crawlsight.ledger import Scope
from crawlsight.reports import DIMENSIONS, INTERVALS, METRICS, OPERATORS, Report
from crawlsight.reports.fields import METRIC_OPERATORS

header_names = st.sampled_from(
    ["x-api-key", "x-ansehn-api-key", "authorization", "idempotency-key", "content-type", "x-request-id"]
)
header_values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=300
)

names = {
    report: st.sampled_from([*METRICS[report], *DIMENSIONS[report]]) | st.text(max_size=5)
    for report in Report
}


@st.composite
def queries(draw, report):
    name = names[report]
    wild = st.one_of(st.none(), st.integers(), st.text(max_size=20), json_values)
    filters = st.fixed_dictionaries(
        {
            "field": name,
            "operator": st.sampled_from([*OPERATORS]),
            "value": st.text() | st.lists(st.text()) | wild,
        }
    )
    metric_filters = st.fixed_dictionaries(
        {
            "field": name,
            "operator": st.sampled_from([*METRIC_OPERATORS]),
            "value": st.floats(allow_nan=False, allow_infinity=False) | wild,
        }
    )
    fields = {
        "domain": st.sampled_from(["example.com", "*"]) | wild,
        "metrics": st.lists(st.sampled_from([*METRICS[report]]), min_size=1, max_size=4),
        "dimensions": st.lists(st.sampled_from([*DIMENSIONS[report]]), max_size=4),
        "start_date": st.dates().map(str) | st.datetimes().map(str) | wild,
        "end_date": st.dates().map(str) | wild,
        "date_interval": st.sampled_from([*INTERVALS]) | wild,
        "timezone": st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]) | wild,
        "filters": st.lists(filters, max_size=3) | wild,
        "metric_filters": st.lists(metric_filters, max_size=2) | wild,
        "order_by": st.dictionaries(name, st.sampled_from(["asc", "desc"])) | wild,
        "pagination": st.fixed_dictionaries({"limit": st.integers(), "offset": st.integers()}) | wild,
    }
    required = {
        "domain": fields.pop("domain"),
        "metrics": fields.pop("metrics"),
        "start_date": fields.pop("start_date"),
    }
    return draw(st.fixed_dictionaries(required, optional=fields))


@fuzzed
@given(headers=st.dictionaries(header_names, header_values))
def test_arbitrary_headers_are_answered(unlimited_app, headers):
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    started = time.perf_counter()

    answer = unlimited_app.client.post("/v1/logs/custom", json=[log_record()], headers=encoded)

    assert_answered(answer, started, {401})


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("report", [*Report])
def test_arbitrary_queries_are_answered(unlimited_app, report, version):
    key = unlimited_app.key(scopes=(Scope.INGEST, Scope.REPORTS))
    unlimited_app.send(key, [log_record()])
    unlimited_app.load()

    @fuzzed
    @given(body=queries(report))
    def check(body):
        started = time.perf_counter()
        answer = unlimited_app.report(key, report.value, version, **body)
        assert_answered(answer, started, {200, 422})

    check()
