"""Verify the Web Bot Auth signature of a request afterwards, from what its log record carries.

Source:
    RFC 9421 (HTTP Message Signatures) as narrowed by draft-ietf-webbotauth-httpsig-protocol-01 (2026-10-29);
    the bare-string Signature-Agent is that of draft-meunier-web-bot-auth-architecture-03 (2025-08-29).
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil
from typing import Any, Literal, cast, get_args

import http_sf
import msgspec

from crawlsight.detect.signing_keys import (
    LONGEST_KEYID,
    PUBLISHED_TEST_KEYS,
    Algorithm,
    DirectoryKey,
    is_signed_with,
    merge_key_directories,
    parse_key_directory,
)

__all__ = [
    "PUBLISHED_TEST_KEYS",
    "DirectoryKey",
    "LoggedRequest",
    "SignatureVerdict",
    "State",
    "agent_of",
    "merge_key_directories",
    "parse_key_directory",
    "verify_signature",
]

State = Literal["valid", "invalid", "unknown_key", "unreadable", "absent"]

_TAG = "web-bot-auth"
_AGENT_FIELD = "signature-agent"
_LONGEST_HEADER = 8 * 1024
_LONGEST_QUOTE = 80
_MOST_SIGNATURES = 4
_MOST_COMPONENTS = 32
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# "https://agent.example:8443/": an origin with a domain name; no address, no path.
_ORIGIN = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+(?=[a-z]){_LABEL})(?::(?P<port>\d{{1,5}}))?/?",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_HOST = 253
_HTTPS_PORT = 443
_HIGHEST_PORT = 65535


class LoggedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a log record tells of a signed request.

    Attributes:
        host: The host that was asked for, with its port unless that is the scheme's own.
        path: Encoded as it was sent, with or without the query.
        query: Without its ``?``; outweighs one within the path.
        signature: The value of the Signature header; several headers joined by commas.
        signature_input: The same of Signature-Input.
        signature_agent: The same of Signature-Agent.
    """

    method: str
    host: str
    path: str
    query: str = ""
    scheme: str = "https"
    signature: str = ""
    signature_input: str = ""
    signature_agent: str = ""


class SignatureVerdict(msgspec.Struct, frozen=True):
    """What became of a signature.

    Attributes:
        state: ``unreadable`` is a signature that the record does not suffice to check, ``unknown_key`` one by
            a key that its directory did not vouch for at the time, ``absent`` a request without Web Bot Auth.
        agent: Host of the key directory that the request names; a mere claim unless the state is ``valid``.
        keyid: The key that the signature names.
        reason: For people.
    """

    state: State
    agent: str
    keyid: str
    reason: str


class _Component(msgspec.Struct, frozen=True):
    name: str
    key: Any
    identifier: str  # As it stands in the signature base, such as '"signature-agent";key="g"'.


class _Signature(msgspec.Struct, frozen=True):
    label: str
    components: tuple[_Component, ...]
    parameters: dict[str, Any]
    serialized: str
    value: Any

    @property
    def keyid(self) -> str:
        found = self.parameters.get("keyid")
        return found if isinstance(found, str) and len(found) <= LONGEST_KEYID else ""

    @property
    def agent_label(self) -> str:
        """Name the member of Signature-Agent that this signature vouches for."""
        keys = [component.key for component in self.components if component.name == _AGENT_FIELD]
        whole = not keys or None in keys
        return self.label if whole or self.label in keys else str(keys[0])


class _RefusedError(Exception):
    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


def verify_signature(
    request: LoggedRequest,
    keys_of: Callable[[str], Sequence[DirectoryKey]],
    at: datetime,
    *,
    tolerance_seconds: int = 60,
    longest_seconds: int = 86_400,
) -> SignatureVerdict:
    """Decide whether the agent that a request names has signed it.

    Args:
        keys_of: Gives the keys of a directory by its host, as ``agent_of`` writes it. For a request without a
            Signature-Agent the host is ``""``: answer with keys that are known otherwise, or with none.
        at: When the request arrived, by the log.
        tolerance_seconds: By how much the agent's clock and the log's may differ.
        longest_seconds: For how long a signature may be good; the draft recommends 24 hours at most.

    Returns:
        The verdict on the first valid signature, or else on the first; never an error, whatever was logged.
    """
    try:
        signatures = _read_signatures(request)[:_MOST_SIGNATURES]
    except _RefusedError as refusal:
        return SignatureVerdict(refusal.state, "", "", refusal.reason)
    components = _logged_components(request)
    verdicts = []
    for signature in signatures:
        agent = agent_of(request.signature_agent, signature.agent_label) or ""
        reason = f"signed with a key of {agent}" if agent else "signed with a known key, naming no agent"
        verdict = SignatureVerdict("valid", agent, signature.keyid, reason)
        try:
            _check_coverage(signature, request, agent)
            _check_times(signature, at.timestamp(), tolerance_seconds, longest_seconds)
            base = _signature_base(signature, components)
            keys = _keys_in_force(signature, keys_of(agent), agent, at.timestamp(), tolerance_seconds)
            _check_value(signature, base, keys)
        except _RefusedError as refusal:
            verdict = SignatureVerdict(refusal.state, agent, signature.keyid, refusal.reason)
        verdicts.append(verdict)
    return next((verdict for verdict in verdicts if verdict.state == "valid"), verdicts[0])


def agent_of(signature_agent: str, label: str | None) -> str | None:
    """Name the host whose key directory a Signature-Agent header points to.

    Args:
        signature_agent: A string, ``"https://chatgpt.com"``, or a dictionary, ``g="https://agent.bot.goog"``.
        label: Which member of a dictionary; a lone member answers to every label. Without a label, the first
            that names a directory.

    Returns:
        In lower case, with a port unless it is 443. Nothing for what is no origin under https with a domain
        name, nor for the discovery types ``jwks_uri`` and ``cimd``, whose addresses no host vouches for.
    """
    try:
        members = _read_agents(signature_agent)
    except _RefusedError:
        return None
    if label in members:
        return _directory_host(members[label])
    if label is not None and len(members) > 1:
        return None
    return next((host for member in members.values() if (host := _directory_host(member))), None)


def _read_agents(signature_agent: str) -> dict[str, Any]:
    """Read both forms of Signature-Agent; a bare string is the member without a name."""
    if signature_agent.lstrip().startswith('"'):
        return {"": _parse(signature_agent, "Signature-Agent", "item")}
    return _parse_dictionary(signature_agent, "Signature-Agent")


def _parse_dictionary(header: str, name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", _parse(header, name, "dictionary"))


def _parse(header: str, name: str, structure: str) -> Any:
    if len(header) > _LONGEST_HEADER:
        raise _RefusedError("unreadable", f"the {name} header exceeds {_LONGEST_HEADER} bytes")
    try:
        return http_sf.parse(header.strip().encode("ascii"), tltype=structure)
    except ValueError as error:
        raise _RefusedError("unreadable", f"the {name} header cannot be parsed") from error


def _directory_host(member: Any) -> str | None:
    value, parameters = member
    if not isinstance(value, str) or parameters.get("type", "directory") != "directory":
        return None
    origin = _ORIGIN.fullmatch(value)
    if origin is None or len(origin["host"]) > _LONGEST_HOST:
        return None
    host, port = origin["host"].lower(), int(origin["port"] or _HTTPS_PORT)
    if port == _HTTPS_PORT:
        return host
    return f"{host}:{port}" if 0 < port <= _HIGHEST_PORT else None


def _read_signatures(request: LoggedRequest) -> list[_Signature]:
    if not (request.signature.strip() or request.signature_input.strip()):
        raise _RefusedError("absent", "the request is not signed")
    values = _parse_dictionary(request.signature, "Signature")
    inputs = _parse_dictionary(request.signature_input, "Signature-Input")
    if not (values and inputs):
        missing = "Signature-Input" if values else "Signature"
        raise _RefusedError("unreadable", f"the record has no {missing} header")
    signatures = [
        _read_signature(label, member, values.get(label, (None, {})))
        for label, member in inputs.items()
        if member[1].get("tag") == _TAG
    ]
    if not signatures:
        raise _RefusedError("absent", f'no signature has the tag "{_TAG}"')
    return signatures


def _read_signature(label: str, member: Any, value: Any) -> _Signature:
    covered, parameters = member
    if not isinstance(covered, list) or not all(isinstance(name, str) for name, _ in covered):
        raise _RefusedError("unreadable", f'the Signature-Input "{_short(label)}" is no list of components')
    if len(covered) > _MOST_COMPONENTS:
        reason = f'the signature "{_short(label)}" covers more than {_MOST_COMPONENTS} components'
        raise _RefusedError("unreadable", reason)
    components = tuple(
        _Component(name, given.get("key"), http_sf.ser((name, given))) for name, given in covered
    )
    return _Signature(label, components, parameters, http_sf.ser([member]), value[0])


def _check_coverage(signature: _Signature, request: LoggedRequest, agent: str) -> None:
    times = Counter(component.identifier for component in signature.components)
    if not times.keys() & {'"@authority"', '"@target-uri"'}:
        raise _RefusedError("invalid", "the signature covers neither @authority nor @target-uri")
    if len(times) < len(signature.components):
        identifier, _ = times.most_common(1)[0]
        raise _RefusedError("invalid", f"the signature covers {_short(identifier)} twice")
    if not request.signature_agent.strip():
        return
    if all(component.name != _AGENT_FIELD for component in signature.components):
        raise _RefusedError("invalid", "the signature does not cover signature-agent")
    if not agent:
        raise _RefusedError("unreadable", "the Signature-Agent header names no key directory under https")


def _check_times(signature: _Signature, at: float, tolerance: int, longest: int) -> None:
    created, expires = (signature.parameters.get(name) for name in ("created", "expires"))
    # A parameter without a value is the boolean true, an int to isinstance.
    if type(created) is not int or type(expires) is not int:
        missing = "expires" if type(created) is int else "created"
        raise _RefusedError("invalid", f'the signature has no time "{missing}"')
    if expires <= created:
        raise _RefusedError("invalid", "expires before it was created")
    if expires - created > longest:
        raise _RefusedError("invalid", f"good for {expires - created} s, longer than {longest} s")
    if created > at + tolerance:
        raise _RefusedError("invalid", f"created {ceil(created - at)} s after the request")
    if at > expires + tolerance:
        raise _RefusedError("invalid", f"expired {ceil(at - expires)} s before the request")


def _logged_components(request: LoggedRequest) -> dict[str, str]:
    """Give each component that a record carries its value, empty where it was not logged."""
    scheme = request.scheme.lower()
    authority = request.host.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    path, mark, tail = request.path.partition("?")
    path = path or "/"
    query = request.query or tail
    target = f"{path}?{query}" if query or mark else path
    components = {
        '"@method"': request.method,
        '"@scheme"': scheme,
        '"@authority"': authority,
        '"@path"': path,
        '"@query"': f"?{query}",
        '"@request-target"': target,
        '"@target-uri"': f"{scheme}://{authority}{target}" if authority else "",
        f'"{_AGENT_FIELD}"': request.signature_agent.strip(),
    }
    try:
        members = _read_agents(request.signature_agent)
    except _RefusedError:
        members = {}
    for key, member in members.items():
        if key:
            components[f'"{_AGENT_FIELD}";key="{key}"'] = http_sf.ser([member])
    return components


def _signature_base(signature: _Signature, logged: dict[str, str]) -> bytes:
    lines = []
    for component in signature.components:
        value = logged.get(component.identifier)
        quoted = _short(component.identifier)
        if component.name == _AGENT_FIELD and component.key is not None and value is None:
            raise _RefusedError("invalid", f"the signature covers {quoted}, which was not sent")
        if not value:
            raise _RefusedError("unreadable", f"the signature covers {quoted}, which is not in the record")
        # A line break within a value could pass for another component.
        if not (value.isascii() and value.isprintable()):
            raise _RefusedError("unreadable", f"the record's {quoted} has characters that cannot be signed")
        lines.append(f"{component.identifier}: {value}")
    lines.append(f'"@signature-params": {signature.serialized}')
    return "\n".join(lines).encode("ascii")


def _keys_in_force(
    signature: _Signature, keys: Sequence[DirectoryKey], agent: str, at: float, tolerance: int
) -> list[DirectoryKey]:
    keyid = signature.keyid
    if not keyid:
        raise _RefusedError("invalid", f'the signature has no "keyid" of at most {LONGEST_KEYID} characters')
    named = [key for key in keys if keyid in {key.keyid, key.kid}]
    if not named:
        where = f"in the directory of {agent}" if agent else "is known, and the request names no agent"
        raise _RefusedError("unknown_key", f"no key {keyid} {where}")
    in_force = [
        key
        for key in named
        if (key.not_before is None or key.not_before <= at + tolerance)
        and (key.not_after is None or at <= key.not_after + tolerance)
    ]
    if not in_force:
        raise _RefusedError("unknown_key", f"the key {keyid} was not in force at the time of the request")
    return in_force


def _check_value(signature: _Signature, base: bytes, keys: Sequence[DirectoryKey]) -> None:
    algorithm = signature.parameters.get("alg", keys[0].algorithm)
    if algorithm not in get_args(Algorithm):
        raise _RefusedError(
            "unreadable", f"cannot verify the algorithm {_short(http_sf.ser((algorithm, {})))}"
        )
    fitting = [key for key in keys if key.algorithm == algorithm]
    if not fitting:
        raise _RefusedError("invalid", f"the key is for {keys[0].algorithm}, not for {algorithm}")
    value = signature.value
    if not isinstance(value, bytes):
        raise _RefusedError("invalid", f'the Signature header has no member "{_short(signature.label)}"')
    if not any(is_signed_with(key, value, base) for key in fitting):
        raise _RefusedError("invalid", "the signature does not match the request as it was logged")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
