"""Who sits in a body on a day: grouped by role, with deputies, vacant seats, and who sat there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies import queries, words
from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.procedure import QuorumBase
from coordination.bodies.rules import ROLE_HEADINGS, ROLE_WORDS, VOTING, mandate_ends_soon
from coordination.core.access import BodyRole
from coordination.core.collation import german_key
from coordination.core.i18n import gettext


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: a membership, or a seat that nobody holds."""

    role: BodyRole
    seat: Seat | None
    membership: Membership | None
    deputies: Sequence[Deputy] = ()
    mandate: str = ""
    ends_soon: bool = False
    #: Begins later than the day of the page.
    is_planned: bool = False

    @property
    def stands_for(self) -> str:
        """Return whom the seat belongs to: its organisation or its label, else who employs the person."""
        if self.seat is not None and (self.seat.label or self.seat.organisation):
            owner = self.seat.organisation.name if self.seat.organisation else ""
            return " · ".join(part for part in (owner, self.seat.label) if part)
        employer = self.membership.person.organisation if self.membership else None
        return employer.name if employer else ""


@dataclass(slots=True)
class Roster:
    """What the page of a body shows of its people."""

    groups: list[tuple[str, list[Line]]] = field(default_factory=list)
    pool: list[Deputy] = field(default_factory=list)
    former: list[Membership] = field(default_factory=list)
    people: int = 0
    vacant: int = 0
    #: Base of the quorum.
    voting: int = 0

    @property
    def has_deputies(self) -> bool:
        """Return whether anybody in the list has a deputy: else no column is kept for them."""
        return any(line.deputies for _heading, lines in self.groups for line in lines)


def roster(session: Session, body: Body, day: date, *, planned: bool) -> Roster:
    """Return the list of members on ``day``; what begins later only if ``planned``."""
    members = queries.members_of(session, body.id)
    seats = [one for one in queries.seats_of(session, body.id, day) if planned or one.valid_from <= day]
    deputies = [one for one in queries.deputies_of(session, body.id, day) if planned or one.valid_from <= day]
    lines = [
        _line(one, members, deputies, day) for one in members if _stays(one, day) and (planned or one.valid_from <= day)
    ]
    now = {one.seat_id for one in members if _stays(one, day) and one.valid_from <= day}
    vacant = [one for one in seats if one.id not in now]
    lines += [Line(one.role, one, None, is_planned=one.valid_from > day) for one in vacant]
    found = Roster(pool=[one for one in deputies if one.membership_id is None])
    for role in BodyRole:
        if mine := sorted((one for one in lines if one.role is role), key=_order):
            found.groups.append((gettext((ROLE_HEADINGS if len(mine) > 1 else ROLE_WORDS)[role]), mine))
    found.former = sorted((one for one in members if not _stays(one, day)), key=_ended, reverse=True)
    current = [one for one in members if _stays(one, day) and one.valid_from <= day]
    found.people = len({one.person_id for one in current})
    found.vacant = sum(one.valid_from <= day for one in vacant)
    found.voting = sum(one.role in VOTING for one in current)
    if body.procedure.quorum_base is QuorumBase.STATUTORY:
        free = sum(one.role in VOTING for one in vacant if one.valid_from <= day)
        found.voting = body.statutory_seats or found.voting + free
    return found


def _line(one: Membership, members: Sequence[Membership], deputies: Sequence[Deputy], day: date) -> Line:
    # Who is to stay on needs no reminder: the desk says the same.
    goes_on = any(other.person_id == one.person_id and other.valid_from > one.valid_from for other in members)
    return Line(
        one.role,
        one.seat,
        one,
        [deputy for deputy in deputies if deputy.membership_id == one.id],
        words.mandate(one.valid_until, day, goes_on=goes_on),
        not goes_on and mandate_ends_soon(one.valid_until, day),
        one.valid_from > day,
    )


def _stays(one: Membership, day: date) -> bool:
    return one.valid_until is None or one.valid_until >= day


def _ended(one: Membership) -> tuple[date, int]:
    return one.valid_until or date.max, one.id


def _order(line: Line) -> tuple[bool, tuple[str, str], date]:
    # Who sits there by name, then what is free.
    if line.membership is None:
        return True, german_key(line.stands_for), date.max
    person = line.membership.person
    return False, german_key(f"{person.family_name} {person.given_name}"), line.membership.valid_from
