"""Fixtures of the client's tests."""

import pytest
from client_parts import Server


@pytest.fixture
def server():
    return Server()
