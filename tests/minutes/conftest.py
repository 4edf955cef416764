"""A meeting under way with an agenda of two items, and the people of ``tests.meetings.world`` with accounts."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.core.work import work_as
from coordination.meetings import agenda_services
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.world import World


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    for given in ("mira", "ada", "tom", "paul"):
        roles = (Role.COORDINATOR,) if given in {"mira", "ada"} else ()
        factories.account(session, f"{given}@example.org", *roles, person_id=getattr(found, given).id)
    factories.account(session, "liest@example.org")
    session.commit()
    return found


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    """Held yesterday: Ada said yes, Emre no, Paul comes for Tom, Nele is a guest."""
    found = worlds.meeting(session, world, days=-1)
    found.state = MeetingState.MINUTES_OPEN
    for person, answer, member, role in (
        (world.ada, Answer.ACCEPTED, None, "chair"),
        (world.emre, Answer.DECLINED, None, "voting_member"),
        (world.tom, Answer.DELEGATED, None, "voting_member"),
        (world.paul, Answer.ACCEPTED, world.tom, "voting_member"),
        (world.nele, Answer.ACCEPTED, None, None),
    ):
        row = Invitation(
            meeting_id=found.id, person_id=person.id, role=role, answer=answer, generation=1, first_message_id=""
        )
        row.stands_in_for_id = member.id if member is not None else None
        session.add(row)
    session.commit()
    return found


@pytest.fixture
def items(session: Session, world: World, meeting: Meeting) -> list[AgendaItem]:
    """The first is public, the second is not."""
    with work_as(session, world.actor) as work:
        keys = [
            agenda_services.add_item(work, meeting.id, "Begrüßung", is_public=True).id,
            agenda_services.add_item(work, meeting.id, "Haushalt").id,
        ]
    return [session.get_one(AgendaItem, key) for key in keys]


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def chair(other_browser: Browser, world: World) -> Browser:
    """A second person who writes: the chair."""
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    return other_browser
