"""How far rounds are: of one round who said what, and of each employer when it was last asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.queries import holds_on
from coordination.directory.rounds import letters, queries
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.plan import is_due, last_mails
from coordination.directory.rounds.rules import ProposalState, Said, is_due_again
from coordination.mail.outbox import OutboxMail
from coordination.mail.stuck import STATES


def abouts(round_id: int) -> tuple[str, str, str]:
    """Return how the outbox knows the mails of a round."""
    return letters.about(round_id), letters.about_reminder(round_id), letters.about_refusal(round_id)


def about_any(round_id: int) -> ColumnElement[bool]:
    """Return the condition that a mail belongs to a round."""
    return OutboxMail.about.in_(abouts(round_id))


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of a round: who, what they said, what became of the last mail, what waits for the office."""

    asked: RoundPerson
    mail: OutboxMail | None
    waiting: ChangeProposal | None
    latest: ChangeProposal | None
    still_here: bool

    @property
    def is_unreached(self) -> bool:
        """Return whether somebody who has not answered has not got the mail either."""
        return self.asked.answer is Said.OPEN and self.mail is not None and self.mail.state in STATES


@dataclass(frozen=True, slots=True)
class Overview:
    """A round as its page shows it."""

    lines: Sequence[Answered]
    is_newest: bool
    #: How many may be reminded now.
    due: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many confirmed, changed something, are open, were not reached (they are open, too)."""
        found = {said.value: sum(one.asked.answer is said for one in self.lines) for said in Said}
        return found | {"unreached": sum(one.is_unreached for one in self.lines)}


def of_round(session: Session, row: ConfirmationRound, now: datetime) -> Overview:
    """Return how far a round is: what waits for the office first, then who is open."""
    asked = queries.asked_in(session, row.id)
    mails = last_mails(session, row.id)
    here = _still_here(session, row.employer_id, clock.wall_date(now))
    latest = queries.latest_round(session, row.employer_id)
    is_newest = latest is None or latest.id == row.id
    lines = [
        Answered(
            one,
            mails.get(one.person_id),
            queries.waiting(one),
            one.proposals[-1] if one.proposals else None,
            one.person_id in here,
        )
        for one in asked
    ]
    due = sum(one.still_here and one.asked.answer is Said.OPEN and is_due(one.asked, one.mail, now) for one in lines)
    order = {Said.OPEN: 1, Said.CHANGED: 2, Said.CONFIRMED: 3}
    lines.sort(key=lambda one: 0 if one.waiting is not None else order[one.asked.answer])
    return Overview(lines, is_newest, due if is_newest else 0)


def _still_here(session: Session, employer_id: int, day: date) -> set[int]:
    statement = select(Assignment.person_id).where(
        Assignment.employer_id == employer_id, holds_on(day, Assignment.valid_from, Assignment.valid_until)
    )
    return {key for key in session.scalars(statement) if key is not None}


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer as the list of rounds shows it."""

    organisation: Organisation
    people: int
    latest: ConfirmationRound | None
    answered: int
    asked: int
    #: Changes and messages that wait for the office.
    waiting: int
    is_due: bool


def kept(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on assignments that their employer is the actor's to keep."""
    return true() if actor.keeps_all else Assignment.employer_id.in_(actor.keeps)


@dataclass(frozen=True, slots=True)
class Sent:
    """A change or message that the office has to look at."""

    key: int
    at: datetime
    person_id: int
    person: str
    employer_id: int
    employer: str
    #: Whether there is a change to decide, and not a message alone.
    is_change: bool = True


def waiting(session: Session, actor: Actor) -> list[Sent]:
    """Return all that waits for ``actor``, whichever way it came, the oldest first; one statement."""
    statement = (
        select(ChangeProposal.id, ChangeProposal.at, Person, Organisation, ChangeProposal.state, ChangeProposal.wish)
        .join(ChangeProposal.person)
        .join(ChangeProposal.employer)
        .where(ChangeProposal.settled_at.is_(None))
        .order_by(ChangeProposal.at, ChangeProposal.id)
    )
    if not actor.keeps_all:
        statement = statement.where(ChangeProposal.employer_id.in_(actor.keeps))
    return [
        Sent(key, at, person.id, person.name, employer.id, employer.called, is_change=_is_change(state, wish))
        for key, at, person, employer, state, wish in session.execute(statement)
    ]


def _is_change(state: ProposalState, wish: Mapping[str, Any]) -> bool:
    return state is ProposalState.WAITING and bool(Wish.unpacked(wish))


def employers(session: Session, actor: Actor, today: date, waiting: Sequence[Sent]) -> list[Employer]:
    """Return the employers that ``actor`` keeps with people somewhere today, in German order; two statements.

    ``waiting``: what waits of all of them.
    """
    counts = Counter(one.employer_id for one in waiting)
    people = (
        select(Assignment.employer_id, func.count(Assignment.person_id.distinct()).label("people"))
        .where(kept(actor), Assignment.person_id.is_not(None))
        .where(holds_on(today, Assignment.valid_from, Assignment.valid_until))
        .group_by(Assignment.employer_id)
        .subquery()
    )
    newest = select(func.max(ConfirmationRound.id)).group_by(ConfirmationRound.employer_id)
    statement = (
        select(Organisation, people.c.people, ConfirmationRound)
        .join(people, people.c.employer_id == Organisation.id)
        .outerjoin(
            ConfirmationRound,
            (ConfirmationRound.employer_id == Organisation.id) & ConfirmationRound.id.in_(newest),
        )
    )
    rows = session.execute(statement).all()
    far = _how_far(session, [row.ConfirmationRound.id for row in rows if row.ConfirmationRound is not None])
    found = []
    for organisation, count, latest in rows:
        asked, answered = far.get(latest.id, (0, 0)) if latest is not None else (0, 0)
        due = latest is None or is_due_again(latest.started_at, today)
        found.append(Employer(organisation, count, latest, answered, asked, counts[organisation.id], due))
    return sorted(found, key=lambda one: german_key(one.organisation.name))


def _how_far(session: Session, rounds: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return round → (how many were asked, how many have answered)."""
    statement = (
        select(
            RoundPerson.round_id,
            func.count(),
            func.sum(case((RoundPerson.answer != Said.OPEN, 1), else_=0)),
        )
        .where(RoundPerson.round_id.in_(rounds))
        .group_by(RoundPerson.round_id)
    )
    return {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(statement)}
