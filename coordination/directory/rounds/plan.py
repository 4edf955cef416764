"""Who is to be mailed in a round, and what speaks against it: worked out anew each time it is shown or sent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.person_services import looks_private
from coordination.directory.rounds import besides, letters, queries
from coordination.directory.rounds.besides import Beside
from coordination.directory.rounds.changes import mark
from coordination.directory.rounds.models import ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import Said, may_be_mailed
from coordination.mail import outbox, stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState


class Address(StrEnum):
    """What is known of somebody's address."""

    FINE = "fine"
    MISSING = "missing"
    PRIVATE = "private"
    #: A mail to it did not get through, and nobody has looked at that yet.
    DOUBTFUL = "doubtful"


ADDRESS_WORDS = {
    Address.FINE: N_("official address"),
    Address.MISSING: N_("no e-mail address"),
    Address.PRIVATE: N_("looks private"),
    Address.DOUBTFUL: N_("the last mail there did not arrive"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody of the employer, their assignments, and the state of their address."""

    person: Person
    rows: Sequence[Assignment]
    address: Address
    beside: Sequence[Beside] = ()

    @property
    def can_be_sent(self) -> bool:
        """Return whether there is an address to send to."""
        return self.address is not Address.MISSING


def lines(session: Session, work: Work, employer_id: int) -> list[Line]:
    """Return everybody who has an assignment with an employer today."""
    found = queries.employed(session, employer_id, work.today)
    people = [rows[0].person for rows in found.values() if rows[0].person is not None]
    addresses = address_states(session, people)
    known = besides.load(session, session.get_one(Organisation, employer_id), work.today)
    return [Line(one, found[one.id], addresses[one.id], known.of(found[one.id])) for one in people]


def address_states(session: Session, people: Sequence[Person]) -> dict[int, Address]:
    """Return person → the state of their address, in one statement."""
    known = {person.email for person in people if person.email}
    bad = select(OutboxMail.recipient).where(OutboxMail.recipient.in_(known), stuck.is_stuck())
    doubtful = set(session.scalars(bad)) if known else set()
    return {person.id: _state(person.email, doubtful) for person in people}


def _state(email: str, doubtful: Collection[str]) -> Address:
    if not email:
        return Address.MISSING
    if email in doubtful:
        return Address.DOUBTFUL
    return Address.PRIVATE if looks_private(email) else Address.FINE


def fingerprint(found: Sequence[Line], latest: ConfirmationRound | None, *, shows_share: bool) -> str:
    """Return what stands for the plan in its form: what was looked at is what is sent, or nothing."""
    said = [str(latest.id if latest is not None else 0), str(shows_share)]
    said += [f"{one.person.id} {mark(one.person, one.rows, one.beside)}" for one in found]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who has not answered, with the last mail; ``is_due``: may be reminded now."""

    asked: RoundPerson
    rows: Sequence[Assignment]
    mail: OutboxMail | None
    is_due: bool

    @property
    def person(self) -> Person:
        """Return who it is."""
        return self.asked.person


def silent(session: Session, work: Work, row: ConfirmationRound) -> list[Silent]:
    """Return who has not answered and still works there; those who may be reminded now come first."""
    open_ones = [one for one in queries.asked_in(session, row.id) if one.answer is Said.OPEN]
    found = queries.employed(session, row.employer_id, work.today, [one.person_id for one in open_ones])
    mails = last_mails(session, row.id)
    with_mails = [(one, mails.get(one.person_id)) for one in open_ones if one.person_id in found]
    all_of_them = [Silent(one, found[one.person_id], mail, is_due(one, mail, work.now)) for one, mail in with_mails]
    return sorted(all_of_them, key=lambda each: not each.is_due)


def last_mails(session: Session, round_id: int) -> dict[int, OutboxMail]:
    """Return person → the last question or reminder of a round; two statements."""
    return {
        **outbox.latest(session, letters.about(round_id)),
        **outbox.latest(session, letters.about_reminder(round_id)),
    }


def is_due(one: RoundPerson, mail: OutboxMail | None, now: datetime) -> bool:
    """Return whether somebody may be reminded now; ``mail`` is the last one.

    What waits reminds by itself. What was refused is sent again from the list of such mails. To another address, or
    if it never goes out any more, it is as if it had never been sent.
    """
    if not one.person.email or (mail is not None and mail.state in outbox.ON_THE_WAY):
        return False
    if mail is not None and mail.state is MailState.FAILED and mail.settled_at is None:
        return mail.problem in outbox.GONE or mail.recipient != one.person.email
    return may_be_mailed(one.mailed_at, now)


def silent_mark(found: Sequence[Silent]) -> str:
    """Return what stands for a list of those who are silent, as ``fingerprint`` does for a plan."""
    said = [f"{one.person.id} {one.is_due} {one.asked.mailed_at} {mark(one.person, one.rows)}" for one in found]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
