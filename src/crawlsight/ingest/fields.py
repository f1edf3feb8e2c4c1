"""Normal forms of single fields: instants, hosts, methods, paths and addresses."""

from datetime import UTC, datetime

from crawlsight.addresses import mask_address
from crawlsight.ingest.policy import IpPolicy
from crawlsight.record import KNOWN_METHODS

# Numbers below are epoch seconds (until the year 5138), numbers from here on milliseconds.
MILLISECONDS_FROM = 1e11


def to_instant(timestamp: datetime | float) -> datetime:
    """Make an aware UTC datetime of a decoded timestamp.

    Raises:
        OverflowError, ValueError, OSError: The number is beyond what a datetime can hold.
    """
    if isinstance(timestamp, datetime):
        return timestamp if timestamp.tzinfo is not None else timestamp.replace(tzinfo=UTC)
    seconds = timestamp if abs(timestamp) < MILLISECONDS_FROM else timestamp / 1000
    return datetime.fromtimestamp(seconds, tz=UTC)


def normalise_method(method: str) -> str:
    """Upper-case a known verb; name every other ``OTHER``."""
    folded = method.strip().upper()
    return folded if folded in KNOWN_METHODS else "OTHER"


def normalise_host(host: str) -> str:
    """Lower-case a host and take off port and trailing dot."""
    folded = host.strip().lower()
    if folded.startswith("["):
        return folded.partition("]")[0].removeprefix("[")
    if folded.count(":") == 1:
        folded = folded.partition(":")[0]
    return folded.rstrip(".")


def split_path(path: str) -> tuple[str, str]:
    """Take the query string off a path, and scheme and host off an absolute URL."""
    path, _, query = path.partition("?")
    if path.startswith(("http://", "https://")):
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path, query


def apply_ip_policy(ip: str, policy: IpPolicy) -> str:
    """Keep, mask (IPv4 to /24, IPv6 to /48) or drop an address.

    What is no address (masked before, hashed, a placeholder) passes through a mask unchanged.
    """
    if policy is IpPolicy.KEEP or not ip:
        return ip
    if policy is IpPolicy.DROP:
        return ""
    head, _, last = ip.rpartition(".")
    if last.isdecimal() and ":" not in ip and head.replace(".", "").isdecimal():
        return f"{head}.0"
    return _mask_parsed(ip)


def _mask_parsed(ip: str) -> str:
    # A list of addresses is masked one by one; a hash or a placeholder is nobody's address.
    if "," in ip:
        return ", ".join(apply_ip_policy(part.strip(), IpPolicy.MASK) for part in ip.split(","))
    return mask_address(ip) or ip
