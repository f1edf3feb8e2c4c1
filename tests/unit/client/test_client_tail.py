"""Following a file: every whole line once, whatever becomes of the file."""

import gzip
import os
import shutil

import msgspec
import pytest

from crawlsight.client.checkpoint import Pending, Track, digest
from crawlsight.client.files import is_rotated_name
from crawlsight.client.tail import Follower
from crawlsight.errors import InvalidArgumentError


class Log:
    """A log file under the hands of a server and of logrotate, with a follower that may be restarted."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "access.log"
        self.now = 1_800_000_000.0
        self.warnings = []
        self.track = Track()
        self.follower = None

    def file(self, name="access.log"):
        return self.folder / name

    def write(self, text, name="access.log"):
        with self.file(name).open("a") as file:
            file.write(text)
        self.touch(name)

    def touch(self, name="access.log"):
        """Change the file's time to now; the clock goes on a little with each change."""
        self.now += 1
        os.utime(self.file(name), (self.now, self.now))

    def rename(self, old="access.log", new="access.log.1"):
        self.file(old).rename(self.file(new))

    def copytruncate(self, new="access.log.1", meanwhile="", before_emptying=lambda: ""):
        shutil.copyfile(self.path, self.file(new))
        self.touch(new)
        before_emptying()
        if meanwhile:
            self.write(meanwhile)
        os.truncate(self.path, 0)
        self.touch()

    def start(self, **options):
        """Open a follower on what the last one wrote down."""
        if self.follower is not None:
            self.follower.close()
        self.track = msgspec.json.decode(msgspec.json.encode(self.track), type=Track)
        self.follower = Follower(
            self.path, self.track, now=lambda: self.now, warn=self.warnings.append, **options
        )
        return self

    def read(self, most_lines=1_000, most_bytes=1 << 20, **options):
        """Read and acknowledge all there is; gives it as one text."""
        found = b""
        while True:
            self.follower.look()
            chunk = self.follower.read(most_lines, most_bytes, **options)
            if chunk is None and not self.follower._is_scan_due:
                return found.decode()
            if chunk is not None:
                assert chunk.content.count(b"\n") <= most_lines
                assert len(chunk.content) <= most_bytes
                self.follower.advance(chunk, [])
                found += chunk.content


@pytest.fixture
def log(tmp_path):
    found = Log(tmp_path)
    yield found
    if found.follower is not None:
        found.follower.close()


def test_lines_are_read_once_as_they_come(log):
    log.write("a\nb\n")
    log.start()

    first = log.read()
    nothing = log.read()
    log.write("c\n")

    assert (first, nothing, log.read()) == ("a\nb\n", "", "c\n")


def test_an_unfinished_line_waits_for_its_end(log):
    log.write("a\nb")
    log.start()

    first = log.read()
    log.write("b\n")

    assert (first, log.read()) == ("a\n", "bb\n")


def test_what_is_not_acknowledged_is_given_again(log):
    log.write("a\nb\n")
    log.start()
    log.follower.look()

    first, second = log.follower.read(1, 100), log.follower.read(1, 100)

    assert first == second
    assert (first.content, first.is_full, first.is_rotated) == (b"a\n", True, False)


def test_no_more_is_read_than_was_asked_for(log):
    text = "".join(f"line {number}\n" for number in range(2_500))
    log.write(text)
    log.start()

    assert log.read(most_lines=1_000, most_bytes=5_000) == text


def test_a_line_longer_than_memory_allows_is_cut(log):
    log.write("x" * 250 + "\nshort\n")
    log.start()

    assert log.read(most_bytes=100) == "x" * 250 + "\nshort\n"


def test_a_file_that_does_not_exist_yet_is_read_from_its_start(log):
    log.start(from_end=True)

    first = log.read()
    log.write("a\n")

    assert (first, log.read()) == ("", "a\n")


def test_from_the_end_only_what_comes_is_read(log):
    log.write("a\n" * 5_000 + "unfinished")
    log.start(from_end=True)

    first = log.read()
    log.write(" line\nb\n")

    assert (first, log.read()) == ("", "unfinished line\nb\n")


def test_files_that_were_rotated_before_the_first_look_are_not_read(log):
    log.write("old\n", "access.log.1")
    log.write("a\n")
    log.start()

    first = log.read()
    log.rename("access.log.1", "access.log.2")
    log.rename()
    log.write("b\n")

    assert (first, log.read()) == ("a\n", "b\n")
    assert log.warnings == []


def test_after_a_restart_reading_goes_on_where_it_was(log):
    log.write("a\nb\n")
    log.start().read()
    log.write("c\n")

    assert log.start().read() == "c\n"


def test_a_rotated_file_is_read_to_its_end_before_the_new_one(log):
    log.write("a\n")
    log.start().read()

    log.write("b\n")
    log.rename()
    log.write("c\n")
    # The server has not heard of the rotation yet.
    log.write("late\n", "access.log.1")

    assert log.read() == "b\nlate\nc\n"


def test_a_server_may_write_to_the_rotated_file_for_long(log):
    log.write("a\n")
    log.start().read()
    log.rename()
    log.write("b\n")

    first = log.read()
    log.now += 300
    log.write("later\n", "access.log.1")
    second = log.read()

    assert (first, second) == ("b\n", "later\n")


def test_between_renaming_and_creating_nothing_is_lost(log):
    log.write("a\n")
    log.start().read()
    log.rename()
    log.write("b\n", "access.log.1")

    first = log.read()
    log.write("c\n")

    assert (first, log.read()) == ("b\n", "c\n")


def test_rotation_while_nobody_looked_is_made_up_for(log):
    log.write("a\n")
    log.start().read()

    log.write("b\n")
    log.rename()
    log.write("c\n")
    log.rename("access.log.1", "access.log.2")
    log.rename()
    log.write("d\n")

    assert log.start().read() == "b\nc\nd\n"
    assert log.start().read() == ""


@pytest.mark.parametrize("name", ["access.log-20261122", "access.log.2026-11-22", "access-20261122.log"])
def test_rotated_files_are_found_under_the_names_of_all_schemes(log, name):
    log.write("a\n")
    log.start().read()
    log.write("b\n")
    log.rename(new=name.replace("22", "21"))
    log.write("c\n")
    log.rename(new=name)
    log.write("d\n")

    assert log.start().read() == "b\nc\nd\n"


def test_a_file_that_was_renamed_to_anything_is_found_by_its_inode(log):
    log.write("a\n")
    log.start().read()
    log.write("b\n")
    log.rename(new="moved.txt")
    log.write("c\n")

    assert log.start().read() == "b\nc\n"


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_file_that_was_emptied_is_read_from_its_copy_and_anew(log, is_restarted):
    log.write("a\n")
    log.start().read()
    log.write("b\n")
    log.copytruncate()
    log.write("c\n")

    if is_restarted:
        log.start()

    assert log.read() == "b\nc\n"
    assert log.start().read() == ""
    assert log.warnings == []


def test_a_copy_that_is_seen_before_its_file_is_emptied_is_not_read_besides(log):
    log.write("")
    log.start().read()
    log.write("a\n")
    found = []
    log.copytruncate(before_emptying=lambda: found.append(log.read()))
    log.write("b\n")

    assert (found, log.read()) == (["a\n"], "b\n")
    assert log.start().read() == ""


def test_a_file_that_was_emptied_and_filled_beyond_the_old_end_is_noticed(log):
    log.write("a\n")
    log.start().read()
    log.copytruncate()
    log.write("another line\nand one more\n")

    assert log.read() == "another line\nand one more\n"


def test_a_file_that_was_emptied_between_looking_and_reading_is_noticed(log):
    log.write("a\n")
    log.start().read()
    log.write("b\n")
    log.follower.look()
    log.copytruncate()
    log.write("another line\n")

    chunk = log.follower.read(10, 100)

    assert chunk is None
    assert log.read() == "b\nanother line\n"


def test_what_was_emptied_without_a_copy_is_lost_and_said_so(log):
    log.write("a\n")
    log.start().read()
    log.write("lost\n")
    os.truncate(log.path, 0)
    log.touch()
    log.write("b\n")

    assert log.read() == "b\n"
    assert len(log.warnings) == 1
    assert "read up to byte 2 was emptied, removed or compressed" in log.warnings[0]


def test_copies_are_not_read_again(log):
    log.write("a\nb\n")
    log.start().read()
    shutil.copyfile(log.path, log.file("access.log.1"))
    log.touch("access.log.1")
    log.rename(new="access.log.2")
    log.write("c\n")

    assert log.read() == "c\n"
    assert log.start().read() == ""


def test_a_file_that_was_replaced_by_its_own_copy_is_read_on(log):
    log.write("a\nb\n")
    log.start().read()
    shutil.copyfile(log.path, log.file("new"))
    log.rename("new", "access.log")
    log.write("c\n")

    assert log.read() == "c\n"
    assert log.start().read() == ""


def test_a_new_file_with_the_inode_of_the_old_is_noticed(log):
    log.write("a\n")
    log.start().read()
    log.follower.close()
    # As if the file system had given the same inode to a new file.
    log.path.write_text("other\nlines\n")
    log.touch()

    assert log.start().read() == "other\nlines\n"


def test_a_file_that_was_removed_while_open_is_read_to_its_end(log):
    log.write("a\n")
    log.start().read()
    log.write("b\nunfinished")
    log.path.unlink()

    first = log.read()
    log.write("c\n")
    log.now += 10

    assert (first, log.read()) == ("b\n", "unfinishedc\n")
    assert log.warnings == []


def test_a_file_that_was_compressed_before_it_was_read_is_lost_and_said_so(log):
    log.write("a\n")
    log.start().read()
    log.write("lost\n")
    log.follower.close()
    log.file("access.log.1.gz").write_bytes(gzip.compress(log.path.read_bytes()))
    log.path.unlink()
    log.write("b\n")

    assert log.start().read() == "b\n"
    assert "compressed" in log.warnings[0]


def test_a_file_that_was_read_to_its_end_may_go_without_a_word(log):
    log.write("a\n")
    log.start().read()
    log.rename()
    log.write("b\n")
    log.read()
    log.now += 10
    log.read()
    log.file("access.log.1").unlink()

    assert log.start().read() == ""
    assert log.warnings == []
    assert len(log.track.sources) == 1


def test_the_unfinished_last_line_of_a_rotated_file_counts_when_nobody_writes_any_more(log):
    log.write("a\nunfinished")
    log.start().follower.look()
    log.rename()
    log.write("b\n")

    first = log.read()
    log.now += 10

    assert (first, log.read()) == ("a\nb\n", "unfinished")


def test_the_unfinished_last_line_of_a_file_counts_at_the_end_when_nobody_writes_any_more(log):
    log.write("a\nunfinished")
    log.start()

    first = log.read(is_last=True)
    log.now += 10

    assert (first, log.read(is_last=True)) == ("a\n", "unfinished")


def test_files_are_closed_some_time_after_they_were_rotated(log):
    log.write("a\n")
    log.start().read()
    for number in range(5):
        log.rename(new=f"access.log.{number}")
        log.write(f"{number}\n")
        log.read()
        log.now += 1_000

    log.follower.look()

    assert len(log.follower._open) == 1


def test_an_older_file_that_is_unpacked_is_not_read(log):
    log.write("a\n")
    log.start().read()
    log.write("older\n", "access.log.5")
    os.utime(log.file("access.log.5"), (1_700_000_000, 1_700_000_000))
    log.rename()
    log.write("b\n")

    assert log.read() == "b\n"


def test_a_batch_that_was_on_its_way_is_read_again_from_the_rotated_file(log):
    log.write("a\nb\n")
    log.start().read()
    log.write("c\nd\n")
    pending = Pending(1, 4, 8, "key", digest(b"c\nd\n"))
    log.rename()
    log.write("e\n")
    log.start().follower.look()

    chunk = log.follower.read_again(pending)

    assert (chunk.number, chunk.start, chunk.content) == (1, 4, b"c\nd\n")


@pytest.mark.parametrize("change", [{"digest": "other"}, {"number": 7}, {"start": 0}])
def test_a_batch_whose_lines_are_gone_is_not_read_again(log, change):
    log.write("a\n")
    log.start().read()
    log.write("b\n")
    log.follower.look()
    pending = Pending(1, 2, 4, "key", digest(b"b\n"))

    assert log.follower.read_again(pending) is not None
    assert log.follower.read_again(msgspec.structs.replace(pending, **change)) is None


def test_a_link_is_followed_to_where_rotation_happens(log, tmp_path):
    folder = tmp_path / "real"
    folder.mkdir()
    log.path.symlink_to(folder / "site.log")
    log.write("a\n", "real/site.log")
    first = log.start().read()

    log.write("b\n", "real/site.log")
    log.rename("real/site.log", "real/site.log.1")
    log.write("c\n", "real/site.log")

    assert (first, log.start().read()) == ("a\n", "b\nc\n")


def test_a_link_that_is_set_to_another_file_is_followed(log):
    log.write("a\n", "monday")
    log.path.symlink_to(log.file("monday"))
    first = log.start().read()

    log.write("b\n", "monday")
    log.write("c\n", "tuesday")
    log.path.unlink()
    log.path.symlink_to(log.file("tuesday"))

    assert (first, log.read()) == ("a\n", "b\nc\n")


def test_what_is_no_file_cannot_be_followed(log):
    log.path.mkdir()

    with pytest.raises(InvalidArgumentError, match="no regular file"):
        log.start().read()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("access.log.1", True),
        ("access.log.12", True),
        ("access.log-20261122", True),
        ("access.log-20261122-1763800000", True),
        ("access.log.2026-11-22_04:11", True),
        ("access.log.old", True),
        ("access-20261122.log", True),
        ("access.1.log", True),
        ("access.log", False),
        ("access.log.1.gz", False),
        ("access.log.bak", False),
        ("access.log.pos", False),
        ("access.log.swp", False),
        ("access-shop.log", False),
        ("access-shop2.log", False),
        ("error.log.1", False),
        ("access.logs1", False),
    ],
)
def test_names_that_rotation_gives_are_known(other, expected):
    assert is_rotated_name("access.log", other) is expected
