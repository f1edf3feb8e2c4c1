"""What tests of Web Bot Auth signatures share: requests signed apart from the code under test."""

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crawlsight.detect.signatures import (
    LoggedRequest,
    SignatureVerdict,
    parse_key_directory,
    verify_signature,
)

CREATED = 1_735_689_600
HOST = "agent.bot.goog"


def unpadded(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def read_jwk(jwk):
    return parse_key_directory(msgspec.json.encode({"keys": [jwk]}), refused=())[0]


def jwk_of(private_key, **more):
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": unpadded(private_key.public_key().public_bytes_raw()),
        **more,
    }


PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = read_jwk(jwk_of(PRIVATE_KEY))
AT = datetime.fromtimestamp(CREATED + 10, UTC)
LINES = {
    '"@method"': "GET",
    '"@authority"': "example.com",
    '"@path"': "/a/b",
    '"@query"': "?c=d",
    '"@scheme"': "https",
    '"@request-target"': "/a/b?c=d",
    '"@target-uri"': "https://example.com/a/b?c=d",
    '"signature-agent"': f'g="https://{HOST}"',
    '"signature-agent";key="g"': f'"https://{HOST}"',
}
USUAL = ('"@authority"', '"signature-agent";key="g"')


def parameters(**changes):
    usual = {"created": CREATED, "expires": CREATED + 300, "keyid": KEY.keyid, "tag": "web-bot-auth"}
    given_ones = {name: value for name, value in (usual | changes).items() if value is not None}
    return "".join(
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in given_ones.items()
    )


def sign(covered=USUAL, *, label="g", private_key=PRIVATE_KEY, values=None, **changes):
    """Sign a request as RFC 9421 section 2.5 says, by joining lines, apart from the code under test."""
    values = LINES | (values or {})
    signed = f"({' '.join(covered)}){parameters(**changes)}"
    base = "\n".join([*(f"{name}: {values[name]}" for name in covered), f'"@signature-params": {signed}'])
    value = b64encode(private_key.sign(base.encode())).decode()
    return LoggedRequest(
        method="GET",
        host="example.com",
        path="/a/b",
        query="c=d",
        signature=f"{label}=:{value}:",
        signature_input=f"{label}={signed}",
        signature_agent=f'g="https://{HOST}"',
    )


def change(request, **changes):
    return msgspec.structs.replace(request, **changes)


def verify(request, *keys, at=AT, host=HOST, **limits):
    directory = {host: keys or (KEY,)}
    return verify_signature(request, lambda wanted: directory.get(wanted, ()), at, **limits)


def verdict(state, reason, agent=HOST, keyid=KEY.keyid):
    return SignatureVerdict(state, agent, keyid, reason)


MISMATCH = verdict("invalid", "the signature does not match the request as it was logged")
