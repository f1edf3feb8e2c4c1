"""Tests that need a program which cannot be had are skipped at home, and fail where nothing may skip."""

import pytest

import debian_parts


@pytest.mark.parametrize(
    ("ci", "expected"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)], ids=["home", "ci"]
)
def test_without_debian_a_missing_program_is_skipped_at_home_and_fails_in_ci(monkeypatch, ci, expected):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(expected, match="no-such-program is not installed, and there is no Debian"):
        debian_parts.find_program("no-such-program", "no-such-package")
