"""The sole user of zoneinfo and of the machine's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


def utc_now() -> datetime:
    """Return this instant, aware, in UTC, without microseconds below what both databases keep."""
    return datetime.now(UTC)


def wall_clock(instant: datetime) -> datetime:
    """Return what a clock on a wall in Germany shows at ``instant``: naive, Europe/Berlin."""
    return instant.astimezone(ZONE).replace(tzinfo=None)


def wall_date(instant: datetime) -> date:
    """Return the calendar day in Germany at ``instant``."""
    return wall_clock(instant).date()


def today() -> date:
    """Return the calendar day in Germany now."""
    return wall_date(utc_now())


def zoned(wall: datetime) -> datetime:
    """Return the instant of a wall time; the first of two where an hour comes twice (RFC 5545 section 3.3.5)."""
    return wall.replace(tzinfo=ZONE, fold=0).astimezone(UTC)


def is_skipped(wall: datetime) -> bool:
    """Return whether no clock ever shows ``wall``: the hour skipped when summer time begins."""
    return wall_clock(zoned(wall)) != wall


def is_doubled(wall: datetime) -> bool:
    """Return whether clocks show ``wall`` twice: the hour repeated when summer time ends."""
    first = wall.replace(tzinfo=ZONE, fold=0).utcoffset()
    return not is_skipped(wall) and first != wall.replace(tzinfo=ZONE, fold=1).utcoffset()
