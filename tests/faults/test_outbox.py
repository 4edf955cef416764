"""Invitations through a mail server in trouble and a killed worker: none lost, none twice by itself, in order."""

from __future__ import annotations

import email
import os
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.mail import delivery, outbox, stuck
from coordination.mail.delivery import Server
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import MeetingState
from coordination.web.extensions import db
from tests import factories
from tests.faults.processes import product, wait_until, whenever
from tests.faults.test_web import note
from tests.mail.sink import Sink, smtp_sink
from tests.meetings import world as worlds
from tests.meetings.mailing import cancel, invite, move, unfolded
from tests.meetings.world import World

pytestmark = pytest.mark.slow
#: People of the body beside those of the small world, and meetings they are invited to: 500 mails.
MEMBERS, MEETINGS = 45, 10
#: Starting the worker again takes most of the time of a kill. ``KOORDINATION_TEST_KILLS=50`` is the longer way.
KILLS = int(os.environ.get("KOORDINATION_TEST_KILLS", "15"))
Deliver = Callable[[Server], object]


@pytest.fixture
def site(app: Flask) -> Site:
    return worlds.site_of(app)


@pytest.fixture
def deliver(app: Flask, site: Site) -> Iterator[Deliver]:
    with app.app_context():
        yield lambda server: delivery.deliver(lambda: Session(db.engine), server, site.sender, limit=10_000)


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    for number in range(MEMBERS):
        person = factories.person(session, f"Nr{number}", "Probe", email=f"nr{number}@example.org")
        factories.member(session, person, worlds.BODY)
    session.commit()
    return found


@pytest.fixture
def invited(session: Session, world: World, site: Site) -> int:
    """Invite everybody to every meeting and return how many mails that is."""
    there = [worlds.meeting(session, world, key=f"form {n}", days=30 + n) for n in range(MEETINGS)]
    return sum(invite(session, world, meeting, site) for meeting in there)


def states(session: Session) -> dict[MailState, int]:
    session.rollback()
    return dict(session.execute(select(OutboxMail.state, func.count()).group_by(OutboxMail.state)).all())


def time_passes(session: Session) -> None:
    """Let every pause and every lease of a process that died be over."""
    session.rollback()
    now = clock.utc_now()
    session.execute(update(OutboxMail).where(OutboxMail.state == MailState.WAITING).values(due_at=now))
    over = now - timedelta(seconds=1)
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


def test_a_mail_server_in_trouble_gets_each_invitation_once(
    session: Session,
    site: Site,
    invited: int,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = Server("127.0.0.1", unused.getsockname()[1], "", "", "none")
    for _ in range(10):
        time_passes(session)
        deliver(closed)
    assert states(session) == {MailState.WAITING: invited}
    monkeypatch.setattr(delivery, "TIMEOUT", 0.4)
    luck = random.Random(20261126)
    trouble = luck.choices(["ok", "451", "452", "550", "drop"], [80, 8, 4, 2, 2], k=invited)
    with smtp_sink() as sink:
        sink.answers = list(trouble)
        rounds = until_nothing_waits(session, deliver, sink)
        met = Counter(trouble[: len(trouble) - len(sink.answers)])
        unclear = states(session).get(MailState.UNCLEAR, 0)
        # A server that has taken a mail and then says nothing any more leaves a doubt as well.
        assert unclear == met["drop"]
        assert max(arrivals(sink).values()) == 1
        decide_all(session)
        sink.answers = []
        until_nothing_waits(session, deliver, sink)
        check_bytes(session, site, sink)
        found = arrivals(sink)
    assert states(session) == {MailState.SENT: invited - met["550"], MailState.FAILED: met["550"]}
    refused = session.scalars(select(OutboxMail.problem).where(OutboxMail.state == MailState.FAILED)).all()
    assert set(refused) == {"550"}
    assert len(found) == invited - met["550"]
    assert sum(found.values()) - len(found) <= unclear
    note(
        request,
        f"{invited} invitations, server away 10 times, {met['451'] + met['452']} put off, {met['550']} refused, "
        f"{met['drop']} connections lost after the text: 0 lost, {sum(found.values()) - len(found)} twice after a "
        f"person decided, {rounds} rounds",
    )


def test_a_server_that_hangs_holds_up_nobody_else(
    session: Session, world: World, site: Site, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = invite(session, world, worlds.meeting(session, world), site)
    monkeypatch.setattr(delivery, "TIMEOUT", 0.3)
    with smtp_sink() as sink:
        sink.pause = 1.0
        session.execute(update(OutboxMail).where(OutboxMail.id > 3).values(due_at=clock.utc_now() + timedelta(days=1)))
        session.commit()
        deliver(sink.server)
        assert states(session)[MailState.UNCLEAR] == 3
        sink.pause = 0
        time_passes(session)
        until_nothing_waits(session, deliver, sink)
    assert states(session) == {MailState.UNCLEAR: 3, MailState.SENT: invited - 3}


def test_a_worker_killed_again_and_again_loses_no_invitation(
    session: Session,
    site: Site,
    invited: int,
    deliver: Deliver,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    with smtp_sink() as sink:
        sink.pause = 0.01
        server = {
            "KOORDINATION_SMTP_HOST": "127.0.0.1",
            "KOORDINATION_SMTP_PORT": str(sink.port),
            "KOORDINATION_SMTP_TLS": "none",
        }
        with product(database_url, tmp_path, **server) as running:
            running.start_worker()
            # By progress, so that a slow machine is not killed faster than it starts; where in a mail is chance.
            with whenever(lambda: len(sink.received), invited // (KILLS + 2), running.start_worker) as killed:
                wait_until(lambda: len(killed) >= KILLS, "nothing is sent", seconds=240)
            wait_until(lambda: not states(session).get(MailState.WAITING), "some mails are never taken up")
            running.kill_worker()
        once = arrivals(sink)
        assert max(once.values()) == 1
        time_passes(session)
        sink.pause = 0
        deliver(sink.server)
        left = states(session)
        # Each death leaves at most the one mail that was under way.
        unclear = left.get(MailState.UNCLEAR, 0)
        assert left == {MailState.SENT: invited - unclear} | ({MailState.UNCLEAR: unclear} if unclear else {})
        assert unclear <= len(killed) + 1
        assert len(once) + unclear >= invited
        assert decide_all(session) == unclear
        until_nothing_waits(session, deliver, sink)
        check_bytes(session, site, sink)
        found = arrivals(sink)
    assert (len(found), states(session)) == (invited, {MailState.SENT: invited})
    twice = sum(found.values()) - invited
    assert twice <= unclear
    note(
        request,
        f"{invited} invitations, worker killed {len(killed)} times: {unclear} unclear, 0 lost, "
        f"{twice} twice after a person had them sent again",
    )


def test_nothing_of_a_sending_that_fails_is_left(session: Session, world: World, site: Site) -> None:
    meeting = worlds.meeting(session, world)
    key = meeting.id

    def fails() -> None:
        with work_as(session, world.actor) as work:
            row = work.session.get_one(Meeting, key)
            seen = invitation_services.fingerprint(plan_of(row, listed(work.session, row)))
            assert invitation_services.send(work, key, site, seen=seen).count == MEMBERS + 5
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert session.get_one(Meeting, key).state is MeetingState.FIXED


def test_changes_arrive_in_their_order_whatever_the_server_does(
    session: Session, world: World, site: Site, deliver: Deliver, request: pytest.FixtureRequest
) -> None:
    meeting = worlds.meeting(session, world)
    luck = random.Random(5546)
    sent = invite(session, world, meeting, site)
    with smtp_sink() as sink:
        for days in range(40, 46):
            sink.answers = luck.choices(["ok", "451", "452"], [2, 1, 1], k=sent)
            deliver(sink.server)
            move(session, world, meeting, days)
            sent += invite(session, world, meeting, site)
        cancel(session, world, meeting)
        sent += invite(session, world, meeting, site)
        sink.answers = luck.choices(["ok", "451", "452"], [2, 1, 1], k=60)
        until_nothing_waits(session, deliver, sink)
        told: dict[str, list[tuple[str, int]]] = {}
        for content, to in zip(sink.received, sink.recipients, strict=True):
            told.setdefault(to, []).append(_told(content))
    session.rollback()
    last = session.get_one(Meeting, meeting.id, populate_existing=True).sequence
    for to, mails in told.items():
        numbers = [number for _method, number in mails]
        # Never an older one after a newer one, and everybody who was told anything knows the end of it.
        assert numbers == sorted(set(numbers)), to
        assert mails[-1] == ("CANCEL", last), to
    # Whom nothing had reached before the end hears nothing of it at all.
    assert set(told) == set(session.scalars(select(OutboxMail.recipient).where(OutboxMail.state == MailState.SENT)))
    assert len(told) >= MEMBERS
    arrived = sum(map(len, told.values()))
    note(request, f"one meeting moved six times and cancelled, {sent} mails planned, {arrived} sent, all in order")


def _told(content: bytes) -> tuple[str, int]:
    message = email.message_from_bytes(content, policy=policy.default)
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    (number,) = [line for line in unfolded(payload) if line.startswith("SEQUENCE:")]
    return str(part.get_param("method")), int(number.removeprefix("SEQUENCE:"))
