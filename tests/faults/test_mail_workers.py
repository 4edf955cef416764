"""Workers killed while they send, one and two beside each other: none lost, none twice by itself, in order."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from tests.faults.mails import (
    EACH,
    MEETINGS,
    Deliver,
    arrivals,
    check_bytes,
    decide_all,
    invite_to,
    pauses_pass,
    settings_for,
    states,
    time_passes,
    told_in_order,
    until_nothing_waits,
)
from tests.faults.processes import Product, product, wait_until, whenever
from tests.faults.test_web import note
from tests.mail.sink import Sink, smtp_sink
from tests.meetings import world as worlds
from tests.meetings.mailing import cancel, invite, move
from tests.meetings.world import World

pytestmark = pytest.mark.slow
#: Starting a worker again takes most of the time of a kill. ``KOORDINATION_TEST_KILLS=50`` is the longer way.
KILLS = int(os.environ.get("KOORDINATION_TEST_KILLS", "15"))


def several(stack: ExitStack, count: int, database_url: str, instance: Path, sink: Sink) -> list[Product]:
    """Return so many workers of one installation, started."""
    found = [
        stack.enter_context(product(database_url, instance, **settings_for(sink.port))) for _number in range(count)
    ]
    for one in found:
        one.start_worker()
    return found


def in_turn(workers: list[Product]) -> Callable[[], object]:
    """Return what kills one worker after the other and starts it again."""
    turn = itertools.cycle(workers)
    return lambda: next(turn).start_worker()


@pytest.mark.parametrize("count", [1, 2], ids=["one worker", "two workers"])
def test_workers_killed_again_and_again_lose_no_invitation(
    session: Session,
    world: World,
    site: Site,
    deliver: Deliver,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    count: int,
) -> None:
    # Two take half of it, which is as long.
    invited, kills = invite_to(session, world, site, MEETINGS // count), KILLS // count
    with smtp_sink() as sink:
        sink.pause = 0.01 * count
        with ExitStack() as stack:
            workers = several(stack, count, database_url, tmp_path, sink)
            wait_until(lambda: sink.most_held == count, "they are never at it at the same time")
            # By progress, so that a slow machine is not killed faster than it starts; where in a mail is chance.
            began, left = len(sink.received), invited - len(sink.received)
            with whenever(lambda: len(sink.received) - began, left // (kills + 2), in_turn(workers)) as killed:
                wait_until(lambda: len(killed) >= kills, "nothing is sent", seconds=60 + 15 * kills)
            wait_until(lambda: not states(session).get(MailState.WAITING), "some mails are never taken up")
            for one in workers:
                one.kill_worker()
        deaths = len(killed) + count
        once = arrivals(sink)
        assert sink.most_held == count
        assert max(once.values()) == 1
        time_passes(session)
        sink.pause = 0
        deliver(sink.server)
        # Each death leaves at most the one mail that was under way.
        unclear = states(session).get(MailState.UNCLEAR, 0)
        assert states(session).get(MailState.SENT, 0) == invited - unclear
        assert unclear <= deaths
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
        f"{invited} invitations, {deaths} kills: {unclear} unclear, 0 lost, "
        f"{twice} twice after a person had them sent again",
    )


def test_changes_stay_in_order_between_two_workers_that_are_killed(
    session: Session,
    world: World,
    site: Site,
    deliver: Deliver,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    meeting = worlds.meeting(session, world)
    luck = random.Random(2445)
    planned = invite(session, world, meeting, site)
    with smtp_sink() as sink:
        sink.pause = 0.02
        sink.answers = luck.choices(["ok", "451", "452"], [3, 1, 1], k=20 * EACH)
        with ExitStack() as stack:
            workers = several(stack, 2, database_url, tmp_path, sink)
            kill = in_turn(workers)
            for days in range(40, 46):
                before = len(sink.received)
                wait_until(lambda before=before: len(sink.received) >= before + 15, "nothing is sent")  # type: ignore[misc]
                kill()
                move(session, world, meeting, days)
                planned += invite(session, world, meeting, site)
                pauses_pass(session)
            cancel(session, world, meeting)
            planned += invite(session, world, meeting, site)
            before = len(sink.received)
            wait_until(lambda: len(sink.received) >= before + 10, "the cancellation is not sent")
        assert sink.most_held == 2
        sink.answers, sink.pause = [], 0
        time_passes(session)
        until_nothing_waits(session, deliver, sink)
        told = told_in_order(sink)
    assert set(states(session)) <= {MailState.SENT, MailState.UNCLEAR}
    unclear = session.scalars(select(OutboxMail.recipient).where(OutboxMail.state == MailState.UNCLEAR)).all()
    last = session.get_one(Meeting, meeting.id, populate_existing=True).sequence
    assert {mails[-1] for to, mails in told.items() if to not in unclear} == {("CANCEL", last)}
    # Whom nothing had reached before the end hears nothing of it at all; most have heard of several changes.
    assert sum(len(mails) > 2 for mails in told.values()) >= EACH // 4
    assert len(unclear) <= 8
    arrived = sum(map(len, told.values()))
    note(request, f"{planned} mails planned, {arrived} sent by two workers, 6 kills, {len(unclear)} unclear: in order")
