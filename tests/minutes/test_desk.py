"""What the desk says of minutes: a sentence for each meeting, and a button that leads to where one goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.meetings.models import AgendaItem, DeadlineOverride, Meeting
from coordination.meetings.rules import Deadline
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MinutesState
from tests import factories
from tests.browser import Browser
from tests.meetings.world import World
from tests.statements import counted


def written(session: Session, meeting: Meeting, items: list[AgendaItem], days: int, **more: object) -> Minutes:
    """Begin the minutes of a meeting, as if somebody had last written on them some days ago."""
    row = Minutes(meeting_id=meeting.id, state=MinutesState.DRAFT, version=1, **more)
    at = clock.utc_now() - timedelta(days=days)
    session.add_all([row, ItemText(item_id=items[0].id, text="a", saved_at=at, version=1)])
    session.commit()
    return row


def lines(browser: Browser) -> dict[str, tuple[str, str]]:
    """Return sentence → (word and address of its button) of what the desk says of minutes."""
    found = {}
    for line in browser.get("/").soup.select(".desk-lines li"):
        sentence, link = line.select_one("p"), line.select_one("a.button")
        if sentence is not None and link is not None and "Protokoll" in sentence.get_text():
            found[sentence.get_text(strip=True)] = (link.get_text(strip=True), str(link["href"]))
    return found


def test_a_draft_that_lies_about_is_gone_on_with(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    meeting.starts_at -= timedelta(days=9)
    meeting.ends_at -= timedelta(days=9)
    written(session, meeting, items, days=9)
    (sentence, button), *others = lines(office).items()
    assert others == []
    assert "ist seit 9 Tagen nicht weitergeschrieben." in sentence
    assert button == ("Weiterschreiben", f"/sitzungen/{meeting.id}/protokoll")
    assert office.get(button[1]).h1.startswith("Protokoll:")


def test_who_chairs_is_asked_to_approve_and_to_write_only_where_there_is_no_office(
    office: Browser, chair: Browser, session: Session, world: World, meeting: Meeting, items: list[AgendaItem]
) -> None:
    row = written(session, meeting, items, days=9)
    factories.decision(session, meeting, on=items[0], due_on=clock.today() - timedelta(days=1))
    session.commit()
    assert len(lines(office)) == 1
    assert lines(chair) == {}
    assert any("überfällig" in one for one in office.get("/").select(".desk-lines li p"))
    assert not any("überfällig" in one for one in chair.get("/").select(".desk-lines li p"))
    row.state, row.circulated_until = MinutesState.CIRCULATED, clock.today() - timedelta(days=1)
    session.commit()
    assert len(lines(chair)) == 1
    row.state = MinutesState.DRAFT
    held = session.scalars(select(Membership).filter_by(person_id=world.mira.id, body_id=meeting.body_id)).one()
    held.valid_until = clock.today() - timedelta(days=1)
    session.commit()
    assert len(lines(chair)) == 1
    assert any("überfällig" in one for one in chair.get("/").select(".desk-lines li p"))


def test_who_wrote_yesterday_is_left_alone_until_it_is_due(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    written(session, meeting, items, days=1)
    assert lines(office) == {}
    due = clock.today() - timedelta(days=1)
    session.add(DeadlineOverride(meeting_id=meeting.id, deadline=Deadline.MINUTES, due_on=due, reason="So gewollt"))
    session.commit()
    (sentence, button), *_others = lines(office).items()
    assert f"Fällig war es am {due:%d.%m.%Y}." in sentence
    assert button[0] == "Weiterschreiben"


def test_what_was_written_today_is_only_said_to_be_due(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    written(session, meeting, items, days=0)
    due = clock.today() - timedelta(days=1)
    session.add(DeadlineOverride(meeting_id=meeting.id, deadline=Deadline.MINUTES, due_on=due, reason="So gewollt"))
    session.commit()
    (sentence, _button), *_others = lines(office).items()
    assert f"ist nicht fertig. Fällig war es am {due:%d.%m.%Y}." in sentence


@pytest.mark.parametrize("days", [1, -1])
def test_what_nobody_has_begun_is_said_when_it_is_due(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem], days: int
) -> None:
    due = clock.today() + timedelta(days=days)
    session.add(DeadlineOverride(meeting_id=meeting.id, deadline=Deadline.MINUTES, due_on=due, reason="So gewollt"))
    session.commit()
    (sentence, button), *others = lines(office).items()
    assert others == []
    assert "fällig" in sentence
    assert ("war am" in sentence) is (days < 0)
    assert button == ("Protokoll schreiben", f"/sitzungen/{meeting.id}/protokoll")


def test_circulated_ones_rest_until_the_time_for_objections_is_over(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    row = written(session, meeting, items, days=20, circulated_until=clock.today())
    row.state = MinutesState.CIRCULATED
    session.commit()
    # It waits for others, and says so apart.
    assert [word for word, _address in lines(office).values()] == ["Lesen"]
    row.circulated_until = clock.today() - timedelta(days=1)
    session.commit()
    assert [button for _word, button in lines(office).values()] == [f"/sitzungen/{meeting.id}/protokoll/genehmigen"]


def test_the_desk_asks_once_for_all_of_them(
    app: Flask, office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    written(session, meeting, items, days=9)
    with counted(app) as few:
        office.get("/")
    for days in range(2, 9):
        day = clock.today() - timedelta(days=days)
        other = factories.meeting(session, meeting.body, day, state=meeting.state)
        written(session, other, [factories.item(session, other, "Lage")], days=days)
    with counted(app) as many:
        office.get("/")
    assert len(many) == len(few)
