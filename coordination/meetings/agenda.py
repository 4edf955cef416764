"""The order and the numbers of an agenda, and what it takes of the time there is. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from coordination.meetings.rules import NUMBERED, ItemState


class Item(Protocol):
    """What is asked of an item to be put in order."""

    @property
    def id(self) -> int:
        """Return its key."""

    @property
    def position(self) -> int:
        """Return its place among all items of the meeting."""

    @property
    def state(self) -> ItemState:
        """Return whether it is on the agenda."""

    @property
    def is_public(self) -> bool:
        """Return in which part it stands."""

    @property
    def minutes_planned(self) -> int | None:
        """Return how long it is planned to take."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long the items take by their plan, of how long the meeting lasts; both in minutes."""

    planned: int
    there: int
    without: int

    @property
    def is_over(self) -> bool:
        """Return whether more is planned than there is time for."""
        return self.planned > self.there


def in_order(items: Sequence[Item]) -> list[Item]:
    """Return what is on the agenda: the public part first, each part by position."""
    there = [one for one in items if one.state in NUMBERED]
    return sorted(there, key=lambda one: (not one.is_public, one.position, one.id))


def numbers(items: Sequence[Item]) -> dict[int, str]:
    """Return key → number, the same wherever an item is named.

    Each part counts from 1; where there are both, "N" marks what is not public.
    """
    ordered = in_order(items)
    has_parts = len({one.is_public for one in ordered}) > 1
    found: dict[int, str] = {}
    counts = {True: 0, False: 0}
    for one in ordered:
        counts[one.is_public] += 1
        mark = "" if not has_parts or one.is_public else "N "
        found[one.id] = f"{mark}{counts[one.is_public]}"
    return found


def neighbour(items: Sequence[Item], key: int, *, up: bool) -> Item | None:
    """Return the item to change places with, in the same part; None at its end."""
    ordered = in_order(items)
    at = next((n for n, one in enumerate(ordered) if one.id == key), None)
    if at is None:
        return None
    other = at - 1 if up else at + 1
    if not 0 <= other < len(ordered) or ordered[other].is_public is not ordered[at].is_public:
        return None
    return ordered[other]


def budget(items: Sequence[Item], minutes: int) -> Budget:
    """Return what the agenda takes of ``minutes``."""
    there = in_order(items)
    return Budget(
        planned=sum(one.minutes_planned or 0 for one in there),
        there=minutes,
        without=sum(one.minutes_planned is None for one in there),
    )
