"""Refusals outside rounds whose mail has not arrived: somebody has to tell their authors otherwise."""

from __future__ import annotations

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.errors import Conflict
from coordination.core.work import Work
from coordination.directory.models import Organisation, Person
from coordination.directory.rounds import answer_services, letters
from coordination.directory.rounds.answer_services import Decided
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.overview import Sent
from coordination.directory.rounds.rules import ProposalState
from coordination.mail import stuck
from coordination.mail.outbox import OutboxMail


def kept_by(session: Session, actor: Actor) -> list[Sent]:
    """Return the changes of whose refusal nobody knows, with employers that ``actor`` keeps; one statement.

    Of those that a round had asked for its page tells.
    """
    about = literal(letters.about_own("")) + cast(ChangeProposal.id, String)
    statement = (
        select(ChangeProposal.id, ChangeProposal.at, Person, Organisation)
        .join(ChangeProposal.person)
        .join(ChangeProposal.employer)
        .join(OutboxMail, OutboxMail.about == about)
        .where(ChangeProposal.state == ProposalState.REFUSED, stuck.is_stuck())
        .order_by(ChangeProposal.at, ChangeProposal.id)
    )
    if not actor.keeps_all:
        statement = statement.where(ChangeProposal.employer_id.in_(actor.keeps))
    rows = session.execute(statement)
    return [Sent(key, at, who.id, who.name, employer.id, employer.called) for key, at, who, employer in rows]


def mails(session: Session, row: ChangeProposal) -> list[OutboxMail]:
    """Return the mails about the refusal of a change outside rounds that have not arrived."""
    if row.state is not ProposalState.REFUSED or row.asked is not None:
        return []
    return stuck.mails(session, OutboxMail.about == letters.about_own(row.id))


def note_told(work: Work, which: Decided) -> None:
    """Note that the author of a refused change knows it although its mail has not arrived.

    Raises:
        NotFound, Forbidden: there is no such change, or the actor does not keep its employer.
        Conflict: no such mail is there any more: it has arrived meanwhile, or somebody was quicker.
    """
    found = mails(work.session, answer_services.take(work, which))
    if not found:
        raise Conflict
    for mail in found:
        stuck.settle(work, stuck.take_mail(work, mail.id))
