"""Rewrite the generated parts of the reference pages from the code; ``--check`` only compares.

A generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
"""
# ruff: noqa: INP001

import dataclasses
import enum
import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from crawlsight.cli.main import app
from crawlsight.detect import Crawler, built_in_assistants, built_in_catalogue
from crawlsight.settings import ENV_PREFIX, Settings

FOLDER = Path(__file__).parent
PAGES = ("crawlers.md", "settings.md", "cli.md")

_PART = re.compile(r"(<!-- generated: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewrite(text: str) -> str:
    """Give a page with each generated part as the code has it now.

    Raises:
        KeyError: A part has a name that no generator knows.
    """
    known = generators()
    return _PART.sub(lambda found: f"{found[1]}\n{known[found['name']]()}\n\n{found[3]}", text)


def generators() -> dict[str, Callable[[], str]]:
    """List what can be generated, by the name in the marker."""
    commands = {f"command {name}": _describe(name, command) for name, command in commands_by_name()}
    return {
        "settings": settings_table,
        "crawlers": crawlers_table,
        "assistants": assistants_table,
        **commands,
    }


def settings_table() -> str:
    """Write every setting as a row."""
    rows = []
    for item in dataclasses.fields(Settings):
        kind = item.type.__name__ if isinstance(item.type, type) else str(item.type)
        default = f"`{item.default}`" if str(item.default) else "empty"
        least = item.metadata["least"]
        rows.append(
            (
                f"`{ENV_PREFIX}{item.name.upper()}`",
                {"int": "whole number", "str": "text", "Path": "path"}[kind],
                default,
                "" if least is None else str(least),
                item.metadata["help"],
            )
        )
    return _table(("Environment", "Type", "Default", "Least", "Meaning"), rows)


def crawlers_table() -> str:
    """Write every crawler of the catalogue as a row, by operator."""
    catalogue = built_in_catalogue()
    rows = [
        (
            crawler.name,
            _codes((*crawler.tokens, *(f"{prefix}…" for prefix in crawler.token_prefixes), *crawler.urls)),
            catalogue.operator_name(crawler),
            f"`{crawler.purpose.value}`",
            f"`{crawler.bot_type}`",
            "yes" if crawler.is_ai_crawler else "no",
            _means(crawler),
            f"`{crawler.robots_token}`" if crawler.robots_token else "",
            crawler.obeys_robots.value if crawler.robots_token else "",
            f"[page]({crawler.documentation})",
        )
        for crawler in catalogue.crawlers
    ]
    rows.sort(key=lambda row: (row[2].lower(), row[0].lower()))
    columns = (
        "Name",
        "Tokens",
        "Operator",
        "Purpose",
        "Bot type",
        "AI crawler",
        "Verified by",
        "robots.txt",
        "Obeys it",
        "Source",
    )
    return _table(columns, rows)


def _means(crawler: Crawler) -> str:
    means = [f"list `{slug}`" for slug in crawler.ip_lists]
    means += [f"reverse DNS `{suffix}`" for suffix in crawler.rdns_suffixes]
    means += [f"signature of `{agent}`" for agent in crawler.signature_agents]
    return "; ".join(means) or ("nobody sends it" if crawler.robots_only else "")


def assistants_table() -> str:
    """Write every AI assistant that sends people as a row."""
    rows = [
        (
            f"`{found.source}`",
            found.name,
            ", ".join([_codes(found.hosts), *(f"`{host}` only" for host in found.exact_hosts)]).strip(", "),
            _codes((*found.utm_sources, *(f"referrer={tag}" for tag in found.referrer_tags))),
            _codes(found.android_packages),
        )
        for found in built_in_assistants()
    ]
    return _table(("Source", "Assistant", "Referrer hosts", "utm_source", "Android apps"), rows)


def commands_by_name() -> Iterator[tuple[str, Any]]:
    """Walk all commands that do something, as (name without ``crawlsight``, command)."""

    def walk(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            full = f"{prefix} {name}".strip()
            if hasattr(command, "commands"):
                yield from walk(full, command)
            else:
                yield full, command

    yield from walk("", typer.main.get_command(app))


def _describe(name: str, command: Any) -> Callable[[], str]:
    def write() -> str:
        types = typing.get_type_hints(inspect.unwrap(command.callback))
        usage = [f"crawlsight {name}", "[OPTIONS]"] if command.params else [f"crawlsight {name}"]
        arguments = [param for param in command.params if not param.opts[0].startswith("-")]
        usage += [param.metavar or param.name.upper() for param in arguments]
        text = f"```text\n{' '.join(usage)}\n```\n\n{command.help}"
        rows = [_parameter(param, types[param.name]) for param in command.params]
        return f"{text}\n\n{_table(('Option', 'Value', 'Default', 'Meaning'), rows)}" if rows else text

    return write


def _parameter(param: Any, kind: Any) -> tuple[str, ...]:
    is_option = param.opts[0].startswith("-")
    name = param.opts[0] if is_option else param.metavar or param.name.upper()
    return (f"`{name}`", _values(kind), _default(param), param.help)


def _values(kind: Any) -> str:
    parts = [part for part in typing.get_args(kind) if part is not type(None)]
    if parts:
        return _values(parts[0])
    if issubclass(kind, enum.Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    return {bool: "flag", int: "whole number", str: "text", Path: "path"}[kind]


def _default(param: Any) -> str:
    if param.required:
        return "required"
    if isinstance(param.show_default, str):
        return f"`{param.show_default}`"
    default = getattr(param.default, "value", param.default)
    return "" if default in (None, "", False) else f"`{default}`"


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def main() -> int:
    """Rewrite the pages, or with ``--check`` name those that would change; gives the exit status."""
    is_check = sys.argv[1:] == ["--check"]
    stale = []
    for name in PAGES:
        page = FOLDER / name
        before = page.read_text(encoding="utf-8")
        after = rewrite(before)
        if before != after:
            stale.append(name)
            if not is_check:
                page.write_text(after, encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"{name} {'is out of date' if is_check else 'rewritten'}\n")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main())
