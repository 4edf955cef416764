"""The words of minutes and attendance, the table of their states, and who counts when. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from coordination.bodies.rules import VOTING
from coordination.core.access import BodyRole
from coordination.core.errors import LinkOver, RuleViolation
from coordination.core.i18n import N_, format_number

#: How the outbox knows mails with minutes; the key of their meeting follows.
ABOUT = "minutes:"


class BeingRevised(LinkOver):
    """Minutes were taken back after they had gone round: who may read them will again, when they go round once more."""


class MinutesState(StrEnum):
    """Where minutes stand. An objection is an entry of its own, not a state."""

    DRAFT = "draft"
    CHECKED = "checked"
    CIRCULATED = "circulated"
    APPROVED = "approved"


class Presence(StrEnum):
    """Whether an invited person was there."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


STATE_WORDS = {
    MinutesState.DRAFT: N_("being written"),
    MinutesState.CHECKED: N_("checked by the chair"),
    MinutesState.CIRCULATED: N_("circulated"),
    MinutesState.APPROVED: N_("approved"),
}
PRESENCE_WORDS = {
    Presence.UNKNOWN: N_("not entered"),
    Presence.PRESENT: N_("present"),
    Presence.EXCUSED: N_("excused"),
    Presence.ABSENT: N_("absent"),
}
#: The body reads them, and whoever has a link: a draft opens to nobody by it, not even to who writes it.
READ = frozenset({MinutesState.CIRCULATED, MinutesState.APPROVED})
#: Characters of one item's text: some thirty pages. What is longer belongs into a file.
MOST_TEXT = 100_000
#: A meeting may begin so much before its planned time, and go on for so long after it.
EARLY, LATE = timedelta(hours=2), timedelta(hours=6)
#: From → to. Approved minutes are frozen: a correction is a new version.
TRANSITIONS: Mapping[MinutesState, frozenset[MinutesState]] = {
    MinutesState.DRAFT: frozenset({MinutesState.CHECKED, MinutesState.CIRCULATED}),
    MinutesState.CHECKED: frozenset({MinutesState.DRAFT, MinutesState.CIRCULATED}),
    MinutesState.CIRCULATED: frozenset({MinutesState.DRAFT, MinutesState.APPROVED}),
    MinutesState.APPROVED: frozenset(),
}


def check(state: MinutesState, wanted: MinutesState) -> None:
    """Raise RuleViolation unless minutes may go from ``state`` to ``wanted``."""
    if wanted not in TRANSITIONS[state]:
        raise RuleViolation(N_("This is not possible with the minutes as they stand now."))


def check_length(text: str) -> None:
    """Raise unless the text of one item is of a length that a page can hold."""
    if len(text) > MOST_TEXT:
        said = N_("This text has %(now)s characters; %(most)s fit. Please shorten it, or attach it as a file.")
        raise RuleViolation(said, field="text", now=format_number(len(text)), most=format_number(MOST_TEXT))


@dataclass(frozen=True, slots=True)
class There:
    """One person's attendance, as the quorum needs it. ``role`` is that of the day; a deputy has the member's."""

    person_id: int
    role: BodyRole | None
    presence: Presence
    came_at: time | None = None
    left_at: time | None = None
    stands_in_for_id: int | None = None

    @property
    def has_vote(self) -> bool:
        """Return whether the place that this person takes has a vote."""
        return self.role in VOTING

    @property
    def place(self) -> int:
        """Return whose place this person takes: the own one, or that of the member stood in for."""
        return self.stands_in_for_id or self.person_id

    def is_there(self, at: time) -> bool:
        """Return whether the person is in the room at a minute; whoever leaves at it is absent already."""
        came, left = self.came_at or time.min, self.left_at or time.max
        return self.presence is Presence.PRESENT and came <= at < left

    def overlaps(self, other: There) -> bool:
        """Return whether both are in the room at some minute."""
        if Presence.PRESENT is not self.presence or Presence.PRESENT is not other.presence:
            return False
        first = max(self.came_at or time.min, other.came_at or time.min)
        return first < min(self.left_at or time.max, other.left_at or time.max)


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many places with a vote are taken, of how many, and how many are needed (0: none)."""

    there: int
    base: int
    needed: int

    @property
    def is_reached(self) -> bool:
        """Return whether enough are there."""
        return self.there >= self.needed


def quorum_at(people: Sequence[There], at: time, *, base: int, needed: int) -> Quorum:
    """Return the quorum at a minute. A member and its deputy take one place: they never count both."""
    minute = at.replace(second=0, microsecond=0)
    places = {one.place for one in people if one.has_vote and one.is_there(minute)}
    return Quorum(len(places), base, needed)


def check_time(at: time, starts_at: datetime, ends_at: datetime, field: str, *, early: timedelta = EARLY) -> None:
    """Raise unless something of a meeting can have happened at a time of its day: it may begin early and run over.

    A meeting of several days has every time of day in it.
    """
    if starts_at.date() != ends_at.date():
        return
    day = starts_at.date()
    first, last = max(starts_at - early, datetime.combine(day, time.min)), ends_at + LATE
    if first <= datetime.combine(day, at) <= last:
        return
    text = N_("The meeting was planned from %(first)s to %(last)s. Please check the time.")
    raise RuleViolation(text, field=field, first=f"{starts_at:%H:%M}", last=f"{ends_at:%H:%M}")


def check_times(one: There, starts_at: datetime, ends_at: datetime) -> None:
    """Raise unless somebody can have come and left at these times; nobody leaves before it begins."""
    if one.came_at is not None:
        check_time(one.came_at, starts_at, ends_at, f"came_{one.person_id}")
    if one.left_at is not None:
        check_time(one.left_at, starts_at, ends_at, f"left_{one.person_id}", early=timedelta())


def check_attendance(people: Sequence[There]) -> None:
    """Raise unless times are in order, and no place is taken by two at once.

    Raises:
        RuleViolation: its ``field`` is that of the person whose line is to be put right.
    """
    by_key = {one.person_id: one for one in people}
    for one in people:
        if one.came_at and one.left_at and one.left_at < one.came_at:
            raise RuleViolation(N_("The end lies before the beginning."), field=f"left_{one.person_id}")
        if one.stands_in_for_id == one.person_id:
            raise RuleViolation(N_("Nobody stands in for themselves."), field=f"for_{one.person_id}")
        member = by_key.get(one.stands_in_for_id or 0)
        rivals = [member] if member is not None else []
        rivals += [
            other
            for other in people
            if one.stands_in_for_id is not None
            and other.stands_in_for_id == one.stands_in_for_id
            and other.person_id < one.person_id
        ]
        if any(one.overlaps(rival) for rival in rivals):
            text = N_("Member and deputy cannot be there at once with one vote. Please enter who came and left when.")
            raise RuleViolation(text, field=f"presence_{one.person_id}")
