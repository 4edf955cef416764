"""The pages of one thing take a fixed number of statements, whether there is little or much on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Body, Deputy, Membership
from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.responsibilities.models import Post
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, ChangeKind, ItemState, MeetingState, Origin
from coordination.minutes.models import ItemText
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.statements import counted

BODY = "Beirat Probe"
#: Page → its statements. A page that needs one more says here what for, in review.
STATEMENTS = {
    # One is for mails that did not get through, here and on the next pages.
    # And one for all mails: who knows how the meeting stands.
    "/sitzungen/{ahead}": 8,
    # With minutes and attendance.
    "/sitzungen/{held}": 10,
    "/sitzungen/{ahead}/tagesordnung": 7,
    # One is for who has answered: they hear of an end even if their mail waits.
    "/sitzungen/{ahead}/einladen": 13,
    # One is for answers that were another one before.
    "/sitzungen/{ahead}/antworten": 6,
    "/sitzungen/{held}/protokoll": 10,
    "/sitzungen/{held}/anwesenheit": 7,
    "/beschluesse": 8,
    "/beschluesse?art=aufgaben": 8,
    # One is for the posts, and for what the person is responsible for.
    "/organisationen/{unit}": 11,
    # One is for what is offered there, one for what it followed and what follows it, one for the sites of a school,
    # and one for the districts that it works for besides its own; and one for the bodies of those who work there.
    "/orte/{place}": 17,
    # And one for what the person released of what is private, one for a change that waits for whoever reads it;
    # and one for whom the person stands in for.
    "/personen/{person}": 16,
    # With the tree of organisations, absences and weekly times of everybody who is named.
    "/wen-frage-ich?thema={topic}&ort={place}": 11,
    "/stellen/{post}": 6,
    "/gremien/{body}": 13,
}


@pytest.fixture
def office(browser: Browser, session: Session) -> Browser:
    """Return the browser of whoever runs the body and keeps the directory, and so sees all of each page."""
    unit = factories.organisation(session)
    person = factories.person(session, "Olga", "Amtlich", organisation_id=unit.id, email="olga@example.org")
    body = factories.member(session, person, BODY, BodyRole.SECRETARIAT)
    roles = Role.COORDINATOR, Role.DIRECTORY_KEEPER
    factories.account(session, "buero@example.org", *roles, person_id=person.id)
    today = clock.today()
    factories.meeting(session, body, today + timedelta(days=30), state="invited", title="Voraus")
    factories.meeting(session, body, today - timedelta(days=10), state="minutes_open", title="Gehalten")
    topic = Topic(name="Thema Probe")
    session.add(topic)
    factories.post(session, unit, person, topic)
    factories.assignment(session, person, factories.school(session), unit)
    session.commit()
    browser.sign_in("buero@example.org", factories.PASSWORD)
    return browser


def keys(session: Session) -> dict[str, int]:
    session.rollback()
    of_meeting = {one.title: one.id for one in session.query(Meeting).filter(Meeting.title.in_(("Voraus", "Gehalten")))}
    return {
        "ahead": of_meeting["Voraus"],
        "held": of_meeting["Gehalten"],
        "unit": session.query(Organisation).order_by(Organisation.id).first().id,  # type: ignore[union-attr]
        "person": session.query(Person).order_by(Person.id).first().id,  # type: ignore[union-attr]
        "body": session.query(Body).filter_by(name=BODY).one().id,
        "topic": session.query(Topic).order_by(Topic.id).first().id,  # type: ignore[union-attr]
        "place": session.query(Place).order_by(Place.id).first().id,  # type: ignore[union-attr]
        "post": session.query(Post).order_by(Post.id).first().id,  # type: ignore[union-attr]
    }


def plant(session: Session, first: int, last: int) -> None:
    """Store more of everything that the pages show."""
    found, today = keys(session), clock.today()
    account = session.query(UserAccount).one()
    unit, one = session.get_one(Organisation, found["unit"]), session.get_one(Person, found["person"])
    ahead, held = session.get_one(Meeting, found["ahead"]), session.get_one(Meeting, found["held"])
    for n in range(first, last):
        part = factories.organisation(session, f"Team {n}", parent_id=unit.id)
        who = factories.person(session, f"Name{n}", "Viel", organisation_id=unit.id, email=f"n{n}@example.org")
        guest = factories.person(session, f"Gast{n}", "Viel", organisation_id=part.id)
        place = factories.school(session, f"Schule {n}", f"2000{n:02}")
        for person in (one, who):
            factories.assignment(session, person, place, unit)
        factories.offer(session, session.get_one(Place, found["place"]), f"Kurs {n}", organisation_id=part.id)
        factories.absence(session, one, today + timedelta(days=10 * n), today + timedelta(days=10 * n + 1))
        factories.post(session, part, who, session.get_one(Topic, found["topic"]), function=f"Stelle {n}")
        factories.member(session, who, BODY)
        factories.member(session, one, f"Runde {n}")
        _of_body(session, found["body"], who, guest)
        _asked(session, ahead, (one, who, guest), account.id)
        for meeting in (ahead, held):
            _items(session, meeting, who, n)
            _changed(session, meeting, account.id)
    session.commit()


def _of_body(session: Session, body_id: int, who: Person, deputy: Person) -> None:
    of = session.query(Membership).filter_by(person_id=who.id).one()
    more = {"body_id": body_id, "valid_from": factories.LONG_AGO}
    session.add(Deputy(membership_id=of.id, person_id=deputy.id, **more))
    session.flush()


def _asked(session: Session, meeting: Meeting, people: tuple[Person, ...], account_id: int) -> None:
    for person in people:
        if session.query(Invitation).filter_by(meeting_id=meeting.id, person_id=person.id).first():
            continue
        row = Invitation(meeting_id=meeting.id, person_id=person.id, answer=Answer.ACCEPTED, origin=Origin.OFFICE)
        row.entered_by_id, row.answered_at = account_id, clock.utc_now()
        session.add(row)
    session.flush()


def _changed(session: Session, meeting: Meeting, account_id: int) -> None:
    """Have the account named in the history of a meeting."""
    kind, states = ChangeKind.STATE, {"before": "invited", "after": "running"}
    session.add(
        MeetingChange(meeting_id=meeting.id, at=clock.utc_now(), user_id=account_id, kind=kind, reason="", **states)
    )


def _items(session: Session, meeting: Meeting, who: Person, n: int) -> None:
    more: dict[str, Any] = {"presenter_id": who.id, "proposed_by_id": who.id, "text": "Worum es geht"}
    item = factories.item(session, meeting, f"Punkt {n}", is_public=n % 2 == 0, **more)
    factories.item(session, meeting, f"Vorschlag {n}", state=ItemState.PROPOSED, **more)
    factories.item_file(session, item, f"{n}.txt")
    if meeting.state is MeetingState.MINUTES_OPEN:
        session.add(ItemText(item_id=item.id, text="a", saved_at=clock.utc_now(), saved_by_id=1, version=1))
        due = clock.today() - timedelta(days=1)
        factories.decision(session, meeting, f"Beschluss {n}", on=item, unit_id=who.organisation_id, due_on=due)
        factories.task(session, meeting, f"Aufgabe {n}", who, on=item, due_on=due)


def counts(app: Flask, office: Browser, session: Session) -> dict[str, int]:
    """Return the number of statements of each page, after it was opened once."""
    found, of = {}, keys(session)
    for pattern in STATEMENTS:
        address = pattern.format(**of)
        page = office.get(address)
        assert page.status == 200, page
        with counted(app) as seen:
            office.get(address)
        # That a transaction begins is said on SQLite alone.
        found[pattern] = len([one for one in seen if not one.startswith("BEGIN")])
    return found


def test_a_page_of_one_thing_takes_the_same_statements_however_much_is_on_it(
    app: Flask, office: Browser, session: Session
) -> None:
    plant(session, 0, 2)
    few = counts(app, office, session)
    plant(session, 2, 12)
    assert counts(app, office, session) == few
    assert few == STATEMENTS
