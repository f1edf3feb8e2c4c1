"""What the server knows of crawlers and assistants, over HTTP."""

import pytest

from builders import OWN_ENTRY
from crawlsight.ledger import Role
from people import member, new_project

PATHS = ["/v1/crawlers", "/v1/assistants"]


def get(app, path, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.client.get(path, headers={"x-api-key": app.key(), **sent})


def by_name(answer, name):
    (found,) = [entry for entry in answer.json() if entry["name"] == name]
    return found


def test_a_crawler_is_shown_with_all_that_is_known_of_it(app):
    found = by_name(get(app, "/v1/crawlers"), "GPTBot")

    crawler = next(
        entry for entry in app.services.judging.knowledge.catalogue.crawlers if entry.name == "GPTBot"
    )
    assert found == {
        "name": "GPTBot",
        "operator": "openai",
        "operator_name": "OpenAI",
        "product": crawler.product,
        "purpose": "training",
        "is_ai_crawler": True,
        "bot_type": "ai_training",
        "documentation_url": crawler.documentation,
        "robots_token": "GPTBot",
        "obeys_robots": "yes",
        "tokens": ["GPTBot"],
        "verification_means": ["ip"],
        "ip_list_urls": ["https://openai.com/gptbot.json"],
        "rdns_suffixes": [],
        "date_checked": crawler.checked.isoformat(),
    }


def test_every_crawler_of_the_catalogue_is_listed_by_name(app):
    names = [entry["name"] for entry in get(app, "/v1/crawlers").json()]

    assert names == sorted(
        (entry.name for entry in app.services.judging.knowledge.catalogue.crawlers), key=str.lower
    )


def test_an_assistant_is_shown_with_its_operator_where_its_crawlers_have_one(app):
    found = by_name(get(app, "/v1/assistants"), "ChatGPT")

    assert found == {
        "source": "openai",
        "name": "ChatGPT",
        "operator": "openai",
        "operator_name": "OpenAI",
        "documentation_url": found["documentation_url"],
    }
    others = {name: by_name(get(app, "/v1/assistants"), name)["operator"] for name in ("Gemini", "Phind")}
    assert others == {"Gemini": "google", "Phind": None}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"old", {}', "*"])
def test_what_has_not_changed_is_not_sent_again(app, path, form):
    first = get(app, path)

    again = get(app, path, if_none_match=form.format(first.headers["etag"]))
    other = get(app, path, if_none_match='"old"')

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, other.content) == (200, first.content)


def test_entries_of_ones_own_are_listed_and_change_the_tag(app, open_app, tmp_path):
    (tmp_path / "own.toml").write_text(OWN_ENTRY)
    own = open_app(catalogue=tmp_path / "own.toml")

    found = get(own, "/v1/crawlers")

    assert by_name(found, "Foobot")["operator_name"] == "Foo"
    assert found.headers["etag"] != get(app, "/v1/crawlers").headers["etag"]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_told_to_whoever_is_known(app, path):
    viewer = member(app, new_project(app), Role.VIEWER)

    assert viewer.ask("GET", path).status_code == 200
    assert app.client.get(path).status_code == 401
