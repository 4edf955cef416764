"""What rounds put on the desk of keepers: changes that wait for them, and employers asked long ago or never."""

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
from coordination.directory.rounds.rules import is_due_again

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
    works = Organisation.id.in_(
        select(Assignment.employer_id).where(
            Assignment.person_id.is_not(None), holds_on(day, Assignment.valid_from, Assignment.valid_until)
        )
    )
    statement = (
        select(Organisation, ConfirmationRound, waiting.c.waiting, ConfirmationRound.id.in_(newest) & works)
        .outerjoin(ConfirmationRound, ConfirmationRound.employer_id == Organisation.id)
        .outerjoin(waiting, waiting.c.round_id == ConfirmationRound.id)
        .where(
            ConfirmationRound.id.in_(newest) | waiting.c.waiting.is_not(None) | (ConfirmationRound.id.is_(None) & works)
        )
        .order_by(ConfirmationRound.started_at, ConfirmationRound.id, Organisation.name)
    )
    if not actor.keeps_all:
        statement = statement.where(Organisation.id.in_(actor.keeps))
    rows = session.execute(statement).all()
    open_ones = [_waiting_line(row, employer, count) for employer, row, count, _is_newest in rows if count]
    old = [
        _due_line(row, employer)
        for employer, row, _count, is_newest in rows
        if row is not None and is_newest and is_due_again(row.started_at, day)
    ]
    never = [employer for employer, row, _count, _is_newest in rows if row is None]
    return open_ones[:MOST] + old[:MOST] + ([_never_line(never)] if never else [])


def _never_line(employers: Sequence[Organisation]) -> DeskLine:
    names = ", ".join(one.called for one in employers[:MOST])
    if (more := len(employers) - MOST) > 0:
        names = _("%(names)s and %(n)s more", names=names, n=more)
    return DeskLine(
        urgency=DUE,
        text=_("Nobody has asked yet whether these entries are right: %(employers)s.", employers=names),
        button=_("Have them confirmed"),
        url=url_for("rounds.start", organisation_id=employers[0].id)
        if len(employers) == 1
        else url_for("rounds.index"),
    )


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
