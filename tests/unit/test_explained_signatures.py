"""Explaining a signed record: by agent.bot.goog, whose key directory the test provides."""

from datetime import UTC, datetime

import msgspec
from explanation_parts import CHATGPT_USER_IP, KNOWLEDGE, RULES, STORED, explained, of_crawler, of_person
from signature_parts import CREATED, HOST, KEY, PRIVATE_KEY, jwk_of, sign

from builders import BROWSER, KEEP_ALL, NOW, log_record
from crawlsight.detect import built_in_catalogue
from crawlsight.ingest.explain import Explainer

SIGNERS = msgspec.structs.replace(
    KNOWLEDGE, key_directories={HOST: msgspec.json.encode({"keys": [jwk_of(PRIVATE_KEY)]})}
)
NO_TOKEN = (
    "The user agent does not tell, but the request is signed by Google-Agent of Google"
    " (agent, an AI crawler)."
)


def signed_record(signed, **changes):
    return log_record(
        timestamp=datetime.fromtimestamp(CREATED + 10, UTC).isoformat(),
        path="/a/b?c=d",
        ip="192.0.32.9",
        signature=signed.signature,
        signature_input=signed.signature_input,
        signature_agent=signed.signature_agent,
        **changes,
    )


def explain_signed(record, knowledge=SIGNERS):
    return Explainer(RULES["bot"], knowledge).explain(record, KEEP_ALL, NOW)


def test_a_signed_browser_is_the_agent_that_signed():
    found = explain_signed(signed_record(sign(), user_agent=BROWSER))

    assert found == of_crawler(
        explained("Google-Agent", by="signature", token=""),
        ("verified", f"signature:{HOST}#{KEY.keyid}"),
        [NO_TOKEN, f"Verified: the request is signed with a key of {HOST}#{KEY.keyid}.", STORED],
    )


def test_a_signature_verifies_whom_the_user_agent_names():
    found = explain_signed(signed_record(sign(), user_agent="Google-Agent"))

    assert (found.crawler, found.verification, found.verification_evidence) == (
        explained("Google-Agent"),
        "verified",
        f"signature:{HOST}#{KEY.keyid}",
    )


def test_a_broken_signature_of_a_browser_makes_nobody_a_crawler():
    found = explain_signed(signed_record(sign(), user_agent=BROWSER, method="POST", host="other.example"))

    assert found == of_person(("none", "none"), "No referrer and no known tag tell who sent this person.")


def test_a_broken_signature_of_a_crawler_is_told_and_contradicts_nothing():
    knowledge = msgspec.structs.replace(
        SIGNERS,
        catalogue=built_in_catalogue().with_entries(
            f"""
            [[crawler]]
            name = "Google-Agent"
            tokens = ["Google-Agent"]
            operator = "google"
            purpose = "agent"
            is_ai_crawler = true
            documentation = "https://agent.example"
            checked = 2026-11-22
            signature_agents = ["{HOST}"]
            examples = ["Google-Agent"]
            counterexamples = ["Google-Agents"]
            """
        ),
    )
    record = signed_record(sign(), user_agent="Google-Agent", host="other.example")

    found = explain_signed(record, knowledge)

    why = "the signature does not match the request as it was logged"
    assert (found.verification, found.verification_evidence) == ("claimed", f"bad-signature:{why}")
    assert found.reasons[1] == f"Claimed: the signature does not prove it: {why}."


def test_a_signature_by_an_unknown_key_is_told():
    record = signed_record(sign(), user_agent="Manus-User/1.0")
    knowledge = msgspec.structs.replace(
        KNOWLEDGE,
        catalogue=built_in_catalogue().with_entries(
            """
            [[crawler]]
            name = "Manus-User"
            tokens = ["Manus-User"]
            operator = "google"
            purpose = "agent"
            is_ai_crawler = true
            documentation = "https://agent.example"
            checked = 2026-11-22
            signature_agents = ["api.manus.im"]
            examples = ["Manus-User/1.0"]
            counterexamples = ["Manus-Users"]
            """
        ),
    )

    found = explain_signed(record, knowledge)

    assert (found.verification, found.verification_evidence) == ("claimed", "")
    assert found.reasons[1] == (
        "Claimed: nothing in the record can be checked against what its operator publishes"
        f" (no key {KEY.keyid} in the directory of {HOST})."
    )


def test_who_is_known_by_the_address_is_not_said_to_have_signed():
    # The directory belongs to a signer that an older catalogue knew; the address tells all the same.
    strangers = "stranger.example"
    knowledge = msgspec.structs.replace(
        KNOWLEDGE, key_directories={strangers: msgspec.json.encode({"keys": [jwk_of(PRIVATE_KEY)]})}
    )
    values = {'"signature-agent";key="g"': f'"https://{strangers}"'}
    signed = msgspec.structs.replace(sign(values=values), signature_agent=f'g="https://{strangers}"')
    record = signed_record(signed, user_agent=BROWSER) | {"ip": CHATGPT_USER_IP}

    found = explain_signed(record, knowledge)

    assert found.crawler == explained("ChatGPT-User", by="address", token="")
