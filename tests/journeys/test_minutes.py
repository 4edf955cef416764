"""Two who write minutes at once, in two browsers: stored while typing, both texts after a clash, signed out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Membership
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import ItemText
from tests.journeys.conftest import DESK, OpenPage
from tests.journeys.demo import sign_in
from tests.journeys.stations import EMAILS, OFFICE

LONGEST = 15_000
STORED = re.compile(r"^gespeichert \d")


@pytest.fixture
def address(demo: None, session: Session) -> str:
    """Return the writing page of a meeting that the coordinator runs, with two items."""
    run = select(Membership.body_id).join(UserAccount, UserAccount.person_id == Membership.person_id)
    run = run.where(UserAccount.email == EMAILS[OFFICE])
    open_ones = select(Meeting.id).where(Meeting.state == MeetingState.MINUTES_OPEN, Meeting.body_id.in_(run))
    key = session.scalars(open_ones.order_by(Meeting.id).limit(1)).one()
    for position, title in enumerate(("Begrüßung", "Haushalt"), 1):
        session.add(AgendaItem(meeting_id=key, position=position, title=title, version=1))
    session.commit()
    return f"/sitzungen/{key}/protokoll"


def stored(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.scalars(select(ItemText.text)))


@pytest.mark.slow
def test_two_secretaries_and_a_session_that_ends(open_page: OpenPage, session: Session, address: str) -> None:
    first, second = (sign_in(open_page(DESK), EMAILS[OFFICE]) for _ in range(2))
    for page in (first, second):
        page.goto(address)
    first.get_by_label("Text zu TOP 1").press_sequentially("Von der ersten")
    expect(first.locator("[data-status]").first).to_contain_text(STORED, timeout=LONGEST)
    second.get_by_label("Text zu TOP 1").press_sequentially("Von der zweiten")
    expect(second.locator(".theirs")).to_contain_text("Von der ersten", timeout=LONGEST)
    assert second.get_by_label("Text zu TOP 1").input_value() == "Von der zweiten"
    assert stored(session) == ["Von der ersten"]
    second.get_by_label("Text zu TOP 1").fill("Von beiden")
    second.locator("[data-take=mine]").click()
    expect(second.locator("[data-status]").first).to_contain_text(STORED, timeout=LONGEST)
    assert stored(session) == ["Von beiden"]

    first.get_by_label("Text zu TOP 1").press("Alt+ArrowDown")
    expect(first.get_by_label("Text zu TOP 2")).to_be_focused()
    first.context.clear_cookies()
    first.get_by_label("Text zu TOP 2").press_sequentially("Nach dem Abmelden")
    expect(first.locator("[data-status]").nth(1)).to_contain_text("abgemeldet", timeout=LONGEST)
    assert first.get_by_label("Text zu TOP 2").input_value() == "Nach dem Abmelden"
    sign_in(first.context.new_page(), EMAILS[OFFICE])
    expect(first.locator("[data-status]").nth(1)).to_contain_text(STORED, timeout=2 * LONGEST)
    assert stored(session) == ["Nach dem Abmelden", "Von beiden"]
