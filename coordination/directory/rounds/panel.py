"""What rounds say on a person's page: that a change is waiting, to those who decide it."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, format_date
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import ProposalState

#: By whether a change waits; else it is settled, and its message is not.
_LINES = {
    True: N_("Change of %(day)s: look at it and decide"),
    False: N_("Message of %(day)s: read it, and say that it is done"),
}


def person_panel(session: Session, actor: Actor, person_id: int, _day: date) -> Panel | None:
    """Return what of a person waits for whoever keeps the employer of the round; others ask nothing."""
    if not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return None
    statement = (
        select(ChangeProposal.id, ChangeProposal.at, ChangeProposal.state, RoundPerson.round_id)
        .join(ChangeProposal.asked)
        .join(ConfirmationRound, ConfirmationRound.id == RoundPerson.round_id)
        .where(RoundPerson.person_id == person_id, ChangeProposal.settled_at.is_(None))
        .order_by(ChangeProposal.at)
    )
    if not actor.keeps_all:
        statement = statement.where(ConfirmationRound.employer_id.in_(actor.keeps))
    lines = [
        (
            _(_LINES[state is ProposalState.WAITING], day=format_date(clock.wall_date(at))),
            url_for("rounds.proposal", round_id=round_id, proposal_id=key),
        )
        for key, at, state, round_id in session.execute(statement)
    ]
    return Panel(_("Waits for you"), lines) if lines else None
