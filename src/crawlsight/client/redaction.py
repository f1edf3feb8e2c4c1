"""Take credentials out of what is recorded of a request: from queries, referrers and paths."""

import re
from urllib.parse import unquote_plus

HIDDEN = "…"

# Words that mean a credential wherever they stand in a name, and those that are too short for that: a
# "keyword" is no key, a "passenger" no password.
_ANYWHERE = r"token|secret|passw|session|sessid|apikey|credential|signature|authorization|jwt"
_AS_A_WORD = r"key|pass|pwd|auth|sid|sig"
_SENSITIVE = re.compile(rf"{_ANYWHERE}|(?<![a-z])(?:{_AS_A_WORD})s?(?![a-z])")

# apiKey, accessKeyId
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_PATH_SESSION = re.compile(r"(;[^/;=?]*sess?(?:ion)?_?id=)[^/;?]*", re.IGNORECASE)

_USER_INFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")


def redact_target(target: str) -> str:
    """Hide the values of sensitive query parameters, and session ids in the path."""
    path, mark, query = target.partition("?")
    if ";" in path:
        path = _PATH_SESSION.sub(rf"\g<1>{HIDDEN}", path)
    return f"{path}{mark}{_redact_query(query)}" if query else path + mark


def redact_url(url: str) -> str:
    """Hide user, password and sensitive query parameters of a URL; its fragment is left out."""
    return redact_target(_USER_INFO.sub(r"\1", url.partition("#")[0]))


def _redact_query(query: str) -> str:
    return "&".join(_redact_parameter(parameter) for parameter in query.split("&"))


def _redact_parameter(parameter: str) -> str:
    name, mark, value = parameter.partition("=")
    return f"{name}={HIDDEN}" if mark and value and _is_sensitive(name) else parameter


def _is_sensitive(name: str) -> bool:
    plain = unquote_plus(name) if "%" in name or "+" in name else name
    return _SENSITIVE.search(_CAMEL.sub("_", plain).lower()) is not None
