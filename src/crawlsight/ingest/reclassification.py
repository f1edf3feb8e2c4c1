"""Judge a stored visit again, by what is known now; pure, as all of the core is."""

import re
from typing import NamedTuple

from crawlsight.addresses import read_network
from crawlsight.detect import NOT_A_BOT, Crawler, CrawlerDetector, Knowledge, Verdict, Verifier
from crawlsight.detect.ranges import IpRanges

# Evidence of which nothing is stored that it could be judged by again.
_PAST_EVIDENCE = ("signature:", "rdns:")

# Evidence that the stored address is not enough, and evidence that the address once was.
_TOO_LITTLE = frozenset({"no-address", "masked-address"})
_OF_ADDRESS = ("ip:", "outside:", "private-address")

_LIST_DATE = re.compile(r"@[^,]*")


class Classification(NamedTuple):
    """Who sent a visit, in the columns of the same names."""

    bot_name: str
    bot_provider: str
    bot_type: str
    purpose: str
    is_ai_crawler: bool
    verification: str
    verification_evidence: str


HUMAN = Classification("", "", "", "", False, *NOT_A_BOT)


class Reclassifier:
    """Judges by one state of knowledge; what was judged by the same knowledge comes out as it was."""

    def __init__(self, knowledge: Knowledge) -> None:
        catalogue = knowledge.catalogue
        self._crawlers = CrawlerDetector(catalogue)
        self._verifier = Verifier(catalogue, IpRanges(knowledge.snapshots))
        self._by_name = {crawler.name: crawler for crawler in catalogue.crawlers}
        self._behind_browsers = {ip_list.browsers_are for ip_list in catalogue.ip_lists.values()} - {""}

    def classify(self, user_agent: str, ip: str, current: Classification) -> Classification:
        """Say who sent a visit.

        Args:
            ip: The address as stored, which may be masked or empty.
            current: What is stored; it stands where it rests on what is not stored.
        """
        crawler = self._crawlers.find(user_agent)
        if crawler is None and current.verification_evidence.startswith("signature:"):
            crawler = self._by_name.get(current.bot_name)
            if crawler is None:
                return current
        if crawler is None:
            crawler = self._behind_browser(user_agent, ip, current)
        if crawler is None:
            return HUMAN
        return Classification(
            crawler.name,
            crawler.operator,
            crawler.bot_type,
            crawler.purpose.value,
            crawler.is_ai_crawler,
            *self._verdict(crawler, ip, current),
        )

    def _behind_browser(self, user_agent: str, ip: str, current: Classification) -> Crawler | None:
        crawler = self._verifier.behind_browsers([ip], [user_agent]).get(0)
        if crawler is None and current.bot_name in self._behind_browsers and not _is_whole(ip):
            # It was found by the whole address.
            return self._by_name[current.bot_name]
        return crawler

    def _verdict(self, crawler: Crawler, ip: str, current: Classification) -> Verdict:
        verdict = self._verifier.verify(crawler, ip)
        former = Verdict(current.verification, current.verification_evidence)
        stands = _was_in_list(crawler, former) or _stands(former, verdict)
        return former if crawler.name == current.bot_name and stands else verdict


def _was_in_list(crawler: Crawler, former: Verdict) -> bool:
    """Tell whether the address was in one of the crawler's lists at the time, whatever became of it since."""
    kind, _, dated = former.evidence.partition(":")
    return kind == "ip" and dated.partition("@")[0] in crawler.ip_lists


def _stands(former: Verdict, verdict: Verdict) -> bool:
    """Tell whether a crawler's former verdict is the better one."""
    if former.evidence.startswith(_PAST_EVIDENCE):
        return True
    if verdict.evidence in _TOO_LITTLE and former.evidence.startswith(_OF_ADDRESS):
        return True
    # A newer list that says the same is no news, and the older one was nearer to the visit.
    return former.state == verdict.state and (
        former.evidence.startswith("bad-signature:")
        or _LIST_DATE.sub("", former.evidence) == _LIST_DATE.sub("", verdict.evidence)
    )


def _is_whole(ip: str) -> bool:
    network = read_network(ip)
    return network is not None and network.first == network.last
