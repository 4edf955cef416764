"""What rounds put on the desk of keepers: changes that wait for them, and employers whose round is long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import format_date, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine
from coordination.directory.models import Assignment, Organisation
from coordination.directory.queries import holds_on
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.overview import is_due

#: Somebody waits for an answer: before what has a date; a round that is due comes after it.
WAITS, DUE = 5, 90
#: Sentences of one kind; the page of all employers has the others.
MOST = 3


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what keepers should look at, in one statement; others hear nothing and ask nothing."""
    if not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return []
    waiting = (
        select(RoundPerson.round_id, func.count().label("waiting"))
        .join(RoundPerson.proposals)
        .where(ChangeProposal.settled_at.is_(None))
        .group_by(RoundPerson.round_id)
        .subquery()
    )
    newest = select(func.max(ConfirmationRound.id)).group_by(ConfirmationRound.employer_id)
    works = select(Assignment.employer_id).where(
        Assignment.person_id.is_not(None), holds_on(day, Assignment.valid_from, Assignment.valid_until)
    )
    statement = (
        select(
            ConfirmationRound,
            Organisation,
            waiting.c.waiting,
            ConfirmationRound.id.in_(newest) & ConfirmationRound.employer_id.in_(works),
        )
        .join(Organisation, Organisation.id == ConfirmationRound.employer_id)
        .outerjoin(waiting, waiting.c.round_id == ConfirmationRound.id)
        .where(ConfirmationRound.id.in_(newest) | waiting.c.waiting.is_not(None))
        .order_by(ConfirmationRound.started_at, ConfirmationRound.id)
    )
    if not actor.keeps_all:
        statement = statement.where(ConfirmationRound.employer_id.in_(actor.keeps))
    rows = session.execute(statement).all()
    open_ones = [_waiting_line(row, employer, count) for row, employer, count, _is_newest in rows if count]
    old = [
        _due_line(row, employer)
        for row, employer, _count, is_newest in rows
        if is_newest and is_due(row.started_at, day)
    ]
    return open_ones[:MOST] + old[:MOST]


def _waiting_line(row: ConfirmationRound, employer: Organisation, count: int) -> DeskLine:
    text = ngettext(
        "One change or message from people of %(employer)s waits for you.",
        "%(count)s changes or messages from people of %(employer)s wait for you.",
        count,
        count=count,
        employer=employer.called,
    )
    url = url_for("rounds.show", round_id=row.id)
    return DeskLine(urgency=WAITS, text=text, button=_("View"), url=url, about=f"round:{row.id}")


def _due_line(row: ConfirmationRound, employer: Organisation) -> DeskLine:
    day = format_date(clock.wall_date(row.started_at))
    return DeskLine(
        urgency=DUE,
        text=_("The entries of %(employer)s were last asked for on %(day)s.", employer=employer.called, day=day),
        button=_("Have them confirmed"),
        url=url_for("rounds.start", organisation_id=employer.id),
    )
