"""The command explain: a record given by options or on standard input, in sentences and as JSON."""

import msgspec
import pytest
from cli_detection_parts import GPTBOT_DATE, OPERATOR, entry, printed_json, runner

from builders import BROWSER, GOOGLEBOT
from crawlsight.detect.ranges import Snapshot
from crawlsight.refresh.files import KnowledgeFiles

IS_GPTBOT = (
    "The user agent has the token 'GPTBot', which is GPTBot of OpenAI (training, an AI crawler):"
    " https://developers.openai.com/api/docs/bots"
)
GPTBOT_LIST = "openai-gptbot (https://openai.com/gptbot.json)"
STORED = "Stored: the project keeps 'all'."


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    return runner(tmp_path, monkeypatch, capsys)


def test_a_user_agent_and_an_address_are_explained_in_sentences(run):
    assert run("explain", "--user-agent", "GPTBot/1.2", "--ip", "203.0.113.9") == (
        0,
        f"{IS_GPTBOT}\nContradicted: the address is outside the published list {GPTBOT_LIST}.\n{STORED}\n",
        "",
    )


def test_a_record_is_explained_as_json(run):
    found = printed_json(run("explain", "--user-agent", "GPTBot/1.2", "--ip", "20.171.206.5", "--json"))

    assert found == {
        "crawler": {
            "name": "GPTBot",
            "operator": "OpenAI",
            "product": "ChatGPT",
            "purpose": "training",
            "bot_type": "ai_training",
            "is_ai_crawler": True,
            "version": "1.2",
            "recognised_by": "user_agent",
            "token": "GPTBot",
            "documentation": "https://developers.openai.com/api/docs/bots",
        },
        "verification": "verified",
        "verification_evidence": f"ip:openai-gptbot@{GPTBOT_DATE}",
        "referral_source": "none",
        "referral_type": "none",
        "fate": "stored",
        "reasons": [
            IS_GPTBOT,
            f"Verified: the address is in the published list {GPTBOT_LIST}.",
            STORED,
        ],
    }


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "No referrer and no known tag tell who sent this person."),
        (["--referer", "https://chatgpt.com/"], "Sent by the AI assistant openai, by the referrer."),
        (
            ["--path", "/?utm_source=chatgpt.com"],
            "Sent by the AI assistant openai, by a tag in the requested URL.",
        ),
        (
            ["--referer", "https://shop.example/", "--host", "shop.example"],
            "The referrer is the site itself.",
        ),
    ],
)
def test_a_person_is_explained_by_the_options(run, options, reason):
    person = "The user agent has no token of a known crawler, so this counts as a person's request."

    assert run("explain", "--user-agent", BROWSER, *options) == (0, f"{person}\n{reason}\n{STORED}\n", "")


def test_without_an_address_there_is_none_to_check(run):
    _, output, _ = run("explain", "--user-agent", "GPTBot/1.2")

    assert "Claimed: the record has no address to check.\n" in output


def test_a_record_on_standard_input_is_explained(run):
    record = {"user_agent": "GPTBot/1.2", "ip": "203.0.113.9", "timestamp": "2024-05-06T07:08:09Z"}

    found = printed_json(run("explain", "--json", stdin=msgspec.json.encode(record)))

    assert (found["crawler"]["name"], found["verification"]) == ("GPTBot", "contradicted")


def test_options_outweigh_standard_input(run):
    found = printed_json(
        run("explain", "--user-agent", GOOGLEBOT, "--json", stdin=b'{"user_agent": "GPTBot/1.2"}')
    )

    assert found["crawler"]["name"] == "Googlebot"


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "standard input is no JSON object: "),
        (b"GPTBot/1.2", "standard input is no JSON object: "),
        (b"[]", "standard input is no JSON object: "),
        (b'{"user_agent": "\xff"}', "standard input is no JSON object: "),
        (b'{"user_agent": ' + b"[" * 100_000, "standard input is no JSON object: "),
        (
            b'{"userAgent": "GPTBot/1.2"}',
            "the record would be rejected: user_agent is required; rename 'userAgent' to 'user_agent'",
        ),
        (
            b'{"user_agent": "GPTBot", "status_code": 7}',
            "the record would be rejected: status_code must be between 100 and 599",
        ),
        (
            b'{"user_agent": "GPTBot", "ip": null}',
            "the record would be rejected: ip is required",
        ),
    ],
)
def test_bad_standard_input_is_one_line(run, stdin, message):
    status, output, errors = run("explain", stdin=stdin)

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"crawlsight: {message}")


def test_it_explains_by_the_lists_of_the_data_directory(run, tmp_path):
    snapshot = Snapshot("https://x.example", "https://x.example", "", "2026-11-21", ("203.0.113.0/24",))
    KnowledgeFiles(tmp_path / "knowledge").keep_snapshot("openai-gptbot", snapshot)

    found = printed_json(run("explain", "--user-agent", "GPTBot/1.2", "--ip", "203.0.113.9", "--json"))

    assert (found["verification"], found["verification_evidence"]) == (
        "verified",
        "ip:openai-gptbot@2026-11-21",
    )


def test_it_explains_by_entries_of_ones_own(run, tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text(OPERATOR + entry())
    monkeypatch.setenv("CRAWLSIGHT_CATALOGUE", str(tmp_path / "own.toml"))

    found = printed_json(run("explain", "--user-agent", "AcmeBot/3", "--json"))

    assert (found["crawler"]["name"], found["crawler"]["version"]) == ("AcmeBot", "3")


def test_asking_the_dns_about_a_private_address_needs_no_dns(run):
    status, output, errors = run(
        "explain", "--user-agent", "Googlebot/2.1", "--ip", "10.0.0.1", "--reverse-dns"
    )

    assert (status, errors) == (0, "")
    assert "Claimed: the address is private, probably a proxy's; log the client's own." in output.splitlines()
