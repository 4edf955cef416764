"""Two who write minutes at once, in two browsers: stored while typing, both texts after a clash, signed out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Membership
from coordination.core.access import BodyRole
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import ItemText
from tests.journeys.conftest import DESK, PHONE, OpenPage
from tests.journeys.demo import SQLITE_FIRST, sign_in
from tests.journeys.stations import EMAILS, OFFICE

Check = Callable[[Page], None]
LONGEST = 15_000
STORED = re.compile(r"^gespeichert \d")


@pytest.fixture
def meeting_id(demo: None, session: Session) -> int:
    """Return a meeting that the coordinator runs, with an agenda and nothing written yet."""
    key = session.scalars(select(Meeting.id).where(Meeting.state == MeetingState.RUNNING)).one()
    mine = select(AgendaItem.id).where(AgendaItem.meeting_id == key)
    session.execute(delete(ItemText).where(ItemText.item_id.in_(mine)))
    session.commit()
    return key


@pytest.fixture
def colleague(session: Session, meeting_id: int) -> str:
    """Let a second person keep the office of the body, with an account of their own; returns its address."""
    email = "planung@example.org"
    person = session.scalars(select(UserAccount.person_id).where(UserAccount.email == email)).one()
    body = session.get_one(Meeting, meeting_id).body_id
    session.add(Membership(body_id=body, person_id=person, role=BodyRole.SECRETARIAT, valid_from=date(2026, 8, 1)))
    session.commit()
    return email


def name_of(session: Session, email: str) -> str:
    return session.scalars(select(UserAccount.display_name).where(UserAccount.email == email)).one()


def stored(session: Session, meeting_id: int) -> list[str]:
    session.rollback()
    texts = select(ItemText.text).join(AgendaItem, AgendaItem.id == ItemText.item_id)
    return sorted(session.scalars(texts.where(AgendaItem.meeting_id == meeting_id)))


@SQLITE_FIRST
def test_two_secretaries_and_a_session_that_ends(
    open_page: OpenPage, session: Session, meeting_id: int, colleague: str
) -> None:
    first, second = (sign_in(open_page(DESK), email) for email in (EMAILS[OFFICE], colleague))
    for page in (first, second):
        page.goto(f"/sitzungen/{meeting_id}/protokoll")
    first.get_by_label("Text zu TOP 1").press_sequentially("Von der ersten")
    expect(first.locator("[data-status]").first).to_contain_text(STORED, timeout=LONGEST)
    second.get_by_label("Text zu TOP 1").press_sequentially("Von der zweiten")
    expect(second.locator(".theirs")).to_contain_text("Von der ersten", timeout=LONGEST)
    expect(second.locator(".theirs")).to_contain_text(f"Fassung von {name_of(session, EMAILS[OFFICE])}")
    assert second.get_by_label("Text zu TOP 1").input_value() == "Von der zweiten"
    assert stored(session, meeting_id) == ["Von der ersten"]
    second.get_by_label("Text zu TOP 1").fill("Von beiden")
    second.locator("[data-take=mine]").click()
    expect(second.locator("[data-status]").first).to_contain_text(STORED, timeout=LONGEST)
    assert stored(session, meeting_id) == ["Von beiden"]
    # Whoever opens the page anew reads who wrote last, and when.
    first.reload()
    expect(first.locator("[data-status]").first).to_contain_text(f"geschrieben von {name_of(session, colleague)}")

    first.get_by_label("Text zu TOP 1").press("Alt+ArrowDown")
    expect(first.get_by_label("Text zu TOP 2")).to_be_focused()
    expect(first.locator("[data-agenda] [aria-current]")).to_have_count(1)
    expect(first.locator("[data-agenda] [aria-current]")).to_contain_text("Kinderschutz")
    first.context.clear_cookies()
    first.get_by_label("Text zu TOP 2").press_sequentially("Nach dem Abmelden")
    expect(first.locator("[data-status]").nth(1)).to_contain_text("abgemeldet", timeout=LONGEST)
    assert first.get_by_label("Text zu TOP 2").input_value() == "Nach dem Abmelden"
    sign_in(first.context.new_page(), EMAILS[OFFICE])
    expect(first.locator("[data-status]").nth(1)).to_contain_text(STORED, timeout=2 * LONGEST)
    assert stored(session, meeting_id) == ["Nach dem Abmelden", "Von beiden"]


@SQLITE_FIRST
def test_without_scripts_nothing_is_lost_either(open_page: OpenPage, session: Session, meeting_id: int) -> None:
    first, second = (sign_in(open_page(DESK, javascript=False), EMAILS[OFFICE]) for _ in range(2))
    for page in (first, second):
        page.goto(f"/sitzungen/{meeting_id}/protokoll")
    first.get_by_label("Text zu TOP 1").fill("Von der ersten")
    first.get_by_role("button", name="Alles speichern").click()
    expect(first.get_by_role("main")).to_contain_text("Das Protokoll ist gespeichert")
    second.get_by_label("Text zu TOP 1").fill("Von der zweiten")
    second.get_by_label("Text zu TOP 2").fill("Ganz woanders")
    second.get_by_role("button", name="Alles speichern").click()
    expect(second.get_by_role("main")).to_contain_text("Nicht alles ist gespeichert")
    expect(second.locator(".theirs")).to_contain_text("Von der ersten")
    expect(second.get_by_label("Text zu TOP 1")).to_have_value("Von der zweiten")
    # What did not meet anybody's is stored already.
    assert stored(session, meeting_id) == ["Ganz woanders", "Von der ersten"]
    second.get_by_label("Text zu TOP 1").fill("Von beiden")
    second.get_by_role("button", name="Meine Fassung speichern").click()
    expect(second.get_by_role("main")).to_contain_text("Das Protokoll ist gespeichert")
    assert stored(session, meeting_id) == ["Ganz woanders", "Von beiden"]


@SQLITE_FIRST
def test_on_a_phone_all_of_it_stands_in_one_column(open_page: OpenPage, meeting_id: int, axe: Check) -> None:
    page = sign_in(open_page(PHONE), EMAILS[OFFICE])
    page.goto(f"/sitzungen/{meeting_id}/protokoll")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE[0]
    edges = page.evaluate(
        "() => ['.writing__agenda', '.writing__texts', '.writing__side'].map("
        "(one) => Math.round(document.querySelector(one).getBoundingClientRect().left))"
    )
    assert len(set(edges)) == 1
    page.get_by_label("Text zu TOP 1").press("Alt+b")
    expect(page.get_by_role("group", name="Beschluss festhalten")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Text zu TOP 1")).to_be_focused()


@SQLITE_FIRST
def test_at_a_desk_agenda_and_attendance_stay_beside_the_text(open_page: OpenPage, meeting_id: int) -> None:
    page = sign_in(open_page(DESK), EMAILS[OFFICE])
    page.goto(f"/sitzungen/{meeting_id}/protokoll")
    page.get_by_label("Text zu TOP 5").focus()
    for part in (".writing__agenda", ".writing__side"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert 0 < box["y"] < DESK[1] / 2, part
    before = page.locator(".writing__texts").bounding_box()
    page.locator(".present > summary").click()
    after = page.locator(".writing__texts").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"]
