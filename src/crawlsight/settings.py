"""The one table of settings: name, type, default, help; read from flags and the environment."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlsight.errors import SettingError
from crawlsight.record import FieldLimits

ENV_PREFIX = "CRAWLSIGHT_"

_PASSWORD_IN_DSN = re.compile(r"(?<=://)([^:/@]*):.*@|((?:password|access_token)=)[^&]*")


def _setting(default: Any, help_text: str, *, least: float | None = None) -> Any:
    return field(default=default, metadata={"help": help_text, "least": least})


@dataclass(frozen=True)
class Settings:
    """Everything an operator can change; each field is ``CRAWLSIGHT_<NAME>`` in the environment."""

    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _setting(8000, "Port the server listens on; 0 picks a free one.", least=0)
    public_url: str = _setting(
        "", "Where people find the server, as in https://logs.example.com; empty means as a request says."
    )
    trusted_proxies: str = _setting(
        "", "Addresses or networks of proxies whose X-Forwarded-For and -Proto count, by commas."
    )
    data: Path = _setting(Path(".data"), "Directory of the embedded stores.")
    ledger_dsn: str = _setting("", "SQLAlchemy URL of the ledger; empty means SQLite in the data directory.")
    visits_dsn: str = _setting("", "clickhouse-connect DSN of the visits; empty means embedded in data.")
    catalogue: str = _setting("", "TOML file with crawler entries of your own; empty means none.")
    log_format: str = _setting("auto", "Log lines as 'json', as 'console', or 'auto' by the terminal.")
    log_level: str = _setting("info", "Least level of log lines: 'debug', 'info', 'warning' or 'error'.")
    max_body_bytes: int = _setting(4 * 1024 * 1024, "Largest body on the wire, in any encoding.", least=1)
    max_inflated_bytes: int = _setting(16 * 1024 * 1024, "Largest body after decompression.", least=1)
    max_records: int = _setting(1_000, "Most records in one request.", least=1)
    max_host_chars: int = _setting(255, "Longest host.", least=1)
    max_path_chars: int = _setting(2_048, "Longest path.", least=1)
    max_user_agent_chars: int = _setting(1_024, "Longest user agent.", least=1)
    max_referrer_chars: int = _setting(2_048, "Longest referrer.", least=1)
    max_ip_chars: int = _setting(128, "Longest ip in the Ansehn dialect.", least=1)
    profound_max_ip_chars: int = _setting(45, "Longest ip in the Profound dialect.", least=1)
    profound_max_method_chars: int = _setting(10, "Longest method in the Profound dialect.", least=1)
    profound_max_query_key_chars: int = _setting(100, "Longest query key in the Profound dialect.", least=1)
    profound_max_query_value_chars: int = _setting(
        1_000, "Longest query value in the Profound dialect.", least=1
    )
    ansehn_requests_per_minute: int = _setting(60, "Requests a minute and ank_ key.", least=1)
    profound_requests_per_minute: int = _setting(6_000, "Requests a minute and bot_ key.", least=1)
    profound_entries_per_minute: int = _setting(100_000, "Entries a minute and bot_ key.", least=1)
    reports_requests_per_hour: int = _setting(600, "Report requests an hour and key.", least=1)
    session_requests_per_minute: int = _setting(1_200, "Requests a minute and signed-in browser.", least=1)
    ingest_processes: int = _setting(
        2, "Processes that judge large batches beside the server's own; 0 judges them in it.", least=0
    )
    vercel_secret: str = _setting("", "Secret that Vercel signs its log drain with; empty checks none.")
    fastly_services: str = _setting("*", "Fastly services that may log here, by commas; * is any.")
    max_upload_bytes: int = _setting(
        20 * 1024 * 1024 * 1024, "Largest uploaded file, as it is sent.", least=1
    )
    rejected_kept_days: int = _setting(7, "Days that rejected records stay for review.", least=0)
    loader_interval_ms: int = _setting(1_000, "Shortest time between two loads into visits.", least=0)
    loader_block_rows: int = _setting(50_000, "Most rows in one block of visits.", least=1)
    outbox_alarm_seconds: int = _setting(60, "Age of the oldest unloaded batch that fails /readyz.", least=1)
    min_free_disk_mb: int = _setting(100, "Free disk below which /readyz fails.", least=0)

    @property
    def effective_ledger_dsn(self) -> str:
        """The ledger's URL with the default filled in."""
        return self.ledger_dsn or f"sqlite:///{(self.data / 'ledger.sqlite3').absolute()}"

    @property
    def effective_visits_dsn(self) -> str:
        """The visits' DSN with the default filled in."""
        return self.visits_dsn or f"chdb://{(self.data / 'visits').absolute()}"

    def ansehn_limits(self) -> FieldLimits:
        """Field limits of the Ansehn dialect."""
        return FieldLimits(
            host_chars=self.max_host_chars,
            path_chars=self.max_path_chars,
            user_agent_chars=self.max_user_agent_chars,
            referrer_chars=self.max_referrer_chars,
            ip_chars=self.max_ip_chars,
        )

    def profound_limits(self) -> FieldLimits:
        """Field limits of the Profound dialect."""
        return FieldLimits(
            host_chars=self.max_host_chars,
            path_chars=self.max_path_chars,
            user_agent_chars=self.max_user_agent_chars,
            referrer_chars=self.max_referrer_chars,
            ip_chars=self.profound_max_ip_chars,
            method_chars=self.profound_max_method_chars,
            query_key_chars=self.profound_max_query_key_chars,
            query_value_chars=self.profound_max_query_value_chars,
        )


def load_settings(environ: Mapping[str, str], flags: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings: flags win over the environment, the environment over the defaults.

    Args:
        environ: Usually ``os.environ``; an unknown ``CRAWLSIGHT_`` name is an error, not ignored.
        flags: Values by setting name; ``None`` means not given.

    Raises:
        SettingError: Naming the setting, the value and what it can be.
    """
    known = {item.name: item for item in dataclasses.fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith(ENV_PREFIX) or variable in _NOT_SETTINGS:
            continue
        name = variable.removeprefix(ENV_PREFIX).lower()
        if name not in known:
            raise SettingError(f"{variable} is not a setting; see 'crawlsight settings' for their names")
        values[name] = _convert(known[name], text)
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = _convert(known[name], str(value))
    for name, choices in _CHOICES.items():
        if values.get(name, choices[0]) not in choices:
            raise SettingError(f"{name} is {values[name]!r}; use one of {', '.join(choices)}")
    return Settings(**values)


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """List every setting as (environment variable, effective value with secrets masked, help)."""
    rows = []
    for item in dataclasses.fields(settings):
        name = f"effective_{item.name}" if item.name.endswith("_dsn") else item.name
        value = _PASSWORD_IN_DSN.sub(_mask, str(getattr(settings, name)))
        if item.name.endswith("_secret") and value:
            value = "***"
        rows.append((ENV_PREFIX + item.name.upper(), value, item.metadata["help"]))
    return rows


def _mask(found: re.Match[str]) -> str:
    return f"{found[2]}***" if found[2] else f"{found[1]}:***@"


_CHOICES = {
    "log_format": ("auto", "json", "console"),
    "log_level": ("info", "debug", "warning", "error"),
}

# Read by the commands and the tests themselves; not part of the server's configuration.
_NOT_SETTINGS = {"CRAWLSIGHT_KEY", "CRAWLSIGHT_URL", "CRAWLSIGHT_SOAK"}


def _convert(item: dataclasses.Field[Any], text: str) -> Any:
    kind, least = item.type, item.metadata["least"]
    if kind is Path:
        return Path(text)
    if kind is not int:
        return text
    try:
        number = int(text)
    except ValueError:
        raise SettingError(f"{item.name} is {text!r}; it must be a whole number") from None
    if least is not None and number < least:
        raise SettingError(f"{item.name} is {number}; it must be at least {least}")
    return number
