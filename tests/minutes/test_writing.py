"""Minutes written by two at once, with and without scripts: nothing is lost, nothing is written over."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MOST_TEXT, MinutesState
from tests import factories
from tests.browser import Browser, Page
from tests.meetings.world import World
from tests.statements import counted


def url(meeting: Meeting) -> str:
    return f"/sitzungen/{meeting.id}/protokoll"


def typed(browser: Browser, meeting: Meeting, item: AgendaItem, text: str, version: int = 0) -> Page:
    """Send what the script of the page sends."""
    page = browser.get("/rueckmeldung")
    field = page.soup.find("input", {"name": "csrf_token"})
    assert field is not None
    data = {"csrf_token": field["value"], "text": text, "version": str(version)}
    return browser.post(f"{url(meeting)}/top/{item.id}", data)


def texts(session: Session) -> dict[int, str]:
    session.rollback()
    return {row.item_id: row.text for row in session.scalars(select(ItemText))}


def test_one_button_stores_all_that_was_changed_and_begins_the_minutes(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    page = office.get(url(meeting))
    assert "Begrüßung" in page.main
    first, second = (f"text_{one.id}" for one in items)
    answer = page.submit("Alles speichern", **{first: "Ada begrüßt.", second: "Beraten."})
    assert answer.status == 303
    assert texts(session) == {items[0].id: "Ada begrüßt.", items[1].id: "Beraten."}
    assert session.scalars(select(Minutes)).one().state is MinutesState.DRAFT
    assert "gespeichert" in office.get(url(meeting)).main


def test_two_who_write_different_items_do_not_meet(
    office: Browser, chair: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    mine, theirs = office.get(url(meeting)), chair.get(url(meeting))
    assert mine.submit("Alles speichern", **{f"text_{items[0].id}": "Von Mira"}).status == 303
    assert theirs.submit("Alles speichern", **{f"text_{items[1].id}": "Von Ada"}).status == 303
    assert texts(session) == {items[0].id: "Von Mira", items[1].id: "Von Ada"}


def test_two_who_write_the_same_item_get_both_texts_and_nothing_is_lost(
    office: Browser, chair: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    key = items[0].id
    mine, theirs = office.get(url(meeting)), chair.get(url(meeting))
    mine.submit("Alles speichern", **{f"text_{key}": "Fassung Mira"})
    page = theirs.submit("Alles speichern", **{f"text_{key}": "Fassung Ada", f"text_{items[1].id}": "Anderes"})
    assert page.status == 409
    assert "Fassung Mira" in page.main
    assert "Fassung Ada" in page.main
    assert texts(session) == {key: "Fassung Mira", items[1].id: "Anderes"}
    merged = page.submit("Meine Fassung speichern", **{f"text_{key}": "Fassung Mira und Ada"})
    assert merged.status == 303
    assert texts(session)[key] == "Fassung Mira und Ada"


def test_a_script_stores_and_is_told_the_next_version(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    item = items[0]
    told = json.loads(typed(office, meeting, item, "a").response.get_data())
    assert told["said"].startswith("gespeichert ")
    later = typed(office, meeting, item, "a b", told["version"])
    assert later.status == 200
    stale = typed(office, meeting, item, "a c", told["version"])
    assert stale.status == 409
    assert "a b" in json.loads(stale.response.get_data())["fragment"]
    # What is there already is stored, whatever version it comes with: a lost answer does no harm.
    assert typed(office, meeting, item, "a b").status == 200
    assert texts(session) == {items[0].id: "a b"}


def test_a_text_that_is_too_long_stays_in_its_field(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    long = "x" * (MOST_TEXT * 2)
    page = office.get(url(meeting)).submit("Alles speichern", **{f"text_{items[0].id}": long})
    assert page.status == 422
    assert "200.000 Zeichen; 100.000 sind möglich" in page.main
    assert long in page.text
    fits = page.submit("Alles speichern", **{f"text_{items[0].id}": "x" * MOST_TEXT})
    assert fits.status == 303
    assert len(texts(session)[items[0].id]) == MOST_TEXT


def test_without_an_agenda_a_first_item_is_made_here(office: Browser, session: Session, meeting: Meeting) -> None:
    page = office.get(url(meeting))
    assert "noch keine Tagesordnung" in page.main
    page = page.submit("Punkt hinzufügen", title="Lage").follow()
    assert "Text zu TOP 1" in page.main
    assert session.scalars(select(AgendaItem.title)).all() == ["Lage"]


@pytest.mark.parametrize("state", [MeetingState.FIXED, MeetingState.CLOSED, MeetingState.CANCELLED])
def test_before_the_meeting_and_after_its_end_nothing_is_written(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem], state: MeetingState
) -> None:
    meeting.state = state
    session.commit()
    # The page says why, and what to do; the form is not there.
    page = office.get(url(meeting))
    assert (page.status, page.soup.select("main textarea")) == (200, [])
    assert typed(office, meeting, items[0], "a").status == 422
    assert texts(session) == {}


def test_members_and_strangers_do_not_write(
    browser: Browser, session: Session, world: World, meeting: Meeting, items: list[AgendaItem]
) -> None:
    browser.sign_in("tom@example.org", factories.PASSWORD)
    assert browser.get(url(meeting)).status == 403
    assert browser.get(f"{url(meeting)}/lesen").status == 404


def test_a_page_may_hold_any_number_of_items_with_as_many_statements(
    app: Flask, office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    with counted(app) as few:
        office.get(url(meeting))
    for number in range(20):
        item = AgendaItem(meeting_id=meeting.id, position=number + 5, title=f"Punkt {number}", version=1)
        session.add(item)
        session.flush()
        session.add(ItemText(item_id=item.id, text="a", saved_at=meeting.revised_at, saved_by_id=1, version=1))
    session.commit()
    with counted(app) as many:
        office.get(url(meeting))
    # One more: the names of those who saved.
    assert len(many) <= len(few) + 1


def test_the_agenda_beside_the_texts_tells_how_the_time_goes(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    now = clock.wall_clock(clock.utc_now()).replace(second=0, microsecond=0)
    meeting.state = MeetingState.RUNNING
    meeting.starts_at, meeting.ends_at = now - timedelta(minutes=25), now + timedelta(minutes=65)
    items[0].minutes_planned, items[1].minutes_planned = 10, 20
    session.commit()
    before = office.get(url(meeting))
    assert f"{now - timedelta(minutes=15):%H:%M} 20 Min. geplant" in before.main
    assert "hinter dem Plan" not in before.main
    told = json.loads(typed(office, meeting, items[1], "Beraten.").response.get_data())
    # A slow machine takes its minute.
    assert re.search(r"1[56] Minuten hinter dem Plan", told["agenda"])
    after = office.get(url(meeting))
    assert re.search(r"[01] von 20 Min\.", after.main)
    current = after.soup.select("[aria-current=step]")
    assert [one.get_text(strip=True) for one in current] == ["N 1Haushalt"]


def test_looking_at_the_page_begins_nothing(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    office.get(url(meeting))
    session.rollback()
    assert session.scalars(select(ItemText)).all() == []
    assert session.scalars(select(Minutes)).all() == []


def test_the_same_page_sent_five_times_stores_once_and_meets_nobody(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    page = office.get(url(meeting))
    for _ in range(5):
        assert page.submit("Alles speichern", **{f"text_{items[0].id}": "Beraten."}).status == 303
    session.rollback()
    row = session.scalars(select(ItemText)).one()
    assert (row.text, row.version) == ("Beraten.", 1)
    assert len(session.scalars(select(Minutes)).all()) == 1


def test_a_text_from_a_word_processor_is_stored_as_it_was(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    pasted = "„Lage“ – 1.\u00a0Absatz\u2026\n\u2022\tPunkt mit Tab\n\nZweiter Absatz 🙂"
    page = office.get(url(meeting)).submit("Alles speichern", **{f"text_{items[0].id}": pasted.replace("\n", "\r\n")})
    assert page.status == 303
    assert texts(session)[items[0].id] == pasted
    assert office.get(f"{url(meeting)}/lesen").status == 200


def test_what_is_far_too_long_is_refused_to_the_script_too_and_nothing_is_cut(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    answer = typed(office, meeting, items[0], "x" * (2 * MOST_TEXT))
    assert answer.status == 422
    assert "200.000 Zeichen" in json.loads(answer.response.get_data())["error"]
    assert texts(session) == {}


def test_an_item_of_another_meeting_is_not_there(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    foreign = factories.item(session, factories.meeting(session, meeting.body, meeting.starts_at.date()), "Fremd")
    session.commit()
    assert typed(office, meeting, foreign, "a").status == 404
    assert texts(session) == {}


@pytest.mark.parametrize(
    ("state", "days", "is_known"),
    [(MeetingState.RUNNING, 0, True), (MeetingState.RUNNING, 1, False), (MeetingState.MINUTES_OPEN, 0, False)],
)
def test_the_time_of_typing_is_that_of_the_item_only_while_the_meeting_is_under_way(
    office: Browser,
    session: Session,
    meeting: Meeting,
    items: list[AgendaItem],
    state: MeetingState,
    days: int,
    is_known: bool,
) -> None:
    now = clock.wall_clock(clock.utc_now()).replace(second=0, microsecond=0, tzinfo=None)
    meeting.starts_at = now - timedelta(days=days)
    meeting.ends_at, meeting.state = meeting.starts_at + timedelta(minutes=1), state
    session.commit()
    assert typed(office, meeting, items[0], "Ada begrüßt.").status == 200
    session.rollback()
    assert (session.scalars(select(ItemText)).one().begun_at is not None) is is_known


def test_the_kind_of_minutes_agreed_on_stands_over_them(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    meeting.body.overrides = {"minutes_kind": "discussion"}
    session.commit()
    here = f"/sitzungen/{meeting.id}/protokoll"
    assert "Verlaufsprotokoll" in office.get(here).main
    office.get(here).submit("Alles speichern", **{f"text_{items[0].id}": "Besprochen."})
    assert "Verlaufsprotokoll" in office.get(f"{here}/lesen").main
    document = zipfile.ZipFile(io.BytesIO(office.client.get(f"{here}.docx").get_data()))
    assert "Verlaufsprotokoll" in document.read("word/document.xml").decode()
