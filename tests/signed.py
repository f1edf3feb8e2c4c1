"""Signed requests (Web Bot Auth) as log records carry them, made apart from the code that checks them."""

import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from builders import BROWSER, NOW, log_record

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))

CREATED = int(NOW.timestamp()) - 90

SIGNATURE_FIELDS = ("signature", "signature_input", "signature_agent")


def _unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _jwk(private_key: Ed25519PrivateKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _unpadded(private_key.public_key().public_bytes_raw())}


# RFC 7638: the hash of the key's required members, in order and without spaces.
KEYID = _unpadded(sha256(json.dumps(_jwk(PRIVATE_KEY), separators=(",", ":")).encode()).digest())


def key_directory(private_key: Ed25519PrivateKey = PRIVATE_KEY) -> bytes:
    """The body that an agent publishes its key with."""
    return json.dumps({"keys": [_jwk(private_key)]}).encode()


def signature_fields(
    agent: str = "chatgpt.com",
    *,
    private_key: Ed25519PrivateKey = PRIVATE_KEY,
    covered: tuple[str, ...] = ('"@authority"', '"signature-agent"'),
    created: int = CREATED,
    **lines: str,
) -> dict[str, str]:
    """The three fields of a request signed by *agent*; *lines* are the values of ``@`` components."""
    header = f'"https://{agent}"'
    values = {'"@authority"': "example.com", '"signature-agent"': header}
    values.update({f'"@{name.replace("_", "-")}"': value for name, value in lines.items()})
    signed = (
        f'({" ".join(covered)});created={created};expires={created + 300};keyid="{KEYID}";tag="web-bot-auth"'
    )
    base = "\n".join([*(f"{name}: {values[name]}" for name in covered), f'"@signature-params": {signed}'])
    value = b64encode(private_key.sign(base.encode())).decode()
    return {
        "signature": f"sig1=:{value}:",
        "signature_input": f"sig1={signed}",
        "signature_agent": header,
    }


def signed_record(**changes: Any) -> dict[str, Any]:
    """A valid record of a stock browser's request that chatgpt.com has signed."""
    return log_record(**{"user_agent": BROWSER, **signature_fields(), **changes})
