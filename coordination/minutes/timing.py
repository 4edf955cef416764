"""What the time of a meeting was planned for, and what it went to: item by item. No database.

An item begins when its text does; what it took is what lay between that and the beginning of the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Before its hour somebody may have begun; after its end a meeting may still go on for so long.
BEFORE, AFTER = timedelta(minutes=30), timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: planned minutes (None: none were given) and the wall time at which its text was begun."""

    item_id: int
    planned: int | None
    begun: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What is shown of one item; ``starts`` is known as long as every item before it has its minutes."""

    starts: datetime | None
    planned: int | None
    begun: datetime | None
    used: int | None
    is_current: bool = False

    @property
    def is_over(self) -> bool:
        """Return whether the item took longer than planned."""
        return self.used is not None and self.planned is not None and self.used > self.planned


@dataclass(frozen=True, slots=True)
class Timetable:
    """The slots by the key of their item; ``late`` in minutes, None unless the meeting is under way and has a plan."""

    slots: dict[int, Slot]
    late: int | None = None


def timetable(
    entries: Sequence[Entry], starts_at: datetime, ends_at: datetime, *, now: datetime | None = None
) -> Timetable:
    """Return how the time went. ``now`` while the meeting is under way; a text begun outside of it says nothing."""
    lasts_until = ends_at + AFTER
    known = {
        one.item_id: one.begun
        for one in entries
        if one.begun is not None and starts_at - BEFORE <= one.begun <= lasts_until
    }
    is_live = now is not None and starts_at - BEFORE <= now <= lasts_until
    order = sorted(known, key=lambda key: known[key])
    current = order[-1] if order and is_live else None
    planned = _planned(entries, starts_at)
    # Once it is over: of the last one it is known only if nothing came after it, with a text or without.
    end = now if is_live else ends_at if len(known) == len(entries) else None
    slots = {}
    for one in entries:
        begun = known.get(one.item_id)
        until = _until(begun, [known[key] for key in order], end)
        used = _minutes(until - begun) if begun is not None and until is not None else None
        slots[one.item_id] = Slot(planned[one.item_id], one.planned, begun, used, one.item_id == current)
    return Timetable(slots, _late(slots[current], now) if current is not None and now is not None else None)


def _planned(entries: Sequence[Entry], at: datetime | None) -> dict[int, datetime | None]:
    found: dict[int, datetime | None] = {}
    for one in entries:
        found[one.item_id] = at
        at = at + timedelta(minutes=one.planned) if at is not None and one.planned is not None else None
    return found


def _until(begun: datetime | None, begins: Sequence[datetime], end: datetime | None) -> datetime | None:
    """Return when the next one began; the last one goes on until the end, unless it was begun after that."""
    if begun is None:
        return None
    return next((at for at in begins if at > begun), end if end is not None and end > begun else None)


def _late(slot: Slot, now: datetime) -> int | None:
    """Return by how much the item came late or takes too long, whichever is more."""
    if slot.starts is None or slot.begun is None:
        return None
    behind = [slot.begun - slot.starts]
    if slot.planned is not None:
        behind.append(now - slot.starts - timedelta(minutes=slot.planned))
    return max(0, _minutes(max(behind)))


def _minutes(length: timedelta) -> int:
    return int(length / timedelta(minutes=1))
