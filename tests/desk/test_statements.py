"""What the desk of the office asks the database, however much the office has to do."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.directory.models import FreeDay, Organisation, Person
from coordination.meetings.models import Invitation
from tests import factories
from tests.browser import Browser
from tests.statements import counted

#: BEGIN among them, which SQLite is told of and PostgreSQL's driver sends by itself.
MOST = 10


def _works_at(session: Session, olga: Person, unit: Organisation, number: int) -> None:
    """Let her and somebody else work at a school that chose a day off, and both be away for a while."""
    today = clock.today()
    place = factories.school(session, f"Schule {number}", f"20000{number}")
    other = factories.person(session, f"Otto{number}", "Anders", organisation_id=unit.id)
    for one in (olga, other):
        factories.assignment(session, one, place, unit)
        factories.absence(session, one, today + timedelta(days=3 * number + 1), today + timedelta(days=3 * number + 2))
    session.add(FreeDay(place_id=place.id, day=today + timedelta(days=number)))


def test_the_desk_of_an_office_takes_ten_statements_whatever_there_is(
    app: Flask, session: Session, browser: Browser
) -> None:
    # A professional, too: the desk shows her own places today.
    unit = factories.organisation(session)
    olga = factories.person(session, "Olga", "Amtlich", organisation_id=unit.id)
    _works_at(session, olga, unit, 0)
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
        _works_at(session, olga, unit, number + 1)
        body = factories.member(session, olga, f"Beirat {number}", BodyRole.SECRETARIAT)
        for days, state in ((3, "fixed"), (5, "invited"), (-9, "minutes_open"), (12, "cancelled")):
            meeting = factories.meeting(session, body, clock.today() + timedelta(days=days), state=state)
            asked = Invitation(meeting_id=meeting.id, person_id=olga.id, role=BodyRole.SECRETARIAT, mailed_sequence=0)
            session.add(asked)
            factories.task(session, meeting, f"Aufgabe {number}", olga, due_on=clock.today() - timedelta(days=1))
            factories.decision(session, meeting, due_on=clock.today() - timedelta(days=1))
    session.commit()
    assert taken() <= MOST
