"""Seats and members: begun and ended by the day. Nothing that was is rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from coordination.bodies import queries
from coordination.bodies.days import check_end, check_far, check_person, check_span, meets
from coordination.bodies.deputy_services import beyond, cut
from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.rules import FilledBy
from coordination.bodies.services import take
from coordination.core import registry
from coordination.core.access import OFFICE, BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.work import Work
from coordination.directory.models import Organisation

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SeatInput:
    """A seat as typed."""

    role: BodyRole
    organisation_id: int | None
    filled_by: FilledBy
    label: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class MemberInput:
    """A membership as typed; without a seat the person sits there for nobody."""

    person_id: int
    seat_id: int | None
    role: BodyRole
    valid_from: date
    valid_until: date | None


def add_seat(work: Work, body_id: int, data: SeatInput, *, version: int) -> Seat:
    """Give a body one more seat, vacant at first."""
    body = take(work, body_id, version)
    check_far(work, data.valid_from, "valid_from")
    if data.organisation_id is not None and work.session.get(Organisation, data.organisation_id) is None:
        raise RuleViolation(N_("Please choose an organisation."), field="organisation_id")
    seat = Seat(
        body_id=body.id,
        organisation_id=data.organisation_id,
        role=data.role,
        filled_by=data.filled_by,
        label=data.label,
        valid_from=data.valid_from,
    )
    work.session.add(seat)
    work.record("seat.created", seat)
    return seat


def end_seat(work: Work, seat_id: int, last_on: date, *, version: int) -> Seat:
    """Let a seat end with a day; who sits there longer has to be ended first."""
    seat = queries.get_seat(work.session, seat_id)
    take(work, seat.body_id, version)
    check_end(work, seat.valid_from, seat.valid_until, last_on)
    longer = work.session.scalar(
        select(Membership.id).where(
            Membership.seat_id == seat.id, or_(Membership.valid_until.is_(None), Membership.valid_until > last_on)
        )
    )
    if longer is not None:
        text = N_("Somebody sits there longer. Please end that membership first, or choose a later day.")
        raise RuleViolation(text, field="last_on")
    seat.valid_until = last_on
    work.record("seat.ended", seat)
    return seat


def add_member(work: Work, body_id: int, data: MemberInput, *, version: int) -> Membership:
    """Let a person sit in a body from a day on.

    Raises:
        RuleViolation: impossible days, a seat that is taken or ended, or the person sits there already.
    """
    body = take(work, body_id, version)
    check_span(work, data.valid_from, data.valid_until)
    person = check_person(work, data.person_id, data.valid_from)
    taken = meets(Membership, data.valid_from, data.valid_until)
    twice = select(Membership).where(Membership.body_id == body.id, Membership.person_id == person.id, taken)
    if work.session.scalar(twice.limit(1)) is not None:
        text = N_("%(name)s sits in this body at that time already. To change the role, please use “Another role”.")
        raise RuleViolation(text, field="person_id", name=person.name)
    if data.seat_id is not None:
        _check_seat(work, body, data)
    member = Membership(
        body_id=body.id,
        person_id=person.id,
        seat_id=data.seat_id,
        role=data.role,
        valid_from=data.valid_from,
        valid_until=data.valid_until,
    )
    work.session.add(member)
    work.record("membership.created", member)
    return member


def _check_seat(work: Work, body: Body, data: MemberInput) -> None:
    seat = work.session.get(Seat, data.seat_id)
    if seat is None or seat.body_id != body.id:
        raise RuleViolation(N_("Please choose a seat of this body."), field="seat_id")
    if data.valid_from < seat.valid_from:
        text = N_("This seat is there only from %(day)s on.")
        raise RuleViolation(text, field="valid_from", day=format_date(seat.valid_from))
    if seat.valid_until is not None and (data.valid_until is None or data.valid_until > seat.valid_until):
        text = N_("This seat ends on %(day)s. Please choose no later day.")
        raise RuleViolation(text, field="valid_until", day=format_date(seat.valid_until))
    taken = meets(Membership, data.valid_from, data.valid_until)
    other = work.session.scalar(select(Membership).where(Membership.seat_id == seat.id, taken).limit(1))
    if other is not None:
        text = N_("%(name)s holds this seat at that time. Please end that membership first, or choose another day.")
        raise RuleViolation(text, field="seat_id", name=other.person.name)


def change_role(work: Work, membership_id: int, role: BodyRole, first_on: date, *, version: int) -> Membership:
    """Give a member another role from a day on: the membership ends the day before, another begins."""
    old = queries.get_membership(work.session, membership_id)
    take(work, old.body_id, version)
    if role is old.role:
        raise RuleViolation(N_("The member has this role already. Please choose another one."), field="role")
    check_far(work, first_on, "first_on")
    if first_on <= old.valid_from:
        text = N_("The membership began on %(day)s. Please choose a later day.")
        raise RuleViolation(text, field="first_on", day=format_date(old.valid_from))
    if old.valid_until is not None and first_on > old.valid_until:
        text = N_("The membership ends on %(day)s. Please choose an earlier day.")
        raise RuleViolation(text, field="first_on", day=format_date(old.valid_until))
    if role not in OFFICE:
        _check_office(work, old, first_on - DAY, field="role", without=[old.id])
    new = Membership(
        body_id=old.body_id,
        person_id=old.person_id,
        seat_id=old.seat_id,
        role=role,
        valid_from=first_on,
        valid_until=old.valid_until,
    )
    old.valid_until = first_on - DAY
    work.session.add(new)
    work.record("membership.role_changed", new)
    for one in beyond(work, old.id, first_on - DAY):
        begins = max(one.valid_from, first_on)
        more = Deputy(
            body_id=one.body_id,
            membership_id=new.id,
            person_id=one.person_id,
            valid_from=begins,
            valid_until=one.valid_until,
        )
        work.session.add(more)
        work.record("deputy.created", more)
        cut(work, one, first_on - DAY)
    return new


def end_membership(work: Work, membership_id: int, last_on: date, *, version: int) -> Sequence[tuple[int, str]]:
    """Let a membership end with a day, and its personal deputies with it; the seat becomes vacant.

    What the same person was to be in the body afterwards is withdrawn: who leaves does not come back by itself.
    Returns the meetings after that day of which they know (``registry.leaving``).
    """
    member = queries.get_membership(work.session, membership_id)
    take(work, member.body_id, version)
    check_end(work, member.valid_from, member.valid_until, last_on)
    later = [one for one in queries.follow_ups(work.session, member) if one.valid_from > work.today]
    gone = [member.id, *(one.id for one in later)]
    _check_office(work, member, last_on, field="last_on", without=gone)
    for one in later:
        _check_office(work, one, one.valid_from - DAY, field="last_on", without=gone)
        _withdraw(work, one)
    member.valid_until = last_on
    for deputy in beyond(work, member.id, last_on):
        cut(work, deputy, last_on)
    work.record("membership.ended", member)
    work.session.flush()
    return [one for ask in registry.leaving for one in ask(work, member.body_id, member.person_id, last_on)]


def _withdraw(work: Work, planned: Membership) -> None:
    for deputy in beyond(work, planned.id, date.min):
        work.record("deputy.withdrawn", deputy)
        work.session.delete(deputy)
    work.record("membership.withdrawn", planned)
    work.session.delete(planned)


def _check_office(work: Work, member: Membership, last_on: date, *, field: str, without: list[int]) -> None:
    # Without anybody in the office nobody could let somebody in again.
    if member.role in OFFICE and not queries.has_office_after(work.session, member.body_id, last_on, without):
        text = N_("Nobody would run this body any more. Please give somebody else the office or the chair first.")
        raise RuleViolation(text, field=field)
