"""What the desk of the office asks the database, however much the office has to do."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.meetings.models import Invitation
from tests import factories
from tests.browser import Browser
from tests.statements import counted

#: BEGIN among them, which SQLite is told of and PostgreSQL's driver sends by itself.
MOST = 10


def test_the_desk_of_an_office_takes_ten_statements_whatever_there_is(
    app: Flask, session: Session, browser: Browser
) -> None:
    olga = factories.person(session, "Olga", "Amtlich")
    factories.account(session, "olga@example.org", Role.COORDINATOR, person_id=olga.id)
    factories.member(session, olga, "Beirat Alpha", BodyRole.SECRETARIAT)
    session.commit()
    browser.sign_in("olga@example.org", factories.PASSWORD)

    def taken() -> int:
        with counted(app) as statements:
            assert browser.get("/").status == 200
        return len(statements)

    # The first page notes when the device was last seen.
    taken()
    assert taken() <= MOST
    for number in range(4):
        body = factories.member(session, olga, f"Beirat {number}", BodyRole.SECRETARIAT)
        for days, state in ((3, "fixed"), (5, "invited"), (-9, "minutes_open"), (12, "cancelled")):
            meeting = factories.meeting(session, body, clock.today() + timedelta(days=days), state=state)
            asked = Invitation(meeting_id=meeting.id, person_id=olga.id, role=BodyRole.SECRETARIAT, mailed_sequence=0)
            session.add(asked)
            factories.task(session, meeting, f"Aufgabe {number}", olga, due_on=clock.today() - timedelta(days=1))
            factories.decision(session, meeting, due_on=clock.today() - timedelta(days=1))
    session.commit()
    assert taken() <= MOST
