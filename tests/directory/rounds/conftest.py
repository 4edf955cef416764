"""An employer with somebody at a school, one without an address, and both keepers; mails go to a real server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rounds.models import ConfirmationRound, ConfirmationRule, RoundPerson
from tests import factories
from tests.browser import Browser
from tests.directory import keepers
from tests.directory.keepers import City, every
from tests.journeys import mails

ADA = "ada.konto@example.org"


@dataclass
class Round:
    """A round under way: its pages, and what the mails hold."""

    city: City
    key: int
    link: str

    @property
    def page(self) -> str:
        return f"/bestaetigungen/{self.key}"


@pytest.fixture
def city(session: Session) -> City:
    found = keepers.build(session)
    provider = session.get_one(Organisation, found.provider)
    ben, facility = session.get_one(Person, found.ben), session.get_one(Place, found.facility)
    factories.assignment(session, ben, facility, provider)
    session.commit()
    return found


@pytest.fixture
def plan(city: City) -> str:
    return f"/organisationen/{city.provider}/bestaetigung"


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    """Return a browser in which the keeper of the one provider is signed in."""
    return keepers.enter(browser, "eins")


@pytest.fixture
def delivered(app: Flask, session: Session) -> Callable[[], dict[str, str]]:
    def run() -> dict[str, str]:
        session.rollback()
        return mails.delivered(app)

    return run


@pytest.fixture
def started(keeper: Browser, session: Session, plan: str, city: City, delivered: Callable[[], dict[str, str]]) -> Round:
    """Return a round whose one mail has arrived."""
    assert keeper.get(plan).submit("Eine Mail senden").status == 303
    (row,) = every(session, ConfirmationRound)
    return Round(city, row.id, mails.link(delivered()["ada@example.org"], "bestaetigen"))


def post_of(session: Session, city: City) -> list[Assignment]:
    """Return the assignments of Ada as they are stored now, the oldest first."""
    return [row for row in every(session, Assignment) if row.person_id == city.ada]


def asked(session: Session, person_id: int) -> RoundPerson:
    """Return what is stored of somebody in the newest round."""
    return [row for row in every(session, RoundPerson) if row.person_id == person_id][-1]


def days_before(instant: datetime, days: int) -> datetime:
    return clock.zoned(clock.wall_clock(instant) - timedelta(days=days))


def weeks_pass(session: Session, days: int) -> None:
    """Let everything of rounds have been so many days earlier, at the same hour by the clock on the wall."""
    for row in every(session, ConfirmationRound):
        row.started_at = days_before(row.started_at, days)
    session.commit()
    for one in every(session, RoundPerson):
        if one.mailed_at is not None:
            one.mailed_at = days_before(one.mailed_at, days)
    session.commit()


@pytest.fixture
def ada(other_browser: Browser, session: Session, city: City) -> Browser:
    """Return the browser of somebody who is assigned to the school."""
    factories.account(session, ADA, person_id=city.ada, display_name="A. Ahorn")
    session.commit()
    other_browser.sign_in(ADA, factories.PASSWORD)
    return other_browser


@pytest.fixture
def own(city: City) -> str:
    return f"/personen/{city.ada}/angaben/{city.provider}"


def let(session: Session, city: City) -> None:
    """Let what people change themselves hold at once."""
    session.add(ConfirmationRule(employer_id=city.provider, applies_at_once=True))
    session.commit()


def shown(page: str) -> str:
    """Return a page as it is read: without marks that hold words together."""
    return " ".join(page.replace("\u2060", "").split())
