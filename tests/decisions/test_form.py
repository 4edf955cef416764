"""What the forms of decisions and tasks ask for, and where they lead when they cannot ask anything yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
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
