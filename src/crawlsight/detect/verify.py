"""Whether a crawler is who it claims to be: a verdict, and the evidence it rests on."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from crawlsight.addresses import Network, read_network, strip_address
from crawlsight.detect.catalogue import Catalogue, Crawler
from crawlsight.detect.ranges import IpRanges
from crawlsight.detect.unknown import looks_like_bot

_CACHED_ADDRESSES = 20_000

# A stock browser's user agent begins so; a client that sends another has told something of itself.
_BROWSER_START = "Mozilla/5.0 ("


class Verification(StrEnum):
    """What is known of a crawler's identity beyond what its user agent claims."""

    VERIFIED = "verified"
    CLAIMED = "claimed"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"
    NOT_A_BOT = "none"


class Verdict(NamedTuple):
    """A verdict and its evidence.

    The evidence is ``ip:LIST@DATE`` (inside a published list), ``outside:LIST@DATE``, ``rdns:NAME``
    (a forward-confirmed reverse DNS name), ``signature:AGENT#KEYID``, ``bad-signature:…``,
    ``robots-only``, ``no-address``, ``private-address``, ``masked-address``, ``no-snapshot``, or empty.
    """

    state: str
    evidence: str


class Signature(Protocol):
    """What became of a request's signature."""

    @property
    def state(self) -> str:
        """``valid`` or what is wrong with it."""

    @property
    def agent(self) -> str:
        """Host of the signer's key directory."""

    @property
    def keyid(self) -> str:
        """The key."""

    @property
    def reason(self) -> str:
        """Why it is not valid."""


NOT_A_BOT = Verdict(Verification.NOT_A_BOT.value, "")
_UNVERIFIABLE = Verdict(Verification.UNVERIFIABLE.value, "")
_ROBOTS_ONLY = Verdict(Verification.CONTRADICTED.value, "robots-only")
_CLAIMED = Verification.CLAIMED.value
_NO_SNAPSHOT = "no-snapshot"

# Where one of these is, an address may stand in another form than the plain one.
_ADORNMENTS = (":", ",", " ")
_MAPPED_START = "::ffff:"

_START_CHARS = 3


class Verifier:
    """Check crawlers against what their operators publish. Makes no request of its own."""

    def __init__(self, catalogue: Catalogue, ranges: IpRanges) -> None:
        self.ranges = ranges
        # Of several crawlers that sign alike one is named, and always the same.
        by_name = sorted(catalogue.crawlers, key=lambda crawler: crawler.name, reverse=True)
        self._by_agent = {agent: crawler for crawler in by_name for agent in crawler.signature_agents}
        self._behind_browsers = {
            slug: crawler
            for slug, ip_list in catalogue.ip_lists.items()
            for crawler in catalogue.crawlers
            if crawler.name == ip_list.browsers_are
        }
        self._hidden_prefixes = self._prefixes_of_24()
        self._hidden_starts = {start[:_START_CHARS] for start in self._hidden_prefixes}
        self._verdicts: dict[tuple[str, str], Verdict] = {}

    def verify(
        self, crawler: Crawler, ip: str, signature: Signature | None = None, rdns_name: str | None = None
    ) -> Verdict:
        """Judge the claim to be *crawler*.

        Args:
            ip: The client's address as logged.
            signature: What became of the request's signature, None without one.
            rdns_name: The address's forward-confirmed reverse DNS name, ``""`` when it has none, None
                when nobody has asked.
        """
        if signature is None and rdns_name is None:
            key = (crawler.name, ip)
            known = self._verdicts.get(key)
            if known is None:
                known = self._judge(crawler, ip, None)
                if len(self._verdicts) >= _CACHED_ADDRESSES:
                    self._verdicts.clear()
                self._verdicts[key] = known
            return known
        if (
            signature is not None
            and signature.state == "valid"
            and signature.agent in crawler.signature_agents
        ):
            return Verdict(Verification.VERIFIED.value, f"signature:{signature.agent}#{signature.keyid}")
        verdict = self._judge(crawler, ip, rdns_name)
        if verdict.state == _CLAIMED and signature is not None and signature.state == "invalid":
            # No contradiction: a log may have lost or rewritten what the signature covers.
            return Verdict(_CLAIMED, f"bad-signature:{signature.reason}")
        return verdict

    def _judge(self, crawler: Crawler, ip: str, rdns_name: str | None) -> Verdict:
        if crawler.robots_only:
            return _ROBOTS_ONLY
        if rdns_name is not None:
            rdns_name = rdns_name.lower().rstrip(".")
            if rdns_name.endswith(crawler.rdns_suffixes):
                return Verdict(Verification.VERIFIED.value, f"rdns:{rdns_name}")
        if not (crawler.ip_lists or crawler.rdns_suffixes or crawler.signature_agents):
            return _UNVERIFIABLE
        network = read_network(ip)
        if network is None:
            return Verdict(_CLAIMED, "no-address")
        if not network.is_public:
            return Verdict(_CLAIMED, "private-address")
        by_list = self._by_list(crawler, network)
        is_open = by_list.evidence in {"", _NO_SNAPSHOT}
        if not is_open or rdns_name is None or not crawler.rdns_suffixes:
            return by_list
        return Verdict(_outsider(crawler), f"rdns:{rdns_name or 'no name'}")

    def _by_list(self, crawler: Crawler, network: Network) -> Verdict:
        if not crawler.ip_lists:
            return Verdict(_CLAIMED, "")
        holding = self.ranges.holding(network)
        for slug in crawler.ip_lists:
            if slug in holding.wholly:
                return Verdict(Verification.VERIFIED.value, f"ip:{self._dated(slug)}")
        known = [slug for slug in crawler.ip_lists if slug in self.ranges.snapshots]
        if len(known) < len(crawler.ip_lists):
            return Verdict(_CLAIMED, _NO_SNAPSHOT)
        if not holding.partly.isdisjoint(known):
            return Verdict(_CLAIMED, "masked-address")
        outside = "outside:" + ",".join(map(self._dated, known))
        return Verdict(_outsider(crawler), outside)

    def _dated(self, slug: str) -> str:
        return f"{slug}@{self.ranges.snapshots[slug].date}"

    def of_signature(self, signature: Signature) -> Crawler | None:
        """Name the crawler that signed a request, whatever its user agent says."""
        return self._by_agent.get(signature.agent) if signature.state == "valid" else None

    def behind_browsers(self, ips: Sequence[str], user_agents: Sequence[str]) -> dict[int, Crawler]:
        """Find, by position, the crawlers that come with a stock browser's user agent.

        Args:
            ips: Addresses as logged.
            user_agents: Those of the same requests, none of which names a crawler.
        """
        if any(map("\n".join(ips).__contains__, _ADORNMENTS)):
            ips = [_bare(ip) for ip in ips]
        elif self._hidden_starts.isdisjoint({ip[:_START_CHARS] for ip in ips}):
            # Most batches are done with after a look at three characters of each address.
            return {}
        starts = [ip.rpartition(".")[0] for ip in ips]
        if self._hidden_prefixes.isdisjoint(starts):
            return {}
        found = {}
        for position, start in enumerate(starts):
            if start in self._hidden_prefixes and _is_browser(user_agents[position]):
                crawler = self._behind(ips[position])
                if crawler is not None:
                    found[position] = crawler
        return found

    def _behind(self, ip: str) -> Crawler | None:
        network = read_network(ip)
        if network is None:
            return None
        slugs = self.ranges.holding(network).wholly
        return next((crawler for slug, crawler in self._behind_browsers.items() if slug in slugs), None)

    def _prefixes_of_24(self) -> frozenset[str]:
        """Write the first three numbers of all addresses that hide crawlers; "" if any is IPv6.

        They sort out nearly all addresses at the price of one look-up; the rest is looked at closely.
        """
        starts = set()
        for slug in self._behind_browsers:
            snapshot = self.ranges.snapshots.get(slug)
            for prefix in snapshot.prefixes if snapshot else ():
                starts.update(_starts_of_24(prefix))
        return frozenset(starts)


def _outsider(crawler: Crawler) -> str:
    """Judge a request that comes from elsewhere than its operator says."""
    state = Verification.CLAIMED if crawler.runs_elsewhere else Verification.CONTRADICTED
    return state.value


def _is_browser(user_agent: str) -> bool:
    return user_agent.startswith(_BROWSER_START) and not looks_like_bot(user_agent)


def _bare(ip: str) -> str:
    address = strip_address(ip)
    return address[len(_MAPPED_START) :] if address.lower().startswith(_MAPPED_START) else address


def _starts_of_24(prefix: str) -> list[str]:
    address, _, length = prefix.partition("/")
    if ":" in address:
        return [""]
    first = int.from_bytes(bytes(map(int, address.split(".")[:3])), "big")
    count = 1 << max(0, 24 - int(length))
    return [".".join(map(str, number.to_bytes(3, "big"))) for number in range(first, first + count)]
