"""Rate limits per key, and the headers that tell a client how it stands."""

import math
import time

import msgspec
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from crawlsight.errors import RateLimitedError
from crawlsight.ledger import KeyStyle
from crawlsight.settings import Settings

_MINUTE_SECONDS, _HOUR_SECONDS = 60, 3600


class Standing(msgspec.Struct, frozen=True):
    """How a key stands against a limit."""

    name: str
    limit: int
    window_seconds: int
    remaining: int
    reset_at: float

    def headers(self) -> dict[str, str]:
        """Write the headers of draft-ietf-httpapi-ratelimit-headers and the older ones."""
        seconds = self.reset_seconds
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.window_seconds}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={seconds}',
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(math.ceil(self.reset_at)),
        }

    @property
    def reset_seconds(self) -> int:
        """Whole seconds until there is room again."""
        return max(1, math.ceil(self.reset_at - time.time()))


class RateLimits:
    """The limits of one server process."""

    def __init__(self, settings: Settings) -> None:
        storage = MemoryStorage()
        # Requests are few enough to remember each; entries are counted in two windows instead.
        self._requests = MovingWindowRateLimiter(storage)
        self._entries = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._ingest = {
            KeyStyle.ANK: RateLimitItemPerMinute(settings.ansehn_requests_per_minute),
            KeyStyle.BOT: RateLimitItemPerMinute(settings.profound_requests_per_minute),
        }
        self._entries_per_minute = RateLimitItemPerMinute(settings.profound_entries_per_minute)
        self._reports_per_hour = RateLimitItemPerHour(settings.reports_requests_per_hour)

    def count_ingest(self, key_id: int, style: KeyStyle) -> tuple[Standing, bool]:
        """Count an ingest request; gives the standing and whether the request may pass."""
        return self._count(self._ingest[style], "requests", _MINUTE_SECONDS, key_id)

    def count_report(self, key_id: int) -> tuple[Standing, bool]:
        """Count a report request."""
        return self._count(self._reports_per_hour, "reports", _HOUR_SECONDS, key_id)

    def count_entries(self, key_id: int, entries: int) -> None:
        """Count the entries of a Profound batch.

        Raises:
            RateLimitedError: They are too many; none of them was counted.
        """
        item = self._entries_per_minute
        if entries and not self._entries.hit(item, str(key_id), cost=entries):
            reset_at = self._entries.get_window_stats(item, str(key_id)).reset_time
            wait = max(1, math.ceil(reset_at - time.time()))
            raise RateLimitedError(f"more than {item.amount} entries a minute; try again in {wait} s", wait)

    def _count(
        self, item: RateLimitItemPerMinute | RateLimitItemPerHour, name: str, window_seconds: int, key_id: int
    ) -> tuple[Standing, bool]:
        may_pass = self._requests.hit(item, name, str(key_id))
        stats = self._requests.get_window_stats(item, name, str(key_id))
        return Standing(
            name, item.amount, window_seconds, max(0, stats.remaining), stats.reset_time
        ), may_pass


def refuse(standing: Standing) -> RateLimitedError:
    """Word the refusal of a request beyond the limit."""
    seconds = standing.reset_seconds
    window = "minute" if standing.window_seconds == _MINUTE_SECONDS else "hour"
    return RateLimitedError(
        f"more than {standing.limit} requests a {window} with this key; try again in {seconds} s", seconds
    )
