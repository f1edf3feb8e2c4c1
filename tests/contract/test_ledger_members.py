"""What a ledger does with members, invitations and shares, on every back end."""

import threading
from datetime import timedelta

import pytest

from builders import NOW, PASSWORD
from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, LastOneError, NotFoundError
from crawlsight.ledger import Invitation, Member, Membership, Role, Session, Share, User
from crawlsight.ledger.sessions import SharedWith

DAY_MS = 86_400_000


def signed_in(ledger, user):
    return ledger.sessions.find(ledger.sessions.start(user.id))


def test_members_see_their_projects_and_administrators_all(ledger, ann, shop):
    blog = ledger.projects.create("blog")
    root = ledger.users.create("root", is_admin=True)
    ledger.members.put(shop.id, ann.id, Role.EDITOR)

    assert ledger.members.memberships(signed_in(ledger, ann)) == [Membership(shop, Role.EDITOR)]
    assert ledger.members.memberships(signed_in(ledger, root)) == [
        Membership(blog, Role.OWNER),
        Membership(shop, Role.OWNER),
    ]


def test_a_project_is_found_by_id_before_name_by_those_who_may_see_it(ledger, ann, shop):
    named_like_an_id = ledger.projects.create(str(shop.id))
    for project in (shop, named_like_an_id):
        ledger.members.put(project.id, ann.id, Role.VIEWER)
    session = signed_in(ledger, ann)

    found = [ledger.members.membership(session, wanted).project for wanted in ("shop", "1", "2")]

    assert found == [shop, shop, named_like_an_id]


@pytest.mark.parametrize("wanted", ["shop", "1", "0", "-1", "", "9" * 30, "nothing", "sh\0op", "²"])
def test_a_project_of_others_is_as_if_it_were_not_there(ledger, ann, shop, wanted):
    with pytest.raises(NotFoundError, match="you have no project"):
        ledger.members.membership(signed_in(ledger, ann), wanted)


def test_a_role_can_change_and_end(ledger, ann, shop):
    bob = ledger.users.create("bob")
    ledger.members.put(shop.id, bob.id, Role.OWNER)

    added = ledger.members.put(shop.id, ann.id, Role.VIEWER)
    changed = ledger.members.change(shop.id, ann.id, Role.EDITOR)
    listed = ledger.members.list(shop.id)
    ledger.members.remove(shop.id, ann.id)

    assert added == Member(ann.id, "Ann", Role.VIEWER)
    assert changed == Member(ann.id, "Ann", Role.EDITOR)
    assert listed == [changed, Member(bob.id, "bob", Role.OWNER)]
    assert ledger.members.list(shop.id) == [Member(bob.id, "bob", Role.OWNER)]


def test_the_last_owner_stays_one(ledger, ann, shop):
    bob = ledger.users.create("bob")
    ledger.members.put(shop.id, ann.id, Role.OWNER)
    ledger.members.put(shop.id, bob.id, Role.VIEWER)

    for attempt in (
        lambda: ledger.members.remove(shop.id, ann.id),
        lambda: ledger.members.change(shop.id, ann.id, Role.EDITOR),
        lambda: ledger.members.put(shop.id, ann.id, Role.VIEWER),
    ):
        with pytest.raises(LastOneError, match="the project's last owner"):
            attempt()

    ledger.members.change(shop.id, bob.id, Role.OWNER)
    ledger.members.remove(shop.id, ann.id)
    assert ledger.members.list(shop.id) == [Member(bob.id, "bob", Role.OWNER)]


def test_of_two_owners_who_leave_at_once_one_stays(ledger, ann, shop):
    bob = ledger.users.create("bob")
    for user in (ann, bob):
        ledger.members.put(shop.id, user.id, Role.OWNER)
    outcomes = []

    def leave(user):
        try:
            ledger.members.remove(shop.id, user.id)
        except LastOneError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=leave, args=(user,)) for user in (ann, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == len(ledger.members.list(shop.id)) == 1


def test_only_a_member_can_change_and_only_a_user_become_one(ledger, ann, shop):
    for attempt in (
        lambda: ledger.members.change(shop.id, ann.id, Role.EDITOR),
        lambda: ledger.members.remove(shop.id, ann.id),
    ):
        with pytest.raises(NotFoundError, match="the project has no member with the id 1"):
            attempt()
    with pytest.raises(NotFoundError, match="no user has the id 7"):
        ledger.members.put(shop.id, 7, Role.VIEWER)


def test_an_invitation_makes_somebody_a_member_once(ledger, ann, shop):
    invitation, token = ledger.invitations.create(shop.id, Role.EDITOR)
    listed = ledger.invitations.list(shop.id)

    ledger.invitations.accept(token, ann.id)

    assert listed == [invitation] == [Invitation(1, Role.EDITOR, NOW, NOW + timedelta(days=7))]
    assert ledger.members.list(shop.id) == [Member(ann.id, "Ann", Role.EDITOR)]
    assert ledger.invitations.list(shop.id) == []
    with pytest.raises(NotFoundError):
        ledger.invitations.accept(token, ann.id)


@pytest.mark.parametrize(
    ("before", "invited_as", "after"),
    [(Role.OWNER, Role.VIEWER, Role.OWNER), (Role.VIEWER, Role.EDITOR, Role.EDITOR)],
)
def test_an_invitation_takes_no_role_away(ledger, ann, shop, before, invited_as, after):
    ledger.members.put(shop.id, ann.id, before)

    ledger.invitations.accept(ledger.invitations.create(shop.id, invited_as)[1], ann.id)

    assert ledger.members.list(shop.id) == [Member(ann.id, "Ann", after)]


def test_an_invitation_makes_a_new_user_who_is_signed_in(ledger, shop):
    _, token = ledger.invitations.create(shop.id, Role.VIEWER)

    session = ledger.sessions.find(ledger.invitations.accept_as_new(token, "Bob", PASSWORD))

    assert session == Session(1, User(1, "Bob", False, True, NOW), None, False)
    assert ledger.members.memberships(session) == [Membership(shop, Role.VIEWER)]


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [
        ("ann", PASSWORD, AlreadyExistsError),
        ("bob", "short", InvalidArgumentError),
        ("", PASSWORD, InvalidArgumentError),
    ],
)
def test_an_invitation_stays_good_when_the_new_user_cannot_be(ledger, ann, shop, name, password, error):
    invitation, token = ledger.invitations.create(shop.id, Role.VIEWER)

    with pytest.raises(error):
        ledger.invitations.accept_as_new(token, name, password)

    assert ledger.invitations.list(shop.id) == [invitation]
    assert ledger.users.list() == [ann]


def test_without_an_invitation_nobody_learns_which_names_there_are(ledger, ann):
    for name in ("ann", "bob"):
        with pytest.raises(NotFoundError, match="the invitation is unknown, used or expired"):
            ledger.invitations.accept_as_new("nothing", name, PASSWORD)

    assert ledger.users.list() == [ann]


def test_an_invitation_is_good_for_a_week_or_until_withdrawn(store, ledger, ann, shop):
    (withdrawn, first), (_, second) = (ledger.invitations.create(shop.id, Role.VIEWER) for _ in range(2))
    ledger.invitations.delete(shop.id, withdrawn.id)
    store.clock_ms[0] += 7 * DAY_MS

    assert ledger.invitations.list(shop.id) == []
    for token in (first, second):
        with pytest.raises(NotFoundError):
            ledger.invitations.accept(token, ann.id)


def test_a_share_lets_anybody_read_one_project_until_it_is_withdrawn(ledger, shop):
    ledger.projects.create("blog")
    share, link = ledger.shares.create(shop.id, " agency ")
    tokens = [ledger.sessions.start_by_share(link) for _ in range(2)]
    session = ledger.sessions.find(tokens[0])
    memberships = ledger.members.memberships(session)

    listed = ledger.shares.list(shop.id)
    ledger.shares.delete(shop.id, share.id)

    assert listed == [share] == [Share(1, "agency", NOW)]
    assert session == Session(1, None, SharedWith(1, "agency", shop.id), False)
    assert memberships == [Membership(shop, Role.VIEWER)]
    assert [ledger.sessions.find(token) for token in tokens] == [None, None]
    assert (ledger.sessions.start_by_share(link), ledger.shares.list(shop.id)) == (None, [])


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "a\0b"])
def test_a_shares_name_that_cannot_be_is_refused(ledger, shop, name):
    with pytest.raises(InvalidArgumentError, match="share name"):
        ledger.shares.create(shop.id, name)


def test_links_of_another_project_cannot_be_withdrawn(ledger, shop):
    blog = ledger.projects.create("blog")
    invitation, _ = ledger.invitations.create(shop.id, Role.VIEWER)
    share, _ = ledger.shares.create(shop.id, "agency")

    with pytest.raises(NotFoundError, match="the project has no invitation with the id 1"):
        ledger.invitations.delete(blog.id, invitation.id)
    with pytest.raises(NotFoundError, match="the project has no share with the id 1"):
        ledger.shares.delete(blog.id, share.id)

    assert (ledger.invitations.list(shop.id), ledger.shares.list(shop.id)) == ([invitation], [share])
