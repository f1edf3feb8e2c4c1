"""Following a file: every whole line once, in batches, over restarts and links."""

import msgspec
import pytest
from tail_parts import Log

from crawlsight.client.checkpoint import Pending, digest
from crawlsight.errors import InvalidArgumentError


@pytest.fixture
def log(tmp_path):
    found = Log(tmp_path)
    yield found
    found.close()


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


def test_after_a_restart_reading_goes_on_where_it_was(log):
    log.write("a\nb\n")
    log.start().read()
    log.write("c\n")

    assert log.start().read() == "c\n"


def test_the_unfinished_last_line_of_a_file_counts_at_the_end_when_nobody_writes_any_more(log):
    log.write("a\nunfinished")
    log.start()

    first = log.read(is_last=True)
    log.now += 10

    assert (first, log.read(is_last=True)) == ("a\n", "unfinished")


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
