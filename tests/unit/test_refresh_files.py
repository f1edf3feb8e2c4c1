"""Files laid over the package's knowledge: what is kept and loaded, and what is broken."""

import contextlib

import msgspec
import pytest
from refresh_parts import CATALOGUE, FORMER, directory, jwk

from crawlsight.detect import built_in_knowledge
from crawlsight.errors import CatalogueError, CrawlsightError, UnavailableError
from crawlsight.refresh.files import KnowledgeFiles

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


@pytest.fixture
def files(tmp_path):
    return KnowledgeFiles(tmp_path / "knowledge")


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
