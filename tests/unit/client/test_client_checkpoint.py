"""What a shipper remembers, and that it is there after any crash."""

import os

import pytest

from crawlsight.client.checkpoint import Pending, Source, StateDirectory, Track, batch_key
from crawlsight.errors import DataDirectoryLockedError, InvalidArgumentError, UnavailableError


def test_what_was_saved_is_there_again(tmp_path):
    track = Track([Source(1, 2, 3, 4, "digest", 5, ["#Fields: a"], is_read=True)], 1, is_begun=True)
    track.format, track.prefix, track.modified_ns = "w3c", "docker", 7
    track.pending = Pending(1, 5, 9, "key", "digest")
    with StateDirectory(tmp_path / "a" / "b") as directory:
        shipper = directory.state.shipper
        directory.state.tracks["/var/log/access.log"] = track
        directory.save()

    with StateDirectory(tmp_path / "a" / "b") as directory:
        assert directory.state.tracks == {"/var/log/access.log": track}
        assert directory.state.shipper == shipper


def test_what_was_not_saved_is_not_there(tmp_path):
    with StateDirectory(tmp_path) as directory:
        directory.save()
        directory.state.tracks["a"] = Track()

    with StateDirectory(tmp_path) as directory:
        assert directory.state.tracks == {}


def test_a_crash_in_the_middle_of_writing_leaves_the_last_state(tmp_path, monkeypatch):
    with StateDirectory(tmp_path) as directory:
        directory.save()
        shipper = directory.state.shipper
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk is gone")))
        directory.state.shipper = "other"
        with pytest.raises(UnavailableError, match="disk is gone"):
            directory.save()

    with StateDirectory(tmp_path) as directory:
        assert directory.state.shipper == shipper


def test_only_one_shipper_uses_a_directory(tmp_path):
    with StateDirectory(tmp_path), pytest.raises(DataDirectoryLockedError, match="--state"):
        StateDirectory(tmp_path)

    StateDirectory(tmp_path).close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"shipper": 5}'])
def test_a_state_that_makes_no_sense_is_an_error_and_stays(tmp_path, content):
    (tmp_path / "state.json").write_bytes(content)

    with pytest.raises(InvalidArgumentError, match="is no state of a shipper"):
        StateDirectory(tmp_path)

    assert (tmp_path / "state.json").read_bytes() == content


def test_a_state_of_another_version_is_an_error(tmp_path):
    (tmp_path / "state.json").write_bytes(b'{"shipper": "a", "version": 2}')

    with pytest.raises(InvalidArgumentError, match="has version 2"):
        StateDirectory(tmp_path)


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UnavailableError, match="state directory"):
        StateDirectory(tmp_path / "file" / "state")


def test_a_range_has_one_key_and_no_other_range_has_it():
    source = Source(1, 2, 3)
    first = batch_key("shipper", source, 0, 10, "digest")

    others = [
        batch_key("other", source, 0, 10, "digest"),
        batch_key("shipper", Source(2, 2, 3), 0, 10, "digest"),
        batch_key("shipper", Source(1, 2, 4), 0, 10, "digest"),
        batch_key("shipper", source, 1, 10, "digest"),
        batch_key("shipper", source, 0, 11, "digest"),
        batch_key("shipper", source, 0, 10, "other"),
    ]

    assert batch_key("shipper", Source(1, 2, 3, 4, "head", 5), 0, 10, "digest") == first
    assert len({first, *others}) == 7
    assert len(first) < 200
