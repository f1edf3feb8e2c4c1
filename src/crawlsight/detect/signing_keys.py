"""Read the public keys that an agent's directory publishes, and check a signature with one of them.

Source:
    draft-ietf-webbotauth-httpsig-protocol-01 (2026-10-29), RFC 7517 (JWK), RFC 9421 section 3.3 (algorithms).
"""

import contextlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Container
from hashlib import sha256
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from crawlsight.errors import KeyDirectoryError

# RFC 9421 prints the private halves of these (appendix B.1): anybody can sign with them.
PUBLISHED_TEST_KEYS = frozenset(
    {
        "BHj8s0GPnMEQtkaULIM-PLgEhLBbuGUQ1vMxmBWZzEo",  # test-key-rsa
        "oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA",  # test-key-rsa-pss
        "ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI",  # test-key-ecc-p256
        "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U",  # test-key-ed25519
    }
)
LONGEST_KEYID = 128

Algorithm = Literal["ed25519", "rsa-pss-sha512", "ecdsa-p256-sha256"]

_LARGEST_DIRECTORY = 256 * 1024
_RSA_BITS = range(2048, 8193)
_P256_BYTES = 32
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA512()), salt_length=64)
# Cloudflare's example directory writes nbf in milliseconds; seconds reach this number in the year 5138.
_FIRST_MILLISECONDS = 1_000_000_000_000


class DirectoryKey(msgspec.Struct, frozen=True):
    """A public key that an agent's directory vouches for.

    Attributes:
        keyid: The key's JWK thumbprint, base64url of a SHA-256 (RFC 7638, RFC 8037).
        public_key: 32 bytes for ed25519, the uncompressed point for ECDSA, DER of the X.509 kind for RSA.
        kid: The directory's own name for the key: ``agent.bot.goog`` has short ones that are no thumbprints.
        not_before: Unix seconds, from the JWK's ``nbf``.
        not_after: Unix seconds, from the JWK's ``exp``.
    """

    keyid: str
    public_key: bytes
    algorithm: Algorithm = "ed25519"
    kid: str = ""
    not_before: int | None = None
    not_after: int | None = None


# Of one signer; the oldest go first, long after their signatures were last seen.
_MOST_KEYS = 500


class _Jwk(msgspec.Struct, frozen=True):
    kty: str
    crv: str = ""
    x: str = ""
    y: str = ""
    n: str = ""
    e: str = ""
    kid: str | None = None
    use: str | None = None
    nbf: int | float | None = None
    exp: int | float | None = None


class _Directory(msgspec.Struct, frozen=True):
    keys: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    kty: str = ""


def parse_key_directory(
    body: bytes, *, refused: Container[str] = PUBLISHED_TEST_KEYS
) -> tuple[DirectoryKey, ...]:
    """Read the keys of ``/.well-known/http-message-signatures-directory``, a JSON Web Key Set.

    A lone JWK counts as a set of one, as ``www.shopify.com`` serves it. Keys of other kinds, for other uses
    or broken ones are left out.

    Args:
        refused: Thumbprints to leave out.

    Raises:
        KeyDirectoryError: The body is no key set or exceeds 256 KiB.
    """
    keys = (_read_key(entry) for entry in _entries(body))
    return tuple(key for key in keys if key is not None and key.keyid not in refused)


def merge_key_directories(former: bytes | None, body: bytes) -> bytes:
    """Add a directory's keys to those it had before, each good for as long as any copy said.

    Directories name a few days or hours from when they are read; a signature of last month is checked
    with the key of last month.

    Raises:
        KeyDirectoryError: One of them is no key set.
    """
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    windows: dict[str, tuple[int | None, int | None]] = {}
    for entry in (*(_entries(former) if former else ()), *_entries(body)):
        key = _read_key(entry)
        if key is None:
            continue
        with contextlib.suppress(ValueError):
            # A key that is given another name is found by either.
            merged.setdefault((key.keyid, key.kid), msgspec.json.decode(entry, type=dict[str, Any]))
        first, last = windows.get(key.keyid, (key.not_before, key.not_after))
        windows[key.keyid] = _outer(min, first, key.not_before), _outer(max, last, key.not_after)
    for (keyid, _), jwk in merged.items():
        for bound, instant in zip(("nbf", "exp"), windows[keyid], strict=True):
            jwk.pop(bound, None)
            if instant is not None:
                jwk[bound] = instant
    return msgspec.json.encode({"keys": list(merged.values())[-_MOST_KEYS:]})


def _outer(choose: Callable[[int, int], int], one: int | None, other: int | None) -> int | None:
    """Choose the wider of two bounds; one that is open is the widest."""
    return None if one is None or other is None else choose(one, other)


def _entries(body: bytes) -> list[msgspec.Raw]:
    if len(body) > _LARGEST_DIRECTORY:
        raise KeyDirectoryError(f"the key directory has {len(body)} bytes, more than {_LARGEST_DIRECTORY}")
    try:
        directory = msgspec.json.decode(body, type=_Directory)
    except (ValueError, RecursionError) as error:
        raise KeyDirectoryError(f"the key directory is no JSON Web Key Set: {error}") from error
    entries = directory.keys
    if isinstance(entries, msgspec.UnsetType):
        if not directory.kty:
            raise KeyDirectoryError('the key directory is no JSON Web Key Set: it has no "keys"')
        entries = [msgspec.Raw(body)]
    return entries


def is_signed_with(key: DirectoryKey, signature: bytes, message: bytes) -> bool:
    """Tell whether the key's private half has signed the message."""
    try:
        if key.algorithm == "ed25519":
            Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
        elif key.algorithm == "ecdsa-p256-sha256":
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public_key)
            point.verify(_der_of(signature), message, ec.ECDSA(hashes.SHA256()))
        else:
            public_key = load_der_public_key(key.public_key)
            if not isinstance(public_key, rsa.RSAPublicKey):
                return False
            public_key.verify(signature, message, _PSS, hashes.SHA512())
    except (InvalidSignature, ValueError):
        return False
    return True


def _read_key(entry: msgspec.Raw) -> DirectoryKey | None:
    try:
        jwk = msgspec.json.decode(entry, type=_Jwk)
        if jwk.use not in {None, "sig"}:
            return None
        match jwk.kty, jwk.crv:
            case "OKP", "Ed25519":
                return _ed25519_key(jwk)
            case "EC", "P-256":
                return _p256_key(jwk)
            case "RSA", _:
                return _rsa_key(jwk)
    except (ValueError, RecursionError):
        return None
    return None


def _ed25519_key(jwk: _Jwk) -> DirectoryKey:
    raw = _decode(jwk.x)
    Ed25519PublicKey.from_public_bytes(raw)
    return _key(jwk, "ed25519", raw, crv=jwk.crv, x=_encode(raw))


def _p256_key(jwk: _Jwk) -> DirectoryKey | None:
    x, y = _decode(jwk.x), _decode(jwk.y)
    if not len(x) == len(y) == _P256_BYTES:
        return None
    point = b"\x04" + x + y
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return _key(jwk, "ecdsa-p256-sha256", point, crv=jwk.crv, x=_encode(x), y=_encode(y))


def _rsa_key(jwk: _Jwk) -> DirectoryKey | None:
    n, e = (int.from_bytes(_decode(text)) for text in (jwk.n, jwk.e))
    # Checking takes longer with a longer modulus or exponent, and who serves the key chooses both.
    if n.bit_length() not in _RSA_BITS or e.bit_length() > 32:  # noqa: PLR2004
        return None
    public_key = rsa.RSAPublicNumbers(e, n).public_key()
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _key(jwk, "rsa-pss-sha512", der, n=_encode(_minimal(n)), e=_encode(_minimal(e)))


def _key(jwk: _Jwk, algorithm: Algorithm, public_key: bytes, **required: str) -> DirectoryKey:
    canonical = msgspec.json.encode({"kty": jwk.kty, **required}, order="sorted")
    return DirectoryKey(
        keyid=_encode(sha256(canonical).digest()),
        public_key=public_key,
        algorithm=algorithm,
        kid=(jwk.kid or "")[:LONGEST_KEYID],
        not_before=_seconds(jwk.nbf),
        not_after=_seconds(jwk.exp),
    )


def _der_of(signature: bytes) -> bytes:
    if len(signature) != 2 * _P256_BYTES:
        raise ValueError("an ECDSA signature has 64 bytes")
    r, s = signature[:_P256_BYTES], signature[_P256_BYTES:]
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def _seconds(instant: float | None) -> int | None:
    if instant is None:
        return None
    seconds = int(instant) // 1000 if instant >= _FIRST_MILLISECONDS else int(instant)
    # What is farther than any calendar stays what it is when it is read again.
    return min(seconds, _FIRST_MILLISECONDS - 1)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _decode(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
