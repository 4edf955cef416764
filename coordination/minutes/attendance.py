"""Who is to be expected in the list of those present: what was entered, else what their answers promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased, contains_eager

from coordination.bodies.rules import VOTING
from coordination.core.access import BodyRole
from coordination.core.collation import german_key
from coordination.core.once import once
from coordination.directory.models import Person
from coordination.meetings.invitees import Listed, listed, quorum_of, wanted
from coordination.meetings.mail_plan import Why
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from coordination.minutes.models import Attendance
from coordination.minutes.queries import minutes_of
from coordination.minutes.rules import Presence, Quorum, There, quorum_at

_PROMISED = {
    Answer.ACCEPTED: Presence.PRESENT,
    Answer.DECLINED: Presence.EXCUSED,
    Answer.DELEGATED: Presence.EXCUSED,
}
_ORDER = {role: number for number, role in enumerate(BodyRole)}


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the list: what is entered, or proposed. ``row`` is None until it was stored once."""

    person: Person
    there: There
    row: Attendance | None
    stands_in_for: Person | None = None
    #: As what the person sits in the body without standing in for anybody; None: a guest.
    own_role: BodyRole | None = None
    has_accepted: bool = False

    @property
    def mark(self) -> str:
        """Return what the form says that it showed: who changes nothing overwrites nothing."""
        return packed(self.there)


def packed(there: There) -> str:
    """Return one line as a text that two forms can compare."""
    times = (f"{one:%H:%M}" if one else "" for one in (there.came_at, there.left_at))
    return "|".join((there.presence.value, *times, str(there.stands_in_for_id or 0)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole list of one meeting, with what the quorum is counted of."""

    lines: Sequence[Line]
    base: int
    needed: int

    @property
    def members(self) -> list[Line]:
        """Return those whose place a deputy may take."""
        return [one for one in self.lines if one.there.role is not None and one.there.stands_in_for_id is None]

    @property
    def is_stored(self) -> bool:
        """Return whether somebody has entered it, or all of it is still a proposal."""
        return any(one.row is not None for one in self.lines)

    @property
    def is_proposed(self) -> bool:
        """Return whether nothing is stored yet, and answers promise something."""
        return not self.is_stored and any(one.there.presence is not Presence.UNKNOWN for one in self.lines)

    def quorum(self, at: time) -> Quorum:
        """Return the quorum at a minute."""
        return quorum_at([one.there for one in self.lines], at, base=self.base, needed=self.needed)


def sheet(session: Session, meeting: Meeting) -> Sheet:
    """Return the list of those present; three statements at most.

    What was stored stands: somebody who left the body since was there all the same, as what they were then.
    """
    everybody = listed(session, meeting)
    people = wanted(everybody)
    stored = {row.person_id: row for row in stored_of(session, meeting.id)}
    roles = {one.person.id: one.invitee.role for one in people}
    names = {one.person.id: one.person for one in people}
    lines = [
        _stored(stored.pop(one.person.id), one) if one.person.id in stored else _proposed(one, roles, names)
        for one in people
    ]
    lines += [_stored(row) for row in stored.values()]
    base, needed = quorum_of(session, meeting, everybody)
    return Sheet(sorted(lines, key=_place), base, needed)


def stored_of(session: Session, meeting_id: int) -> Sequence[Attendance]:
    """Return what was entered."""
    key = {"meeting_id": meeting_id}
    return once(session, ("attendance", meeting_id), lambda: session.scalars(_stored_statement(), key).all())


def is_begun(session: Session, meeting_id: int) -> bool:
    """Return whether there is anything of the minutes of a meeting, or of who was there; two statements at most."""
    return minutes_of(session, meeting_id) is not None or is_entered(session, meeting_id)


def is_entered(session: Session, meeting_id: int) -> bool:
    """Return whether somebody has stored of anybody whether they were there; what answers promise is no such thing."""
    return any(row.presence is not Presence.UNKNOWN for row in stored_of(session, meeting_id))


@cache
def _stored_statement() -> Select[Attendance]:
    member = aliased(Person)
    return (
        select(Attendance)
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(member, member.id == Attendance.stands_in_for_id)
        .where(Attendance.meeting_id == bindparam("meeting_id"))
        .options(
            contains_eager(Attendance.person).joinedload(Person.organisation),
            contains_eager(Attendance.stands_in_for.of_type(member)),
        )
    )


def _place(line: Line) -> tuple[int, tuple[str, str]]:
    role = line.there.role
    rank = len(_ORDER) if role is None else _ORDER[role]
    return rank, german_key(f"{line.person.family_name} {line.person.given_name}")


def _own_role(one: Listed) -> BodyRole | None:
    return one.invitee.role if one.invitee.why is Why.MEMBER else None


def _stored(row: Attendance, one: Listed | None = None) -> Line:
    own = row.role if row.stands_in_for_id is None else _own_role(one) if one is not None else None
    has_accepted = one is not None and one.answer is Answer.ACCEPTED
    return Line(row.person, there_of(row), row, row.stands_in_for, own, has_accepted)


def there_of(row: Attendance) -> There:
    """Return a stored line as the rules know it."""
    return There(row.person_id, row.role, row.presence, row.came_at, row.left_at, row.stands_in_for_id)


def _proposed(one: Listed, roles: dict[int, BodyRole | None], names: dict[int, Person]) -> Line:
    row = one.invitation
    member_id = row.stands_in_for_id if row is not None else None
    role = roles.get(member_id, one.invitee.role) if member_id else one.invitee.role
    presence = _PROMISED.get(one.answer, Presence.UNKNOWN)
    member = names.get(member_id or 0) or (row.stands_in_for if row is not None else None)
    there = There(one.person.id, role, presence, stands_in_for_id=member_id)
    return Line(one.person, there, None, member, _own_role(one), one.answer is Answer.ACCEPTED)


def has_vote(line: Line) -> bool:
    """Return whether the line counts for the quorum."""
    return line.there.role in VOTING


def with_unit(person: Person) -> str:
    """Return a person with the organisation, as a list of those present names them."""
    unit = person.organisation
    return f"{person.name} ({unit.called})" if unit is not None else person.name
