"""Two people with one address: each has mails of their own, and what becomes of one leaves the other alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services, letters, office
from coordination.meetings.models import Meeting
from coordination.meetings.reached import reached
from tests.meetings.mailing import do, invite, subject_of
from tests.meetings.test_calendar_rows import edit_room
from tests.meetings.world import World

SHARED = "team@example.org"


@pytest.fixture
def shared(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    for one in (world.ada, world.tom):
        session.get_one(Person, one.id).email = SHARED
    session.commit()
    invite(session, world, meeting, site)


def waiting(session: Session, world: World) -> list[str]:
    session.rollback()
    names = {world.ada.id: "Ada", world.tom.id: "Tom"}
    found = session.scalars(select(OutboxMail).where(OutboxMail.recipient == SHARED).order_by(OutboxMail.id))
    return [names[mail.person_id or 0] for mail in found if mail.state is MailState.WAITING]


@pytest.mark.usefixtures("shared")
def test_taking_one_off_leaves_the_invitation_of_the_other(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    assert sorted(waiting(session, world)) == ["Ada", "Tom"]
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.tom.id))
    assert invite(session, world, meeting, site) == 0
    assert waiting(session, world) == ["Ada"]
    assert subject_of(arrive()[SHARED]).startswith("Einladung: ")


@pytest.mark.usefixtures("shared")
def test_a_change_replaces_each_ones_own_mail(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    do(session, world.actor, lambda work: edit_room(work, meeting))
    invite(session, world, meeting, site)
    assert sorted(waiting(session, world)) == ["Ada", "Tom"]
    # A mail to one of them alone replaces none of the other.
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.tom.id))
    invite(session, world, meeting, site)
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.tom.id))
    invite(session, world, meeting, site)
    assert sorted(waiting(session, world)) == ["Ada", "Tom"]


@pytest.mark.usefixtures("shared")
def test_what_reached_one_has_not_reached_the_other(session: Session, world: World, meeting: Meeting) -> None:
    of_ada, of_tom = OutboxMail.person_id == world.ada.id, OutboxMail.person_id == world.tom.id
    session.execute(update(OutboxMail).where(of_ada).values(state=MailState.FAILED, problem="550"))
    session.execute(update(OutboxMail).where(of_tom).values(state=MailState.SENT))
    session.commit()
    about = letters.about(meeting.id)
    assert set(reached(session, meeting.id).left) == {world.tom.id}
    assert world.tom.id not in outbox.waiting_for(session, about)
    states = {key: mail.state for key, mail in outbox.latest(session, about).items()}
    assert (states[world.ada.id], states[world.tom.id]) == (MailState.FAILED, MailState.SENT)
    (body,) = office.bodies_of(session, [world.body.id], clock.today())
    assert body.open[meeting.id].stuck == 1
