"""Mails that did not get through, or may not have: which these are, and what can be done with one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.mail import claims, outbox
from coordination.mail.message import Sender, readdressed
from coordination.mail.outbox import EXPIRED, WITHDRAWN, OutboxMail, has_same_reader
from coordination.mail.rules import MailState, MailStep

#: On the desk: somebody has not been told something, before whatever is overdue.
URGENCY = -365
STATES = frozenset({MailState.FAILED, MailState.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mail that did not get through, whose it is, and the address they have now; "" if none is known.

    ``url`` is the page that keeps the address.
    """

    mail: OutboxMail
    name: str
    email: str
    url: str

    @property
    def has_moved(self) -> bool:
        """Return whether its reader has another address by now: what was refused can be sent there."""
        return self.mail.state is MailState.FAILED and bool(self.email) and self.email != self.mail.recipient

    @property
    def can_go_again(self) -> bool:
        """Return whether it may be sent again without a look at it: it has not arrived, and can be read."""
        return self.mail.state is MailState.FAILED and self.mail.problem != "InvalidToken"


def is_stuck() -> ColumnElement[bool]:
    """Return the condition that somebody should look at a mail: none came after it, and nobody told its reader."""
    later = aliased(OutboxMail)
    overtaken = exists().where(
        later.about == OutboxMail.about, has_same_reader(later, OutboxMail), later.id > OutboxMail.id
    )
    return and_(
        OutboxMail.state.in_(STATES),
        OutboxMail.problem.not_in((EXPIRED, WITHDRAWN)),
        OutboxMail.settled_at.is_(None),
        ~overtaken,
    )


def counts(session: Session) -> dict[MailState, int]:
    """Return how many mails wait, and how many are stuck in which state: what somebody should look at."""
    found = dict.fromkeys(MailState, 0)
    statement = select(OutboxMail.state, func.count()).where(or_(OutboxMail.state == MailState.WAITING, is_stuck()))
    for state, count in session.execute(statement.group_by(OutboxMail.state)):
        found[state] = count
    return found


def shown(session: Session, state: str) -> Sequence[OutboxMail]:
    """Return the newest mails of one state as it is shown, or all; of those in trouble the ones to be looked at."""
    if state not in STATES:
        return outbox.mails(session, state)
    statement = select(OutboxMail).where(OutboxMail.state == MailState(state), is_stuck())
    newest = statement.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(outbox.MOST_SHOWN)
    return session.scalars(newest).all()


def mails(session: Session, condition: ColumnElement[bool]) -> list[OutboxMail]:
    """Return the stuck mails that meet a condition, the oldest first."""
    return list(session.scalars(select(OutboxMail).where(condition, is_stuck()).order_by(OutboxMail.id)))


def take_mail(work: Work, mail_id: int) -> OutboxMail:
    """Return one mail to change, locked and as it is now: a process that sends may have it in hand.

    Raises:
        NotFound: there is none with this key.
    """
    mail = work.session.get(OutboxMail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None:
        raise NotFound
    return mail


def send(work: Work, one: Stuck, sender: Sender, address: str) -> None:
    """Send a stuck mail again: as it is, or to the ``address`` that its reader has by now.

    Raises:
        RuleViolation: it is under way, has been sent, is too old; or that is not its reader's address any more.
    """
    if not address or address == one.mail.recipient:
        send_again(work, one.mail)
        return
    if address != one.email:
        raise RuleViolation(N_("This is not the address of the person any more. Please look at the mail again."))
    send_elsewhere(work, one.mail, sender, address)


def send_elsewhere(work: Work, mail: OutboxMail, sender: Sender, address: str) -> None:
    """Put a failed mail back to waiting for another address of the same person; its text and links stay.

    Raises:
        RuleViolation: it may have arrived, is under way or has been sent; or that is no address.
    """
    if mail.state is not MailState.FAILED:
        raise RuleViolation(N_("This mail has been sent or is on its way."))
    send_again(work, mail)
    mail.content = sender.cipher.encrypt(readdressed(outbox.content_of(mail, sender), address))
    mail.recipient = address


def send_again(work: Work, mail: OutboxMail) -> None:
    """Put a failed or unclear mail back to waiting, with its bytes and Message-ID as they are.

    Raises:
        RuleViolation: it is under way or has been sent, or its text is over its time.
    """
    if not mail.content:
        raise RuleViolation(N_("The text of this mail is deleted; it can no longer be sent."))
    mail.go(MailStep.SEND_AGAIN)
    mail.due_at, mail.attempts, mail.problem, mail.settled_at = work.now, 0, "", None
    claims.rest_no_longer(work.session, work.now)
    work.record("mail.again", mail)
    work.session.info["wake"] = True


def send_all(work: Work, found: Iterable[Stuck], sender: Sender) -> int:
    """Send again what did not get through, each to the address its reader has by now; return how many.

    What somebody has sent or settled meanwhile, what may have arrived, and what is over its time is left alone.
    """
    sent = 0
    for one in found:
        mail = take_mail(work, one.mail.id)
        if one.can_go_again and mail.settled_at is None and mail.content:
            send(work, one, sender, one.email if one.has_moved else "")
            sent += 1
    return sent


def settle(work: Work, mail: OutboxMail) -> None:
    """Note that the reader of a stuck mail was told otherwise.

    Raises:
        RuleViolation: it has been sent meanwhile, or is on its way.
    """
    if mail.state not in STATES:
        raise RuleViolation(N_("This mail has been sent or is on its way."))
    mail.settled_at = work.now
    work.record("mail.told_otherwise", mail)
