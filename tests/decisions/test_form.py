"""What the forms of decisions and tasks ask for, and where they lead when they cannot ask anything yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser


def test_without_an_agenda_the_form_leads_to_it(office: Browser, session: Session, town: dict[str, int]) -> None:
    body = session.get_one(Body, town["formal"])
    empty = factories.meeting(session, body, clock.today() - timedelta(days=3), state="minutes_open")
    session.commit()
    for what in ("beschluesse", "aufgaben"):
        page = office.get(f"/sitzungen/{empty.id}/{what}/neu")
        assert "Noch keine Tagesordnung" in page.main
        assert page.click("Tagesordnung schreiben").h1 == "Tagesordnung"


def test_equal_votes_are_asked_about_only_where_the_chair_decides_them(
    office: Browser, session: Session, held: Meeting, town: dict[str, int]
) -> None:
    body = session.get_one(Body, town["formal"])
    for rule, is_asked in (("rejected", False), ("chair_decides", True)):
        body.overrides = {"tie_rule": rule}
        session.commit()
        page = office.get(f"/sitzungen/{held.id}/beschluesse/neu")
        assert bool(page.soup.select("[name=chair_voted_yes]")) is is_asked


def test_of_a_motion_that_is_not_carried_a_result_is_recorded_and_no_decision(
    office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    form = office.get(f"/sitzungen/{held.id}/beschluesse/neu")
    page = form.submit("Beschluss festhalten", item_id=town["item"], text="Alle zahlen.", means="vote", yes=1, no=2)
    assert page.follow().flash == f"Das Ergebnis zu BPR {held.starts_at.year}-01 ist festgehalten."


def test_a_task_says_that_a_person_or_a_unit_is_needed(office: Browser, held: Meeting) -> None:
    page = office.get(f"/sitzungen/{held.id}/aufgaben/neu")
    assert page.select("label[for=person_id]") == ["Person"]
    assert page.select("label[for=unit_id]") == ["Stelle"]
    assert "Eine Person, eine Stelle oder beides." in page.main


def test_where_nothing_is_due_nobody_is_reminded_and_the_page_says_so(office: Browser, held: Meeting) -> None:
    assert "Nichts Offenes ist überfällig" in office.get("/beschluesse/erinnern").main
