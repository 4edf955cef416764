"""Who belongs to a meeting: its body's members on its day, guests, and deputies who were named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, bindparam, func, select, union
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.procedure import QuorumBase, quorum
from coordination.bodies.queries import holds
from coordination.bodies.rules import VOTING
from coordination.core.access import BodyRole
from coordination.core.collation import german_key
from coordination.core.once import know, once
from coordination.directory.models import Person
from coordination.meetings.answers import Expected, Voice, expected
from coordination.meetings.mail_plan import Invitee, MailPlan, Why, plan
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer

#: Those who lead stand first; then as in the body's own list.
_ORDER = {role: number for number, role in enumerate(BodyRole)}


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a meeting: who, as what, and the row that holds the answer, once there is one."""

    person: Person
    invitee: Invitee
    invitation: Invitation | None

    @property
    def answer(self) -> Answer:
        """Return what the person said; who was not asked yet is open."""
        return self.invitation.answer if self.invitation is not None else Answer.OPEN

    @property
    def place(self) -> int:
        """Return the key of the member whose place this is: a deputy has that of whom they stand in for."""
        deputy_for = self.invitation.stands_in_for_id if self.invitation is not None else None
        return self.person.id if deputy_for is None else deputy_for

    @classmethod
    def of(cls, row: Invitation) -> Listed:
        """Return one person as its own row knows it, for what asks nothing of the body."""
        return _by_name(row)


def listed(session: Session, meeting: Meeting, *, with_removed: bool = False) -> list[Listed]:
    """Return everybody who belongs to a meeting or was mailed about it, by role and name; one statement.

    Members are those of the meeting's day, so that who joins or leaves before it is asked, or told so.
    """
    key = ("listed", meeting.id, with_removed)
    return once(session, key, lambda: _read(session, meeting, with_removed=with_removed))


def _read(session: Session, meeting: Meeting, *, with_removed: bool) -> list[Listed]:
    found: dict[int, Listed] = {}
    for person, role, row, seats in session.execute(_everybody(), _keys(meeting)):
        know(session, ("seats", meeting.id), seats)
        found.setdefault(
            person.id,
            _by_name(row) if role is None else _member(person, role, row),
        )
    shown = (
        one for one in found.values() if with_removed or one.invitee.is_wanted or one.invitee.mailed_at is not None
    )
    return sorted(shown, key=_place)


def _keys(meeting: Meeting) -> dict[str, Any]:
    """Return what the statements below are asked with: each is built once, since that takes longer than asking it."""
    return {"meeting_id": meeting.id, "body_id": meeting.body_id, "day": meeting.starts_at.date()}


@cache
def _everybody() -> Select[Any]:
    day, body_id = bindparam("day", type_=Date), bindparam("body_id", type_=Integer)
    meeting_id = bindparam("meeting_id", type_=Integer)
    sits = and_(Membership.person_id == Person.id, Membership.body_id == body_id, holds(Membership, day))
    asked = and_(Invitation.person_id == Person.id, Invitation.meeting_id == meeting_id)
    member = aliased(Person)
    # Two small sets of keys first: joined by "or", the database would read every person there is.
    keys = union(
        select(Membership.person_id).where(Membership.body_id == body_id, holds(Membership, day)),
        select(Invitation.person_id).where(Invitation.meeting_id == meeting_id),
    )
    return (
        select(Person, Membership.role, Invitation, _kept_seats().scalar_subquery())
        .outerjoin(Membership, sits)
        .outerjoin(Invitation, asked)
        .outerjoin(member, Invitation.stands_in_for_id == member.id)
        .where(Person.id.in_(keys))
        .options(joinedload(Person.organisation), contains_eager(Invitation.stands_in_for.of_type(member)))
        .order_by(Membership.id)
    )


def _place(one: Listed) -> tuple[bool, int, tuple[str, str]]:
    role = one.invitee.role
    rank = len(_ORDER) if role is None else _ORDER[role]
    return not one.invitee.is_wanted, rank, german_key(f"{one.person.family_name} {one.person.given_name}")


def _member(person: Person, role: BodyRole, row: Invitation | None) -> Listed:
    is_wanted = row is None or row.removed_at is None
    return _listed(person, row, role=role, why=Why.MEMBER, is_wanted=is_wanted)


def _by_name(row: Invitation) -> Listed:
    """Return somebody who does not sit in the body on that day: a guest, a deputy, or a member who leaves before."""
    is_deputy, is_guest = row.stands_in_for_id is not None, row.role is None
    why = Why.DEPUTY if is_deputy else Why.GUEST if is_guest else Why.LEFT
    if row.is_informed:
        why = Why.INFORMED
    is_wanted = row.removed_at is None and why is not Why.LEFT
    return _listed(row.person, row, role=row.role, why=why, is_wanted=is_wanted)


def _listed(person: Person, row: Invitation | None, *, role: BodyRole | None, why: Why, is_wanted: bool) -> Listed:
    # Who was told for information and belongs to the body by now has not been asked yet.
    is_known = row is not None and row.is_informed is (why is Why.INFORMED)
    was_mailed = row is not None and is_known and row.mailed_sequence is not None
    invitee = Invitee(
        person_id=person.id,
        name=person.name,
        email=person.email,
        role=role,
        why=why,
        is_wanted=is_wanted,
        mailed_at=row.mailed_at if row is not None and was_mailed else None,
        silent_at=row.silent_at if row is not None and is_known else None,
        answer=row.answer if row is not None else Answer.OPEN,
        stands_in_for=row.stands_in_for.name if row is not None and row.stands_in_for is not None else "",
    )
    return Listed(person, invitee, row)


def wanted(people: Sequence[Listed]) -> list[Listed]:
    """Return those who belong to the meeting now, and are asked to come."""
    return [one for one in people if one.invitee.is_asked]


def informed(people: Sequence[Listed]) -> list[Listed]:
    """Return those who are told of the meeting for information only."""
    return [one for one in people if one.invitee.is_wanted and not one.invitee.is_asked]


def plan_of(meeting: Meeting, people: Sequence[Listed]) -> MailPlan:
    """Return the mails that are due."""
    return plan(
        [one.invitee for one in people],
        meeting.state,
        revised_at=meeting.revised_at,
        guests_revised_at=meeting.guests_revised_at,
    )


def expectation(session: Session, meeting: Meeting, people: Sequence[Listed]) -> Expected:
    """Return how many come and whether that is enough; at most one statement.

    A deputy counts in the place of the member: a place comes if either does, and is open if neither comes and one may.
    """
    body: Body = meeting.body
    there = wanted(people)
    voices = [Voice(one.invitee.role, one.answer, one.place) for one in there]
    filled = sum(one.invitee.role in VOTING and one.invitee.why is Why.MEMBER for one in there)
    return expected(voices, body.procedure, seats=_seats(session, meeting, filled), filled=filled)


def quorum_of(session: Session, meeting: Meeting, people: Sequence[Listed]) -> tuple[int, int]:
    """Return of how many places with a vote the quorum is counted, and how many are needed; at most one statement."""
    filled = sum(one.invitee.role in VOTING and one.invitee.why is Why.MEMBER for one in wanted(people))
    procedure = meeting.body.procedure
    base = _seats(session, meeting, filled) if procedure.quorum_base is QuorumBase.STATUTORY else filled
    return base, quorum(procedure.quorum_rule, base)


def _seats(session: Session, meeting: Meeting, filled: int) -> int:
    """Return the seats with a vote by the rules: the number fixed there, else kept seats and members without one."""
    if meeting.body.statutory_seats:
        return meeting.body.statutory_seats
    kept = once(session, ("seats", meeting.id), lambda: session.scalar(_kept_seats(), _keys(meeting)))
    return kept or filled


@cache
def _kept_seats() -> Select[Any]:
    day, body_id = bindparam("day", type_=Date), bindparam("body_id", type_=Integer)
    seats = select(func.count(Seat.id)).where(Seat.body_id == body_id, Seat.role.in_(VOTING), holds(Seat, day))
    # Who was entered without a seat has one all the same: the list of members counts alike.
    without = select(func.count(Membership.id)).where(
        Membership.body_id == body_id,
        Membership.role.in_(VOTING),
        Membership.seat_id.is_(None),
        holds(Membership, day),
    )
    return select(seats.scalar_subquery() + without.scalar_subquery())


def deputies_for(session: Session, meeting: Meeting, person_id: int) -> list[Person]:
    """Return who may stand in for a member on the meeting's day: personal deputies first, then the pool."""
    day = meeting.starts_at.date()
    rows = session.scalars(
        select(Deputy)
        .outerjoin(Membership, Membership.id == Deputy.membership_id)
        .where(
            Deputy.body_id == meeting.body_id,
            holds(Deputy, day),
            Deputy.person_id != person_id,
            (Deputy.membership_id.is_(None)) | (Membership.person_id == person_id),
        )
        .options(joinedload(Deputy.person))
        .order_by(Deputy.membership_id.is_(None), Deputy.id)
    ).all()
    return list({row.person_id: row.person for row in rows}.values())


def is_taken(one: Listed, member_id: int) -> bool:
    """Return whether somebody is asked to a meeting already, as themselves or for another than this member."""
    row = one.invitation
    return one.invitee.is_asked and (row is None or row.stands_in_for_id != member_id)


def let_go(session: Session, row: Invitation) -> Person | None:
    """Return who is no longer asked to stand in because of the last answer."""
    if row.answered_at is None:
        return None
    return session.scalars(
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(
            Invitation.meeting_id == row.meeting_id,
            Invitation.stands_in_for_id == row.person_id,
            Invitation.removed_at == row.answered_at,
        )
    ).first()


def deputy_of(session: Session, row: Invitation) -> Person | None:
    """Return whom somebody has asked to stand in."""
    return session.scalars(
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(
            Invitation.meeting_id == row.meeting_id,
            Invitation.stands_in_for_id == row.person_id,
            Invitation.removed_at.is_(None),
        )
    ).one_or_none()
