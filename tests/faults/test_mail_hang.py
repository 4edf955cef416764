"""A mail server that hangs: whoever works with the product notices nothing of it."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.mail.rules import MailState
from coordination.meetings import invitation_services
from coordination.meetings.invitees import listed, plan_of
from tests import factories
from tests.faults.mails import arrivals, settings_for, states
from tests.faults.office import furnish
from tests.faults.processes import product, wait_until
from tests.faults.test_web import note
from tests.faults.writers import Journal, Person, Write, write_all
from tests.mail.sink import Sink, smtp_sink
from tests.meetings import world as worlds
from tests.meetings.world import World

pytestmark = pytest.mark.slow
EMAIL = "mira@example.org"
#: In each turn: three in ten write, and some of these write mails.
TURNS, LOOKS, BEGINNINGS, INVITATIONS = 4, 60, 24, 6
#: Far below the 45 seconds for which the worker waits for the server, and far above what a busy machine takes.
TOO_LONG = 15.0


def invitation(session: Session, world: World, number: int) -> Write:
    """Return the form that invites to a meeting of its own."""
    meeting = worlds.meeting(session, world, key=f"form {number}", days=20 + number)
    seen = invitation_services.fingerprint(plan_of(meeting, listed(session, meeting)))
    return Write(f"Einladung {number}", f"/sitzungen/{meeting.id}/einladen", {"seen": seen})


@pytest.fixture
def turns(app: Flask, session: Session) -> list[list[Write]]:
    """Return the load of each turn, the same work each time; its first form writes mails."""
    office, world = furnish(app), worlds.make(session)
    factories.account(session, EMAIL, Role.COORDINATOR, Role.DIRECTORY_KEEPER, person_id=world.mira.id)
    session.commit()
    numbers = itertools.count()
    found = []
    for turn in range(2 * TURNS):
        forms = [invitation(session, world, next(numbers)) for _ in range(INVITATIONS)]
        forms += [office.beginning(next(numbers)) for _ in range(BEGINNINGS)]
        pages = itertools.cycle(["/", forms[0].path.removesuffix("/einladen"), "/termine", "/einsaetze/neu"])
        looks = [Write(f"Blick {turn}.{n}", next(pages), None) for n in range(LOOKS)]
        # Evenly mixed, an invitation first.
        each = LOOKS // len(forms)
        forms = forms[:1] + random.Random(turn).sample(forms[1:], len(forms) - 1)
        found.append([one for n, form in enumerate(forms) for one in (form, *looks[n * each : (n + 1) * each])])
    session.rollback()
    return found


def work_through(person: Person, load: list[Write], sink: Sink, into: Journal, *, is_hanging: bool) -> None:
    """Do the work of one turn while the mail server answers, or hangs with a mail in its hands."""
    sink.is_hanging = is_hanging
    write_all(person, load[:1], into, hands=1)
    assert into.count(0) == 0, "whoever sends waits for the mail server"
    if is_hanging:
        wait_until(lambda: sink.held == 1, "no mail is sent")
    write_all(person, load[1:], into, hands=4)
    if is_hanging:
        wait_until(lambda: sink.held == 1, "the server did not hang all the time")


def test_while_the_mail_server_hangs_pages_are_as_fast_as_before(
    turns: list[list[Write]], session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    calm, hanging = Journal(), Journal()
    with smtp_sink() as sink, product(database_url, tmp_path, **settings_for(sink.port)) as running:
        running.start_web()
        running.start_worker()
        person = Person(running.port).sign_in(EMAIL)
        # Both web processes have to have shown each page once.
        write_all(person, [one for one in turns[0] if one.fields is None], Journal(), hands=4)
        # In turns, so that whatever else the machine does meets both alike.
        for before, after in zip(turns[::2], turns[1::2], strict=True):
            work_through(person, before, sink, calm, is_hanging=False)
            work_through(person, after, sink, hanging, is_hanging=True)
            sink.is_hanging = False
            wait_until(lambda: not states(session).get(MailState.WAITING), "the mails do not go out afterwards")
    for journal in (calm, hanging):
        assert {tuple(statuses) for statuses in journal.answers.values()} == {(200,), (303,)}
        assert len(journal.answers) == TURNS * len(turns[0])
    assert max(hanging.seconds) < TOO_LONG
    assert max(arrivals(sink).values()) == 1
    ratio = hanging.within(0.95) / calm.within(0.95)
    note(request, f"before: {calm.figures()}; while it hangs: {hanging.figures()} ({ratio:.2f} times)")
