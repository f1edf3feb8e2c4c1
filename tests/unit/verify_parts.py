"""What tests of verification share: a catalogue with a crawler of each kind, and verdicts by hand."""

from typing import NamedTuple

from crawlsight.detect import Verdict, Verifier, parse_catalogue
from crawlsight.detect.ranges import IpRanges, Snapshot

CATALOGUE = """
[operator.acme]
name = "Acme"

[ip_list.one]
operator = "acme"
url = "https://acme.example/one.json"

[ip_list.two]
operator = "acme"
url = "https://acme.example/two.json"

[ip_list.unread]
operator = "acme"
url = "https://acme.example/unread.json"

[ip_list.hidden]
operator = "acme"
url = "https://acme.example/hidden.json"
browsers_are = "Hidden"

[ip_list.hidden-unread]
operator = "acme"
url = "https://acme.example/hidden-unread.json"
browsers_are = "Unproved"
"""

ENTRY = """
[[crawler]]
name = "{name}"
tokens = ["{name}"]
operator = "acme"
purpose = "other"
is_ai_crawler = true
documentation = "https://acme.example"
checked = 2026-11-22
examples = ["{name}/1.0"]
counterexamples = ["Not{name}/1.0"]
{more}
"""

CRAWLERS = {
    "Unproved": "",
    "Listed": 'ip_lists = ["one"]',
    "TwiceListed": 'ip_lists = ["one", "two"]',
    "Unread": 'ip_lists = ["unread"]',
    "HalfRead": 'ip_lists = ["one", "unread"]',
    "Wandering": 'ip_lists = ["one"]\nruns_elsewhere = true',
    "Named": 'rdns_suffixes = [".acme.example", ".acme.test"]',
    "NamedWandering": 'rdns_suffixes = [".acme.example"]\nruns_elsewhere = true',
    "ListedNamed": 'ip_lists = ["one"]\nrdns_suffixes = [".acme.example"]',
    "UnreadNamed": 'ip_lists = ["unread"]\nrdns_suffixes = [".acme.example"]',
    "Signing": 'signature_agents = ["agent.acme.example"]',
    "ListedSigning": 'ip_lists = ["one"]\nsignature_agents = ["agent.acme.example", "old.acme.example"]',
    "Hidden": 'ip_lists = ["hidden"]',
    "RobotsOnly": "robots_only = true",
}

PREFIXES = {
    "one": ["203.0.113.0/28", "198.51.100.0/24", "2001:db8::/48"],
    "two": ["203.0.113.128/25"],
    "hidden": ["192.0.2.16/28", "192.1.0.0/22", "2001:db8:2::/64"],
}


CREATED = "2026-10-01T00:00:00Z"


def snapshot(prefixes, created=CREATED):
    return Snapshot("https://acme.example", "https://acme.example", created, "2026-11-22", tuple(prefixes))


def verifier_of(prefixes, crawlers=CRAWLERS, created=CREATED):
    entries = (ENTRY.format(name=name, more=more) for name, more in crawlers.items())
    catalogue = parse_catalogue(CATALOGUE, *entries)
    snapshots = {slug: snapshot(found, created) for slug, found in prefixes.items()}
    return Verifier(catalogue, IpRanges(snapshots)), {found.name: found for found in catalogue.crawlers}


VERIFIER, BY_NAME = verifier_of(PREFIXES)


class Signature(NamedTuple):
    """What became of a signature, as the verifier wants it."""

    state: str
    agent: str = "agent.acme.example"
    keyid: str = "key-1"
    reason: str = "the reason"


def verify(name, ip, signature=None, rdns_name=None):
    return VERIFIER.verify(BY_NAME[name], ip, signature, rdns_name)


def verified(evidence):
    return Verdict("verified", evidence)


def claimed(evidence):
    return Verdict("claimed", evidence)


def contradicted(evidence):
    return Verdict("contradicted", evidence)


OUTSIDE = contradicted("outside:one@2026-10-01")
UNVERIFIABLE = Verdict("unverifiable", "")
