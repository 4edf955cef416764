"""Invitations through a mail server in trouble: none lost, none twice by itself, in order."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.mail import delivery
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from tests.faults.mails import (
    MEMBERS,
    Deliver,
    arrivals,
    check_bytes,
    decide_all,
    invite_to,
    states,
    time_passes,
    told_in_order,
    until_nothing_waits,
)
from tests.faults.test_web import note
from tests.mail.sink import smtp_sink
from tests.meetings import world as worlds
from tests.meetings.mailing import cancel, invite, move
from tests.meetings.world import World

pytestmark = pytest.mark.slow


def hurry(monkeypatch: pytest.MonkeyPatch, silence: float, answer: float) -> None:
    """Shorten how long is waited for a server: at each word, and for its answer to a text."""
    monkeypatch.setattr(delivery, "TIMEOUT", silence)
    monkeypatch.setattr(delivery, "ANSWER_TIMEOUT", answer)


def test_a_mail_server_in_trouble_gets_each_invitation_once(
    session: Session,
    site: Site,
    invited: int,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    hurry(monkeypatch, 0.4, 0.4)
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
        f"{invited} invitations, {met['451'] + met['452']} put off, {met['550']} refused, "
        f"{met['drop']} connections lost after the text: 0 lost, {sum(found.values()) - len(found)} twice after a "
        f"person decided, {rounds} rounds",
    )


@pytest.mark.parametrize("answer", ["451", "452"])
def test_what_is_put_off_three_times_arrives_once_at_the_fourth(
    session: Session,
    world: World,
    site: Site,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    answer: str,
) -> None:
    """451 is the answer to the address, 452 the one to the text."""
    now = clock.utc_now()
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    invited = invite_to(session, world, site, 1)
    pauses = []
    with smtp_sink() as sink:
        for _ in range(3):
            sink.answers = [answer]
            deliver(sink.server)
            due = _due(session)
            pauses.append((due - now).total_seconds() / 60)
            now = due - timedelta(seconds=1)
            # A second before its time it is not tried.
            deliver(sink.server)
            assert _due(session) == due
            now = due
        assert states(session) == {MailState.SENT: invited - 1, MailState.WAITING: 1}
        deliver(sink.server)
        assert states(session) == {MailState.SENT: invited}
        assert (len(arrivals(sink)), len(sink.received)) == (invited, invited)
        check_bytes(session, site, sink)
    # Up to a tenth more, so that not all mails come back at the same moment.
    assert all(most <= pause <= most * 1.1 for pause, most in zip(pauses, (1, 5, 15), strict=True)), pauses
    note(request, "at the fourth try after " + ", ".join(f"{pause:.1f}" for pause in pauses) + " minutes")


def _due(session: Session) -> datetime:
    session.rollback()
    return session.scalars(select(OutboxMail.due_at).where(OutboxMail.state == MailState.WAITING)).one()


def test_a_slow_server_gets_each_mail_once(
    session: Session,
    world: World,
    site: Site,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Twenty seconds for each mail, a tenth of them here, as of what the product waits for."""
    assert delivery.TIMEOUT <= 20 < delivery.ANSWER_TIMEOUT
    hurry(monkeypatch, delivery.TIMEOUT / 10, delivery.ANSWER_TIMEOUT / 10)
    invited = invite(session, world, worlds.meeting(session, world), site)
    later = clock.utc_now() + timedelta(days=1)
    session.execute(update(OutboxMail).where(OutboxMail.id > 5).values(due_at=later))
    session.commit()
    with smtp_sink() as sink:
        sink.pause = 2.0
        deliver(sink.server)
        assert states(session) == {MailState.SENT: 5, MailState.WAITING: invited - 5}
        assert (len(arrivals(sink)), len(sink.received)) == (5, 5)
    note(request, "5 mails, 2 s for each of them, all sent")


def test_a_server_that_hangs_holds_up_nobody_else(
    session: Session, world: World, site: Site, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = invite(session, world, worlds.meeting(session, world), site)
    hurry(monkeypatch, 0.3, 0.3)
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
        told = told_in_order(sink)
    session.rollback()
    last = session.get_one(Meeting, meeting.id, populate_existing=True).sequence
    # Everybody who was told anything knows the end of it.
    assert {mails[-1] for mails in told.values()} == {("CANCEL", last)}
    # Whom nothing had reached before the end hears nothing of it at all.
    assert set(told) == set(session.scalars(select(OutboxMail.recipient).where(OutboxMail.state == MailState.SENT)))
    assert len(told) >= MEMBERS
    arrived = sum(map(len, told.values()))
    note(request, f"one meeting moved six times and cancelled, {sent} mails planned, {arrived} sent, all in order")
