"""A small city with two keepers: one of all of it, one of a single provider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.core.db import Base
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.spaces.models import SocialSpace
from tests import factories
from tests.browser import Browser

Row = TypeVar("Row", bound=Base)
#: Sends a form without its page: for what no page offers.
Forge = Callable[..., Any]


@dataclass
class City:
    """Keys of what is there."""

    city: int
    provider: int
    team: int
    other: int
    school: int
    second_school: int
    facility: int
    ada: int
    ben: int
    stranger: int
    post: int


def build(session: Session) -> City:
    """Make the city and commit."""
    today = clock.today()
    town = factories.organisation(session, "Stadt Probe")
    provider = factories.organisation(session, "Trägerverein Probe e. V.", short_name="Probe")
    team = factories.organisation(session, "Team Nord", parent_id=provider.id)
    other = factories.organisation(session, "Anderer Träger gGmbH")
    school = factories.school(session)
    second = factories.school(session, "Luisenschule", "123457")
    facility = factories.place(session, operator_id=provider.id)
    ada = factories.person(session, organisation_id=provider.id, email="ada@example.org")
    ben = factories.person(session, "Ben", "Birke", organisation_id=team.id)
    stranger = factories.person(session, "Cem", "Çelik", organisation_id=other.id)
    post = factories.assignment(session, ada, school, provider, share_posts=0.5, share_hours=19.5)
    factories.account(session, "alles@example.org", Role.DIRECTORY_KEEPER)
    factories.account(session, "eins@example.org", Role.DIRECTORY_KEEPER, keeps=provider)
    factories.account(session, "liest@example.org")
    factories.absence(session, stranger, date(today.year, 1, 1), date(today.year, 1, 2))
    rows = (town, provider, team, other, school, second, facility, ada, ben, stranger, post)
    found = City(*[row.id for row in rows])
    session.commit()
    return found


def enter(browser: Browser, name: str) -> Browser:
    """Sign in as "alles", "eins" or "liest"."""
    browser.sign_in(f"{name}@example.org", factories.PASSWORD)
    return browser


def every(session: Session, model: type[Row]) -> Sequence[Row]:
    """Return all rows as they are stored now."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(model).order_by(model.id)).all()


def stored(session: Session, model: type[Row], key: int) -> Row:
    """Return one row as it is stored now."""
    session.rollback()
    session.expire_all()
    return session.get_one(model, key)


def a_day_later(session: Session) -> None:
    """Let everything that was done so far have been done yesterday."""
    session.rollback()
    for entry in session.scalars(select(AuditEntry)).all():
        session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(at=entry.at - timedelta(days=1)))
    yesterday = clock.today() - timedelta(days=1)
    session.execute(update(Place).where(Place.entered_on.is_not(None)).values(entered_on=yesterday))
    session.execute(update(SocialSpace).values(entered_on=yesterday))
    session.commit()


def forge(browser: Browser, page_url: str, url: str | None = None, **fields: Any) -> Any:
    """Send fields that the page does not offer, with a genuine form token."""
    page = browser.get(page_url)
    token = page.soup.select_one('input[name="csrf_token"]')
    assert token is not None
    data = {"csrf_token": str(token["value"]), **fields}
    return browser.post(url or page_url, data)


__all__ = [
    "Assignment",
    "City",
    "Organisation",
    "Person",
    "Place",
    "a_day_later",
    "build",
    "enter",
    "every",
    "forge",
    "stored",
]
