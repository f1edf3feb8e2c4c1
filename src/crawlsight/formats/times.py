"""Read the timestamps that logs have."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}

# 22/Nov/2026:04:11:33 +0530, in HAProxy 22/Nov/2026:04:11:33.655
_CLF = re.compile(
    r"(\d{1,2})/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d{0,3})?"
    r"(?: ([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)

_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,20})?", re.ASCII)

# A space before the offset is no ISO 8601, yet written.
_SPACED_OFFSET = re.compile(r" (?=[+-]\d\d:?\d\d\Z)")

_CLF_CHARS, _SECOND = 26, slice(18, 20)
# A leap second is written as 60 and has no number of its own.
_SECONDS = {f"{second:02}": timedelta(seconds=min(second, 59)) for second in range(61)}
_SHORTEST_ISO_CHARS = len("20261122T041133")
_LONGEST_CHARS = 64

# Epoch seconds are below 1e11 until the year 5138; beyond are milliseconds, microseconds, nanoseconds.
_EPOCH_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000))
_NANOSECONDS = 1_000_000_000

_MOST_REMEMBERED = 4_096


class Instants(dict[str, datetime]):
    """Instants by their text, as lines repeat them; reads what is new and forgets all when it is many.

    Args:
        zone: Of texts that name none.

    Raises:
        ValueError: On looking up a text that is no timestamp.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._minutes: dict[str, datetime] = {}

    def __missing__(self, text: str) -> datetime:
        instant = self._in_minute(text) or read_instant(text, self._zone)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[text] = instant
        return instant

    def _in_minute(self, text: str) -> datetime | None:
        """Read ``10/Oct/2026:13:55:36 -0700`` by its minute, which most lines share with others."""
        second = _SECONDS.get(text[_SECOND])
        if len(text) != _CLF_CHARS or text[2] != "/" or second is None:
            return None
        minute_text = text[: _SECOND.start] + text[_SECOND.stop :]
        minute = self._minutes.get(minute_text)
        if minute is None:
            if len(self._minutes) >= _MOST_REMEMBERED:
                self._minutes.clear()
            whole = f"{text[: _SECOND.start]}00{text[_SECOND.stop :]}"
            minute = self._minutes[minute_text] = read_instant(whole, self._zone)
        return minute + second


def read_instant(value: object, zone: tzinfo) -> datetime:
    """Read a timestamp of any shape: CLF, ISO 8601, or an epoch number whose size tells its unit.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, datetime):
        return to_utc(value, zone)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(value)
    if not isinstance(value, str) or len(value) > _LONGEST_CHARS:
        raise ValueError("no timestamp")
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return _from_epoch(float(text) if "." in text else int(text))
    if "/" in text[:3]:
        return to_utc(_from_clf(text), zone)
    return to_utc(_from_iso(text), zone)


def to_utc(instant: datetime, zone: tzinfo) -> datetime:
    """Make an instant UTC.

    Raises:
        ValueError: It is beyond what a datetime can hold.
    """
    try:
        return (instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _from_epoch(number: float) -> datetime:
    divisor = next((unit for limit, unit in _EPOCH_UNITS if abs(number) < limit), _NANOSECONDS)
    try:
        return datetime.fromtimestamp(number / divisor, tz=UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from None


def _from_clf(text: str) -> datetime:
    found = _CLF.fullmatch(text)
    if found is None:
        raise ValueError("no timestamp")
    day, month, year, hour, minute, second, fraction, sign, zone_hours, zone_minutes = found.groups()
    if month not in _MONTHS:
        raise ValueError("no month")
    zone = None
    if sign is not None:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        zone = timezone(-offset if sign == "-" else offset)
    return datetime(
        int(year),
        _MONTHS[month],
        int(day),
        int(hour),
        int(minute),
        # A leap second is written as 60 and has no number of its own.
        59 if second == "60" else int(second),
        int((fraction or "0").ljust(6, "0")),
        tzinfo=zone,
    )


def _from_iso(text: str) -> datetime:
    if len(text) < _SHORTEST_ISO_CHARS:
        raise ValueError("no timestamp")
    if text.endswith(" UTC"):
        text = f"{text[:-4]}+00:00"
    return datetime.fromisoformat(_SPACED_OFFSET.sub("", text))
