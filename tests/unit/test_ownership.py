"""The data directory's owner tells commands where it listens, and what they are known by."""

import json

import pytest

from crawlsight.server.ownership import (
    RunningServer,
    forget_address,
    own_data_directory,
    running_server,
    tell_address,
)

URL, TOKEN = "http://127.0.0.1:9876", "t" * 43
SERVER = RunningServer(URL, TOKEN)


@pytest.fixture
def owned(tmp_path):
    with own_data_directory(tmp_path):
        yield tmp_path


def test_commands_find_the_server_and_its_token(owned):
    tell_address(owned, SERVER)

    assert running_server(owned) == SERVER


def test_only_the_owner_may_read_the_token_whatever_was_there_before(owned):
    for name in ("server.json", "server.json.new"):
        (owned / name).write_text("left by somebody")
        (owned / name).chmod(0o666)

    tell_address(owned, SERVER)

    files = {path.name: path.stat().st_mode & 0o777 for path in owned.iterdir()}
    assert files == {"lock": 0o600, "server.json": 0o600}


def test_the_file_is_replaced_as_a_whole(owned):
    tell_address(owned, RunningServer(URL, "before"))
    with (owned / "server.json").open(encoding="utf-8") as before:
        tell_address(owned, SERVER)

        assert json.load(before)["token"] == "before"
    assert running_server(owned) == SERVER


def test_nothing_is_left_when_the_server_has_ended(owned):
    tell_address(owned, SERVER)

    forget_address(owned)

    assert [path.name for path in owned.iterdir()] == ["lock"]
    assert running_server(owned) is None


def test_a_file_that_outlives_a_killed_server_means_nothing(tmp_path):
    with own_data_directory(tmp_path):
        tell_address(tmp_path, SERVER)

    assert running_server(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"url": 1}'])
def test_a_file_that_cannot_be_understood_means_nothing(owned, text):
    (owned / "server.json").write_text(text)

    assert running_server(owned) is None


def test_a_server_of_another_version_may_tell_no_token(owned):
    (owned / "server.json").write_text(json.dumps({"url": URL, "pid": 1}))

    assert running_server(owned) == RunningServer(URL, "")


def test_a_server_does_not_show_its_token():
    assert TOKEN not in repr(SERVER)
