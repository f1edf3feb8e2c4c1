"""Rate limits per key, session and sign-in, and the headers that tell a client how it stands."""

import math
from collections import deque
from collections.abc import Callable, Hashable

import msgspec

from crawlsight.errors import RateLimitedError
from crawlsight.ledger import KeyStyle
from crawlsight.settings import Settings

_MINUTE_SECONDS, _HOUR_SECONDS = 60, 3600

_FAILURE_SECONDS = 15 * _MINUTE_SECONDS
_MOST_FAILURES_OF_NAME, _MOST_FAILURES_OF_ADDRESS = 10, 30

# Sessions, names and addresses come and go; looking for those that are gone costs more than a use.
_FORGET_EVERY = 10_000


class Standing(msgspec.Struct, frozen=True):
    """How a key stands against a limit.

    Attributes:
        reset_seconds: Whole seconds until there is room again.
        reset_at: The same as an instant, whole epoch seconds.
    """

    name: str
    limit: int
    window_seconds: int
    remaining: int
    reset_seconds: int
    reset_at: int

    def headers(self) -> dict[str, str]:
        """Write the headers of draft-ietf-httpapi-ratelimit-headers and the older ones."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.window_seconds}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset_seconds}',
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at),
        }


class MovingWindow:
    """A limit on what each key may use within any span of the window's length; exact.

    Args:
        name: What is counted, for the headers.
    """

    def __init__(self, name: str, limit: int, window_seconds: int) -> None:
        self.limit = limit
        self._name = name
        self._window_seconds = window_seconds
        self._uses: dict[Hashable, deque[tuple[float, int]]] = {}
        self._used: dict[Hashable, int] = {}
        self._until_forgetting = _FORGET_EVERY

    def use(self, key_id: Hashable, now: float, cost: int = 1) -> tuple[Standing, bool]:
        """Use *cost* if there is room for all of it; gives the standing and whether there was.

        Args:
            now: Epoch seconds.
        """
        self._until_forgetting -= 1
        if not self._until_forgetting:
            self._until_forgetting = _FORGET_EVERY
            self._forget(now)
        uses = self._uses.setdefault(key_id, deque())
        used = self._used.get(key_id, 0)
        while uses and uses[0][0] <= now - self._window_seconds:
            used -= uses.popleft()[1]
        has_room = used + cost <= self.limit
        if has_room and cost:
            uses.append((now, cost))
            used += cost
        self._used[key_id] = used
        reset_at = (uses[0][0] if uses else now) + self._window_seconds
        standing = Standing(
            name=self._name,
            limit=self.limit,
            window_seconds=self._window_seconds,
            remaining=self.limit - used,
            reset_seconds=max(1, math.ceil(reset_at - now)),
            reset_at=math.ceil(reset_at),
        )
        return standing, has_room

    def give_back(self, key_id: Hashable) -> None:
        """Undo the latest use."""
        if uses := self._uses.get(key_id):
            self._used[key_id] -= uses.pop()[1]

    def _forget(self, now: float) -> None:
        """Forget whoever used nothing within the window."""
        idle = [
            key_id
            for key_id, uses in self._uses.items()
            if not uses or uses[-1][0] <= now - self._window_seconds
        ]
        for key_id in idle:
            del self._uses[key_id], self._used[key_id]


class SignInLimits:
    """Limits on failed sign-ins, for a name and for an address.

    Args:
        clock: Gives epoch seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows = {
            "name": MovingWindow("failures", _MOST_FAILURES_OF_NAME, _FAILURE_SECONDS),
            "address": MovingWindow("failures", _MOST_FAILURES_OF_ADDRESS, _FAILURE_SECONDS),
        }

    def attempt(self, **who: str) -> None:
        """Count an attempt as failed, before it is known: many may come at once.

        Raises:
            RateLimitedError: There were too many; not even the right password helps now.
        """
        now = self._clock()
        counted: dict[str, str] = {}
        for kind, name in who.items():
            standing, has_room = self._windows[kind].use(name, now)
            if not has_room:
                self.forgive(**counted)
                seconds = standing.reset_seconds
                raise RateLimitedError(f"too many failed sign-ins; try again in {seconds} s", seconds)
            counted[kind] = name

    def forgive(self, **who: str) -> None:
        """Take an attempt back that was right."""
        for kind, name in who.items():
            self._windows[kind].give_back(name)


class RateLimits:
    """The limits of one server process.

    Args:
        clock: Gives epoch seconds.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ingest = {
            KeyStyle.ANK: MovingWindow("requests", settings.ansehn_requests_per_minute, _MINUTE_SECONDS),
            KeyStyle.BOT: MovingWindow("requests", settings.profound_requests_per_minute, _MINUTE_SECONDS),
        }
        self._entries = MovingWindow("entries", settings.profound_entries_per_minute, _MINUTE_SECONDS)
        self._reports = MovingWindow("reports", settings.reports_requests_per_hour, _HOUR_SECONDS)
        self._sessions = MovingWindow("requests", settings.session_requests_per_minute, _MINUTE_SECONDS)
        self.sign_in = SignInLimits(clock)

    def count_ingest(self, key_id: int, style: KeyStyle) -> tuple[Standing, bool]:
        """Count an ingest request; gives the standing and whether the request may pass."""
        return self._ingest[style].use(key_id, self._clock())

    def count_report(self, key_id: int) -> tuple[Standing, bool]:
        """Count a report request."""
        return self._reports.use(key_id, self._clock())

    def count_session(self, session_id: int) -> tuple[Standing, bool]:
        """Count a request of a signed-in browser."""
        return self._sessions.use(session_id, self._clock())

    def count_entries(self, key_id: int, entries: int) -> None:
        """Count the entries of a Profound batch.

        Raises:
            RateLimitedError: They are too many; none of them was counted.
        """
        standing, has_room = self._entries.use(key_id, self._clock(), entries)
        if not has_room:
            seconds = standing.reset_seconds
            raise RateLimitedError(
                f"more than {standing.limit} entries a minute; try again in {seconds} s", seconds
            )


def refuse(standing: Standing, whose: str = "with this key") -> RateLimitedError:
    """Word the refusal of a request beyond the limit."""
    seconds = standing.reset_seconds
    window = "minute" if standing.window_seconds == _MINUTE_SECONDS else "hour"
    return RateLimitedError(
        f"more than {standing.limit} requests a {window} {whose}; try again in {seconds} s", seconds
    )
