"""API keys as text: their form, their checksum, and what may be shown of them."""

import re
import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlsight.ledger.secrets import KeyStyle, generate_key, hash_key, key_hint, key_style

BASE62 = string.ascii_letters + string.digits

SOME_UUID = UUID("a64eeae3-e308-4e9a-a75a-cce1d4643147")


@pytest.mark.parametrize(
    ("style", "form"),
    [
        (KeyStyle.ANK, r"ank_[0-9A-Za-z]{40}"),
        (KeyStyle.BOT, r"bot_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ],
)
def test_a_new_key_has_the_form_of_its_style(style, form):
    keys = [generate_key(style) for _ in range(100)]

    assert all(re.fullmatch(form, key) for key in keys)
    assert {key_style(key) for key in keys} == {style}
    assert len(set(keys)) == 100


def test_every_single_wrong_character_of_an_ank_key_is_caught():
    key = generate_key(KeyStyle.ANK)
    typos = [
        key[:place] + character + key[place + 1 :]
        for place in range(len(key))
        for character in BASE62 + "_- "
        if character != key[place]
    ]

    assert [typo for typo in typos if key_style(typo) is not None] == []


def test_every_swap_of_neighbours_is_caught():
    key = generate_key(KeyStyle.ANK)
    swapped = [
        key[:place] + key[place + 1] + key[place] + key[place + 2 :]
        for place in range(4, len(key) - 1)
        if key[place] != key[place + 1]
    ]

    assert [found for found in swapped if key_style(found) is not None] == []


def test_every_truncation_of_a_key_is_caught():
    for style in KeyStyle:
        key = generate_key(style)

        assert [key[:end] for end in range(len(key)) if key_style(key[:end]) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ank_",
        "bot_",
        "ank_your_key",
        "bot_PROFOUND_LOG_INGESTION_TOKEN",
        f"bot_{SOME_UUID}x",
        f"bot_{SOME_UUID.hex}",
        f"bot_{{{SOME_UUID}}}",
        f"bot_urn:uuid:{SOME_UUID}",
        f"ank_{SOME_UUID}",
        f"key_{SOME_UUID}",
        "ank_" + "é" * 40,
        "ank_" + "0" * 40 + "\n",
    ],
)
def test_what_cannot_be_a_key_has_no_style(text):
    assert key_style(text) is None


@given(st.text())
def test_no_text_raises(text):
    found = [key_style(text), key_style(f"ank_{text}"), key_style(f"bot_{text}")]

    assert set(found) <= {None, KeyStyle.ANK, KeyStyle.BOT}


def test_the_hint_shows_the_prefix_and_the_last_four_characters():
    assert key_hint("ank_0123456789abcdef") == "ank_…cdef"


def test_the_hash_is_of_fixed_length_and_not_the_key():
    key = generate_key(KeyStyle.ANK)

    assert re.fullmatch("[0-9a-f]{64}", hash_key(key))
    assert hash_key(key) == hash_key(key) != hash_key(key[:-1])
