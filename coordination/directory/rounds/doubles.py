"""Why two entries of the directory cannot be put together, as far as confirmation rounds tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.core.i18n import gettext
from coordination.directory.rounds.models import ChangeProposal, RoundPerson
from coordination.directory.rounds.rules import Said, answer_after


def obstacles(session: Session, kept_id: int, gone_id: int, _today: date) -> Sequence[str]:
    """Say whether something that came through the entry that goes still waits, where it would meet the other.

    Where both were asked in a round, or something of both waits with one employer.
    """
    asked = select(RoundPerson.round_id).where(RoundPerson.person_id == kept_id)
    open_ones = select(ChangeProposal.employer_id).where(
        ChangeProposal.person_id == kept_id, ChangeProposal.settled_at.is_(None)
    )
    waiting = (
        select(ChangeProposal.id)
        .outerjoin(ChangeProposal.asked)
        .where(ChangeProposal.person_id == gone_id, ChangeProposal.settled_at.is_(None))
        .where(or_(RoundPerson.round_id.in_(asked), ChangeProposal.employer_id.in_(open_ones)))
    )
    if session.scalar(waiting.limit(1)) is None:
        return []
    return [gettext("A change that was reported for the other entry still waits. Please settle it first.")]


def follow_merge(session: Session, kept_id: int, gone_id: int) -> None:
    """Where both were asked and only the entry that goes has answered, let its answer stand, with what it settled."""
    rows = session.scalars(select(RoundPerson).where(RoundPerson.person_id.in_((kept_id, gone_id)))).all()
    kept = {row.round_id: row for row in rows if row.person_id == kept_id}
    for gone in [row for row in rows if row.person_id == gone_id and row.round_id in kept]:
        stays = kept[gone.round_id]
        if stays.answer is Said.OPEN and gone.answer is not Said.OPEN:
            stays.answer = answer_after(stays.answer, gone.answer)
            stays.origin, stays.answered_at = gone.origin, gone.answered_at
        stays.proposals += gone.proposals
    session.flush()
