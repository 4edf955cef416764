"""An agenda put in order by hand: dragged by the mouse, refused when it is stale, the handle gone without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Membership
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from tests.journeys.conftest import DESK, PHONE, OpenPage
from tests.journeys.demo import sign_in
from tests.journeys.stations import EMAILS, OFFICE


@pytest.fixture
def address(demo: None, session: Session) -> str:
    """Return the agenda of a meeting that the coordinator runs: three items that are not public, two that are."""
    run = select(Membership.body_id).join(UserAccount, UserAccount.person_id == Membership.person_id)
    run = run.where(UserAccount.email == EMAILS[OFFICE])
    ahead = select(Meeting).where(Meeting.state == MeetingState.FIXED, Meeting.body_id.in_(run))
    meeting = session.scalars(ahead.order_by(Meeting.id).limit(1)).one()
    for item in session.scalars(select(AgendaItem).filter_by(meeting_id=meeting.id)):
        session.delete(item)
    for position, title in enumerate(("Eins", "Zwei", "Drei", "Vier", "Fünf"), 1):
        item = AgendaItem(meeting_id=meeting.id, position=position, title=title, is_public=position > 3, version=1)
        session.add(item)
    session.commit()
    return f"/sitzungen/{meeting.id}/tagesordnung"


def shown(page: Page) -> list[str]:
    return page.locator(".agenda--edit .agenda__title").all_inner_texts()


def drag(page: Page, title: str, onto: str) -> None:
    """Take an item by its handle and let it go on the lower half of another one."""
    handle = page.locator(".agenda--edit > li", has_text=title).locator(".agenda__handle")
    handle.hover()
    page.mouse.down()
    box = page.locator(".agenda--edit > li", has_text=onto).bounding_box()
    assert box is not None
    for part in (0.4, 0.8, 0.9, 0.95):
        page.mouse.move(box["x"] + box["width"] - 200, box["y"] + box["height"] * part, steps=6)
        # While one item makes room, the next does not.
        page.wait_for_timeout(250)
    page.mouse.up()


def test_an_item_is_dragged_taken_back_and_refused_when_stale(open_page: OpenPage, address: str) -> None:
    page = sign_in(open_page(DESK), EMAILS[OFFICE])
    page.goto(address)
    assert shown(page) == ["Vier", "Fünf", "Eins", "Zwei", "Drei"]
    drag(page, "Eins", "Drei")
    expect(page.locator(".flashes")).to_contain_text("neue Reihenfolge")
    assert shown(page) == ["Vier", "Fünf", "Zwei", "Drei", "Eins"]
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator(".flashes")).to_contain_text("wieder die Reihenfolge von vorher")
    assert shown(page) == ["Vier", "Fünf", "Eins", "Zwei", "Drei"]
    # Over the edge of its part an item does not go.
    drag(page, "Fünf", "Zwei")
    assert shown(page) == ["Vier", "Fünf", "Eins", "Zwei", "Drei"]

    other = sign_in(open_page(DESK), EMAILS[OFFICE])
    other.goto(address)
    other.get_by_role("button", name="Nach oben: Drei").click()
    expect(other.locator(".flashes")).to_contain_text("weiter oben")
    drag(page, "Eins", "Drei")
    expect(page.get_by_role("main")).to_contain_text("inzwischen geändert")
    assert shown(page) == ["Vier", "Fünf", "Eins", "Drei", "Zwei"]


def test_without_scripts_there_is_no_handle(open_page: OpenPage, address: str) -> None:
    page = sign_in(open_page(PHONE, javascript=False), EMAILS[OFFICE])
    page.goto(address)
    expect(page.locator(".agenda__handle").first).to_be_hidden()
    page.get_by_role("button", name="Nach unten: Eins").click()
    assert shown(page) == ["Vier", "Fünf", "Zwei", "Eins", "Drei"]
