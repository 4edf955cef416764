"""Mails that did not get through, or may not have: which these are, and what can be done with one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.mail import claims, outbox, refusals
from coordination.mail.message import Sender, readdressed
from coordination.mail.outbox import EXPIRED, WITHDRAWN, OutboxMail, has_same_reader
from coordination.mail.rules import MailState, MailStep

#: On the desk: somebody has not been told something, before whatever is overdue.
URGENCY = -365
STATES = frozenset({MailState.FAILED, MailState.UNCLEAR})
UNREADABLE = N_("Its text can no longer be decrypted. Please write the mail anew where it was written.")


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
    def may_be_wrong_address(self) -> bool:
        """Return whether it is worth asking for another address."""
        return self.mail.problem != outbox.NO_KEY and refusals.may_be_wrong_address(self.mail.problem)

    @property
    def has_text(self) -> bool:
        """Return whether there is anything left to send."""
        return self.mail.problem != outbox.TEXT_GONE

    @property
    def can_go_again(self) -> bool:
        """Return whether it may be sent again without a look at it: it has not arrived, and can be read."""
        return self.mail.state is MailState.FAILED and self.mail.problem != outbox.NO_KEY


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


def is_of_account() -> ColumnElement[bool]:
    """Return the condition that a mail is about an account: its link may be over before it is sent again."""
    return OutboxMail.purpose.like("account.%")


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
        Unreadable: no key of ours opens it.
        RuleViolation: it may have arrived, is under way or has been sent; or that is no address.
    """
    if mail.state is not MailState.FAILED:
        raise RuleViolation(N_("This mail has been sent or is on its way."))
    _need_text(mail)
    content = _content_for(mail, sender, address)
    send_again(work, mail)
    mail.content, mail.recipient = content, address


def send_again(work: Work, mail: OutboxMail) -> None:
    """Put a failed or unclear mail back to waiting, with its bytes and Message-ID as they are.

    Raises:
        RuleViolation: it is under way or has been sent, or its text is over its time.
    """
    _need_text(mail)
    _let_wait(mail, work.now)
    _wake(work, [mail])


class Unreadable(RuleViolation):
    """A mail that no key of ours opens; ``UNREADABLE`` says so."""


def _need_text(mail: OutboxMail) -> None:
    if not mail.content:
        raise RuleViolation(N_("The text of this mail is deleted; it can no longer be sent."))


def _content_for(mail: OutboxMail, sender: Sender, address: str) -> bytes:
    try:
        content = outbox.content_of(mail, sender)
    except InvalidToken as error:
        raise Unreadable(UNREADABLE) from error
    return sender.cipher.encrypt(readdressed(content, address))


def _let_wait(mail: OutboxMail, now: datetime) -> None:
    mail.go(MailStep.SEND_AGAIN)
    mail.due_at, mail.attempts, mail.problem, mail.settled_at = now, 0, "", None


def _wake(work: Work, sent: Sequence[OutboxMail]) -> None:
    claims.rest_no_longer(work.session, work.now)
    work.record_all("mail.again", sent)
    work.session.info["wake"] = True


@dataclass(frozen=True, slots=True)
class Again:
    """How many of some mails were sent again, and how many no key of ours opens."""

    sent: int
    unreadable: int


def send_all(work: Work, found: Iterable[Stuck], sender: Sender) -> Again:
    """Send again what did not get through, each to the address its reader has by now.

    What somebody has sent, settled or overtaken meanwhile, what may have arrived, what is over its time and what
    cannot be read is left alone. The number of statements does not depend on how many there are.
    """
    given = {one.mail.id: one for one in found}
    mails = [mail for mail in _take_stuck(work.session, given) if mail.content and given[mail.id].can_go_again]
    movers = [mail for mail in mails if given[mail.id].has_moved]
    staying = [mail for mail in mails if not given[mail.id].has_moved]
    for mail in staying:
        _let_wait(mail, work.now)
    # Apart from the others: rows of which other columns change are written by another statement.
    work.session.flush()
    moved = []
    for mail in movers:
        address = given[mail.id].email
        try:
            mail.content, mail.recipient = _content_for(mail, sender, address), address
        except Unreadable:
            continue
        _let_wait(mail, work.now)
        moved.append(mail)
    if sent := [*staying, *moved]:
        _wake(work, sent)
    return Again(len(sent), len(mails) - len(sent))


def _take_stuck(session: Session, keys: Collection[int]) -> list[OutboxMail]:
    """Return which of some mails are still stuck, locked and with their content; two statements."""
    locked = select(OutboxMail).where(OutboxMail.id.in_(keys)).order_by(OutboxMail.id).with_for_update()
    rows = session.scalars(locked.options(undefer(OutboxMail.content)).execution_options(populate_existing=True)).all()
    # Only a statement that begins under the lock sees what came after one of them meanwhile.
    still = set(session.scalars(select(OutboxMail.id).where(OutboxMail.id.in_(keys), is_stuck())))
    return [mail for mail in rows if mail.id in still]


def settle(work: Work, mail: OutboxMail) -> None:
    """Note that the reader of a stuck mail was told otherwise.

    Raises:
        RuleViolation: it has been sent meanwhile, or is on its way.
    """
    if mail.state not in STATES:
        raise RuleViolation(N_("This mail has been sent or is on its way."))
    mail.settled_at = work.now
    work.record("mail.told_otherwise", mail)
