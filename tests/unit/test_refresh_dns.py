"""Reverse DNS: a name counts when it leads back, and who does not answer is asked again."""

import socket
import subprocess
import sys
import threading

import pytest

from crawlsight.refresh import dns as reverse_dns
from crawlsight.refresh.dns import ReverseDns

GOOGLE_IP = "66.249.66.1"
GOOGLE_NAME = "crawl-66-249-66-1.googlebot.com"


class Names:
    """A DNS of the test: names by address, addresses by name; counts what it is asked."""

    def __init__(self, names=None, addresses=None):
        self.names = names if names is not None else {GOOGLE_IP: GOOGLE_NAME}
        self.addresses = addresses if addresses is not None else {GOOGLE_NAME: [GOOGLE_IP]}
        self.asked = []

    def name_of(self, ip):
        self.asked.append(ip)
        if ip not in self.names:
            raise socket.herror(1, "Unknown host")
        found = self.names[ip]
        if isinstance(found, Exception):
            raise found
        return found

    def addresses_of(self, name):
        if name not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = self.addresses[name]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def asking():
    """Reverse DNS over names of the test."""
    return lambda names, **options: ReverseDns(names.name_of, names.addresses_of, **options)


def test_a_name_that_leads_back_is_given(asking):
    assert asking(Names()).name(GOOGLE_IP) == GOOGLE_NAME


def test_a_name_is_given_in_lower_case_without_the_roots_dot(asking):
    names = Names({GOOGLE_IP: "Crawl-66-249-66-1.GoogleBot.com."})

    assert asking(names).name(GOOGLE_IP) == GOOGLE_NAME


def test_one_of_several_addresses_is_enough(asking):
    names = Names(addresses={GOOGLE_NAME: ["192.0.32.1", "2001:4860:4801::1", GOOGLE_IP]})

    assert asking(names).name(GOOGLE_IP) == GOOGLE_NAME


def test_an_ipv6_address_leads_back_in_any_spelling(asking):
    names = Names(
        {"2001:4860:4801:10::a": "x.googlebot.com"}, {"x.googlebot.com": ["2001:4860:4801:10:0::A"]}
    )

    assert asking(names).name("2001:4860:4801:10::a") == "x.googlebot.com"


@pytest.mark.parametrize(
    "names",
    [
        Names(addresses={GOOGLE_NAME: ["192.0.32.1"]}),
        Names(addresses={GOOGLE_NAME: []}),
        Names(addresses={}),
        Names({}),
    ],
    ids=["leads elsewhere", "leads nowhere", "unknown name", "no name"],
)
def test_an_address_without_a_name_of_its_own_has_none(asking, names):
    assert asking(names).name(GOOGLE_IP) == ""


@pytest.mark.parametrize(
    "names",
    [
        Names({GOOGLE_IP: socket.herror(2, "Host name lookup failure")}),
        Names({GOOGLE_IP: socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")}),
        Names(addresses={GOOGLE_NAME: socket.gaierror(socket.EAI_AGAIN, "Temporary failure")}),
    ],
    ids=["no server for the address", "no resolver", "no server for the name"],
)
def test_that_nobody_answers_is_not_that_there_is_no_name_and_is_asked_again(asking, names):
    # Else every genuine crawler would be contradicted while the DNS is down.
    dns = asking(names)

    assert [dns.name(GOOGLE_IP), dns.name(GOOGLE_IP)] == [None, None]
    assert names.asked == [GOOGLE_IP, GOOGLE_IP]


def test_a_name_that_no_dns_could_have_is_none(asking):
    # The real resolver refuses labels of more than 63 characters with a UnicodeError.
    names = Names({GOOGLE_IP: "a" * 64 + ".googlebot.com"})
    dns = ReverseDns(names.name_of)

    assert dns.name(GOOGLE_IP) == ""


def test_who_takes_too_long_stays_unknown_and_is_asked_again():
    answered = threading.Event()

    def name_of(ip):
        answered.wait(30)
        return GOOGLE_NAME

    dns = ReverseDns(name_of, lambda name: [GOOGLE_IP], timeout_seconds=0.01)

    assert dns.name(GOOGLE_IP) is None
    answered.set()
    patient = ReverseDns(name_of, lambda name: [GOOGLE_IP])
    assert patient.name(GOOGLE_IP) == GOOGLE_NAME


def test_a_command_ends_without_who_takes_too_long():
    program = """
import threading
from crawlsight.refresh.dns import ReverseDns
dns = ReverseDns(lambda ip: threading.Event().wait(20), timeout_seconds=0.01)
print(dns.name("66.249.66.1"))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=15)

    assert done.stdout == b"None\n"


def test_an_answer_is_remembered(asking):
    names = Names()
    dns = asking(names)

    assert [dns.name(ip) for ip in (GOOGLE_IP, GOOGLE_IP, "192.0.32.1", "192.0.32.1")] == [
        GOOGLE_NAME,
        GOOGLE_NAME,
        "",
        "",
    ]
    assert names.asked == [GOOGLE_IP, "192.0.32.1"]


def test_of_too_many_answers_the_oldest_is_forgotten(asking, monkeypatch):
    monkeypatch.setattr(reverse_dns, "_ANSWERS_KEPT", 2)
    names = Names()
    dns = asking(names)

    for ip in ("192.0.32.1", "192.0.32.2", "192.0.32.3", "192.0.32.3", "192.0.32.2", "192.0.32.1"):
        dns.name(ip)

    assert names.asked == ["192.0.32.1", "192.0.32.2", "192.0.32.3", "192.0.32.1"]


@pytest.mark.parametrize(
    "ip",
    [
        "10.1.2.3",
        "127.0.0.1",
        "192.168.0.7",
        "169.254.1.1",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "",
        "-",
        "unknown",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ],
)
def test_nobody_is_asked_about_an_address_that_is_not_public(asking, ip):
    names = Names()

    assert asking(names).name(ip) is None
    assert names.asked == []


@pytest.mark.parametrize("ip", [f"{GOOGLE_IP}:443", f" {GOOGLE_IP}", f"{GOOGLE_IP}, 10.0.0.1"])
def test_an_address_is_asked_about_as_an_address_however_it_was_logged(asking, ip):
    assert asking(Names()).name(ip) == GOOGLE_NAME


@pytest.mark.parametrize("ip", ["66.249.66.0", "2001:4860:4801::"])
def test_nobody_is_asked_about_a_masked_address(asking, ip):
    # It stands for many, whose names differ.
    names = Names()

    assert asking(names).name(ip) is None
    assert names.asked == []
