"""A meeting that was entered afterwards: how long that click can be taken back, and where it leads back to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, MeetingState
from coordination.minutes.models import Attendance, Minutes
from coordination.minutes.rules import Presence
from tests import factories
from tests.browser import Browser
from tests.meetings.conftest import DAY
from tests.meetings.test_steps import make, make_now, the
from tests.statements import counted

CATCH_UP = "Anwesenheit und Protokoll nachtragen"
UNDO, BEGIN = "Nachtragen rückgängig machen", "Sitzung beginnen"
Enter = Callable[[Session, Meeting, int], object]


@pytest.fixture
def url(town: dict[str, int], session: Session) -> str:
    return make(session, town["formal"], clock.today() - DAY)


def attendance(meeting: Meeting, person_id: int, presence: Presence) -> Attendance:
    return Attendance(meeting_id=meeting.id, person_id=person_id, presence=presence, version=1)


@pytest.mark.parametrize(
    "enter",
    [
        lambda session, meeting, _who: session.add(Minutes(meeting_id=meeting.id, version=1)),
        lambda session, meeting, who: session.add(attendance(meeting, who, Presence.PRESENT)),
        lambda session, meeting, _who: factories.decision(session, meeting),
        lambda session, meeting, _who: factories.task(session, meeting),
    ],
    ids=["minutes", "attendance", "decision", "task"],
)
def test_what_is_entered_since_keeps_a_meeting_held(
    office: Browser, url: str, town: dict[str, int], session: Session, enter: Enter
) -> None:
    caught_up = office.get(url).submit(CATCH_UP).follow()
    # Of whom nothing is known, nothing is entered.
    session.add(attendance(the(session), factories.person(session, "Uwe").id, Presence.UNKNOWN))
    session.commit()
    assert "gilt nicht mehr als abgehalten" in caught_up.submit("Rückgängig").follow().flash
    caught_up = office.get(url).submit(CATCH_UP).follow()
    enter(session, the(session), town["ada"])
    session.commit()
    refused = caught_up.submit("Rückgängig")
    assert refused.status == 422
    assert "Inzwischen ist etwas eingetragen" in refused.main
    assert the(session).state is MeetingState.MINUTES_OPEN


def test_the_page_of_the_meeting_offers_the_way_back_as_long_as_there_is_one(
    office: Browser, ada: Browser, url: str, town: dict[str, int], session: Session
) -> None:
    assert UNDO not in office.get(url).main
    office.get(url).submit(CATCH_UP).follow()
    page = office.get(url)
    assert UNDO in page.main
    assert UNDO not in ada.get(url).main
    assert "gilt nicht mehr als abgehalten" in page.submit(UNDO).follow().flash
    assert the(session).state is MeetingState.FIXED
    office.get(url).submit(CATCH_UP)
    session.add(attendance(the(session), town["ada"], Presence.PRESENT))
    session.commit()
    assert UNDO not in office.get(url).main


def test_the_page_of_a_meeting_that_was_ended_offers_to_go_on(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    url = make(session, town["formal"], clock.today(), 14, hours=34)
    office.get(url).submit("Sitzung beginnen").follow().submit("Sitzung beenden")
    assert "Die Sitzung läuft weiter" in office.get(url).submit("Beenden rückgängig machen").follow().flash
    assert the(session).state is MeetingState.RUNNING


@pytest.mark.parametrize("settled", [True, False], ids=["settled", "nothing"])
def test_the_way_back_costs_the_page_no_statement(
    app: Flask, office: Browser, url: str, session: Session, settled: bool
) -> None:
    office.get(url).submit(CATCH_UP)
    if settled:
        factories.task(session, the(session))
        session.commit()
    office.get(url)
    with counted(app) as seen:
        assert (UNDO in office.get(url).main) is not settled
    with_way_back = len(seen)
    # From there nothing leads back.
    session.execute(update(MeetingChange).where(MeetingChange.kind == ChangeKind.STATE).values(before="draft"))
    session.commit()
    with counted(app) as seen:
        assert UNDO not in office.get(url).main
    assert len(seen) == with_way_back


def post(office: Browser, url: str, step: str, version: int) -> int:
    token = office.get("/").soup.select_one('form [name="csrf_token"]')
    assert token is not None
    fields = {"csrf_token": str(token["value"]), "schritt": step, "version": str(version)}
    return office.post(f"{url}/schritt", fields).status


@pytest.mark.parametrize("step", ["resume", "back_to_fixed", "back_to_invited"])
def test_a_meeting_that_was_not_caught_up_on_goes_back_nowhere(
    office: Browser, town: dict[str, int], session: Session, step: str
) -> None:
    url = make(session, town["formal"], clock.today() - DAY, state="minutes_open")
    assert post(office, url, step, the(session).version) == 422
    assert the(session).state is MeetingState.MINUTES_OPEN


def test_it_goes_back_only_to_where_it_stood(office: Browser, url: str, session: Session) -> None:
    office.get(url).submit(CATCH_UP)
    for step in ("resume", "back_to_invited"):
        assert post(office, url, step, the(session).version) == 422
    assert the(session).state is MeetingState.MINUTES_OPEN
    assert post(office, url, "back_to_fixed", the(session).version) == 303
    assert the(session).state is MeetingState.FIXED


def test_the_second_of_two_clicks_is_taken_back_like_the_first(office: Browser, url: str, session: Session) -> None:
    page = office.get(url)
    page.submit(CATCH_UP).follow()
    second = page.submit(CATCH_UP).follow()
    assert "gilt nicht mehr als abgehalten" in second.submit("Rückgängig").follow().flash
    assert the(session).state is MeetingState.FIXED


def test_a_meeting_to_which_nobody_was_invited_has_no_answers_and_no_invitation(
    office: Browser, url: str, town: dict[str, int], session: Session
) -> None:
    office.get(url).submit(CATCH_UP)
    # Came in a member's place, without being asked: the attendance puts such people on the list.
    meeting_id, came = the(session).id, factories.person(session, "Uwe")
    row = Invitation(meeting_id=meeting_id, person_id=came.id, role="voting_member", generation=1)
    row.stands_in_for_id, row.silent_at, row.entered_by_id = town["ada"], clock.utc_now(), 1
    session.add(row)
    session.commit()
    page = office.get(url)
    (stage,) = [one for one in page.soup.select(".stages li") if "Einladung" in one.text]
    assert "ohne Einladung" in stage.text
    assert "is-done" not in (stage.get("class") or [])
    assert "Ihre Antwort" not in page.main
    assert "zugesagt" not in page.main


def test_a_meeting_that_was_begun_by_mistake_is_where_it_was(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    today = make_now(session, town["formal"])
    revised_at = the(session).revised_at
    assert (
        "Der Beginn ist zurückgenommen" in office.get(today).submit(BEGIN).follow().submit("Rückgängig").follow().flash
    )
    office.get(today).submit(BEGIN)
    assert "Der Beginn ist zurückgenommen" in office.get(today).submit("Beginn rückgängig machen").follow().flash
    assert the(session).state is MeetingState.FIXED
    assert the(session).revised_at == revised_at, "nobody has to be told of it"
    office.get(today).submit(BEGIN)
    session.add(attendance(the(session), town["ada"], Presence.PRESENT))
    session.commit()
    assert "Beginn rückgängig machen" not in office.get(today).main


def test_what_is_entered_of_a_meeting_is_not_hidden_by_a_cancellation(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    today = make_now(session, town["formal"])
    office.get(today).submit(BEGIN)
    asked = office.get(f"{today}/absagen")
    session.add(Minutes(meeting_id=the(session).id, version=1))
    session.commit()
    assert "Sitzung absagen" not in office.get(today).main
    for refused in (office.get(f"{today}/absagen"), asked.submit("Sitzung absagen", reason="Versehen")):
        assert refused.status == 422
        assert "Diese Sitzung hat stattgefunden" in refused.main
    assert the(session).state is MeetingState.RUNNING
