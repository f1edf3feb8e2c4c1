"""Of a file of which only AI crawlers are kept, most lines are only looked at; the outcome stays the same."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import BROWSER, GOOGLEBOT, GPTBOT, NOW, read_rows
from crawlsight.detect.knowledge import built_in_knowledge
from crawlsight.ingest.lines import FileFormat, LinesJudge, LinesWork, upload_rules
from crawlsight.ingest.outcome import Batch
from crawlsight.ingest.policy import Keep, Policy
from crawlsight.ingest.senders import Senders
from crawlsight.settings import Settings

BATCH_ID = UUID("0197b0f1-2c3d-7abc-8def-012345000000")

JUDGE = LinesJudge(upload_rules(Settings().ansehn_limits()), Senders(built_in_knowledge()))

# Google publishes this address for its agents, which come as a stock browser.
HIDDEN = "74.125.232.1"

COMBINED = '{ip} - - [{time}] "GET {path} HTTP/1.1" {status} {size} "{referer}" "{agent}"'
AGENTS = [GPTBOT, GOOGLEBOT, BROWSER, "-", "", "curl/8.5", 'odd \\"GPTBot/1.2\\"']

combined_lines = st.builds(
    COMBINED.format,
    ip=st.sampled_from(["203.0.113.9", "20.171.207.1", "2001:db8::1", "-", "example.com"]),
    time=st.sampled_from(
        [
            "22/Nov/2026:11:00:00 +0000",
            "22/Nov/2026:13:00:00 +0200",
            "22/Nov/2025:11:00:00 +0000",
            "30/Feb/2026:11:00:00 +0000",
            "no time at all",
        ]
    ),
    path=st.sampled_from(["/", "/a?b=1", "/with space", "*", "/" + "x" * 3_000]),
    status=st.sampled_from(["200", "404", "000", "-", "999"]),
    size=st.sampled_from(["0", "512", "-", "x"]),
    referer=st.sampled_from(["-", "https://chatgpt.com/", ""]),
    agent=st.sampled_from(AGENTS),
)
lines = st.one_of(
    combined_lines,
    combined_lines.map("shop.example:443 {}".format),
    combined_lines.map("{} 0.031".format),
    st.sampled_from(["", "# comment", "nonsense", "\x16\x03\x01"]),
)


def outcome(content, policy, name, host):
    batch = Batch(BATCH_ID, "import", policy, NOW)
    work = LinesWork(content, b"\0" * 32, b"", 7, FileFormat(name, host=host), batch)
    found = msgspec.to_builtins(JUDGE.judge(work), builtin_types=(bytes,))
    rows = read_rows(found.pop("block"))
    del found["first_valid_index"]
    return found, rows


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("combined", "shop.example"),
        ("combined", ""),
        ("vhost_combined", ""),
        ("combined_extra", "shop.example"),
        ("combined_vhost", ""),
    ],
)
@settings(max_examples=150, deadline=None)
@given(found=st.lists(lines, max_size=12), end=st.sampled_from(["\n", "\r\n"]))
def test_looking_first_changes_nothing(name, host, found, end):
    content = "".join(line + end for line in found).encode()
    # Naming every host as the project's own keeps the same, and takes the way on which every line is parsed.
    owned = Policy(1, Keep.CRAWLERS, domains=("shop.example", ""))

    looked_at = outcome(content, Policy(1, Keep.CRAWLERS), name, host)

    assert looked_at == outcome(content, owned, name, host)


def test_a_crawler_behind_a_browsers_name_is_found_by_its_address():
    line = f'{HIDDEN} - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "{BROWSER}"\n'

    found, rows = outcome(line.encode() * 3, Policy(1, Keep.CRAWLERS), "combined", "shop.example")

    assert (found["stored_ai_crawlers"], len(rows)) == (3, 3)
