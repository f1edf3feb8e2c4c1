"""What a ledger does with projects and keys, on every back end."""

from datetime import UTC, datetime, timedelta

import pytest

from builders import NOW
from crawlsight.errors import AlreadyExistsError, InvalidArgumentError, NotFoundError, UnavailableError
from crawlsight.ingest.policy import IpPolicy, Keep, Policy
from crawlsight.ledger import ApiKey, Credential, KeyStyle, Project, Scope

DAY_MS = 86_400_000


def test_a_project_is_found_as_it_was_created(ledger):
    created = ledger.projects.create(
        "shop",
        domains=("https://Shop.example/", "blog.example"),
        keep=Keep.AI,
        retention_days=30,
        ip_policy=IpPolicy.MASK,
        human_ip_policy=IpPolicy.DROP,
    )

    policy = Policy(created.id, Keep.AI, 30, ("shop.example", "blog.example"), IpPolicy.MASK, IpPolicy.DROP)
    assert created == Project(created.id, "shop", policy, NOW)
    assert ledger.projects.by_name("shop") == created
    assert ledger.projects.list() == [created]


def test_projects_are_listed_by_name(ledger):
    for name in ("b", "a", "c"):
        ledger.projects.create(name)

    assert [project.name for project in ledger.projects.list()] == ["a", "b", "c"]


def test_a_name_is_given_once(ledger):
    ledger.projects.create("shop")

    with pytest.raises(AlreadyExistsError):
        ledger.projects.create("shop", keep=Keep.ALL)
    assert len(ledger.projects.list()) == 1


def test_an_unknown_project_is_not_found(ledger):
    with pytest.raises(NotFoundError, match="no project is named 'shop'"):
        ledger.projects.by_name("shop")


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "-shop"},
        {"name": "a" * 101},
        {"name": "shop\n"},
        {"name": "shop", "retention_days": 0},
        {"name": "shop", "retention_days": 20_001},
        {"name": "shop", "domains": ("exa mple.com",)},
        {"name": "shop", "domains": ("a,b",)},
        {"name": "shop", "domains": ("",)},
    ],
)
def test_a_project_that_cannot_be_is_refused(ledger, values):
    with pytest.raises(InvalidArgumentError):
        ledger.projects.create(**values)
    assert ledger.projects.list() == []


@pytest.mark.parametrize(
    ("style", "keep", "retention_days"), [(KeyStyle.ANK, Keep.CRAWLERS, 90), (KeyStyle.BOT, Keep.ALL, 3_650)]
)
def test_the_first_keys_style_decides_what_was_left_open(ledger, style, keep, retention_days):
    project = ledger.projects.create("shop")
    other = KeyStyle.BOT if style is KeyStyle.ANK else KeyStyle.ANK

    ledger.keys.create(project, style=style)
    ledger.keys.create(project, style=other)

    assert ledger.projects.by_name("shop").policy == Policy(project.id, keep, retention_days)


def test_the_first_keys_style_leaves_alone_what_was_decided(ledger):
    project = ledger.projects.create("shop", keep=Keep.AI)

    ledger.keys.create(project, style=KeyStyle.BOT)

    assert ledger.projects.by_name("shop").policy == Policy(project.id, Keep.AI, 3_650)


def test_a_key_is_found_with_its_project_and_scopes(ledger):
    project = ledger.projects.create("shop", domains=("shop.example",))

    key_id, key = ledger.keys.create(
        project, style=KeyStyle.BOT, scopes=[Scope.REPORTS, Scope.INGEST], name="edge"
    )

    assert ledger.keys.find(key) == Credential(
        key_id=key_id,
        name="edge",
        style=KeyStyle.BOT,
        scopes=frozenset({Scope.INGEST, Scope.REPORTS}),
        project_name="shop",
        project_created_at=NOW,
        policy=Policy(project.id, Keep.ALL, 3_650, ("shop.example",)),
    )


def test_a_key_is_listed_without_its_secret(ledger):
    project = ledger.projects.create("shop")

    key_id, key = ledger.keys.create(project, expires_at=NOW + timedelta(days=1))

    expected = ApiKey(
        id=key_id,
        project="shop",
        style=KeyStyle.ANK,
        hint=f"ank_…{key[-4:]}",
        name="ank key",
        scopes=(Scope.INGEST,),
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
        revoked_at=None,
        last_used_at=None,
    )
    assert ledger.keys.list() == [expected]


def test_an_admin_key_may_do_everything(ledger):
    _, key = ledger.keys.create(ledger.projects.create("shop"), scopes=[Scope.ADMIN])

    found = ledger.keys.find(key)

    assert [found.may(scope) for scope in Scope] == [True, True, True]


def test_an_unknown_key_is_not_found(ledger):
    assert ledger.keys.find("ank_unknown") is None
    assert ledger.keys.find("ank_\0") is None


def test_a_revoked_key_is_not_found_and_stays_revoked_since_the_first_time(store, ledger):
    key_id, key = ledger.keys.create(ledger.projects.create("shop"))

    ledger.keys.revoke(key_id)
    store.clock_ms[0] += DAY_MS
    ledger.keys.revoke(key_id)

    assert ledger.keys.find(key) is None
    assert [found.revoked_at for found in ledger.keys.list()] == [NOW]


def test_only_a_known_key_can_be_revoked(ledger):
    with pytest.raises(NotFoundError, match="no key has the id 5"):
        ledger.keys.revoke(5)


def test_a_key_expires_at_its_instant(store, ledger):
    _, key = ledger.keys.create(ledger.projects.create("shop"), expires_at=NOW + timedelta(days=1))

    store.clock_ms[0] += DAY_MS - 1
    before = ledger.keys.find(key)
    store.clock_ms[0] += 1
    after = ledger.keys.find(key)

    assert (before is not None, after) == (True, None)


@pytest.mark.parametrize(
    "options", [{"name": "a" * 101}, {"expires_at": NOW}, {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}]
)
def test_a_key_that_cannot_be_is_refused_and_decides_nothing(ledger, options):
    project = ledger.projects.create("shop")

    with pytest.raises(InvalidArgumentError):
        ledger.keys.create(project, style=KeyStyle.BOT, **options)
    assert ledger.keys.list() == []
    assert ledger.projects.by_name("shop").policy.keep is Keep.CRAWLERS


def test_two_live_keys_serve_one_project_for_rotation(ledger):
    project = ledger.projects.create("shop")

    keys = [ledger.keys.create(project)[1] for _ in range(2)]

    assert {ledger.keys.find(key).policy.project_id for key in keys} == {project.id}


def test_everything_is_still_there_when_opened_again(store):
    ledger = store.open()
    _, key = ledger.keys.create(ledger.projects.create("shop"))
    ledger.close()
    store.opened.clear()

    again = store.open()

    assert again.keys.find(key).project_name == "shop"


def test_two_processes_may_open_an_empty_ledger_and_see_each_other(store):
    first, second = store.open(), store.open()

    project = first.projects.create("shop")

    assert second.projects.by_name("shop") == project


def test_the_ledger_works_on_after_the_database_dropped_its_connections(store, ledger):
    _, key = ledger.keys.create(ledger.projects.create("shop"))
    assert ledger.keys.find(key) is not None

    store.drop_connections()
    answers = []
    for ask in (lambda: ledger.keys.find(key), ledger.check_writable, ledger.outbox.backlog) * 3:
        try:
            answers.append(ask())
        except UnavailableError:
            answers.append("unavailable")

    # Each kind of use may notice the loss once.
    assert "unavailable" not in answers[-3:]
