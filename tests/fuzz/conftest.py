"""The shared server without rate limits."""

import dataclasses
import time

import pytest
from litestar.testing import TestClient

from crawlsight.server.app import create_app
from crawlsight.server.ratelimit import RateLimits
from crawlsight.settings import Settings

UNLIMITED = Settings(
    ansehn_requests_per_minute=10**9,
    profound_requests_per_minute=10**9,
    profound_entries_per_minute=10**9,
    reports_requests_per_hour=10**9,
)


@pytest.fixture(scope="module")
def unlimited_app(shared_app):
    services = dataclasses.replace(shared_app.services, limits=RateLimits(UNLIMITED, time.time))
    return dataclasses.replace(shared_app, services=services, client=TestClient(create_app(services)))
