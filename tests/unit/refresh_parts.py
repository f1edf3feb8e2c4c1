"""What tests of refreshing share: a catalogue of one operator, and its lists and keys as it serves them."""

from base64 import urlsafe_b64encode
from datetime import date

import msgspec

from crawlsight.detect import Knowledge, parse_catalogue
from crawlsight.detect.ranges import Snapshot
from crawlsight.errors import UnavailableError
from crawlsight.refresh.fetch import Refresher

TODAY = date(2026, 11, 22)
LIST_URL = "https://acme.example/ranges.json"

CATALOGUE = """
[operator.acme]
name = "Acme"

[ip_list.acme]
operator = "acme"
url = "https://acme.example/ranges.json"

[ip_list.acme-two]
operator = "acme"
url = "https://acme.example/two.json"

[[crawler]]
name = "AcmeBot"
tokens = ["AcmeBot"]
operator = "acme"
purpose = "agent"
is_ai_crawler = true
documentation = "https://acme.example/bot"
checked = 2026-11-01
ip_lists = ["acme"]
signature_agents = ["keys.acme.example", "keys.acme.example:8443"]
examples = ["AcmeBot/1.0"]
counterexamples = ["AcmeBots"]
"""

FORMER = Snapshot(
    LIST_URL, LIST_URL, "2026-10-01T00:00:00Z", "2026-10-02", ("192.0.32.0/24", "192.0.33.0/24")
)


def encode(value):
    return msgspec.json.encode(value)


def jwk(number, **more):
    """A key that differs by its number; Ed25519 takes any 32 bytes."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(bytes([number]) * 32).rstrip(b"=").decode(),
        **more,
    }


def directory(*jwks):
    return encode({"keys": jwks})


def answering(answers):
    """A Get that knows these URLs; an exception among the answers is raised."""

    def get(url):
        answer = answers.get(url, UnavailableError(f"{url} cannot be fetched: no such host"))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, tuple) else (answer, "application/json")

    return get


def acme(**changes):
    return Knowledge(
        **{"catalogue": parse_catalogue(CATALOGUE), "assistants": (), "snapshots": {}, **changes}
    )


def refresher(files, answers, knowledge=None):
    return Refresher(knowledge or acme(), files, answering(answers), TODAY)


def files_knowledge(files):
    """Acme's catalogue with what is kept."""
    loaded = files.load()
    return acme(snapshots=loaded.snapshots, key_directories=loaded.key_directories)
