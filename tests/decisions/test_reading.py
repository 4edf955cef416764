"""What is read of a decision, by whom and in which words: the same on pages, in tables and in the search."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, BodyRole, Permission, allows
from coordination.decisions.access import read_subject_of
from coordination.decisions.rules import Means, Result, Status
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from coordination.search import services as search
from tests import factories
from tests.browser import Browser

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("minutes", "meeting", "is_read"),
    [
        (None, MeetingState.MINUTES_OPEN, False),
        (MinutesState.DRAFT, MeetingState.MINUTES_OPEN, False),
        (MinutesState.CHECKED, MeetingState.MINUTES_OPEN, False),
        (MinutesState.CIRCULATED, MeetingState.MINUTES_OPEN, True),
        (MinutesState.APPROVED, MeetingState.MINUTES_OPEN, True),
        # In light mode nobody approves minutes, and there may be none.
        (None, MeetingState.CLOSED, True),
    ],
)
def test_a_decision_is_read_outside_once_the_body_reads_its_minutes(
    session: Session,
    browser: Browser,
    ada: Browser,
    held: Meeting,
    town: dict[str, int],
    minutes: MinutesState | None,
    meeting: MeetingState,
    is_read: bool,
) -> None:
    held.state = meeting
    hidden = factories.decision(session, held, "Nur innen")
    shown = factories.decision(session, held, "Für alle", on=session.get_one(AgendaItem, town["public_item"]))
    task = factories.task(session, held, "Auch nur innen", on=session.get_one(AgendaItem, town["public_item"]))
    if minutes is not None:
        session.add(Minutes(meeting_id=held.id, state=minutes))
    search.rebuild(session)
    session.commit()
    member, reader = Actor(user_id=1, body_roles={held.body_id: BodyRole.VOTING_MEMBER}), Actor(user_id=2)
    assert allows(member, Permission.DECISION_READ, read_subject_of(session, shown))
    assert allows(reader, Permission.DECISION_READ, read_subject_of(session, shown)) is is_read
    assert ada.get(f"/beschluesse/{shown.id}").status == 200
    browser.sign_in("liest@example.org", factories.PASSWORD)
    assert browser.get(f"/beschluesse/{hidden.id}").status == 404
    assert browser.get(f"/aufgaben/{task.id}").status == 404
    page = browser.get(f"/beschluesse/{shown.id}")
    assert ("Für alle" in page.main) is is_read
    assert page.status == (200 if is_read else 404)
    # Nothing leads to a meeting that one may not know of.
    assert held.title not in page.main
    for address in ("/beschluesse", "/suche?q=alle", f"/gremien/{held.body_id}"):
        assert ("Für alle" in browser.get(address).main) is is_read, address
    assert ("Für alle" in browser.get("/beschluesse.csv").text) is is_read
    for address in ("/beschluesse", "/suche?q=innen", f"/gremien/{held.body_id}"):
        assert "Nur innen" not in browser.get(address).main
    assert "Nur innen" not in browser.get("/beschluesse.csv").text


@pytest.mark.parametrize(
    ("more", "word"),
    [({"means": Means.VOTE, "yes": 1, "no": 2, "result": Result.REJECTED}, "abgelehnt"), ({}, "zurückgezogen")],
)
def test_page_register_table_and_search_say_alike_that_nothing_is_to_be_carried_out(
    session: Session, office: Browser, held: Meeting, more: dict[str, Any], word: str
) -> None:
    withdrawn = {"withdrawn_at": clock.utc_now(), "status": Status.OBSOLETE} if not more else {}
    row = factories.decision(session, held, "Kenntlich", due_on=clock.today() - DAY, **more, **withdrawn)
    search.rebuild(session)
    session.commit()
    page = office.get(f"/beschluesse/{row.id}")
    assert word in page.main
    assert page.h1.startswith("Antrag abgelehnt") is bool(more)
    assert word in " ".join(office.get("/beschluesse").select("tbody tr"))
    table = list(csv.reader(io.StringIO(office.get("/beschluesse.csv").text), delimiter=";"))
    assert table[1][-1] == word
    hit = office.get("/suche?q=kenntlich").main
    assert word in hit
    assert "offen" not in hit.split("Kenntlich")[1].split("Aufgaben")[0]
    assert "überfällig" not in hit
