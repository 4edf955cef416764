"""Deputies: of one member, or of anybody in the body; begun and ended by the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from coordination.bodies import queries
from coordination.bodies.days import check_end, check_person, check_span, meets
from coordination.bodies.models import Deputy, Membership
from coordination.bodies.services import take
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work


@dataclass(frozen=True, slots=True)
class DeputyInput:
    """A deputy as typed; without a membership one of the pool."""

    person_id: int
    membership_id: int | None
    valid_from: date
    valid_until: date | None


def add_deputy(work: Work, body_id: int, data: DeputyInput, *, version: int) -> Deputy:
    """Let a person stand in for a member, or for anybody in the body."""
    body = take(work, body_id, version)
    check_span(work, data.valid_from, data.valid_until)
    person = check_person(work, data.person_id, data.valid_from)
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
        meets(Deputy, data.valid_from, last),
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
    check_end(work, deputy.valid_from, deputy.valid_until, last_on)
    deputy.valid_until = last_on
    work.record("deputy.ended", deputy)
    return deputy


def beyond(work: Work, membership_id: int, day: date) -> list[Deputy]:
    """Return the personal deputies of a membership that go on after a day."""
    longer = or_(Deputy.valid_until.is_(None), Deputy.valid_until > day)
    return list(work.session.scalars(select(Deputy).where(Deputy.membership_id == membership_id, longer)))


def cut(work: Work, deputy: Deputy, last_on: date) -> None:
    """Let a deputy end with a day, or withdraw one that would begin after it."""
    if deputy.valid_from > last_on:
        # Never began: nothing that was is lost.
        work.record("deputy.withdrawn", deputy)
        work.session.delete(deputy)
    else:
        deputy.valid_until = last_on
        work.record("deputy.ended", deputy)
