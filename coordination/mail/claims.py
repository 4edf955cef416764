"""Mails in the hands of a process that sends: claimed with a lease, put off, given up, sent once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased, undefer

from coordination.mail.outbox import ON_THE_WAY, REFUSED, OutboxMail, has_same_reader
from coordination.mail.rules import MailState, MailStep, after

#: How long a claimed mail may be under way before another process may look at it.
LEASE = timedelta(minutes=5)
#: Pauses after temporary failures; after the last one the mail counts as undeliverable.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: Pause after the server was not there. Shorter than the minute between two looks of a worker, so that the first look
#: after the server's return finds every mail but one that was tried less than the pause before it.
AWAY = timedelta(seconds=30)
#: The longest pause between two tries to sign in.
LONGEST_PAUSE = timedelta(hours=1)

_REFUSED = (OutboxMail.state == MailState.WAITING, OutboxMail.problem == REFUSED)


def doubt_interrupted(session: Session, now: datetime) -> None:
    """Mark mails whose lease ran out: their process died, and whether they left is not known; the caller commits."""
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.SENDING, OutboxMail.lease_until < now)
        .values(state=after(MailState.SENDING, MailStep.DOUBT), lease_until=None, problem="interrupted")
    )


def claim(session: Session, now: datetime) -> OutboxMail | None:
    """Take the mail that has been due longest for this process; the caller commits."""
    earlier = aliased(OutboxMail)
    is_behind = exists().where(
        earlier.about == OutboxMail.about,
        has_same_reader(earlier, OutboxMail),
        earlier.id < OutboxMail.id,
        earlier.state.in_(ON_THE_WAY),
    )
    # A change must not arrive before what it changes.
    due = (
        select(OutboxMail)
        .where(OutboxMail.state == MailState.WAITING, OutboxMail.due_at <= now, ~is_behind)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(1)
        .options(undefer(OutboxMail.content))
        .with_for_update(skip_locked=True)
    )
    mail = session.scalars(due).one_or_none()
    if mail is not None:
        mail.go(MailStep.CLAIM)
        mail.lease_until, mail.attempts = now + LEASE, mail.attempts + 1
    return mail


def settle(mail: OutboxMail, now: datetime, *, problem: str = "", final: bool = False) -> None:
    """Write down how an attempt ended: sent, to be tried again later, or undeliverable."""
    mail.lease_until = None
    mail.problem = problem[:40]
    if not problem:
        mail.go(MailStep.HAND_OVER)
        mail.sent_at = now
    elif final or mail.attempts > len(BACKOFF):
        mail.go(MailStep.REFUSE)
    else:
        mail.go(MailStep.PUT_OFF)
        pause = BACKOFF[mail.attempts - 1]
        mail.due_at = now + pause + timedelta(seconds=secrets.randbelow(max(1, int(pause.total_seconds() // 10))))


def put_off(mail: OutboxMail, now: datetime, problem: str) -> None:
    """Let a claimed mail wait because the server was not there: that is no attempt, however long it lasts."""
    mail.go(MailStep.PUT_OFF)
    mail.lease_until, mail.attempts = None, mail.attempts - 1
    mail.problem, mail.due_at = problem[:40], now + AWAY


def put_all_off(session: Session, mail: OutboxMail, now: datetime) -> None:
    """Let a claimed mail wait because the server refuses our sign-in, and with it all others: none can mend that.

    The pause is as long as the server has refused us, up to ``LONGEST_PAUSE``, so that it doubles each time: a
    server locks an account that is tried too often. Of the age of the mails it knows nothing.
    """
    if mail.problem != REFUSED:
        mail.refused_at = now
    put_off(mail, now, REFUSED)
    session.flush()
    first = session.scalar(select(func.min(OutboxMail.refused_at)).where(*_REFUSED)) or now
    until = now + min(max(now - first, BACKOFF[0]), LONGEST_PAUSE)
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.WAITING, OutboxMail.due_at <= until)
        .values(due_at=until, problem=REFUSED, refused_at=first)
        .execution_options(synchronize_session=False)
    )


def is_resting(session: Session, now: datetime) -> bool:
    """Return whether the server is left alone for now because it refused our sign-in."""
    resting = exists().where(*_REFUSED, OutboxMail.due_at > now)
    return bool(session.scalar(select(resting)))


def is_refused(session: Session) -> bool:
    """Return whether mails wait because the server refuses our sign-in."""
    return bool(session.scalar(select(exists().where(*_REFUSED))))


def obstacles(session: Session) -> set[str]:
    """Return the problems for which mails wait that lie with our own server, and so hold up all others.

    One that begins with a code is the recipient's: their server has answered that it is busy.
    """
    own = select(OutboxMail.problem).where(OutboxMail.state == MailState.WAITING, OutboxMail.problem.not_like("4%"))
    return set(session.scalars(own.where(OutboxMail.problem != "").distinct()))


def rest_no_longer(session: Session, now: datetime) -> None:
    """End the pause after a refused sign-in: somebody has mended it, or believes so; the caller commits."""
    session.execute(update(OutboxMail).where(*_REFUSED).values(due_at=now).execution_options(synchronize_session=False))


def doubt(mail: OutboxMail, problem: str) -> None:
    """Write down that nobody knows whether the mail left; a person decides."""
    mail.go(MailStep.DOUBT)
    mail.lease_until, mail.problem = None, problem[:40]
