"""The dashboard's files: given out under a strict policy, and only at its own addresses."""

import re
from pathlib import Path

import pytest

from crawlsight.server import dashboard

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
ROUTES = Path(__file__).parents[2] / "web" / "src" / "routes.ts"
INDEX, SCRIPT = b"<!doctype html><title>Crawlsight</title>", b"export default 1;\n" * 99


@pytest.fixture
def built(tmp_path, monkeypatch):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(INDEX)
    (tmp_path / "favicon.svg").write_bytes(b"<svg/>")
    (tmp_path / "assets" / "index-Ab_3-x.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "index-Ab_3-x.js.gz").write_bytes(b"packed")
    monkeypatch.setattr(dashboard, "_STATIC", tmp_path)


@pytest.mark.parametrize("path", dashboard.PAGES)
@pytest.mark.usefixtures("built")
def test_every_page_is_the_one_document_under_the_policy(app, path):
    page = app.client.get(path)

    assert (page.status_code, page.content) == (200, INDEX)
    shown = (
        "content-security-policy",
        "cache-control",
        "content-type",
        "x-content-type-options",
        "referrer-policy",
    )
    assert [page.headers[name] for name in shown] == [
        POLICY,
        "no-cache",
        "text/html; charset=utf-8",
        "nosniff",
        "no-referrer",
    ]


def test_the_server_knows_every_page_of_the_dashboard():
    paths = re.findall(r'^  page\("([^"]+)"', ROUTES.read_text(encoding="utf-8"), re.MULTILINE)

    assert {*paths, "/signin", "/join", "/share"} == set(dashboard.PAGES)


@pytest.mark.usefixtures("built")
def test_a_script_is_kept_for_ever_and_packed_if_the_browser_takes_that(app):
    plain = app.client.get("/assets/index-Ab_3-x.js", headers={"Accept-Encoding": "identity"})
    with app.client.stream("GET", "/assets/index-Ab_3-x.js", headers={"Accept-Encoding": "gzip"}) as packed:
        encoding = packed.headers["content-encoding"]

    assert (plain.content, encoding) == (SCRIPT, "gzip")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("name", ["index-old.js", "..%2Findex.html", "%2e%2e", ".hidden", "index.html%00.js"])
@pytest.mark.usefixtures("built")
def test_what_is_no_asset_is_404(app, name):
    assert app.client.get(f"/assets/{name}").status_code == 404


@pytest.mark.usefixtures("built")
def test_unknown_paths_of_the_api_stay_json(app):
    answer = app.client.get("/v1/nothing")

    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_path")


def test_a_dashboard_that_is_not_built_says_what_to_do(app, tmp_path, monkeypatch):
    monkeypatch.setattr(dashboard, "_STATIC", tmp_path)

    page = app.client.get("/")

    assert page.status_code == 503
    assert "make web" in page.text
