"""What a ledger does with users, their sessions and their links, on every back end."""

import threading
from datetime import timedelta

import pytest

from builders import NOW, NOW_MS, PASSWORD
from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, LastOneError, NotFoundError
from crawlsight.ledger import Role, Session, User
from crawlsight.ledger.people import invitations, sessions, shares, sign_in_links, users

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def stored(ledger, table):
    with ledger._engine.connect() as connection:
        return [dict(row) for row in connection.execute(table.select()).mappings()]


def test_a_user_is_found_as_created_in_whatever_case(ledger):
    created = ledger.users.create("  Ann Ö. O'Neill@Example.com ", is_admin=True)

    assert created == User(1, "Ann Ö. O'Neill@Example.com", True, False, NOW)
    assert ledger.users.by_name("ANN Ö. O'NEILL@EXAMPLE.COM ") == created
    assert ledger.users.list() == [created]


def test_users_are_listed_by_name(ledger):
    for name in ("b", "A", "c"):
        ledger.users.create(name)

    assert [user.name for user in ledger.users.list()] == ["A", "b", "c"]


def test_a_users_name_is_given_once_in_whatever_case(ledger, ann):
    with pytest.raises(AlreadyExistsError, match="a user named 'aNN' exists already"):
        ledger.users.create("aNN")

    assert ledger.users.list() == [ann]


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "a/b", "@ann", "a\0", "a\nb", "<b>"])
def test_a_users_name_that_cannot_be_is_refused(ledger, name):
    with pytest.raises(InvalidArgumentError, match="user name"):
        ledger.users.create(name)

    assert ledger.users.list() == []


@pytest.mark.parametrize("name", ["bob", "", "a\0", "\udcff", "a" * 10_000])
def test_a_user_who_is_not_there_is_not_found(ledger, ann, name):
    with pytest.raises(NotFoundError, match="see 'crawlsight user list'"):
        ledger.users.by_name(name)
    assert ledger.users.sign_in(name, PASSWORD) is None


def test_a_user_signs_in_by_the_right_password_alone(ledger, ann):
    without = ledger.users.create("bob")

    answers = [
        ledger.users.sign_in(name, password)
        for name, password in [
            ("ann", PASSWORD),
            ("ann", PASSWORD + "!"),
            ("ann", ""),
            ("ann", "a" * 1_000_000),
            ("bob", PASSWORD),
            ("bob", ""),
            ("bob", "nobody has this password"),
        ]
    ]

    assert answers == [ann, None, None, None, None, None, None]
    assert (ann.has_password, without.has_password) == (True, False)


@pytest.mark.parametrize("length", [0, 9, 1_001])
def test_a_password_is_refused_that_is_too_short_or_too_long(ledger, ann, length):
    message = f"password of {length} characters: use 10 to 1000"

    with pytest.raises(InvalidArgumentError, match=message):
        ledger.users.create("bob", password="a" * length)
    with pytest.raises(InvalidArgumentError, match=message):
        ledger.users.set_password(ann.id, "a" * length)
    assert ledger.users.sign_in("ann", PASSWORD) == ann


def test_passwords_and_tokens_are_stored_as_hashes_alone(ledger, ann, shop):
    session = ledger.sessions.start(ann.id)
    link, _ = ledger.sessions.create_link(ann.id)
    _, invitation = ledger.invitations.create(shop.id, Role.VIEWER)
    _, share = ledger.shares.create(shop.id, "agency")

    rows = [
        row
        for table in (users, sessions, sign_in_links, invitations, shares)
        for row in stored(ledger, table)
    ]

    assert len(rows) == 5
    assert rows[0]["password"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert [secret for secret in (PASSWORD, session, link, invitation, share) if secret in str(rows)] == []
    assert {len(secret) for secret in (session, link, invitation, share)} == {43}


def test_a_new_password_ends_links_and_all_sessions_but_one(ledger, ann):
    kept, other = ledger.sessions.start(ann.id), ledger.sessions.start(ann.id)
    link, _ = ledger.sessions.create_link(ann.id)
    bobs = ledger.sessions.start(ledger.users.create("bob").id)

    ledger.users.set_password(ann.id, "another password", ledger.sessions.find(kept).id)

    found = [ledger.sessions.find(token) is not None for token in (kept, other, bobs)]
    assert found == [True, False, True]
    assert ledger.sessions.start_by_link(link) is None
    assert ledger.users.sign_in("ann", PASSWORD) is None
    assert ledger.users.sign_in("ann", "another password") == ann


def test_a_session_by_a_link_is_an_ordinary_one_once_there_is_a_new_password(ledger, ann):
    token = ledger.sessions.start_by_link(ledger.sessions.create_link(ann.id)[0])
    before = ledger.sessions.find(token)

    ledger.users.set_password(ann.id, PASSWORD, before.id)

    assert before.is_by_link
    assert ledger.sessions.find(token) == Session(before.id, ann, None, False)


def test_whoever_is_not_there_gets_no_password_and_no_link(ledger):
    with pytest.raises(NotFoundError, match="no user has the id 5"):
        ledger.users.set_password(5, PASSWORD)
    with pytest.raises(NotFoundError, match="no user has the id 5"):
        ledger.sessions.create_link(5)


def test_a_deleted_user_is_gone_with_sessions_links_and_memberships(ledger, ann, shop):
    token, (link, _) = ledger.sessions.start(ann.id), ledger.sessions.create_link(ann.id)
    ledger.members.put(shop.id, ann.id, Role.OWNER)

    ledger.users.delete(ann.id)

    assert (ledger.users.list(), ledger.members.list(shop.id)) == ([], [])
    assert (ledger.sessions.find(token), ledger.sessions.start_by_link(link)) == (None, None)
    with pytest.raises(NotFoundError, match="no user has the id 1"):
        ledger.users.delete(ann.id)


def test_the_last_administrator_stays(ledger, ann):
    first = ledger.users.create("root", is_admin=True)
    second = ledger.users.create("boss", is_admin=True)

    ledger.users.delete(first.id)
    with pytest.raises(LastOneError, match="user 3 is the last administrator"):
        ledger.users.delete(second.id)

    assert ledger.users.list() == [ann, second]


def test_the_first_user_is_made_once_and_asked_for_until_somebody_has_a_password(ledger):
    first, again = ledger.users.first(), ledger.users.first()
    ledger.users.create("ann", password=PASSWORD)

    assert first == again == User(1, "admin", True, False, NOW)
    assert ledger.users.first() is None


def test_a_user_who_is_named_like_the_first_one_becomes_an_administrator(ledger):
    ledger.users.create("Admin")

    assert ledger.users.first() == User(1, "Admin", True, False, NOW)
    assert ledger.users.list() == [User(1, "Admin", True, False, NOW)]


def test_a_session_lives_thirty_days_after_its_last_use_which_is_noted_hourly(store, ledger, ann):
    token = ledger.sessions.start(ann.id)
    uses = []
    for step in (HOUR_MS - 1, 1, 29 * DAY_MS, 30 * DAY_MS - 1, 1, 30 * DAY_MS):
        store.clock_ms[0] += step
        uses.append(ledger.sessions.find(token) is not None)
        ledger.check_writable()

    assert uses == [True, True, True, True, True, False]
    assert stored(ledger, sessions)[0]["used_at_ms"] == NOW_MS + HOUR_MS + 59 * DAY_MS - 1


def test_a_use_within_the_hour_is_not_written(store, ledger, ann):
    token = ledger.sessions.start(ann.id)

    store.clock_ms[0] += HOUR_MS - 1
    ledger.sessions.find(token)
    ledger.check_writable()

    assert stored(ledger, sessions)[0]["used_at_ms"] == NOW_MS


@pytest.mark.parametrize("token", ["", "x", "\xff", "a" * 100_000, "\0"])
def test_a_token_that_is_none_finds_nobody(ledger, ann, token):
    ledger.sessions.start(ann.id)

    assert ledger.sessions.find(token) is None
    assert (ledger.sessions.start_by_link(token), ledger.sessions.start_by_share(token)) == (None, None)
    with pytest.raises(NotFoundError, match="the invitation is unknown, used or expired"):
        ledger.invitations.accept(token, ann.id)


def test_a_session_ends_by_signing_out(ledger, ann):
    token, other = ledger.sessions.start(ann.id), ledger.sessions.start(ann.id)

    ledger.sessions.end(ledger.sessions.find(token).id)

    assert ledger.sessions.find(token) is None
    assert ledger.sessions.find(other).user == ann


def test_a_link_lets_in_once(ledger, ann):
    link, expires_at = ledger.sessions.create_link(ann.id)

    tokens = [ledger.sessions.start_by_link(link) for _ in range(2)]

    assert expires_at == NOW + timedelta(days=1)
    assert ledger.sessions.find(tokens[0]) == Session(1, ann, None, True)
    assert tokens[1] is None


def test_a_link_lets_only_one_of_many_in_who_come_at_once(ledger, ann):
    link, _ = ledger.sessions.create_link(ann.id)
    tokens = []
    threads = [
        threading.Thread(target=lambda: tokens.append(ledger.sessions.start_by_link(link))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(token is not None for token in tokens) == 1


@pytest.mark.parametrize(("after_ms", "lets_in"), [(DAY_MS - 1, True), (DAY_MS, False)])
def test_a_link_is_good_for_a_day(store, ledger, ann, after_ms, lets_in):
    link, _ = ledger.sessions.create_link(ann.id)

    store.clock_ms[0] += after_ms

    assert (ledger.sessions.start_by_link(link) is not None) is lets_in


def test_what_is_over_is_forgotten(store, ledger, ann, shop):
    used, _ = ledger.sessions.create_link(ann.id)
    ledger.sessions.start_by_link(used)
    ledger.invitations.accept(ledger.invitations.create(shop.id, Role.VIEWER)[1], ann.id)
    store.clock_ms[0] += 30 * DAY_MS
    kept = ledger.sessions.start(ann.id)
    ledger.sessions.create_link(ann.id)
    ledger.invitations.create(shop.id, Role.VIEWER)

    ledger.forget_expired(store.clock_ms[0], 7)

    assert [len(stored(ledger, table)) for table in (sessions, sign_in_links, invitations)] == [1, 1, 1]
    assert ledger.sessions.find(kept).user == ann
