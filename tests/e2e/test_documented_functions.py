"""The functions that our pages give to Cloudflare and to Netlify, run as they stand there."""

import subprocess

import pytest

from debian_parts import find_program
from documented import documented

CLOUDFLARE = """
const site = async () => new Response("ok", {headers: {"content-length": "2"}});
const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (to, options) => to instanceof Request ? site() : fetchAnywhere(to, options);

const context = {passThroughOnException() {}, waitUntil: (promise) => work.push(promise)};
await found.default.fetch(request, {CRAWLSIGHT_KEY: key}, context);
"""

NETLIFY = """
globalThis.Netlify = {env: {get: (name) => ({CRAWLSIGHT_KEY: key})[name]}};

const next = async () => new Response("ok", {headers: {"content-length": "2"}});
const waitUntil = (promise) => work.push(promise);
await found.default(request, {next, waitUntil, ip: "203.0.113.9", requestId: "visit-1"});
"""

# Both are asked for one page by one crawler; what they say of trouble goes to standard error.
PLATFORM = """
const [key, url] = process.argv.slice(2);
const work = [];
const found = await import("./function.mjs");
const headers = {"user-agent": "GPTBot/1.2", "cf-connecting-ip": "203.0.113.9", "cf-ray": "visit-1"};
const request = new Request(url, {headers});
%s
await Promise.all(work);
"""


@pytest.fixture(scope="module")
def key(shared_server):
    return shared_server.create_key("functions", "bot")


@pytest.mark.parametrize(("page", "platform"), [("cloudflare-worker", CLOUDFLARE), ("netlify", NETLIFY)])
def test_a_documented_function_reports_a_visit(shared_server, key, tmp_path, page, platform):
    changes = {"https://crawlsight.example.com": shared_server.url}
    (tmp_path / "function.mjs").write_text(documented(f"sources/{page}.md", "js", changes))
    (tmp_path / "platform.mjs").write_text(PLATFORM % platform)
    node = find_program("node", "nodejs")

    found = subprocess.run(
        [node.path, "platform.mjs", key, f"https://{page}.example/page?a=1"],
        cwd=tmp_path,
        env=node.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    expected = [("GPTBot", "/page", 1)]
    query = {"domain": f"{page}.example", "dimensions": ["bot_name", "path"]}
    assert found.stderr == ""
    assert shared_server.report_until(expected, 20, key, **query) == expected
