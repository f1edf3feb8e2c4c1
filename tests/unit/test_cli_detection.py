"""The commands of detection: detect, explain, catalogue and ranges."""

import io
import json
import os
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT
from crawlsight.cli.detect import write_detections
from crawlsight.cli.main import main
from crawlsight.detect import CrawlerDetector, built_in_catalogue, built_in_knowledge
from crawlsight.detect.check import check_catalogue
from crawlsight.detect.ranges import Snapshot, built_in_snapshots
from crawlsight.refresh import KnowledgeFiles

CATALOGUE = built_in_catalogue()
DETECTOR = CrawlerDetector(CATALOGUE)
GPTBOT_DATE = built_in_snapshots()["openai-gptbot"].date


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in this process, on a data directory of its own; gives status, output, errors."""
    for name in [name for name in os.environ if name.startswith("CRAWLSIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRAWLSIGHT_DATA", str(tmp_path))

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["crawlsight", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main()
        output, errors = capsys.readouterr()
        return end.value.code or 0, output, errors

    return run


def printed_json(result):
    status, output, errors = result
    assert (status, errors, output.count("\n")) == (0, "", 1)
    return json.loads(output)


# crawlsight detect


class Chunks:
    """A stream that gives at most so many bytes at a time, whatever is asked for."""

    def __init__(self, content, size):
        self._stream, self._size = io.BytesIO(content), size

    def read(self, count=-1):
        return self._stream.read(self._size if count < 0 else min(count, self._size))


def detections(content, size=1 << 20):
    target = io.BytesIO()
    write_detections(Chunks(content, size), target)
    return target.getvalue()


def expected_line(user_agent):
    """One answer, found and written without any of the command's shortcuts."""
    crawler = DETECTOR.match(user_agent)
    answer = {"user_agent": user_agent, "crawler": None, "operator": None, "purpose": None}
    if crawler is not None:
        answer |= {
            "crawler": crawler.name,
            "operator": CATALOGUE.operator_name(crawler),
            "purpose": crawler.purpose.value,
        }
    return msgspec.json.encode({**answer, "is_ai_crawler": crawler is not None and crawler.is_ai_crawler})


def expected_lines(content):
    lines = content.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return b"".join(expected_line(line.rstrip(b"\r").decode("utf-8", "replace")) + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "user_agents"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"GPTBot/1.2\n", ["GPTBot/1.2"]),
        (b"GPTBot/1.2", ["GPTBot/1.2"]),
        (b"GPTBot/1.2\r\ncurl/8\r\n", ["GPTBot/1.2", "curl/8"]),
        (b"GPTBot/1.2\r\n\r\ncurl/8\r", ["GPTBot/1.2", "", "curl/8"]),
        (b"\n\ncurl/8\n\n", ["", "", "curl/8", ""]),
        (b'a "quoted" bot\n', ['a "quoted" bot']),
        (b"back\\slash\\n\n", ["back\\slash\\n"]),
        (b"tab\tbell\x07null\x00del\x7f\n", ["tab\tbell\x07null\x00del\x7f"]),
        (b"\xff GPTBot/1.2 \xc3\n", ["\ufffd GPTBot/1.2 \ufffd"]),
        ("ünïcödé \u2028 \U0001f916\n".encode(), ["ünïcödé \u2028 \U0001f916"]),
        (b"a\rb\n", ["a\rb"]),
        (b"\xef\xbf\xbd\n", ["\ufffd"]),
        (b'","crawler":"x"\n', ['","crawler":"x"']),
    ],
)
def test_each_line_is_answered_as_json(content, user_agents):
    found = detections(content)

    assert [json.loads(line)["user_agent"] for line in found.split(b"\n")[:-1]] == user_agents
    assert found == b"".join(expected_line(user_agent) + b"\n" for user_agent in user_agents)


def test_an_answer_has_five_members_in_their_order():
    assert detections(f"{GPTBOT}\n{BROWSER}\n".encode()) == (
        b'{"user_agent":"%b","crawler":"GPTBot","operator":"OpenAI","purpose":"training","is_ai_crawler":true}\n'
        b'{"user_agent":"%b","crawler":null,"operator":null,"purpose":null,"is_ai_crawler":false}\n'
        % (GPTBOT.encode(), BROWSER.encode())
    )


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_chunks_may_end_anywhere_in_a_line(size):
    content = f"{GPTBOT}\r\n\n{BROWSER}\nünï \U0001f916 bingbot/2.0\n".encode() * 2 + b"ClaudeBot"

    assert detections(content, size) == expected_lines(content)


def test_a_line_longer_than_a_chunk_is_one_line():
    content = b"x" * (3 << 20) + b" GPTBot/1.2\nGPTBot/1.2"

    assert detections(content) == expected_lines(content)


lines = st.sampled_from(
    [
        GPTBOT.encode(),
        BROWSER.encode(),
        GOOGLEBOT.encode(),
        b'"GPTBot/1.0"',
        b"GPTBot\\",
        b"GPTBot\xff",
        b"GPTBot\x00",
        b"",
        b"\r",
        b"\xe2\x80\xa8ClaudeBot/1",
    ]
)


@given(
    st.lists(lines | st.binary(max_size=12) | st.text(max_size=12).map(str.encode), max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
    st.integers(1, 40),
)
def test_the_output_is_that_of_a_plain_reading_line_by_line(found, ending, is_ended, size):
    content = ending.join(found) + (ending if is_ended else b"")

    assert detections(content, size) == expected_lines(content)


# crawlsight explain

IS_GPTBOT = (
    "The user agent has the token 'GPTBot', which is GPTBot of OpenAI (training, an AI crawler):"
    " https://developers.openai.com/api/docs/bots"
)
GPTBOT_LIST = "openai-gptbot (https://openai.com/gptbot.json)"
STORED = "Stored: the project keeps 'all'."


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


# crawlsight catalogue

OPERATOR = '[operator.acme]\nname = "Acme"\n'


def entry(name="AcmeBot", token="AcmeBot", documentation="https://acme.example/bot", example="AcmeBot/1.0"):
    return f"""
[[crawler]]
name = "{name}"
tokens = ['{token}']
operator = "acme"
purpose = "training"
is_ai_crawler = true
documentation = "{documentation}"
checked = 2026-11-22
examples = ['{example}']
counterexamples = ["NotAcme/1.0"]
"""


def test_the_built_in_catalogue_holds(run):
    assert run("catalogue", "check") == (
        0,
        f"{len(CATALOGUE.crawlers)} entries of {len(CATALOGUE.operators)} operators hold\n",
        "",
    )


def test_entries_of_ones_own_that_hold_are_counted_with_the_others(run, tmp_path):
    (tmp_path / "own.toml").write_text(OPERATOR + entry())

    assert run("catalogue", "check", str(tmp_path / "own.toml")) == (
        0,
        f"{len(CATALOGUE.crawlers) + 1} entries of {len(CATALOGUE.operators) + 1} operators hold\n",
        "",
    )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (entry(example="Other/1.0"), ["AcmeBot: its example 'Other/1.0' is won by nobody"]),
        (entry(example="AcmeBot GPTBot-like"), []),
        (
            entry(token="Acme", example="Acme OAI-SearchBot/1.0"),
            ["AcmeBot: its example 'Acme OAI-SearchBot/1.0' is won by OAI-SearchBot"],
        ),
        (
            entry(token="Acme.*Bot", example="Acme.*Bot/1.0"),
            ["AcmeBot: its token 'Acme.*Bot' is no plain text of 2 to 80 characters"],
        ),
        (
            entry(token="(?i)AcmeBot", example="(?i)AcmeBot/1.0"),
            ["AcmeBot: its token '(?i)AcmeBot' is no plain text of 2 to 80 characters"],
        ),
        (
            entry(token="A", example="A/1.0"),
            ["AcmeBot: its token 'A' is no plain text of 2 to 80 characters"],
        ),
        (entry(documentation="https://wiki"), ["AcmeBot: its documentation 'https://wiki' is no URL"]),
        (
            entry().replace('["NotAcme/1.0"]', '["AcmeBot/2.0", "NotAcme/1.0"]'),
            ["AcmeBot: its counterexample 'AcmeBot/2.0' matches it"],
        ),
        (
            entry(documentation="https://x", example="Other/1.0"),
            [
                "AcmeBot: its documentation 'https://x' is no URL",
                "AcmeBot: its example 'Other/1.0' is won by nobody",
            ],
        ),
    ],
)
def test_each_fault_is_a_line_by_the_name_of_its_entry(run, tmp_path, text, faults):
    (tmp_path / "own.toml").write_text(OPERATOR + text)

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, errors) == (1 if faults else 0, "")
    assert [line for line in output.splitlines() if not line.endswith(" hold")] == faults


def test_an_entry_that_wins_what_belongs_to_another_is_told_by_the_others_name(run, tmp_path):
    token = "compatible; GPTBot"
    (tmp_path / "own.toml").write_text(OPERATOR + entry(token=token, example=f"Mozilla/5.0 ({token}/1.0)"))

    status, output, _ = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert status == 1
    assert {line.partition(":")[0] for line in output.splitlines()} == {"GPTBot"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry(token="GPTBot"), "AcmeBot and GPTBot share the token 'GPTBot'"),
        (entry(token="gptbot"), "AcmeBot and GPTBot share the token 'gptbot'"),
        (entry(documentation=""), "AcmeBot needs documentation"),
        (entry(documentation="the wiki"), "AcmeBot needs documentation"),
        (
            entry().replace('documentation = "https://acme.example/bot"\n', ""),
            "missing required field `documentation`",
        ),
        ("[[crawler]", "the catalogue cannot be read: "),
    ],
)
def test_a_file_that_contradicts_itself_or_the_catalogue_is_refused(run, tmp_path, text, message):
    (tmp_path / "own.toml").write_text(OPERATOR + text)

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("crawlsight: ")
    assert message in errors


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")]
)
def test_a_file_that_cannot_be_read_is_named(run, tmp_path, make):
    make(tmp_path / "own.toml")

    status, output, errors = run("catalogue", "check", str(tmp_path / "own.toml"))

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"crawlsight: {tmp_path}/own.toml cannot be read: ")


def test_the_crawlers_are_listed_by_name(run):
    status, output, errors = run("catalogue", "list")

    header, *rows = output.splitlines()
    assert (status, errors, header.split()) == (
        0,
        "",
        ["name", "operator", "product", "purpose", "AI", "tokens"],
    )
    names = sorted((crawler.name for crawler in CATALOGUE.crawlers), key=str.lower)
    assert [row.startswith(name) for name, row in zip(names, rows, strict=True)] == [True] * len(names)
    (gptbot,) = [row for row in rows if row.startswith("GPTBot ")]
    assert gptbot.split() == ["GPTBot", "OpenAI", "ChatGPT", "training", "yes", "GPTBot"]


def test_the_crawlers_are_listed_for_scripts_with_all_that_is_known(run):
    found = printed_json(run("catalogue", "list", "--json"))

    assert found == json.loads(msgspec.json.encode(CATALOGUE.crawlers))
    assert len(found) == len(CATALOGUE.crawlers)


def test_a_catalogue_is_checked_by_the_library_alike():
    bad = CATALOGUE.with_entries(OPERATOR + entry(example="Other/1.0"))

    assert check_catalogue(bad) == ["AcmeBot: its example 'Other/1.0' is won by nobody"]


# crawlsight ranges


def test_the_lists_are_listed_with_their_size_and_day(run):
    found = printed_json(run("ranges", "list", "--json"))

    knowledge = built_in_knowledge()
    assert [row["list"] for row in found] == sorted(CATALOGUE.ip_lists)
    assert next(row for row in found if row["list"] == "openai-gptbot") == {
        "list": "openai-gptbot",
        "operator": "OpenAI",
        "prefixes": len(knowledge.snapshots["openai-gptbot"].prefixes),
        "date": GPTBOT_DATE,
        "url": "https://openai.com/gptbot.json",
    }


def test_a_list_without_a_copy_has_no_day(run, tmp_path, monkeypatch):
    own = '[ip_list.acme]\noperator = "acme"\nurl = "https://acme.example/ranges.json"\n'
    (tmp_path / "own.toml").write_text(OPERATOR + own + entry())
    monkeypatch.setenv("CRAWLSIGHT_CATALOGUE", str(tmp_path / "own.toml"))

    found = printed_json(run("ranges", "list", "--json"))

    assert [row for row in found if row["list"] == "acme"] == [
        {
            "list": "acme",
            "operator": "Acme",
            "prefixes": 0,
            "date": None,
            "url": "https://acme.example/ranges.json",
        }
    ]


def test_a_refreshed_list_is_listed_in_place_of_the_packages(run, tmp_path):
    snapshot = Snapshot("https://x.example", "https://x.example", "", "2026-11-21", ("192.0.32.0/24",))
    KnowledgeFiles(tmp_path / "knowledge").keep_snapshot("openai-gptbot", snapshot)

    found = printed_json(run("ranges", "list", "--json"))

    (row,) = [row for row in found if row["list"] == "openai-gptbot"]
    assert (row["prefixes"], row["date"]) == (1, "2026-11-21")


def test_the_lists_are_a_table_for_people(run):
    status, output, errors = run("ranges", "list")

    header, *rows = output.splitlines()
    assert (status, errors, len(rows)) == (0, "", len(CATALOGUE.ip_lists))
    assert header.split() == ["list", "operator", "prefixes", "date", "url"]


def test_a_list_that_nobody_knows_is_refused_before_anything_is_fetched(run, tmp_path):
    assert run("ranges", "refresh", "--list", "openai-gptbot", "--list", "nope") == (
        1,
        "",
        "crawlsight: no list is called 'nope'; see 'crawlsight ranges list'\n",
    )
    assert not (tmp_path / "knowledge").exists()


def test_a_snapshot_that_was_broken_by_hand_is_one_line_that_names_it(run, tmp_path):
    folder = tmp_path / "knowledge" / "ranges"
    folder.mkdir(parents=True)
    (folder / "openai-gptbot.json").write_text("{")

    status, output, errors = run("ranges", "list")

    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith("crawlsight: ")
    assert "openai-gptbot.json" in errors


def test_refreshing_without_the_servers_parts_tells_what_became_of_the_lists(tmp_path):
    # Nothing listens at the proxy, so that every fetch fails at once and without a network.
    program = """
import sys
sys.modules["cryptography"] = sys.modules["http_sf"] = None
from crawlsight.cli.main import main
main()
"""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRAWLSIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", program, "ranges", "refresh", "--json", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**environ, "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
    )

    assert done.returncode == 1
    rows = [row for row in json.loads(done.stdout or "[]") if row["what"] == "ip_list"]
    assert [row["name"] for row in rows] == sorted(CATALOGUE.ip_lists)
    assert all(row["error"] for row in rows)
