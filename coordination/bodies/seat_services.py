"""Seats, members and deputies: begun and ended by the day. Nothing that was is rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from coordination.bodies import queries
from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.rules import FilledBy
from coordination.bodies.services import take
from coordination.core.access import OFFICE, BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.work import Work
from coordination.directory.models import Organisation, Person

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


@dataclass(frozen=True, slots=True)
class DeputyInput:
    """A deputy as typed; without a membership one of the pool."""

    person_id: int
    membership_id: int | None
    valid_from: date
    valid_until: date | None


def _check_span(first: date, last: date | None) -> None:
    if last is not None and last < first:
        text = N_("The last day lies before the first. Please check both.")
        raise RuleViolation(text, field="valid_until")


def _check_person(work: Work, person_id: int, first: date) -> Person:
    person = work.session.get(Person, person_id)
    if person is None:
        raise RuleViolation(N_("Please choose a person."), field="person_id")
    if person.valid_until is not None and person.valid_until < first:
        text = N_("%(name)s belongs here only until %(day)s.")
        raise RuleViolation(text, field="person_id", name=person.name, day=format_date(person.valid_until))
    return person


def _meets(model: Any, first: date, last: date | None) -> Any:
    """Return the condition that a dated row shares a day with a span."""
    begins = model.valid_from <= (last or date.max)
    return begins & or_(model.valid_until.is_(None), model.valid_until >= first)


def add_seat(work: Work, body_id: int, data: SeatInput, *, version: int) -> Seat:
    """Give a body one more seat, vacant at first."""
    body = take(work, body_id, version)
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
    _check_end(seat.valid_from, seat.valid_until, last_on)
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
    _check_span(data.valid_from, data.valid_until)
    person = _check_person(work, data.person_id, data.valid_from)
    meets = _meets(Membership, data.valid_from, data.valid_until)
    twice = select(Membership).where(Membership.body_id == body.id, Membership.person_id == person.id, meets)
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
    meets = _meets(Membership, data.valid_from, data.valid_until)
    other = work.session.scalar(select(Membership).where(Membership.seat_id == seat.id, meets).limit(1))
    if other is not None:
        text = N_("%(name)s holds this seat at that time. Please end that membership first, or choose another day.")
        raise RuleViolation(text, field="seat_id", name=other.person.name)


def change_role(work: Work, membership_id: int, role: BodyRole, first_on: date, *, version: int) -> Membership:
    """Give a member another role from a day on: the membership ends the day before, another begins."""
    old = queries.get_membership(work.session, membership_id)
    take(work, old.body_id, version)
    if role is old.role:
        raise RuleViolation(N_("The member has this role already. Please choose another one."), field="role")
    if first_on <= old.valid_from:
        text = N_("The membership began on %(day)s. Please choose a later day.")
        raise RuleViolation(text, field="first_on", day=format_date(old.valid_from))
    if old.valid_until is not None and first_on > old.valid_until:
        text = N_("The membership ends on %(day)s. Please choose an earlier day.")
        raise RuleViolation(text, field="first_on", day=format_date(old.valid_until))
    if role not in OFFICE:
        _check_office(work, old, first_on - DAY, field="role")
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
    for one in _deputies_beyond(work, old.id, first_on - DAY):
        begins = max(one.valid_from, first_on)
        more = Deputy(
            body_id=one.body_id,
            membership_id=new.id,
            person_id=one.person_id,
            valid_from=begins,
            valid_until=one.valid_until,
        )
        work.session.add(more)
        _cut(work, one, first_on - DAY)
    return new


def end_membership(work: Work, membership_id: int, last_on: date, *, version: int) -> Membership:
    """Let a membership end with a day, and its personal deputies with it; the seat becomes vacant."""
    member = queries.get_membership(work.session, membership_id)
    take(work, member.body_id, version)
    _check_end(member.valid_from, member.valid_until, last_on)
    _check_office(work, member, last_on, field="last_on")
    member.valid_until = last_on
    for one in _deputies_beyond(work, member.id, last_on):
        _cut(work, one, last_on)
    work.record("membership.ended", member)
    return member


def add_deputy(work: Work, body_id: int, data: DeputyInput, *, version: int) -> Deputy:
    """Let a person stand in for a member, or for anybody in the body."""
    body = take(work, body_id, version)
    _check_span(data.valid_from, data.valid_until)
    person = _check_person(work, data.person_id, data.valid_from)
    last = data.valid_until
    if data.membership_id is not None:
        member = work.session.get(Membership, data.membership_id)
        if member is None or member.body_id != body.id:
            raise RuleViolation(N_("Please choose a member of this body."), field="membership_id")
        if member.person_id == person.id:
            raise RuleViolation(N_("Nobody stands in for themselves. Please choose another person."), field="person_id")
        if member.valid_until is not None:
            last = min(last or member.valid_until, member.valid_until)
        if data.valid_from < member.valid_from or (last is not None and last < data.valid_from):
            text = N_("The deputy begins outside the membership. Please check the day.")
            raise RuleViolation(text, field="valid_from")
    twice = select(Deputy.id).where(
        Deputy.body_id == body.id,
        Deputy.person_id == person.id,
        Deputy.membership_id.is_(None) if data.membership_id is None else Deputy.membership_id == data.membership_id,
        _meets(Deputy, data.valid_from, last),
    )
    if work.session.scalar(twice.limit(1)) is not None:
        text = N_("%(name)s stands in there at that time already.")
        raise RuleViolation(text, field="person_id", name=person.name)
    deputy = Deputy(
        body_id=body.id,
        membership_id=data.membership_id,
        person_id=person.id,
        valid_from=data.valid_from,
        valid_until=last,
    )
    work.session.add(deputy)
    work.record("deputy.created", deputy)
    return deputy


def end_deputy(work: Work, deputy_id: int, last_on: date, *, version: int) -> Deputy:
    """Let a deputy end with a day."""
    deputy = queries.get_deputy(work.session, deputy_id)
    take(work, deputy.body_id, version)
    _check_end(deputy.valid_from, deputy.valid_until, last_on)
    deputy.valid_until = last_on
    work.record("deputy.ended", deputy)
    return deputy


def _check_end(first: date, last: date | None, last_on: date) -> None:
    if last_on < first:
        text = N_("That is before it began, on %(day)s. Please choose a later day.")
        raise RuleViolation(text, field="last_on", day=format_date(first))
    if last is not None and last_on > last:
        text = N_("It ends on %(day)s already. Please choose no later day.")
        raise RuleViolation(text, field="last_on", day=format_date(last))


def _check_office(work: Work, member: Membership, last_on: date, *, field: str) -> None:
    # Without anybody in the office nobody could let somebody in again.
    if member.role in OFFICE and not queries.has_office_after(work.session, member.body_id, last_on, member.id):
        text = N_("Nobody would run this body any more. Please give somebody else the office or the chair first.")
        raise RuleViolation(text, field=field)


def _deputies_beyond(work: Work, membership_id: int, day: date) -> list[Deputy]:
    longer = or_(Deputy.valid_until.is_(None), Deputy.valid_until > day)
    return list(work.session.scalars(select(Deputy).where(Deputy.membership_id == membership_id, longer)))


def _cut(work: Work, deputy: Deputy, last_on: date) -> None:
    if deputy.valid_from > last_on:
        # Never began: nothing that was is lost.
        work.session.delete(deputy)
    else:
        deputy.valid_until = last_on
