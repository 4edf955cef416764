"""Mails as rows: frozen and encrypted in the transaction of the change, replaced and taken back while they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.core.errors import NotFound
from coordination.core.work import Work
from coordination.mail.message import Letter, Sender, compose, one_line
from coordination.mail.rules import MailState, MailStep, after

#: Nobody has got what is in one of these states, and nobody needs to do anything yet.
ON_THE_WAY = frozenset({MailState.WAITING, MailState.SENDING})

#: Problem of a mail that had not got through when its text was deleted.
EXPIRED = "expired"
#: What a failed mail says of its matter holds no longer: it is neither looked at nor sent.
WITHDRAWN = "withdrawn"
#: Problem of a mail that no key of ours opens, by the name of what is raised.
NO_KEY = "InvalidToken"
#: Problem of a mail that may have arrived, and whose text was deleted: somebody still has to say whether it did.
TEXT_GONE = "text_gone"
#: Problems of a mail that never goes out any more: what it was to say is written anew.
GONE = frozenset({EXPIRED, WITHDRAWN, NO_KEY, TEXT_GONE})
#: Problem of mails that wait because the mail server does not take our user name or password.
REFUSED = "sign_in_refused"
#: So many mails stand on one page of the outbox.
MOST_SHOWN = 200


class OutboxMail(Base):
    """One mail to one person, as it goes out."""

    __tablename__ = "outbox_mail"
    __table_args__ = (CheckConstraint("attempts >= 0", name="attempts"), KEYS_ONCE)

    state: Mapped[MailState] = mapped_column(default=MailState.WAITING, index=True)
    #: "account" so far; who may read the mail depends on it.
    purpose: Mapped[str] = mapped_column(String(40))
    #: What the mail is about ("user_account:3"): a later one about the same thing replaces it while it waits.
    about: Mapped[str] = mapped_column(String(60), index=True)
    recipient: Mapped[str] = mapped_column(String(320))
    #: Whose it is, without a foreign key: two people may share an address. None: whoever has the address.
    person_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(250))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    #: The whole message (RFC 5322), encrypted at rest; what is sent is exactly this. Empty once its time is over.
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Since when the server has refused our sign-in; counts while ``problem`` says that it does.
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The server's codes or a word of ours ("550 5.1.1", "timeout"); never its text, which may hold addresses.
    problem: Mapped[str] = mapped_column(String(40), default="")
    #: When somebody said that its reader was told otherwise: what did not get through is nobody's concern any more.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def go(self, step: MailStep) -> None:
        """Take the mail to the state that a step leads to; the caller says the rest."""
        self.state = after(self.state, step)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A mail in the bytes that will go out, encrypted, and what its row says of it."""

    purpose: str
    about: str
    recipient: str
    subject: str
    message_id: str
    content: bytes
    person_id: int | None = None


def freeze(letter: Letter, sender: Sender, now: datetime) -> Frozen:
    """Return ``letter`` as it will go out. Writes nothing: what takes long can be done before a transaction."""
    message = compose(letter, sender, now)
    return Frozen(
        purpose=letter.purpose,
        about=letter.about,
        recipient=letter.to,
        subject=one_line(letter.subject)[:250],
        message_id=str(message["Message-ID"]),
        content=sender.cipher.encrypt(message.as_bytes()),
        person_id=letter.person_id,
    )


def queue(work: Work, letter: Letter, sender: Sender) -> OutboxMail:
    """Freeze ``letter`` as a row of this transaction; see ``put``."""
    return put(work, [freeze(letter, sender, work.now)])[0]


def put(work: Work, mails: Sequence[Frozen]) -> list[OutboxMail]:
    """Make rows of frozen mails in this transaction; nothing is sent before it commits.

    A mail about the same thing to the same person that still waits is replaced, also after attempts: a
    waiting one was refused each time, or it would be unclear.
    """
    if not mails:
        return []
    named = {(one.about, one.purpose, _reader(one)) for one in mails}
    for old in _still_waiting(work.session, OutboxMail.about.in_({one.about for one in mails})):
        if (old.about, old.purpose, _reader(old)) in named:
            work.session.delete(old)
    rows = [
        OutboxMail(
            purpose=one.purpose,
            about=one.about,
            recipient=one.recipient,
            person_id=one.person_id,
            subject=one.subject,
            message_id=one.message_id,
            content=one.content,
            created_at=work.now,
            due_at=work.now,
            state=MailState.WAITING,
            attempts=0,
            problem="",
        )
        for one in mails
    ]
    work.session.add_all(rows)
    work.session.flush()
    work.session.info["wake"] = True
    return rows


def _reader(mail: Frozen | OutboxMail) -> int | str:
    return mail.recipient if mail.person_id is None else mail.person_id


def has_same_reader(one: type[OutboxMail], other: type[OutboxMail]) -> ColumnElement[bool]:
    """Return the condition that two mails are to the same person, or to the same address if it says nobody's."""
    is_unsaid = or_(one.person_id.is_(None), other.person_id.is_(None))
    return or_(one.person_id == other.person_id, and_(is_unsaid, one.recipient == other.recipient))


def get_mail(session: Session, mail_id: int) -> OutboxMail:
    """Return one mail.

    Raises:
        NotFound: there is none with this key.
    """
    mail = session.get(OutboxMail, mail_id)
    if mail is None:
        raise NotFound
    return mail


def content_of(mail: OutboxMail, sender: Sender) -> bytes:
    """Return the message as it goes out (RFC 5322 bytes)."""
    return sender.cipher.decrypt(mail.content)


def shown_state(mail: OutboxMail) -> str:
    """Return the state as people read it: what had not got through when its text was deleted is expired."""
    return EXPIRED if mail.problem == EXPIRED else mail.state.value


def mails(session: Session, shown: str = "", limit: int = MOST_SHOWN) -> Sequence[OutboxMail]:
    """Return the newest mails, of one state as it is shown or all."""
    statement = select(OutboxMail).order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(limit)
    if shown == EXPIRED:
        statement = statement.where(OutboxMail.problem == EXPIRED)
    elif shown:
        statement = statement.where(OutboxMail.state == MailState(shown), OutboxMail.problem != EXPIRED)
    return session.scalars(statement).all()


def counts(session: Session) -> dict[str, int]:
    """Return how many mails are in each state as it is shown."""
    expired = OutboxMail.problem == EXPIRED
    found = dict.fromkeys([*(one.value for one in MailState), EXPIRED], 0)
    for state, is_expired, count in session.execute(
        select(OutboxMail.state, expired, func.count()).group_by(OutboxMail.state, expired)
    ):
        found[EXPIRED if is_expired else state.value] += count
    return found


def mails_about(session: Session, about: str) -> Sequence[OutboxMail]:
    """Return all mails about a thing, the oldest first."""
    return session.scalars(select(OutboxMail).where(OutboxMail.about == about).order_by(OutboxMail.id)).all()


def latest(session: Session, about: str) -> dict[int, OutboxMail]:
    """Return person → the newest mail about a thing: what became of it is what its sender wants to see."""
    return {mail.person_id: mail for mail in mails_about(session, about) if mail.person_id is not None}


def waiting_for(session: Session, about: str) -> set[int]:
    """Return the people for whom a mail about a thing still waits."""
    statement = select(OutboxMail.person_id).where(OutboxMail.about == about, OutboxMail.state == MailState.WAITING)
    return {person_id for person_id in session.scalars(statement) if person_id is not None}


def reached(session: Session, about: str) -> set[int]:
    """Return the people who have, or may have, read something about a thing: by a mail or told otherwise."""
    left = or_(
        OutboxMail.state.in_((MailState.SENDING, MailState.SENT, MailState.UNCLEAR)),
        OutboxMail.settled_at.is_not(None),
    )
    statement = select(OutboxMail.person_id).where(OutboxMail.about == about, left)
    return {person_id for person_id in session.scalars(statement) if person_id is not None}


def unsent(about: str | ColumnElement[str]) -> Select[int]:
    """Return the statement that counts for whom a mail about a thing has not left yet; a list takes it as a part."""
    return select(func.count(OutboxMail.person_id.distinct())).where(
        OutboxMail.about == about, OutboxMail.state.in_(ON_THE_WAY)
    )


def take_back(work: Work, about: str, *people: int) -> set[int]:
    """Delete what still waits about a thing for some people, without any named for everybody; return whose it was.

    What did not get through to them is withdrawn (``withdraw``).
    """
    waiting = _still_waiting(work.session, *_about(about, people))
    for mail in waiting:
        work.session.delete(mail)
    withdraw(work, about, *people)
    return {mail.person_id for mail in waiting if mail.person_id is not None}


def take_back_mail(work: Work, mail_id: int) -> bool:
    """Delete one mail if it still waits, and return whether it did; what failed never goes out any more."""
    mail = work.session.get(OutboxMail, mail_id, with_for_update=True, populate_existing=True)
    if mail is not None and mail.state is MailState.WAITING:
        work.session.delete(mail)
        return True
    if mail is not None and mail.state is MailState.FAILED:
        mail.problem, mail.content = WITHDRAWN, b""
    return False


def withdraw(work: Work, about: str, *people: int) -> None:
    """Let what did not get through about a thing never go out any more: what it says holds no longer."""
    failed = select(OutboxMail).where(OutboxMail.state == MailState.FAILED, *_about(about, people))
    for mail in work.session.scalars(failed.order_by(OutboxMail.id).with_for_update()):
        mail.problem, mail.content = WITHDRAWN, b""


def _about(about: str, people: Sequence[int]) -> list[ColumnElement[bool]]:
    return [OutboxMail.about == about, *([OutboxMail.person_id.in_(people)] if people else [])]


def _still_waiting(session: Session, *conditions: ColumnElement[bool]) -> Sequence[OutboxMail]:
    """Return waiting mails, locked: what a worker is just claiming is waited for, and then is none of them."""
    statement = select(OutboxMail).where(OutboxMail.state == MailState.WAITING, *conditions).order_by(OutboxMail.id)
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).all()


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the longest overdue mail has been waiting, if one is.

    One that has not been tried is overdue since it was written: a server that is away puts it off each time.
    """
    untried = and_(OutboxMail.attempts == 0, OutboxMail.created_at < OutboxMail.due_at)
    found: datetime | None = session.scalar(
        select(func.min(case((untried, OutboxMail.created_at), else_=OutboxMail.due_at))).where(
            OutboxMail.state.in_((MailState.WAITING, MailState.SENDING)), or_(OutboxMail.due_at <= now, untried)
        )
    )
    return found
