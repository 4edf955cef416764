"""What rounds put on the desk of keepers: changes that wait for them, and employers asked long ago or never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from sqlalchemy import Row, Subquery, func, select
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
    waiting = _waiting()
    newest = select(func.max(ConfirmationRound.id)).group_by(ConfirmationRound.employer_id)
    works = Organisation.id.in_(
        select(Assignment.employer_id).where(
            Assignment.person_id.is_not(None), holds_on(day, Assignment.valid_from, Assignment.valid_until)
        )
    )
    is_last = (ConfirmationRound.employer_id == Organisation.id) & ConfirmationRound.id.in_(newest)
    statement = (
        select(Organisation, ConfirmationRound, works.label("works"), waiting)
        .outerjoin(ConfirmationRound, is_last)
        .outerjoin(waiting, waiting.c.employer_id == Organisation.id)
        .where(ConfirmationRound.id.is_not(None) | waiting.c.employer_id.is_not(None) | works)
        .order_by(ConfirmationRound.started_at, ConfirmationRound.id, Organisation.name)
    )
    if not actor.keeps_all:
        statement = statement.where(Organisation.id.in_(actor.keeps))
    rows = session.execute(statement).all()
    open_ones = [_waiting_line(row) for row in sorted((row for row in rows if row.sent), key=attrgetter("since"))]
    old = [
        _due_line(row.ConfirmationRound, row.Organisation)
        for row in rows
        if row.works and row.ConfirmationRound is not None and is_due_again(row.ConfirmationRound.started_at, day)
    ]
    never = [row.Organisation for row in rows if row.works and row.ConfirmationRound is None]
    return open_ones[:MOST] + old[:MOST] + ([_never_line(never)] if never else [])


def _waiting() -> Subquery:
    """Select for each employer how much waits, since when, and whether it came in one round."""
    return (
        select(
            ChangeProposal.employer_id,
            func.count().label("sent"),
            func.min(ChangeProposal.at).label("since"),
            func.count(RoundPerson.id).label("in_rounds"),
            func.min(RoundPerson.round_id).label("first_round"),
            func.max(RoundPerson.round_id).label("last_round"),
        )
        .outerjoin(ChangeProposal.asked)
        .where(ChangeProposal.settled_at.is_(None))
        .group_by(ChangeProposal.employer_id)
        .subquery()
    )


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


def _waiting_line(row: Row[Any]) -> DeskLine:
    """Lead to the round where all of it came in one, else to the list of all that waits."""
    count, employer = row.sent, row.Organisation
    text = ngettext(
        "One change or message from people of %(employer)s waits for you.",
        "%(count)s changes or messages from people of %(employer)s wait for you.",
        count,
        count=count,
        employer=employer.called,
    )
    if row.in_rounds == count and row.first_round == row.last_round:
        url, about = url_for("rounds.show", round_id=row.first_round), f"round:{row.first_round}"
    else:
        url, about = url_for("rounds.index", _anchor="changes"), ""
    return DeskLine(urgency=WAITS, text=text, button=_("View"), url=url, about=about)


def _due_line(row: ConfirmationRound, employer: Organisation) -> DeskLine:
    day = format_date(clock.wall_date(row.started_at))
    return DeskLine(
        urgency=DUE,
        text=_("The entries of %(employer)s were last asked for on %(day)s.", employer=employer.called, day=day),
        button=_("Have them confirmed"),
        url=url_for("rounds.start", organisation_id=employer.id),
    )
