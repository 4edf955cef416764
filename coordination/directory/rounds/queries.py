"""Finding what rounds need: whom an employer has where, what was asked and answered, what waits for the office."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from coordination.core import clock
from coordination.core.collation import german_key
from coordination.core.errors import LinkOver, NotFound
from coordination.core.tokens import DAYS, Signer
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.queries import holds_on
from coordination.directory.rounds import besides
from coordination.directory.rounds.besides import Beside
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, ConfirmationRule, RoundPerson
from coordination.directory.rounds.rules import LINK_DAYS, ProposalState, is_due_again

#: So long somebody reads on their own page that a change was refused, and why.
REFUSED_DAYS = 30
#: Purpose of the tokens in the links.
PURPOSE = "confirmation"


@dataclass(frozen=True, slots=True)
class Rule:
    """How an employer's rounds are held."""

    shows_share: bool = False
    applies_at_once: bool = False
    version: int = 0


def rule_of(session: Session, employer_id: int) -> Rule:
    """Return the setting of an employer, or the one that holds without any."""
    row = session.scalar(select(ConfirmationRule).where(ConfirmationRule.employer_id == employer_id))
    return Rule(row.shows_share, row.applies_at_once, row.version) if row is not None else Rule()


def employed(
    session: Session, employer_id: int, day: date, people: Collection[int] | None = None
) -> dict[int, list[Assignment]]:
    """Return person → their assignments with an employer that hold on ``day``, in German order of the names."""
    statement = (
        select(Assignment)
        .join(Assignment.person)
        .where(Assignment.employer_id == employer_id, holds_on(day, Assignment.valid_from, Assignment.valid_until))
        .options(
            joinedload(Assignment.person),
            joinedload(Assignment.place).joinedload(Place.parent),
            joinedload(Assignment.employer),
            selectinload(Assignment.presences),
        )
        .order_by(Person.sort_name, Person.id, Assignment.valid_from, Assignment.id)
        .execution_options(populate_existing=True)
    )
    if people is not None:
        statement = statement.where(Assignment.person_id.in_(list(people)))
    found: dict[int, list[Assignment]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.person_id or 0, []).append(row)
    return found


def latest_round(session: Session, employer_id: int) -> ConfirmationRound | None:
    """Return the newest round of an employer."""
    statement = select(ConfirmationRound).where(ConfirmationRound.employer_id == employer_id)
    return session.scalars(statement.order_by(ConfirmationRound.id.desc()).limit(1)).one_or_none()


def get_round(session: Session, round_id: int) -> ConfirmationRound:
    """Return a round with its employer.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.get(ConfirmationRound, round_id, options=[joinedload(ConfirmationRound.employer)])
    if row is None:
        raise NotFound
    return row


def asked_in(session: Session, round_id: int) -> Sequence[RoundPerson]:
    """Return everybody who was asked in a round, with their changes, in German order."""
    rows = session.scalars(
        select(RoundPerson)
        .where(RoundPerson.round_id == round_id)
        .options(joinedload(RoundPerson.person), selectinload(RoundPerson.proposals))
        .execution_options(populate_existing=True)
    ).all()
    return sorted(rows, key=lambda row: (german_key(row.person.family_name), german_key(row.person.name)))


def get_asked(session: Session, round_id: int, person_id: int) -> RoundPerson:
    """Return one person of a round.

    Raises:
        NotFound: they were not asked in it.
    """
    row = session.scalars(
        select(RoundPerson)
        .where(RoundPerson.round_id == round_id, RoundPerson.person_id == person_id)
        .options(joinedload(RoundPerson.person), joinedload(RoundPerson.round), selectinload(RoundPerson.proposals))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_proposal(session: Session, proposal_id: int) -> ChangeProposal:
    """Return a change that was asked for, with whose it is, and the round that it answers.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.scalars(
        select(ChangeProposal)
        .where(ChangeProposal.id == proposal_id)
        .options(
            joinedload(ChangeProposal.person),
            joinedload(ChangeProposal.employer),
            joinedload(ChangeProposal.asked).joinedload(RoundPerson.round),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody, and their assignments with one employer: what a personal link stands for, and one's own page."""

    person: Person
    employer: Organisation
    rows: Sequence[Assignment]
    #: The question that this answers: of the employer's newest round, if it asked them and is not half a year old.
    asked: RoundPerson | None = None
    #: What else is asked: the employer's own entry, its facilities and offers.
    beside: Sequence[Beside] = ()
    #: What they have sent and the office has not dealt with.
    pending: ChangeProposal | None = None


def token(signer: Signer, row: RoundPerson) -> str:
    """Return the token of somebody's link."""
    return signer.make(PURPOSE, row.id, row.generation)


def behind(session: Session, signer: Signer, text: str, day: date) -> Behind:
    """Return what a personal link stands for.

    Raises:
        NotFound: the link was not made here.
        LinkOver: it was, but it is older than 30 days, revoked, of an earlier round, or nothing is left to confirm.
    """
    claim = signer.read(PURPOSE, text, max_age=LINK_DAYS * DAYS)
    row = session.scalars(
        select(RoundPerson)
        .where(RoundPerson.id == claim.id)
        .options(
            joinedload(RoundPerson.person),
            joinedload(RoundPerson.round).joinedload(ConfirmationRound.employer),
            selectinload(RoundPerson.proposals),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    newest = select(func.max(ConfirmationRound.id)).where(ConfirmationRound.employer_id == row.round.employer_id)
    if row.generation != claim.generation or session.scalar(newest) != row.round_id:
        raise LinkOver
    rows = employed(session, row.round.employer_id, day, [row.person_id]).get(row.person_id, [])
    if not rows:
        raise LinkOver
    employer = row.round.employer
    beside = besides.load(session, employer, day).of(rows)
    return Behind(row.person, employer, rows, row, beside, unsettled(session, row.person_id, employer.id))


def own(session: Session, person_id: int, employer_id: int, day: date) -> Behind:
    """Return what somebody can change of their own with one employer; without assignments what became of a change.

    Raises:
        NotFound: they have nothing there.
    """
    person, employer = session.get(Person, person_id), session.get(Organisation, employer_id)
    rows = employed(session, employer_id, day, [person_id]).get(person_id, [])
    pending = unsettled(session, person_id, employer_id)
    if person is None or employer is None:
        raise NotFound
    if not (rows or pending or refused_lately(session, person_id, day, employer_id)):
        raise NotFound
    newest = latest_round(session, employer_id)
    if newest is None or is_due_again(newest.started_at, day):
        return Behind(person, employer, rows, pending=pending)
    asked = select(RoundPerson).where(RoundPerson.round_id == newest.id, RoundPerson.person_id == person_id)
    return Behind(person, employer, rows, session.scalars(asked).one_or_none(), pending=pending)


def unsettled(session: Session, person_id: int, employer_id: int) -> ChangeProposal | None:
    """Return what somebody has asked for and the office has not dealt with, whichever way it came."""
    statement = (
        select(ChangeProposal)
        .where(ChangeProposal.person_id == person_id, ChangeProposal.employer_id == employer_id)
        .where(ChangeProposal.settled_at.is_(None))
        .order_by((ChangeProposal.state == ProposalState.WAITING).desc(), ChangeProposal.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def is_refused_lately(day: date) -> ColumnElement[bool]:
    """Return the condition that a change was refused in the last ``REFUSED_DAYS``, and nothing was sent after it."""
    since = clock.zoned(datetime.combine(day - timedelta(days=REFUSED_DAYS), time.min))
    later = aliased(ChangeProposal)
    is_last = ~exists().where(
        later.person_id == ChangeProposal.person_id,
        later.employer_id == ChangeProposal.employer_id,
        later.id > ChangeProposal.id,
    )
    return and_(ChangeProposal.state == ProposalState.REFUSED, ChangeProposal.settled_at >= since, is_last)


def refused_lately(session: Session, person_id: int, day: date, employer_id: int) -> ChangeProposal | None:
    """Return what somebody wanted otherwise with one employer, and was refused lately."""
    statement = select(ChangeProposal).where(
        ChangeProposal.person_id == person_id, ChangeProposal.employer_id == employer_id, is_refused_lately(day)
    )
    return session.scalars(statement).one_or_none()


def waiting(row: RoundPerson) -> ChangeProposal | None:
    """Return what somebody has asked for in a round and the office has not dealt with."""
    return next((one for one in reversed(row.proposals) if one.settled_at is None), None)
