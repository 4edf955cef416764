"""What rounds say on a person's page: that a change is waiting, to those who decide it and to whoever sent it."""

from __future__ import annotations

from datetime import date

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import N_, format_date
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel
from coordination.directory.rounds import queries
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.rules import ProposalState

#: By whether a change waits; else it is settled, and its message is not.
_LINES = {
    True: N_("Change of %(day)s: look at it and decide"),
    False: N_("Message of %(day)s: read it, and say that it is done"),
}
_OWN_LINES = {
    True: N_("Your change of %(day)s: look at it, replace or withdraw it"),
    False: N_("Your message of %(day)s"),
}


def person_panel(session: Session, actor: Actor, person_id: int, _day: date) -> Panel | None:
    """Return what of a person waits for whoever keeps the employer, or is that person; others ask nothing."""
    is_own = allows(actor, Permission.OWN_CHANGE, Subject(person_id=person_id))
    if not is_own and not allows(actor, Permission.DIRECTORY_EDIT_ANY):
        return None
    is_open = ChangeProposal.settled_at.is_(None)
    statement = (
        select(ChangeProposal.id, ChangeProposal.at, ChangeProposal.state, ChangeProposal.employer_id)
        .where(ChangeProposal.person_id == person_id)
        .where(or_(is_open, queries.is_refused_lately(clock.today())) if is_own else is_open)
        .order_by(ChangeProposal.at)
    )
    if not actor.keeps_all and not is_own:
        statement = statement.where(ChangeProposal.employer_id.in_(actor.keeps))
    to_decide, own, refused = [], [], []
    for key, at, state, employer_id in session.execute(statement):
        is_waiting, day = state is ProposalState.WAITING, format_date(clock.wall_date(at))
        url = url_for("rounds.change_own", person_id=person_id, organisation_id=employer_id)
        if state is ProposalState.REFUSED:
            refused.append((_("Your change of %(day)s was not taken over", day=day), url))
        elif allows(actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=frozenset({employer_id}))):
            to_decide.append((_(_LINES[is_waiting], day=day), url_for("rounds.proposal", proposal_id=key)))
        elif is_own:
            own.append((_(_OWN_LINES[is_waiting], day=day), url))
    own += refused
    if not to_decide and not own:
        return None
    title = _("Your changes") if refused else _("The office looks at it")
    return Panel(_("Waits for you") if to_decide else title, to_decide + own)
