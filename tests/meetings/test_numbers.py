"""One number for an item, wherever it is named: agenda, meeting, PDF, mails, minutes, decision, search."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.core.work import work_as
from coordination.mail.site import Site
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ItemState, MeetingState
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MinutesState
from tests import factories
from tests.browser import Browser, Page
from tests.meetings import mailing
from tests.meetings.conftest import DAY
from tests.meetings.world import World
from tests.pdf_text import text_of_pdf

#: As they were entered: the number follows from part and place.
ENTERED = (("Personalie", False), ("Rahmenkonzept", True), ("Haushalt", False), ("Verschiedenes", True))
NUMBERS = {"Rahmenkonzept": "1", "Verschiedenes": "2", "Personalie": "N 1", "Haushalt": "N 2"}
WANTED = [f"TOP {number} {title}" for title, number in NUMBERS.items()]


@pytest.fixture
def office(browser: Browser, session: Session, world: World) -> Browser:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def items(session: Session, meeting: Meeting) -> dict[str, AgendaItem]:
    found = {
        title: factories.item(session, meeting, title, is_public=is_public, version=1) for title, is_public in ENTERED
    }
    factories.item(session, meeting, "Vorher vertagt", state=ItemState.LEFT_OVER, version=1)
    session.commit()
    return found


def hold(session: Session, meeting: Meeting) -> None:
    row = session.get_one(Meeting, meeting.id)
    row.state = MeetingState.MINUTES_OPEN
    row.starts_at, row.ends_at = row.starts_at - 31 * DAY, row.ends_at - 31 * DAY
    session.commit()


def pairs(page: Page) -> dict[str, str]:
    return dict(zip(page.select(".agenda__title"), page.select(".agenda__number"), strict=True))


def text_of(content: bytes) -> str:
    return " ".join(text_of_pdf(content).split())


def test_before_the_meeting(
    office: Browser,
    session: Session,
    world: World,
    meeting: Meeting,
    items: dict[str, AgendaItem],
    site: Site,
    arrive: Callable[[], dict[str, EmailMessage]],
    tmp_path: Path,
) -> None:
    here = f"/sitzungen/{meeting.id}"
    assert pairs(office.get(here)) == NUMBERS
    assert pairs(office.get(f"{here}/tagesordnung")) == NUMBERS
    pdf = text_of(office.get(f"{here}/tagesordnung.pdf").response.get_data())
    assert [one for one in WANTED if one in pdf] == WANTED
    mailing.invite(session, world, meeting, site)
    body = arrive()["tom@example.org"].get_body(("plain",))
    assert body is not None
    lines = [line.removeprefix("- ") for line in body.get_content().splitlines() if line.startswith("- ")]
    assert lines == [f"TOP {number}: {title}" for title, number in NUMBERS.items()]


def test_in_minutes_decisions_and_the_search(
    office: Browser, session: Session, meeting: Meeting, items: dict[str, AgendaItem], tmp_path: Path
) -> None:
    hold(session, meeting)
    here = f"/sitzungen/{meeting.id}"
    # What the meeting adjourns keeps its number.
    office.get(f"{here}/tagesordnung").submit("Vertagen : Rahmenkonzept")
    assert session.get_one(AgendaItem, items["Rahmenkonzept"].id, populate_existing=True).state is ItemState.ADJOURNED
    page = office.get(here)
    assert dict(zip(page.select(".agenda__title"), page.select(".agenda__number"), strict=True)) == {
        "Rahmenkonzept vertagt" if title == "Rahmenkonzept" else title: number for title, number in NUMBERS.items()
    }
    writing = office.get(f"{here}/protokoll")
    assert writing.select("h2[id^=title-]") == [f"{number} {title}" for title, number in NUMBERS.items()]
    for one in items.values():
        session.add(ItemText(item_id=one.id, text=f"Wortlaut {one.title}", saved_at=meeting.revised_at, version=1))
    session.add(Minutes(meeting_id=meeting.id, state=MinutesState.CIRCULATED, version=1))
    decision = factories.decision(session, session.get_one(Meeting, meeting.id), "Mehr Geld", on=items["Haushalt"])
    session.commit()
    reading = office.get(f"{here}/protokoll/lesen")
    assert [one for one in WANTED if one in reading.main] == WANTED
    assert reading.select(".minutes-part") == ["Öffentlicher Teil", "Nichtöffentlicher Teil"]
    assert "Vorher vertagt" not in reading.main
    pdf = text_of(office.get(f"{here}/protokoll.pdf").response.get_data())
    assert [one for one in WANTED if one in pdf] == WANTED
    with zipfile.ZipFile(io.BytesIO(office.get(f"{here}/protokoll.docx").response.get_data())) as word:
        text = word.read("word/document.xml").decode()
    for title, number in NUMBERS.items():
        assert f"TOP {number}  {title}" in text
    assert "TOP N 2: Haushalt" in office.get(f"/beschluesse/{decision.id}").main
    offered = office.get(f"{here}/beschluesse/neu").main
    for title, number in NUMBERS.items():
        assert f"TOP {number}: {title}" in offered


def test_in_what_the_search_finds(
    office: Browser, session: Session, world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    hold(session, meeting)
    held = session.get_one(Meeting, meeting.id)
    row = ItemText(item_id=items["Personalie"].id, text="Fernsprechtisch", saved_at=held.revised_at, version=1)
    session.add_all([row, Minutes(meeting_id=held.id, state=MinutesState.CIRCULATED, version=1)])
    decision = factories.decision(session, held, "Fernsprechstuhl", on=items["Haushalt"])
    session.commit()
    with work_as(session, world.actor) as work:
        work.record("minutes.saved", session.get_one(ItemText, row.id))
        work.record("decision.recorded", session.merge(decision))
    session.commit()
    assert "TOP N 1: Personalie" in office.get("/suche?q=Fernsprechtisch").main
    assert "TOP N 2" in office.get("/suche?q=Fernsprechstuhl").main
