"""The pages that tell operators what to set up, against the feeds that they describe."""

import json
import re
from pathlib import Path

import pytest
from vendor_wire import request

from crawlsight.feeds import FEEDS, Skip, own_records
from crawlsight.record import REQUIRED_FIELDS

SOURCES = Path(__file__).parents[3] / "docs" / "sources"

PAGES = {name: f"{name.replace('_', '-')}.md" for name in FEEDS} | {"firehose": "cloudfront-firehose.md"}

# What Fastly puts in place of its variables.
VALUES = {"time.start.msec": "1795305598123", "resp.status": "200", "client.ip": "203.0.113.9"}


def page(name):
    return (SOURCES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FEEDS)
def test_every_feed_has_a_page_that_names_its_url_and_says_what_web_bot_auth_needs(name):
    text = page(PAGES[name])

    assert f"https://crawlsight.example.com{FEEDS[name].path}" in text
    assert "Web Bot Auth" in text
    assert f"({PAGES[name]}) | `{FEEDS[name].path}`" in page("README.md")


@pytest.mark.parametrize("reason", Skip)
def test_every_reason_to_skip_an_entry_is_documented(reason):
    assert f"`{reason}`" in page("README.md")


def test_fastly_writes_our_log_format_as_a_record_of_ours():
    template = re.search(r"```json\n(.*?)```", page("fastly.md"), re.DOTALL)[1]
    line = re.sub(
        r"%\{(?:json\.escape\()?([\w.\-]+)\)?\}V", lambda found: VALUES.get(found[1], "0"), template
    )

    batch = FEEDS["fastly"].read(request(line.encode()))

    assert set(json.loads(line)) <= set(own_records.FIELDS)
    assert batch.records[0].keys() == json.loads(line).keys()


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("cloudflare-worker.md", r"const record = \{(.*?)\};"),
        ("netlify.md", r"const record = \{(.*?)\};"),
        ("wordpress.md", r"\$record  = array\((.*?)\n       \);"),
    ],
)
def test_our_snippets_report_only_fields_that_a_record_has(name, pattern):
    block = re.search(pattern, page(name), re.DOTALL)[1]
    fields = set(re.findall(r"^\s+'?(\w+)'?(?::|\s+=>)", block, re.MULTILINE))

    assert set(REQUIRED_FIELDS) <= fields <= {*own_records.FIELDS, "query_params"}


def test_the_fields_that_the_pages_have_the_operator_choose_are_enough():
    logpush = re.search(r'"field_names": \[(.*?)\]', page("cloudflare-logpush.md"), re.DOTALL)[1]
    cloudfront = re.search(r"at least these fields:\n\n(.*?)\n\n", page("cloudfront-firehose.md"), re.DOTALL)[
        1
    ]
    akamai = set(re.findall(r"\| `(\w+)` \|", page("akamai.md")))

    assert {"EdgeStartTimestamp", "ClientRequestURI", "ClientIP"} <= set(re.findall(r'"(\w+)"', logpush))
    assert {"timestamp(ms)", "x-host-header", "cs(User-Agent)"} <= set(re.split(r"[\s,]+", cloudfront))
    assert {"reqTimeSec", "cliIP", "statusCode", "reqHost", "reqMethod", "reqPath", "UA"} <= akamai
