"""Following a file that is rotated, copied, emptied or removed: every whole line once all the same."""

import gzip
import os
import shutil

import pytest
from tail_parts import Log

from crawlsight.client.files import is_rotated_name


@pytest.fixture
def log(tmp_path):
    found = Log(tmp_path)
    yield found
    found.close()


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
