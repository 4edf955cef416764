"""The end of a body: dated, taken back while nothing else happened. Who sat there to the end stays in its list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from coordination.bodies import queries
from coordination.bodies.models import Body, Membership, Seat
from coordination.bodies.rules import is_too_far
from coordination.bodies.services import take
from coordination.core import registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date, gettext, ngettext
from coordination.core.work import Work
from coordination.directory.assignment_services import Undo

DAY = timedelta(days=1)


def meetings_after(session: Session, body_id: int, day: date) -> int:
    """Return how many meetings there are to be after a day."""
    return sum(count(session, body_id, day + DAY, date.max) for count in registry.body_meetings)


def consequences(session: Session, body: Body, day: date) -> list[str]:
    """Return what the end of a body means: its people, its seats, its meetings, the bodies below it."""
    people = queries.member_counts(session, day).get(body.id, 0)
    open_seats = select(func.count(Seat.id)).where(Seat.body_id == body.id, queries.goes_on(Seat, day))
    seats = session.scalar(open_seats) or 0
    said = []
    if people:
        said.append(
            ngettext(
                "One person sits there to the end and stays in its list.",
                "%(n)s people sit there to the end and stay in its list.",
                people,
            )
        )
    if seats:
        said.append(ngettext("One seat ends with it.", "%(n)s seats end with it.", seats))
    if meetings := meetings_after(session, body.id, day):
        said.append(
            ngettext(
                "One meeting is still to come; please cancel it first, or choose a later day.",
                "%(n)s meetings are still to come; please cancel them first, or choose a later day.",
                meetings,
            )
        )
    said += [
        gettext("%(name)s reports to it and then reports to nobody who works.", name=one.name)
        for one in queries.below(session, body.id, day)
    ]
    return [*said, gettext("It no longer stands in the list of bodies, and is found as former.")]


def end_body(work: Work, body_id: int, last_on: date, *, version: int) -> date | None:
    """Let a body end with a day and return the end it had; its office still runs it, and may take that back.

    Raises:
        RuleViolation: somebody came after that day, or meetings are still to come after it.
    """
    body = take(work, body_id, version)
    if is_too_far(last_on, work.today):
        text = N_("This day lies more than ten years ahead. Please check the year.")
        raise RuleViolation(text, field="last_on")
    for one in _begun_after(work, body.id, last_on):
        text = N_("%(name)s came on %(day)s. Please choose no earlier day.")
        raise RuleViolation(text, field="last_on", name=one.person.name, day=format_date(one.valid_from))
    if meetings_after(work.session, body.id, last_on):
        text = N_("Meetings are still to come after that day. Please cancel them first, or choose a later day.")
        raise RuleViolation(text, field="last_on")
    earlier, body.valid_until = body.valid_until, last_on
    work.record("body.ended", body)
    return earlier


def _begun_after(work: Work, body_id: int, day: date) -> Sequence[Membership]:
    """Return who has come since a day and is there or was; what is only planned never began."""
    statement = (
        select(Membership)
        .where(
            Membership.body_id == body_id,
            Membership.valid_from > day,
            Membership.valid_from <= work.today,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= Membership.valid_from),
        )
        .order_by(Membership.valid_from.desc(), Membership.id)
    )
    return work.session.scalars(statement.limit(1)).all()


def undo_end(work: Work, body_id: int, undo: Undo) -> date | None:
    """Give a body the end it had before it was ended; returns that.

    Raises:
        Conflict: it was changed since.
    """
    body = take(work, body_id, undo.version)
    body.valid_until = undo.earlier
    work.record("body.end_undone", body)
    return undo.earlier


def reopen(work: Work, body_id: int, *, version: int) -> None:
    """Let a body go on without an end.

    Raises:
        Conflict: it was changed since the page was shown.
    """
    take(work, body_id, version).valid_until = None
    work.record("body.reopened", work.session.get_one(Body, body_id))
