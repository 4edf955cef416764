"""What rounds say on a person's page: that a change is waiting, to those who decide it."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import ProposalState


def person_panel(session: Session, actor: Actor, person_id: int, _day: date) -> Panel | None:
    """Return the changes of a person that wait for whoever keeps the employer of the round; others ask nothing."""
    if not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return None
    statement = (
        select(ChangeProposal.id, ChangeProposal.at, RoundPerson.round_id)
        .join(ChangeProposal.asked)
        .join(ConfirmationRound, ConfirmationRound.id == RoundPerson.round_id)
        .where(RoundPerson.person_id == person_id, ChangeProposal.state == ProposalState.WAITING)
        .order_by(ChangeProposal.at)
    )
    if not actor.keeps_all:
        statement = statement.where(ConfirmationRound.employer_id.in_(actor.keeps))
    lines = [
        (
            _("Change of %(day)s: look at it and decide", day=format_date(clock.wall_date(at))),
            url_for("rounds.proposal", round_id=round_id, proposal_id=key),
        )
        for key, at, round_id in session.execute(statement)
    ]
    return Panel(_("Waits for approval"), lines) if lines else None
