"""A body with people in every role, and a meeting of it ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Deputy, Membership
from coordination.core import clock
from coordination.core.access import Actor, BodyRole, Role
from coordination.core.work import work_as
from coordination.directory.models import Person
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from coordination.meetings.services import MeetingInput, NewMeeting, Span, plan_meeting
from tests import factories

BODY = "Steuerungsgruppe Probe"


@dataclass
class World:
    """The office is Mira; Ada chairs; Tom and Emre vote; Lena advises; Paul stands in for Tom, Nele for anybody."""

    body: Body
    mira: Person
    ada: Person
    tom: Person
    emre: Person
    lena: Person
    paul: Person
    nele: Person
    actor: Actor


def make(session: Session, **body: Any) -> World:
    people = {
        given: factories.person(session, given, "Probe", email=f"{given.casefold()}@example.org")
        for given in ("Mira", "Ada", "Tom", "Emre", "Lena", "Paul", "Nele")
    }
    found = factories.member(session, people["Mira"], BODY, BodyRole.SECRETARIAT)
    for name, value in ({"template": "steering", "short_name": "STG"} | body).items():
        setattr(found, name, value)
    for given, role in (
        ("Ada", BodyRole.CHAIR),
        ("Tom", BodyRole.VOTING_MEMBER),
        ("Emre", BodyRole.VOTING_MEMBER),
        ("Lena", BodyRole.ADVISORY_MEMBER),
    ):
        factories.member(session, people[given], BODY, role)
    toms = session.query(Membership).filter_by(person_id=people["Tom"].id).one()
    for given, of in (("Paul", toms.id), ("Nele", None)):
        deputy = Deputy(body_id=found.id, membership_id=of, person_id=people[given].id, valid_from=factories.LONG_AGO)
        session.add(deputy)
    session.commit()
    actor = Actor(user_id=1, person_id=people["Mira"].id, body_roles={found.id: BodyRole.SECRETARIAT})
    return World(found, actor=actor, **{given.casefold(): one for given, one in people.items()})


def with_accounts(session: Session) -> World:
    """Return the world with accounts for who runs the office and for two members."""
    found = make(session)
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=found.mira.id)
    factories.account(session, "tom@example.org", person_id=found.tom.id)
    factories.account(session, "lena@example.org", person_id=found.lena.id)
    session.commit()
    return found


def span(days: int = 30, first: time = time(14), hours: int = 2) -> Span:
    start = datetime.combine(clock.today() + timedelta(days=days), first)
    return Span(start, start + timedelta(hours=hours))


def meeting(session: Session, world: World, *, key: str = "form", days: int = 30, **more: Any) -> Meeting:
    data = MeetingInput(**{"title": "1. Sitzung 2027", "room": "Rathaus, Raum 2", **more})
    with work_as(session, world.actor) as work:
        found = plan_meeting(work, world.body.id, NewMeeting(data, span(days), key))
        found_id = found.id
    kept = session.get(Meeting, found_id)
    assert kept is not None
    return kept


def site_of(app: Flask) -> Site:
    found: Site = app.extensions["koordination.site"]
    return found
