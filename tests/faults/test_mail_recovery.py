"""A mail server that comes back after ten minutes: the worker's first look sends everything that has waited."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.worker import ROUND
from tests.faults.mails import (
    EACH,
    Deliver,
    arrivals,
    check_bytes,
    invite_to,
    server_at,
    settings_for,
    states,
)
from tests.faults.processes import free_port, product, wait_until
from tests.faults.test_web import note
from tests.mail.sink import smtp_sink
from tests.meetings.world import World

pytestmark = pytest.mark.slow
#: Minutes that the server is away, by the product's clock.
AWAY = 10
#: Seconds after which everything has to be out, and that a worker has between two looks.
PROMISE, SWEEP = 120, 60
MEETINGS = 3


def pushed_ahead(session: Session) -> int:
    """Return how many mails wait for a time that has not come."""
    session.rollback()
    ahead = select(func.count()).select_from(OutboxMail).where(OutboxMail.due_at > clock.utc_now())
    return session.scalar(ahead) or 0


def test_two_minutes_after_the_server_is_back_everything_is_out(
    session: Session,
    world: World,
    site: Site,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    port = free_port()
    now = clock.utc_now() - timedelta(minutes=AWAY)
    with monkeypatch.context() as earlier:
        # Ten minutes of the product's clock, with a look in each of them. Nothing of it is kept but in the database.
        earlier.setattr(clock, "utc_now", lambda: now)
        invited = invite_to(session, world, site, MEETINGS)
        for _minute in range(AWAY):
            deliver(server_at(port))
            now += timedelta(minutes=1)
    assert invited == MEETINGS * EACH > ROUND
    assert states(session) == {MailState.WAITING: invited}
    assert set(session.scalars(select(OutboxMail.attempts))) == {0}
    with product(database_url, tmp_path, **settings_for(port)) as running:
        running.start_worker()
        # It looks twice when it starts: because it was woken, and because a minute has begun.
        wait_until(lambda: pushed_ahead(session) == 2, "the worker does not look for the server")
        with smtp_sink(port=port) as sink:
            began = time.monotonic()
            first = wait_until(lambda: bool(sink.received), "the worker looks no more", seconds=PROMISE)
            wait_until(lambda: states(session) == {MailState.SENT: invited}, "not everything is out", seconds=PROMISE)
            whole = time.monotonic() - began
            assert (len(arrivals(sink)), len(sink.received)) == (invited, invited)
            check_bytes(session, site, sink)
    # No second look was needed, which would have come a minute later.
    assert whole - first < SWEEP - 5
    assert whole < PROMISE
    note(request, f"{invited} mails: first after {first:.0f} s, all after {whole:.0f} s")
