"""Before a membership ends its page names the meetings ahead, and what becomes of what the person was told."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core.access import Role
from coordination.mail.site import Site
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.mailing import answer, invite, plan_lines, token_of
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


@pytest.fixture
def mira(browser: Browser, session: Session, world: World) -> Browser:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def url(session: Session, world: World, meeting: Meeting) -> str:
    found = select(Membership.id).filter_by(body_id=meeting.body_id, person_id=world.emre.id)
    return f"/gremien/mitgliedschaften/{session.scalars(found).one()}/beenden"


def test_who_was_invited_and_answered_gets_a_cancellation_that_waits_in_the_plan(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, url: str
) -> None:
    assert meeting.title not in mira.get(url).main
    invite(session, world, meeting, site)
    assert "Die Einladung an Emre Probe wartet noch" in mira.get(url).main
    arrive()
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.ACCEPTED))
    worlds.meeting(session, world, key="behind", days=-3)
    page = mira.get(url)
    day = f"{meeting.starts_at:%d.%m.%Y}"
    assert f"{meeting.title} am {day} (Antwort: zugesagt): Emre Probe ist eingeladen." in page.main
    assert "geht erst hinaus, wenn Sie sie dort senden" in page.main
    assert page.main.count("(Antwort:") == 1
    assert plan_lines(session, meeting)["Emre"] is None
    assert page.submit("Mitgliedschaft beenden").status == 303
    assert plan_lines(session, meeting)["Emre"] == "cancellation"


def test_who_was_told_without_a_mail_is_to_be_told_by_the_office(
    mira: Browser, session: Session, world: World, meeting: Meeting, url: str
) -> None:
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("Ohne Mail speichern")
    assert "Bisher ging keine Mail hinaus" in mira.get(url).main
