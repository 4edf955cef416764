"""Invitations to many people, and what became of them: what the tests of the outbox in trouble ask for."""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import policy

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.mail import outbox, stuck
from coordination.mail.delivery import Server
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from tests.mail.sink import Sink
from tests.meetings import world as worlds
from tests.meetings.mailing import invite, unfolded
from tests.meetings.world import World

#: People of the body beside those of the small world.
MEMBERS = 45
#: So many mails does a meeting of that body take.
EACH = MEMBERS + 5
#: Meetings that everybody is invited to: 500 mails.
MEETINGS = 10
Deliver = Callable[[Server], object]


def settings_for(port: int) -> dict[str, str]:
    """Return what tells the product that a mail server listens on ``port``."""
    return {
        "KOORDINATION_SMTP_HOST": "127.0.0.1",
        "KOORDINATION_SMTP_PORT": str(port),
        "KOORDINATION_SMTP_TLS": "none",
    }


def server_at(port: int) -> Server:
    """Return the same for a delivery in this process."""
    return Server("127.0.0.1", port, "", "", "none")


def invite_to(session: Session, world: World, site: Site, meetings: int) -> int:
    """Invite everybody to so many meetings and return how many mails that is."""
    there = [worlds.meeting(session, world, key=f"form {n}", days=30 + n) for n in range(meetings)]
    return sum(invite(session, world, meeting, site) for meeting in there)


def states(session: Session) -> dict[MailState, int]:
    """Return how many mails are in each state that any is in."""
    session.rollback()
    return dict(session.execute(select(OutboxMail.state, func.count()).group_by(OutboxMail.state)).all())


def pauses_pass(session: Session) -> None:
    """Let every pause of a mail that waits be over."""
    session.rollback()
    now = clock.utc_now()
    session.execute(update(OutboxMail).where(OutboxMail.state == MailState.WAITING).values(due_at=now))
    session.commit()


def time_passes(session: Session) -> None:
    """Let every pause be over, and every lease of a process that died."""
    pauses_pass(session)
    over = clock.utc_now() - timedelta(seconds=1)
    session.execute(update(OutboxMail).where(OutboxMail.state == MailState.SENDING).values(lease_until=over))
    session.commit()


def until_nothing_waits(session: Session, deliver: Deliver, sink: Sink) -> int:
    """Deliver again and again, with time passing in between; return how often."""
    rounds = 0
    while states(session).get(MailState.WAITING):
        rounds += 1
        assert rounds < 40, states(session)
        time_passes(session)
        deliver(sink.server)
    return rounds


def arrivals(sink: Sink) -> Counter[str]:
    """Return Message-ID → how often it arrived."""
    return Counter(str(email.message_from_bytes(one)["Message-ID"]) for one in sink.received)


def decide_all(session: Session) -> int:
    """Have a person say of everything unclear that it is to be sent again."""
    keys = session.scalars(select(OutboxMail.id).where(OutboxMail.state == MailState.UNCLEAR)).all()
    with work_as(session, SYSTEM) as work:
        for key in keys:
            stuck.send_again(work, outbox.get_mail(session, key))
    return len(keys)


def check_bytes(session: Session, site: Site, sink: Sink) -> None:
    """See to it that what arrived is what was frozen, each time it arrived."""
    frozen = {mail.message_id: outbox.content_of(mail, site.sender).rstrip() for mail in session.query(OutboxMail)}
    for content in sink.received:
        assert content.rstrip().endswith(frozen[str(email.message_from_bytes(content)["Message-ID"])])


def told_in_order(sink: Sink) -> dict[str, list[tuple[str, int]]]:
    """Return address → what it was told, as method and SEQUENCE; never an older one after a newer one."""
    told: dict[str, list[tuple[str, int]]] = {}
    for content, to in zip(sink.received, sink.recipients, strict=True):
        told.setdefault(to, []).append(_told(content))
    for to, mails in told.items():
        numbers = [number for _method, number in mails]
        assert numbers == sorted(set(numbers)), to
    return told


def _told(content: bytes) -> tuple[str, int]:
    message = email.message_from_bytes(content, policy=policy.default)
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    (number,) = [line for line in unfolded(payload) if line.startswith("SEQUENCE:")]
    return str(part.get_param("method")), int(number.removeprefix("SEQUENCE:"))
