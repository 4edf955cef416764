"""A body with its office and a member, another one with the same member, and somebody who belongs to neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.core.db import Base
from coordination.mail.delivery import deliver
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser
from tests.mail.sink import Sink, smtp_sink
from tests.meetings import world as worlds
from tests.meetings.world import World

Row = TypeVar("Row", bound=Base)
DAY = timedelta(days=1)
FORMAL, LIGHT = "Beirat Probe", "Runde Probe"


def every(session: Session, model: type[Row]) -> Sequence[Row]:
    session.rollback()
    session.expire_all()
    return session.scalars(select(model).order_by(model.id)).all()


def working_day(near: date) -> date:
    """Return a Tuesday from ``near`` on that is neither in the school holidays nor a public holiday."""
    from coordination.core import special_days

    day = near + timedelta(days=(1 - near.weekday()) % 7)
    while special_days.school_holiday(day) or not special_days.is_working_day(day):
        day += timedelta(weeks=1)
    return day


@pytest.fixture
def town(session: Session) -> dict[str, int]:
    """``far``: the ordinal of a day on which nothing speaks against a meeting."""
    unit = factories.organisation(session, "Jugendamt", kind="office")
    office = factories.person(session, "Olga", "Amtlich", organisation_id=unit.id)
    ada = factories.person(session, email="ada@example.org")
    formal = factories.member(session, office, FORMAL, BodyRole.SECRETARIAT)
    formal.template, formal.short_name = "advisory", "BPR"
    light = factories.member(session, office, LIGHT, BodyRole.SECRETARIAT)
    factories.member(session, ada, FORMAL)
    other = factories.member(session, ada, "Fremde Gruppe")
    place = factories.place(session)
    factories.account(session, "buero@example.org", Role.COORDINATOR, person_id=office.id)
    factories.account(session, "ada@example.org", person_id=ada.id)
    factories.account(session, "liest@example.org")
    keys = {
        "formal": formal.id,
        "light": light.id,
        "other": other.id,
        "ada": ada.id,
        "place": place.id,
        "far": working_day(clock.today() + timedelta(days=60)).toordinal(),
    }
    session.commit()
    return keys


@pytest.fixture
def far(town: dict[str, int]) -> date:
    return date.fromordinal(town["far"])


@pytest.fixture
def office(browser: Browser, town: dict[str, int]) -> Browser:
    browser.sign_in("buero@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def ada(other_browser: Browser, town: dict[str, int]) -> Browser:
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    return other_browser


@pytest.fixture
def site(app: Flask) -> Site:
    return worlds.site_of(app)


@pytest.fixture
def world(session: Session) -> World:
    return worlds.make(session)


@pytest.fixture
def mira(browser: Browser, session: Session, world: World) -> Browser:
    """Return the browser of Mira, who runs the body of ``world``."""
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as found:
        yield found


@pytest.fixture
def arrive(app: Flask, session: Session, site: Site, sink: Sink) -> Callable[[], dict[str, EmailMessage]]:
    """Deliver what is due; return address → the mail that arrived just now."""

    def run() -> dict[str, EmailMessage]:
        session.rollback()
        before = len(sink.received)
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engines[None]
            deliver(lambda: Session(engine), sink.server, site.sender)
        found = {}
        for content, to in zip(sink.received[before:], sink.recipients[before:], strict=True):
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            found[to] = message
        return found

    return run
