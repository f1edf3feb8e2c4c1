"""Refreshing what ages: files laid over the package, lists and keys fetched, reverse DNS asked."""

import contextlib
import socket
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.detect import Knowledge, built_in_knowledge, parse_catalogue
from crawlsight.detect.published import MAX_BODY_BYTES
from crawlsight.detect.ranges import Snapshot
from crawlsight.detect.signing_keys import merge_key_directories, parse_key_directory
from crawlsight.errors import CatalogueError, CrawlsightError, KeyDirectoryError, UnavailableError
from crawlsight.refresh import Fetched, KnowledgeFiles, Refresher, ReverseDns, http_get
from crawlsight.refresh import dns as reverse_dns
from crawlsight.refresh.fetch import signature_agents

TODAY = date(2026, 11, 22)
LIST_URL = "https://acme.example/ranges.json"
KEYS_URL = "https://{}/.well-known/http-message-signatures-directory"

CATALOGUE = """
[operator.acme]
name = "Acme"

[ip_list.acme]
operator = "acme"
url = "https://acme.example/ranges.json"

[ip_list.acme-two]
operator = "acme"
url = "https://acme.example/two.json"

[[crawler]]
name = "AcmeBot"
tokens = ["AcmeBot"]
operator = "acme"
purpose = "agent"
is_ai_crawler = true
documentation = "https://acme.example/bot"
checked = 2026-11-01
ip_lists = ["acme"]
signature_agents = ["keys.acme.example", "keys.acme.example:8443"]
examples = ["AcmeBot/1.0"]
counterexamples = ["AcmeBots"]
"""

OWN_GPTBOT = """
[operator.mine]
name = "Mine"

[[crawler]]
name = "GPTBot"
tokens = ["GPTBot"]
operator = "mine"
purpose = "other"
is_ai_crawler = false
documentation = "https://mine.example/bot"
checked = 2026-11-01
examples = ["GPTBot/1.0"]
counterexamples = ["GPTBots"]
"""

FORMER = Snapshot(
    LIST_URL, LIST_URL, "2026-10-01T00:00:00Z", "2026-10-02", ("192.0.32.0/24", "192.0.33.0/24")
)


def encode(value):
    return msgspec.json.encode(value)


def list_body(*prefixes, **more):
    return encode({**more, "prefixes": [{"ipv4Prefix": prefix} for prefix in prefixes]})


def jwk(number, **more):
    """A key that differs by its number; Ed25519 takes any 32 bytes."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(bytes([number]) * 32).rstrip(b"=").decode(),
        **more,
    }


def directory(*jwks):
    return encode({"keys": jwks})


def bounds(body):
    """When each key of a directory is good: (from, until) by its first byte."""
    return {key.public_key[0]: (key.not_before, key.not_after) for key in parse_key_directory(body)}


def answering(answers):
    """A Get that knows these URLs; an exception among the answers is raised."""

    def get(url):
        answer = answers.get(url, UnavailableError(f"{url} cannot be fetched: no such host"))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, tuple) else (answer, "application/json")

    return get


def acme(**changes):
    return Knowledge(
        **{"catalogue": parse_catalogue(CATALOGUE), "assistants": (), "snapshots": {}, **changes}
    )


@pytest.fixture
def files(tmp_path):
    return KnowledgeFiles(tmp_path / "knowledge")


def refresher(files, answers, knowledge=None):
    return Refresher(knowledge or acme(), files, answering(answers), TODAY)


# Files.


def test_without_files_the_knowledge_is_the_packages(files):
    assert files.load() == built_in_knowledge()
    assert files.fingerprint() == ()


def test_loading_makes_no_folder(files, tmp_path):
    files.load()

    assert list(tmp_path.iterdir()) == []


def test_a_kept_list_replaces_the_packages_and_leaves_the_others(files):
    files.keep_snapshot("openai-gptbot", FORMER)

    built_in = built_in_knowledge()
    expected = msgspec.structs.replace(built_in, snapshots={**built_in.snapshots, "openai-gptbot": FORMER})
    assert files.load() == expected


def test_a_list_that_the_package_lacks_is_added(files):
    files.keep_snapshot("acme", FORMER)

    assert files.load().snapshots == {**built_in_knowledge().snapshots, "acme": FORMER}


@pytest.mark.parametrize("host", ["keys.acme.example", "keys.acme.example:8443", "a-b.example"])
def test_a_directory_is_kept_by_its_host_and_port(files, host):
    files.keep_directory(host, directory(jwk(1)))

    assert files.load().key_directories == {host: directory(jwk(1))}


@pytest.mark.parametrize("host", ["../escaped", "Keys.Acme.example", "a_b.example", "", "a" * 254])
def test_a_host_that_can_be_no_directorys_is_never_kept(files, tmp_path, host):
    with contextlib.suppress(CrawlsightError):
        files.keep_directory(host, directory(jwk(1)))

    assert files.load().key_directories == {}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_unfinished_file_is_not_read(files, tmp_path):
    files.keep_snapshot("acme", FORMER)
    (tmp_path / "knowledge" / "ranges" / "openai-gptbot.new").write_text('{"source"')

    assert files.load().snapshots == {**built_in_knowledge().snapshots, "acme": FORMER}


def test_nothing_unfinished_is_left_behind(files, tmp_path):
    files.keep_snapshot("acme", FORMER)
    files.keep_directory("keys.acme.example", directory(jwk(1)))

    kept = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert kept == ["knowledge/keys/keys.acme.example.json", "knowledge/ranges/acme.json"]


def test_an_entry_of_ones_own_replaces_the_one_of_its_name(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(OWN_GPTBOT)

    catalogue = KnowledgeFiles(tmp_path, own).load().catalogue

    found = [crawler for crawler in catalogue.crawlers if crawler.name == "GPTBot"]
    assert [(crawler.operator, crawler.purpose, crawler.ip_lists) for crawler in found] == [
        ("mine", "other", ())
    ]
    assert len(catalogue.crawlers) == len(built_in_knowledge().catalogue.crawlers)


def test_entries_of_ones_own_are_added_with_their_lists(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(CATALOGUE)

    catalogue = KnowledgeFiles(tmp_path, own).load().catalogue

    built_in = built_in_knowledge().catalogue
    assert catalogue == built_in.with_entries(CATALOGUE)
    assert set(catalogue.ip_lists) - set(built_in.ip_lists) == {"acme", "acme-two"}


@pytest.mark.parametrize(
    "content",
    [
        b"[[crawler]",
        b"\xff\xfe",
        CATALOGUE.replace('operator = "acme"\npurpose', 'operator = "nobody"\npurpose').encode(),
        CATALOGUE.replace('["AcmeBot"]', '["ClaudeBot"]').encode(),
    ],
    ids=["no TOML", "no text", "a contradiction", "another's token"],
)
def test_a_broken_file_of_ones_own_is_named(tmp_path, content):
    own = tmp_path / "own.toml"
    own.write_bytes(content)

    with pytest.raises(CatalogueError) as refusal:
        KnowledgeFiles(tmp_path, own).load()

    assert str(own) in str(refusal.value)


def test_a_missing_file_of_ones_own_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"own\.toml cannot be read: .*No such file"):
        KnowledgeFiles(tmp_path, tmp_path / "own.toml").load()


def test_a_list_that_was_broken_by_hand_is_named(files, tmp_path):
    files.keep_snapshot("acme", FORMER)
    (tmp_path / "knowledge" / "ranges" / "acme.json").write_text("{}")

    with pytest.raises(CrawlsightError) as refusal:
        files.load()

    assert "acme.json" in str(refusal.value)


def test_a_file_that_cannot_be_read_is_an_error_of_ours(files, tmp_path):
    # A folder in its place stands for a file without permission, which root can read all the same.
    (tmp_path / "knowledge" / "ranges" / "acme.json").mkdir(parents=True)

    with pytest.raises(CrawlsightError) as refusal:
        files.load()

    assert "acme.json" in str(refusal.value)


def test_the_fingerprint_changes_with_each_kind_of_file_and_stays_without_a_change(tmp_path):
    own = tmp_path / "own.toml"
    files = KnowledgeFiles(tmp_path / "knowledge", own)
    seen = [files.fingerprint()]

    def changed():
        seen.append(files.fingerprint())
        return seen[-1] != seen[-2]

    assert not changed()
    files.keep_snapshot("acme", FORMER)
    assert changed()
    files.keep_snapshot("acme", msgspec.structs.replace(FORMER, prefixes=("192.0.32.0/24",)))
    assert changed()
    files.keep_directory("keys.acme.example", directory(jwk(1)))
    assert changed()
    own.write_text(OWN_GPTBOT)
    assert changed()
    own.unlink()
    assert changed()
    assert not changed()


def test_what_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "knowledge").write_text("a file where the folder belongs")

    with pytest.raises(UnavailableError, match=r"acme\.json cannot be written: "):
        KnowledgeFiles(tmp_path / "knowledge").keep_snapshot("acme", FORMER)


# Lists.


def test_a_new_list_is_kept_with_its_date_and_source(files):
    body = list_body("192.0.32.0/24", "192.0.40.0/24", creationTime="2026-11-20T08:00:00Z")

    found = list(refresher(files, {LIST_URL: body}).ip_lists(["acme"]))

    assert found == [Fetched("ip_list", "acme", entries=2, added=2, removed=0, error="")]
    assert files.load().snapshots["acme"] == Snapshot(
        source=LIST_URL,
        obtained_from=LIST_URL,
        created="2026-11-20T08:00:00Z",
        obtained="2026-11-22",
        prefixes=("192.0.32.0/24", "192.0.40.0/24"),
    )


def test_a_list_that_tells_no_date_has_that_of_its_copy(files):
    list(refresher(files, {LIST_URL: list_body("192.0.32.0/24")}).ip_lists(["acme"]))

    assert files.load().snapshots["acme"].date == "2026-11-22"


@pytest.mark.parametrize("created", ["20 November 2026", "Fri, 20 Nov 2026 08:00:00 GMT", "11/20/2026", "v7"])
def test_a_date_that_is_none_of_iso_8601_does_not_become_part_of_the_evidence(files, created):
    body = list_body("192.0.32.0/24", creationTime=created)

    list(refresher(files, {LIST_URL: body}).ip_lists(["acme"]))

    assert files.load().snapshots["acme"].date == "2026-11-22"


def test_a_changed_list_tells_what_came_and_what_went(files):
    body = list_body("192.0.33.0/24", "192.0.40.0/24", "192.0.41.0/24")

    found = list(refresher(files, {LIST_URL: body}, acme(snapshots={"acme": FORMER})).ip_lists(["acme"]))

    assert found == [Fetched("ip_list", "acme", entries=3, added=2, removed=1, error="")]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            (b"<html>Not today</html>", "text/html"),
            "the IP list is a web page that shows no list in a code block",
        ),
        (list_body(), "the IP list names no address"),
        (
            list_body("10.0.0.0/8"),
            "the IP list has '10.0.0.0/8', which overlaps private or reserved addresses",
        ),
        (UnavailableError("https://acme.example answers 503"), "https://acme.example answers 503"),
    ],
    ids=["error page", "empty", "private", "unavailable"],
)
def test_what_is_no_list_keeps_the_last_good_copy_and_tells(files, answer, error):
    files.keep_snapshot("acme", FORMER)
    before = files.fingerprint()

    (found,) = refresher(files, {LIST_URL: answer}, files_knowledge(files)).ip_lists(["acme"])

    assert msgspec.structs.replace(found, error="") == Fetched("ip_list", "acme", 2, 0, 0, "")
    assert found.error.startswith(error)
    assert files.fingerprint() == before
    assert files.load().snapshots["acme"] == FORMER


def files_knowledge(files):
    """Acme's catalogue with what is kept."""
    loaded = files.load()
    return acme(snapshots=loaded.snapshots, key_directories=loaded.key_directories)


def test_without_slugs_every_list_is_refreshed_and_one_that_fails_stops_no_other(files):
    answers = {"https://acme.example/two.json": list_body("192.0.40.0/24")}

    found = list(refresher(files, answers).ip_lists())

    assert found == [
        Fetched("ip_list", "acme", 0, 0, 0, f"{LIST_URL} cannot be fetched: no such host"),
        Fetched("ip_list", "acme-two", 1, 1, 0, ""),
    ]


def test_a_list_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "knowledge").write_text("a file where the folder belongs")
    files = KnowledgeFiles(tmp_path / "knowledge")

    (found,) = refresher(files, {LIST_URL: list_body("192.0.40.0/24")}).ip_lists(["acme"])

    assert (found.entries, found.added) == (0, 0)
    assert "acme.json cannot be written: " in found.error


def test_lists_are_refreshed_without_the_servers_parts(tmp_path):
    program = """
import sys
from datetime import date
from pathlib import Path
sys.modules["cryptography"] = sys.modules["http_sf"] = None
from crawlsight.detect import built_in_knowledge
from crawlsight.refresh import KnowledgeFiles, Refresher
files = KnowledgeFiles(Path(sys.argv[1]))
get = lambda url: (b'{"prefixes": [{"ipv4Prefix": "192.0.32.0/24"}]}', "application/json")
print([found.entries for found in Refresher(built_in_knowledge(), files, get, date(2026, 11, 22)).ip_lists()])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout == f"{[1] * len(built_in_knowledge().catalogue.ip_lists)}\n", done.stderr


# Keys.


def test_the_directories_are_those_of_all_signers_each_once():
    agents = signature_agents(built_in_knowledge().catalogue)

    assert agents == sorted(set(agents))
    assert {"chatgpt.com", "agent.bot.goog", "crawler.exa.ai"} <= set(agents)


def test_a_signers_keys_are_kept_by_its_host(files):
    answers = {
        KEYS_URL.format("keys.acme.example"): directory(jwk(1), jwk(2)),
        KEYS_URL.format("keys.acme.example:8443"): directory(jwk(3)),
    }

    found = list(refresher(files, answers).key_directories())

    assert found == [
        Fetched("key_directory", "keys.acme.example", 2, 2, 0, ""),
        Fetched("key_directory", "keys.acme.example:8443", 1, 1, 0, ""),
    ]
    kept = files.load().key_directories
    assert {host: bounds(body) for host, body in kept.items()} == {
        "keys.acme.example": {1: (None, None), 2: (None, None)},
        "keys.acme.example:8443": {3: (None, None)},
    }


def test_an_old_key_stays_beside_the_new_one(files):
    url = KEYS_URL.format("keys.acme.example")
    files.keep_directory("keys.acme.example", directory(jwk(1, nbf=100, exp=200)))

    found, _ = refresher(
        files, {url: directory(jwk(2, nbf=200, exp=300))}, files_knowledge(files)
    ).key_directories()

    assert found == Fetched("key_directory", "keys.acme.example", 2, 1, 0, "")
    assert bounds(files.load().key_directories["keys.acme.example"]) == {1: (100, 200), 2: (200, 300)}


@pytest.mark.parametrize(
    "answer", [b"<html>", b"{}", b"[]", UnavailableError("answers 500")], ids=["page", "{}", "[]", "500"]
)
def test_what_is_no_directory_keeps_the_last_good_copy_and_tells(files, answer):
    files.keep_directory("keys.acme.example", directory(jwk(1)))
    url = KEYS_URL.format("keys.acme.example")

    found, _ = refresher(files, {url: answer}, files_knowledge(files)).key_directories()

    assert msgspec.structs.replace(found, error="") == Fetched(
        "key_directory", "keys.acme.example", 1, 0, 0, ""
    )
    assert found.error
    assert files.load().key_directories == {"keys.acme.example": directory(jwk(1))}


def test_a_kept_directory_that_was_broken_by_hand_is_replaced_and_stops_no_other(files):
    files.keep_directory("keys.acme.example", b"{")
    answers = {
        KEYS_URL.format("keys.acme.example"): directory(jwk(1)),
        KEYS_URL.format("keys.acme.example:8443"): directory(jwk(2)),
    }

    found = list(refresher(files, answers, files_knowledge(files)).key_directories())

    assert found == [
        Fetched("key_directory", "keys.acme.example", 1, 1, 0, ""),
        Fetched("key_directory", "keys.acme.example:8443", 1, 1, 0, ""),
    ]


def test_a_host_whose_keys_cannot_be_kept_is_told(files):
    # A Signature-Agent is read in lower case, so that keys under such a name would never be found.
    knowledge = acme(catalogue=parse_catalogue(CATALOGUE.replace("keys.acme.example", "Keys.Acme.example")))
    answers = {KEYS_URL.format("Keys.Acme.example"): directory(jwk(1))}

    (found, _) = refresher(files, answers, knowledge).key_directories()

    assert (found.entries, found.added) == (0, 0)
    assert found.error


@pytest.mark.parametrize(
    ("former", "now", "expected"),
    [
        ({"nbf": 100, "exp": 200}, {"nbf": 150, "exp": 300}, (100, 300)),
        ({"nbf": 150, "exp": 300}, {"nbf": 100, "exp": 200}, (100, 300)),
        ({"nbf": 100, "exp": 200}, {}, (None, None)),
        ({}, {"nbf": 100, "exp": 200}, (None, None)),
        ({"nbf": 100}, {"nbf": 200, "exp": 300}, (100, None)),
        ({"nbf": 1_743_465_600_000}, {"nbf": 1_743_465_601}, (1_743_465_600, None)),
        ({"nbf": None, "exp": 200}, {"nbf": 100, "exp": 100.5}, (None, 200)),
    ],
)
def test_a_key_is_good_for_as_long_as_any_copy_said(former, now, expected):
    merged = merge_key_directories(directory(jwk(1, **former)), directory(jwk(1, **now)))

    assert bounds(merged) == {1: expected}


def test_a_key_answers_to_every_name_that_its_directory_gave_it():
    merged = merge_key_directories(directory(jwk(1, kid="summer")), directory(jwk(1, kid="winter")))

    assert {key.kid for key in parse_key_directory(merged)} == {"summer", "winter"}


def test_merging_again_changes_nothing():
    body = directory(jwk(1, nbf=100, exp=200, kid="one"), jwk(2))
    merged = merge_key_directories(None, body)

    assert merge_key_directories(merged, body) == merged
    assert merge_key_directories(merged, merged) == merged


@pytest.mark.parametrize("exp", [253_402_300_799, 253_402_300_799_000, 2**63 - 1])
def test_a_key_for_ever_stays_one_however_often_it_is_merged(exp):
    # The end of the year 9999, in seconds and in milliseconds, and the largest number that most can write.
    merged = body = directory(jwk(1, exp=exp))
    for _ in range(3):
        merged = merge_key_directories(merged, body)

    ((_, last),) = bounds(merged).values()
    assert last is None or last > datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def test_what_is_no_key_is_not_kept():
    merged = merge_key_directories(None, directory(jwk(1), {"kty": "oct", "k": "AA"}, 7, None))

    assert msgspec.json.decode(merged) == {"keys": [jwk(1)]}


@pytest.mark.parametrize(
    "strange",
    [b'"note": 1e400', b'"note": "\\ud800"', b'"note": %b' % (b"[" * 3_000 + b"]" * 3_000)],
    ids=["a number out of range", "half a surrogate pair", "deeply nested"],
)
def test_what_cannot_be_read_beside_a_key_is_refused_or_left_out(strange):
    body = b'{"keys": [%b]}' % (encode(jwk(1))[:-1] + b", " + strange + b"}")

    try:
        merged = merge_key_directories(None, body)
    except KeyDirectoryError:
        return
    assert len(parse_key_directory(merged)) <= 1


key_fields = st.fixed_dictionaries(
    {},
    optional={
        "kty": st.sampled_from(["OKP", "EC", "RSA", "oct"]),
        "crv": st.sampled_from(["Ed25519", "P-256"]),
        "x": st.sampled_from([jwk(1)["x"], jwk(2)["x"], "AA", ""]),
        "kid": st.none() | st.text(max_size=5),
        "use": st.sampled_from(["sig", "enc", None]),
        "nbf": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "exp": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "note": st.integers() | st.text(max_size=5),
    },
)
directories = st.lists(st.builds(lambda given: {**jwk(1), **given}, key_fields), max_size=4).map(encode)


@given(
    directories.map(lambda keys: b'{"keys": %b}' % keys), directories.map(lambda keys: b'{"keys": %b}' % keys)
)
def test_merging_loses_no_key_and_narrows_none(former, now):
    merged = bounds(merge_key_directories(former, now))

    for body in (former, now):
        for key in parse_key_directory(body):
            first, last = merged[key.public_key[0]]
            assert first is None or (key.not_before is not None and first <= key.not_before)
            assert last is None or (key.not_after is not None and last >= key.not_after)


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(encode)
)
def test_garbage_is_merged_or_refused_with_our_error(body):
    with contextlib.suppress(KeyDirectoryError):
        parse_key_directory(merge_key_directories(directory(jwk(1)), body))


# Over HTTPS.


def getting(answer):
    """Get over HTTPS from a function that answers requests, and the URLs that were asked."""
    asked = []

    def handle(request):
        asked.append(str(request.url))
        return answer(request)

    return http_get(httpx.MockTransport(handle)), asked


def refusal_of(get, url):
    with pytest.raises(UnavailableError) as refusal:
        get(url)
    return str(refusal.value)


def test_a_body_is_given_with_its_type():
    get, asked = getting(lambda _: httpx.Response(200, content=b"{}", headers={"content-type": "text/x"}))

    assert get(LIST_URL) == (b"{}", "text/x")
    assert asked == [LIST_URL]


def test_the_operator_is_told_who_asks():
    get, _ = getting(lambda request: httpx.Response(200, content=request.headers["user-agent"].encode()))

    assert get(LIST_URL)[0].startswith(b"crawlsight/")


def test_plain_http_is_refused_without_asking():
    get, asked = getting(lambda _: httpx.Response(200, content=b"{}"))

    assert refusal_of(get, "http://acme.example/") == (
        "http://acme.example/ leads to http://acme.example/, which is not https"
    )
    assert asked == []


def moved(steps):
    return lambda request: (
        httpx.Response(302, headers={"location": steps[str(request.url)]})
        if str(request.url) in steps
        else httpx.Response(200, content=b"moved")
    )


def test_a_redirect_is_followed():
    get, asked = getting(moved({LIST_URL: "https://cdn.example/ranges.json"}))

    assert get(LIST_URL) == (b"moved", "")
    assert asked == [LIST_URL, "https://cdn.example/ranges.json"]


def test_a_redirect_to_plain_http_is_refused():
    get, _ = getting(moved({LIST_URL: "http://cdn.example/ranges.json"}))

    assert refusal_of(get, LIST_URL) == (
        f"{LIST_URL} leads to http://cdn.example/ranges.json, which is not https"
    )


def test_a_redirect_by_way_of_plain_http_is_refused():
    # Whoever sits between could send it anywhere.
    get, _ = getting(moved({LIST_URL: "http://cdn.example/", "http://cdn.example/": "https://evil.example/"}))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} leads to http://cdn.example/, which is not https"


def test_more_than_three_redirects_are_refused():
    steps = {f"https://acme.example/{i}": f"https://acme.example/{i + 1}" for i in range(4)}
    get, _ = getting(moved(steps))

    assert get("https://acme.example/1") == (b"moved", "")
    assert "redirect" in refusal_of(get, "https://acme.example/0")


@pytest.mark.parametrize("status", [204, 304, 403, 404, 500, 503])
def test_any_status_but_200_is_refused(status):
    get, _ = getting(lambda _: httpx.Response(status, content=b""))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} answers {status}"


def test_a_body_of_the_largest_size_is_given_and_a_larger_one_refused():
    sizes = {"https://a.example/": MAX_BODY_BYTES, "https://b.example/": MAX_BODY_BYTES + 1}
    get, _ = getting(lambda request: httpx.Response(200, content=bytes(sizes[str(request.url)])))

    assert len(get("https://a.example/")[0]) == MAX_BODY_BYTES
    assert (
        refusal_of(get, "https://b.example/") == f"https://b.example/ is larger than {MAX_BODY_BYTES} bytes"
    )


def test_an_endless_body_is_given_up():
    sent = []

    def endless():
        while True:
            sent.append(1)
            yield bytes(1024 * 1024)

    get, _ = getting(lambda _: httpx.Response(200, content=endless()))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} is larger than {MAX_BODY_BYTES} bytes"
    assert len(sent) <= MAX_BODY_BYTES // (1024 * 1024) + 2


def broken(error):
    def answer(request):
        raise error("on purpose", request=request)

    return answer


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_connection_that_fails_is_unavailable(error):
    get, _ = getting(broken(error))

    assert refusal_of(get, LIST_URL) == f"{LIST_URL} cannot be fetched: on purpose"


def test_a_body_that_is_not_encoded_as_declared_is_unavailable():
    get, _ = getting(
        lambda _: httpx.Response(200, content=iter([b"no gzip at all"]), headers={"content-encoding": "gzip"})
    )

    assert refusal_of(get, LIST_URL).startswith(f"{LIST_URL} cannot be fetched: ")


@pytest.mark.parametrize(
    "url", ["", "acme.example/ranges", "ftp://acme.example/", "https://acme.example/\n", "https://[::1"]
)
def test_what_is_no_url_is_unavailable(url):
    # Refused before anything is sent, so that the real transport may be used.
    with pytest.raises(UnavailableError):
        http_get()(url)


# Reverse DNS.


GOOGLE_IP = "66.249.66.1"
GOOGLE_NAME = "crawl-66-249-66-1.googlebot.com"


class Names:
    """A DNS of the test: names by address, addresses by name; counts what it is asked."""

    def __init__(self, names=None, addresses=None):
        self.names = names if names is not None else {GOOGLE_IP: GOOGLE_NAME}
        self.addresses = addresses if addresses is not None else {GOOGLE_NAME: [GOOGLE_IP]}
        self.asked = []

    def name_of(self, ip):
        self.asked.append(ip)
        if ip not in self.names:
            raise socket.herror(1, "Unknown host")
        found = self.names[ip]
        if isinstance(found, Exception):
            raise found
        return found

    def addresses_of(self, name):
        if name not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = self.addresses[name]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def asking():
    """Reverse DNS over names of the test."""
    return lambda names, **options: ReverseDns(names.name_of, names.addresses_of, **options)


def test_a_name_that_leads_back_is_given(asking):
    assert asking(Names()).name(GOOGLE_IP) == GOOGLE_NAME


def test_a_name_is_given_in_lower_case_without_the_roots_dot(asking):
    names = Names({GOOGLE_IP: "Crawl-66-249-66-1.GoogleBot.com."})

    assert asking(names).name(GOOGLE_IP) == GOOGLE_NAME


def test_one_of_several_addresses_is_enough(asking):
    names = Names(addresses={GOOGLE_NAME: ["192.0.32.1", "2001:4860:4801::1", GOOGLE_IP]})

    assert asking(names).name(GOOGLE_IP) == GOOGLE_NAME


def test_an_ipv6_address_leads_back_in_any_spelling(asking):
    names = Names(
        {"2001:4860:4801:10::a": "x.googlebot.com"}, {"x.googlebot.com": ["2001:4860:4801:10:0::A"]}
    )

    assert asking(names).name("2001:4860:4801:10::a") == "x.googlebot.com"


@pytest.mark.parametrize(
    "names",
    [
        Names(addresses={GOOGLE_NAME: ["192.0.32.1"]}),
        Names(addresses={GOOGLE_NAME: []}),
        Names(addresses={}),
        Names({}),
    ],
    ids=["leads elsewhere", "leads nowhere", "unknown name", "no name"],
)
def test_an_address_without_a_name_of_its_own_has_none(asking, names):
    assert asking(names).name(GOOGLE_IP) == ""


@pytest.mark.parametrize(
    "names",
    [
        Names({GOOGLE_IP: socket.herror(2, "Host name lookup failure")}),
        Names({GOOGLE_IP: socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")}),
        Names(addresses={GOOGLE_NAME: socket.gaierror(socket.EAI_AGAIN, "Temporary failure")}),
    ],
    ids=["no server for the address", "no resolver", "no server for the name"],
)
def test_that_nobody_answers_is_not_that_there_is_no_name_and_is_asked_again(asking, names):
    # Else every genuine crawler would be contradicted while the DNS is down.
    dns = asking(names)

    assert [dns.name(GOOGLE_IP), dns.name(GOOGLE_IP)] == [None, None]
    assert names.asked == [GOOGLE_IP, GOOGLE_IP]


def test_a_name_that_no_dns_could_have_is_none(asking):
    # The real resolver refuses labels of more than 63 characters with a UnicodeError.
    names = Names({GOOGLE_IP: "a" * 64 + ".googlebot.com"})
    dns = ReverseDns(names.name_of)

    assert dns.name(GOOGLE_IP) == ""


def test_who_takes_too_long_stays_unknown_and_is_asked_again():
    answered = threading.Event()

    def name_of(ip):
        answered.wait(30)
        return GOOGLE_NAME

    dns = ReverseDns(name_of, lambda name: [GOOGLE_IP], timeout_seconds=0.01)

    assert dns.name(GOOGLE_IP) is None
    answered.set()
    patient = ReverseDns(name_of, lambda name: [GOOGLE_IP])
    assert patient.name(GOOGLE_IP) == GOOGLE_NAME


def test_a_command_ends_without_who_takes_too_long():
    program = """
import threading
from crawlsight.refresh import ReverseDns
dns = ReverseDns(lambda ip: threading.Event().wait(20), timeout_seconds=0.01)
print(dns.name("66.249.66.1"))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=15)

    assert done.stdout == b"None\n"


def test_an_answer_is_remembered(asking):
    names = Names()
    dns = asking(names)

    assert [dns.name(ip) for ip in (GOOGLE_IP, GOOGLE_IP, "192.0.32.1", "192.0.32.1")] == [
        GOOGLE_NAME,
        GOOGLE_NAME,
        "",
        "",
    ]
    assert names.asked == [GOOGLE_IP, "192.0.32.1"]


def test_of_too_many_answers_the_oldest_is_forgotten(asking, monkeypatch):
    monkeypatch.setattr(reverse_dns, "_ANSWERS_KEPT", 2)
    names = Names()
    dns = asking(names)

    for ip in ("192.0.32.1", "192.0.32.2", "192.0.32.3", "192.0.32.3", "192.0.32.2", "192.0.32.1"):
        dns.name(ip)

    assert names.asked == ["192.0.32.1", "192.0.32.2", "192.0.32.3", "192.0.32.1"]


@pytest.mark.parametrize(
    "ip",
    [
        "10.1.2.3",
        "127.0.0.1",
        "192.168.0.7",
        "169.254.1.1",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "",
        "-",
        "unknown",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ],
)
def test_nobody_is_asked_about_an_address_that_is_not_public(asking, ip):
    names = Names()

    assert asking(names).name(ip) is None
    assert names.asked == []


@pytest.mark.parametrize("ip", [f"{GOOGLE_IP}:443", f" {GOOGLE_IP}", f"{GOOGLE_IP}, 10.0.0.1"])
def test_an_address_is_asked_about_as_an_address_however_it_was_logged(asking, ip):
    assert asking(Names()).name(ip) == GOOGLE_NAME


@pytest.mark.parametrize("ip", ["66.249.66.0", "2001:4860:4801::"])
def test_nobody_is_asked_about_a_masked_address(asking, ip):
    # It stands for many, whose names differ.
    names = Names()

    assert asking(names).name(ip) is None
    assert names.asked == []
