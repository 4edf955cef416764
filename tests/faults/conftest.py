"""A body of many people, and the delivery in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.mail import delivery
from coordination.mail.site import Site
from coordination.web.extensions import db
from tests import factories
from tests.faults.mails import MEETINGS, MEMBERS, Deliver, invite_to
from tests.meetings import world as worlds
from tests.meetings.world import World


@pytest.fixture
def site(app: Flask) -> Site:
    return worlds.site_of(app)


@pytest.fixture
def deliver(app: Flask, site: Site) -> Iterator[Deliver]:
    with app.app_context():
        yield lambda server: delivery.deliver(lambda: Session(db.engine), server, site.sender)


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    for number in range(MEMBERS):
        person = factories.person(session, f"Nr{number}", "Probe", email=f"nr{number}@example.org")
        factories.member(session, person, worlds.BODY)
    session.commit()
    return found


@pytest.fixture
def invited(session: Session, world: World, site: Site) -> int:
    """Invite everybody to every meeting and return how many mails that is."""
    return invite_to(session, world, site, MEETINGS)
