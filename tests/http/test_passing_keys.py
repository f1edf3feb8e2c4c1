"""Keys that commands make for themselves: gone when the command ends."""

from datetime import timedelta

import pytest

from crawlsight.cli.asking import passing_key
from crawlsight.ledger import Scope


@pytest.fixture
def ledger(app):
    return app.services.ledger


def make(ledger, app):
    project = ledger.projects.by_name(app.project())
    return project, passing_key(ledger, project, Scope.INGEST, "import", timedelta(days=1))


def keys_of(ledger, project):
    return [
        (key.name, key.revoked_at is not None) for key in ledger.keys.list() if key.project == project.name
    ]


def test_a_key_lives_as_long_as_its_command(app, ledger):
    project, passing = make(ledger, app)

    with passing as key:
        found = ledger.keys.find(key)

    assert (found.name, found.scopes) == ("import", {Scope.INGEST})
    assert (ledger.keys.find(key), keys_of(ledger, project)) == (None, [])


def test_a_command_that_fails_leaves_no_key_either(app, ledger):
    project, passing = make(ledger, app)

    with pytest.raises(ValueError), passing:
        raise ValueError

    assert keys_of(ledger, project) == []


def test_a_key_of_a_command_that_was_interrupted_is_good_for_nothing_but_what_is_under_way(app, ledger):
    project, passing = make(ledger, app)

    key = passing.__enter__()
    key_id = ledger.keys.find(key).key_id
    is_swallowed = passing.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert not is_swallowed
    assert (ledger.keys.find(key), keys_of(ledger, project)) == (None, [("import", True)])
    assert ledger.keys.credential(key_id).project_name == project.name
