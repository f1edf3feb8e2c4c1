"""Settings: where they come from, what they refuse, what is shown of them."""

from pathlib import Path

import pytest

from crawlsight.errors import SettingError
from crawlsight.record import FieldLimits
from crawlsight.settings import Settings, describe, load_settings


def shown(**values):
    return {name: value for name, value, _ in describe(Settings(**values))}


def test_the_defaults_are_the_limits_of_the_contract():
    found = Settings()

    assert {
        "bytes on the wire": found.max_body_bytes,
        "bytes inflated": found.max_inflated_bytes,
        "records": found.max_records,
        "requests a minute, ansehn": found.ansehn_requests_per_minute,
        "requests a minute, profound": found.profound_requests_per_minute,
        "entries a minute, profound": found.profound_entries_per_minute,
        "report requests an hour": found.reports_requests_per_hour,
    } == {
        "bytes on the wire": 4_194_304,
        "bytes inflated": 16_777_216,
        "records": 1_000,
        "requests a minute, ansehn": 60,
        "requests a minute, profound": 6_000,
        "entries a minute, profound": 100_000,
        "report requests an hour": 600,
    }


def test_the_default_field_limits_are_those_of_the_contract():
    assert Settings().ansehn_limits() == FieldLimits(
        host_chars=255, path_chars=2_048, user_agent_chars=1_024, referrer_chars=2_048, ip_chars=128
    )
    assert Settings().profound_limits() == FieldLimits(
        host_chars=255,
        path_chars=2_048,
        user_agent_chars=1_024,
        referrer_chars=2_048,
        ip_chars=45,
        method_chars=10,
        query_key_chars=100,
        query_value_chars=1_000,
    )


def test_without_environment_and_flags_the_defaults_hold():
    assert load_settings({"PATH": "/bin"}) == Settings()


def test_the_environment_overrides_the_defaults_and_flags_the_environment():
    environ = {"CRAWLSIGHT_PORT": "9000", "CRAWLSIGHT_MAX_RECORDS": "5", "CRAWLSIGHT_DATA": "/srv/crawlsight"}

    found = load_settings(environ, {"port": 9001, "host": None})

    assert found == Settings(port=9001, max_records=5, data=Path("/srv/crawlsight"))


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CRAWLSIGHT_PORT", "http", "port is 'http'; it must be a whole number"),
        ("CRAWLSIGHT_PORT", "", "port is ''; it must be a whole number"),
        ("CRAWLSIGHT_PORT", "80.5", "port is '80.5'; it must be a whole number"),
        ("CRAWLSIGHT_PORT", "-1", "port is -1; it must be at least 0"),
        ("CRAWLSIGHT_MAX_RECORDS", "0", "max_records is 0; it must be at least 1"),
        ("CRAWLSIGHT_LOG_FORMAT", "xml", "log_format is 'xml'; use one of auto, json, console"),
        ("CRAWLSIGHT_LOG_LEVEL", "loud", "log_level is 'loud'; use one of info, debug, warning, error"),
        (
            "CRAWLSIGHT_PROT",
            "8000",
            "CRAWLSIGHT_PROT is not a setting; see 'crawlsight settings' for their names",
        ),
    ],
)
def test_what_cannot_be_a_setting_is_refused_by_name_and_value(variable, value, message):
    with pytest.raises(SettingError) as refusal:
        load_settings({variable: value})

    assert str(refusal.value) == message


@pytest.mark.parametrize("variable", ["CRAWLSIGHT_KEY", "CRAWLSIGHT_URL"])
def test_what_the_commands_read_themselves_is_no_unknown_setting(variable):
    assert load_settings({variable: "x"}) == Settings()


def test_every_setting_is_described_with_its_variable_and_value():
    rows = describe(Settings(port=9000))

    assert all(help_text.endswith(".") for _, _, help_text in rows)
    assert {name: value for name, value, _ in rows}["CRAWLSIGHT_PORT"] == "9000"
    assert [name.removeprefix("CRAWLSIGHT_").lower() for name, _, _ in rows] == list(
        Settings.__dataclass_fields__
    )


def test_every_variable_that_is_described_can_be_set_to_what_is_shown():
    environ = {name: value for name, value, _ in describe(Settings()) if not name.endswith("_DSN")}

    assert load_settings(environ) == Settings()


def test_an_empty_dsn_means_the_data_directory(tmp_path):
    found = Settings(data=tmp_path)

    assert found.effective_ledger_dsn == f"sqlite:///{tmp_path}/ledger.sqlite3"
    assert found.effective_visits_dsn == f"chdb://{tmp_path}/visits"


@pytest.mark.parametrize(
    ("dsn", "masked"),
    [
        ("sqlite:////srv/ledger.sqlite3", "sqlite:////srv/ledger.sqlite3"),
        ("postgresql+psycopg://db.example/c", "postgresql+psycopg://db.example/c"),
        ("postgresql+psycopg://ann:s3cret@db.example/c", "postgresql+psycopg://ann:***@db.example/c"),
        ("clickhouse://:s3cret@ch.example:9000/c", "clickhouse://:***@ch.example:9000/c"),
    ],
)
def test_a_password_in_a_dsn_is_masked(dsn, masked):
    assert shown(ledger_dsn=dsn)["CRAWLSIGHT_LEDGER_DSN"] == masked
    assert shown(visits_dsn=dsn)["CRAWLSIGHT_VISITS_DSN"] == masked


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql+psycopg://ann:p@s3cret@db.example/c",
        "postgresql+psycopg://ann:p:s3cret@db.example/c",
        "postgresql+psycopg://ann:s3cret/x@db.example/c",
        "postgresql+psycopg://db.example/c?user=ann&password=s3cret",
        "clickhouse://ch.example/c?password=s3cret",
    ],
)
def test_no_part_of_a_password_is_shown_wherever_it_stands(dsn):
    assert "s3cret" not in shown(ledger_dsn=dsn)["CRAWLSIGHT_LEDGER_DSN"]
