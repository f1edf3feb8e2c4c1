"""The common and combined formats of Apache and nginx, with the columns people put before and after.

203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 512 "-" "GPTBot/1.2"
"""

import re
from collections.abc import Container, Sequence
from functools import partial
from itertools import islice, repeat
from typing import Any, NamedTuple

from crawlsight.formats.assembly import STATUS_CODES, duration_ms
from crawlsight.formats.request_line import first_public, is_address_list
from crawlsight.formats.results import (
    Format,
    Look,
    Options,
    ParsedRecord,
    RejectedRowError,
    Result,
    shown,
)
from crawlsight.formats.template import QUOTED_WORD, Column, Template, TemplateParser, compile_own

_LINE = '203.0.113.9 - - [22/Nov/2026:04:11:33 +0000] "GET /a?b=1 HTTP/1.1" 200 512'
_AGENTS = ' "https://example.com/" "Mozilla/5.0 (compatible; GPTBot/1.2)"'

# Lines joined for one pass of the regex; more at once only costs memory.
_LINES_AT_ONCE = 2_000

# Columns after the last that are looked at.
_MOST_TOKENS = 32

_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]++|\\.)*+)"|(?P<bare>\S++)', re.DOTALL)

# TRICKY: these shapes let unescaped quotation marks stand in a value, yet not so that a further quoted
# column becomes part of it: a quoted word opens after a space and closes before one, a column the other way.
_COLUMNS = {
    # An address in the second column means that another column stands before the client.
    "identity": Column("", shape=r"(?:[^\s.:]*+)", is_fixed=True),
    # A user's name may hold spaces; a lone hyphen within says that columns stand before the client.
    "user": Column("", shape=r"(?:\S++(?: (?!\[|- )\S++)*+)", is_fixed=True),
    "request": Column("request", shape=r'(?:[^"\\]++|\\.|"(?! \S{1,5} [\d-]))*+', is_fixed=True),
    "bytes_sent": Column("bytes_sent", shape=r"\d++|-", is_fixed=True),
    "user_agent": Column(
        "user_agent",
        shape=r'(?:[^"\\]++|\\.|' + QUOTED_WORD + r'|"(?=[^\s"]))*+',
        is_fixed=True,
    ),
}

# nginx writes $request_time in seconds with three decimals; nothing else usual looks like that.
_SECONDS = re.compile(r"\d{1,9}\.\d{3}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)

# An IPv4 address or one with two colons, so that no port is among it.
_ADDRESS = "[0-9.]{7,15}+|[0-9a-fA-F]{0,4}+:[0-9a-fA-F]{0,4}+:[0-9a-fA-F.:]{0,35}+"

# The last label of a host name begins with a letter: TLSv1.3 and 1.2.3.4 are none.
_HOST = re.compile(r"(?:(?:[\w-]++\.)*+(?=[A-Za-z])|localhost)[\w-]*+(?::\d{1,5})?", re.ASCII)


# What the regex of plain rows finds: host, address, time, method, path, status, size, referer, agent, tail.
Row = tuple[str, ...]
_TIME = 2
_SENDER = frozenset({"ip", "time", "user_agent"})


class _Layout(NamedTuple):
    """A format of this family.

    Attributes:
        has_host: Whether the host is the first column.
        tail: What stands after the last column: nothing, something, or a host among it.
        duration: Our name of the first number of the tail; empty to go by its looks.
    """

    name: str
    title: str
    sample: str
    has_host: bool = False
    has_agents: bool = True
    tail: str = ""
    duration: str = ""


_LAYOUTS = (
    _Layout(
        "vhost_combined",
        "Apache vhost_combined: host first, then combined",
        f"shop.example:443 {_LINE}{_AGENTS}",
        has_host=True,
        tail="any",
    ),
    _Layout("combined", "Apache and nginx combined", f"{_LINE}{_AGENTS}"),
    _Layout(
        "vhost_common", "host first, then common", f"shop.example {_LINE}", has_host=True, has_agents=False
    ),
    _Layout("common", "Common Log Format", _LINE, has_agents=False),
    _Layout("combined_vhost", "combined, then the host", f"{_LINE}{_AGENTS} shop.example", tail="host"),
    _Layout(
        "combined_extra",
        "combined with further columns, nginx's main among them",
        f'{_LINE}{_AGENTS} "198.51.100.7" 0.031',
        tail="some",
    ),
    _Layout(
        "combined_s",
        "combined, then seconds",
        f"{_LINE}{_AGENTS} 2",
        tail="some",
        duration="duration_s",
    ),
    _Layout(
        "combined_ms",
        "combined, then milliseconds",
        f"{_LINE}{_AGENTS} 31",
        tail="some",
        duration="duration_ms",
    ),
    _Layout(
        "combined_us",
        "combined, then microseconds (Apache %D)",
        f"{_LINE}{_AGENTS} 31415",
        tail="some",
        duration="duration_us",
    ),
)


class CombinedParser(TemplateParser):
    """Parser of the family: one regex over many lines for plain rows, the template for all others."""

    def __init__(self, layout: _Layout, options: Options) -> None:
        super().__init__(_templates(layout, options), options)
        self._layout = layout
        self._options = options
        self._can_be_plain = layout.has_host or layout.tail == "host" or bool(options.host)
        plain = _plain_rows(layout, options)
        self._find_rows = re.compile(plain, re.MULTILINE).findall
        # What else such a line has may hold its host, or another address.
        self._can_look = self._can_be_plain and layout.has_agents and layout.tail != "host"
        self._can_look &= not options.client_in_forwarded
        self._find_senders = re.compile(_only(_SENDER, plain), re.MULTILINE).findall

    def look(self, lines: Sequence[str]) -> Look | None:
        """Find address, time and user agent of plain rows, which takes half as long as all of them."""
        rows = self._find_senders("\n".join(lines)) if self._can_look else []
        if len(rows) != len(lines) or not rows:
            return None
        ips, times, user_agents = zip(*rows, strict=True)
        texts = set(times)
        unread = [position for position, time in enumerate(times) if not time] if "" in texts else []
        try:
            instants = [self.assembler.instants[text] for text in texts if text]
        except ValueError:
            return None
        return Look(ips, user_agents, instants, unread)

    def parse(self, lines: Sequence[str], first_line: int) -> list[Result]:
        """Judge every line."""
        results: list[Result] = []
        for start in range(0, len(lines), _LINES_AT_ONCE):
            chunk = lines[start : start + _LINES_AT_ONCE]
            rows = self._find_rows("\n".join(chunk)) if self._can_be_plain else []
            if len(rows) == len(chunk):
                results += self._judge_rows(rows, chunk, first_line + start)
            else:
                # Without a host no row is plain; a line break within a line upsets the count.
                results += super().parse(chunk, first_line + start)
        return results

    def _judge_rows(self, rows: list[Row], lines: Sequence[str], first_line: int) -> list[Result]:
        # A row that is not plain has no time.
        plain = [row for row in rows if row[_TIME]]
        try:
            results: list[Result] = [*self._records_of(plain)]
        except ValueError:
            return [
                self._judge_plain(row, line, number)
                for number, (row, line) in enumerate(zip(rows, lines, strict=True), first_line)
            ]
        if len(plain) < len(rows):
            for position, row in enumerate(rows):
                if not row[_TIME]:
                    results.insert(position, self.judge_row(lines[position], first_line + position))
        return results

    def _judge_plain(self, row: Row, line: str, number: int) -> Result:
        try:
            if row[_TIME]:
                (record,) = self._records_of([row])
                return record
        except ValueError:
            pass
        return self.judge_row(line, number)

    def _records_of(self, rows: list[Row]) -> list[ParsedRecord]:
        """Make records of plain rows column by column: steps of Python for each row cost the most.

        Raises:
            ValueError: A time is none, or a host is missing or too long.
        """
        if not rows:
            return []
        hosts, ips, times, methods, paths, codes, sizes, referers, agents, tails = zip(*rows, strict=True)
        # Without these columns their groups are empty, and mean what "-" means else.
        absent = "-" if self._layout.has_agents else ""
        records = list(
            map(
                ParsedRecord,
                map(self.assembler.instants.__getitem__, times),
                methods,
                hosts if self._layout.has_host else repeat(self._options.host),
                paths,
                map(STATUS_CODES.__getitem__, codes),
                ips,
                [None if agent == absent else agent for agent in agents],
                [None if referer == absent else referer for referer in referers],
                [None if size == "-" else int(size) for size in sizes],
            )
        )
        # nginx's main format ends in X-Forwarded-For, which is mostly absent.
        nothing = {"", '"-"'} if self._layout.tail != "host" else {""}
        if not nothing.issuperset(tails):
            for record, tail in zip(records, tails, strict=True):
                if tail not in nothing:
                    self._apply_tail(record, tail)
        return records

    def _apply_tail(self, record: ParsedRecord, tail: str) -> None:
        values = _read_tail(tail, self._layout, self._options.client_in_forwarded)
        record.duration_ms = duration_ms(values)
        record.host = values.get("host", record.host)
        if self._layout.tail == "host" and len(record.host) > self._options.limits.host_chars:
            raise ValueError("too long a host")
        if self._options.client_in_forwarded and "forwarded" in values:
            record.ip = first_public(values["forwarded"]) or record.ip


def _templates(layout: _Layout, options: Options) -> list[Template]:
    """Build the templates to try in turn: without a tail, with one."""
    text = '$ip $identity $user [$timestamp] "$request" $status_code $bytes_sent'
    if layout.has_host:
        text = f"$host {text}"
    if layout.has_agents:
        text += ' "$referer" "$user_agent"'
    amend = partial(_amend, layout=layout, has_forwarded=options.client_in_forwarded)
    compile_layout = partial(compile_own, title=layout.name, columns=_COLUMNS, amend=amend)
    plain = [] if layout.tail in {"some", "host"} else [compile_layout(text)]
    return plain + ([compile_layout(f"{text} $rest")] if layout.tail else [])


def _amend(values: dict[str, Any], layout: _Layout, has_forwarded: bool) -> None:
    if "rest" in values:
        values |= _read_tail(values.pop("rest"), layout, has_forwarded)


def _read_tail(tail: str, layout: _Layout, has_forwarded: bool) -> dict[str, str]:
    """Read what is understood of the columns after the last, addresses only if *has_forwarded*.

    Raises:
        NoHostError: There should be a host among them.
    """
    values: dict[str, str] = {}
    for found in islice(_TOKEN.finditer(tail), _MOST_TOKENS):
        text = found["quoted"] or found["bare"] or ""
        if layout.tail == "host" and "host" not in values and _HOST.fullmatch(text):
            values["host"] = text
        elif not layout.duration and "duration_s" not in values and _SECONDS.fullmatch(text):
            values["duration_s"] = text
        elif layout.duration and layout.duration not in values and found["bare"] and _NUMBER.fullmatch(text):
            values[layout.duration] = text
        elif has_forwarded and "forwarded" not in values and is_address_list(text):
            values["forwarded"] = text
    if layout.tail == "host" and "host" not in values:
        raise NoHostError(f"no host after the user agent in {shown(tail)}")
    return values


class NoHostError(RejectedRowError, ValueError):
    """A line of a format with the host last has none."""


def _plain_rows(layout: _Layout, options: Options) -> str:
    """Write the regex of plain rows: nothing escaped, nothing too long, nothing unusual.

    A line that is no plain row is found too, with every group empty.
    """
    limits = options.limits
    host = "(?P<host>)"
    if layout.has_host:
        host = rf'(?P<host>[^\s":_-][^\s"]{{0,{limits.host_chars - 1}}}+) '
    agents = "(?P<referer>)(?P<user_agent>)"
    if layout.has_agents:
        agents = (
            rf' "(?P<referer>[^"\\\n]{{1,{limits.referrer_chars}}}+)"'
            rf' "(?P<user_agent>[^"\\\n]{{0,{limits.user_agent_chars}}}+)"'
        )
    rest = r" (?P<tail>[^\n]++)"
    tail = {"": "(?P<tail>)", "any": f"(?:{rest})?+"}.get(layout.tail, rest)
    return (
        rf"^(?:{host}(?P<ip>{_ADDRESS}) [^\s.:]++ \S++ \[(?P<time>[^\]\n]{{26}})\] "
        rf'"(?P<method>[A-Z]{{3,16}}+) (?P<path>/[^ "\\\n]{{0,{limits.path_chars - 1}}}+)'
        r' HTTP/[0-9.]{1,3}+" '
        rf"(?P<status_code>[1-5][0-9][0-9]) (?P<bytes_sent>[0-9]{{1,18}}+|-){agents}{tail}|.*+)$"
    )


def _only(names: Container[str], pattern: str) -> str:
    """Let a regex find some of its columns and only check the others."""
    return re.sub(r"\(\?P<(\w+)>", lambda group: group[0] if group[1] in names else "(?:", pattern)


FORMATS = tuple(
    Format(
        layout.name,
        layout.title,
        layout.sample,
        partial(CombinedParser, layout),
        # Seconds, milliseconds and microseconds look alike: people have to say which.
        is_detectable=not layout.duration,
    )
    for layout in _LAYOUTS
)
