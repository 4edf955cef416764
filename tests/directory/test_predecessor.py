"""What a plan cut off is known as long as the plan, or its withdrawal, can still change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment
from coordination.directory.undo_models import AssignmentStep
from tests.browser import Browser
from tests.directory.keepers import City, build, enter, every, stored
from tests.directory.test_assignment_undo import new, save, successor


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_old_plan_withdrawn_and_taken_back_is_asked_about_again(
    keeper: Browser, city: City, session: Session, goes_on: bool
) -> None:
    key, last = successor(keeper, city, session)
    session.execute(update(AssignmentStep).values(recorded_at=clock.utc_now() - timedelta(days=30)))
    session.commit()
    address = f"/einsaetze/{key}/zurueckziehen"
    done = keeper.get(address).submit("Einsatz zurückziehen", before="on" if goes_on else "end").follow()
    # Any step clears away what is too old.
    new(keeper, city, clock.today())
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert stored(session, Assignment, city.post).valid_until == last
    assert "Der vorherige geht weiter" in keeper.get(address).submit("Einsatz zurückziehen", before="on").follow().flash
    assert stored(session, Assignment, city.post).valid_until is None


def test_what_a_plan_cut_off_is_known_no_longer_than_its_withdrawal(
    keeper: Browser, city: City, session: Session
) -> None:
    key, _last = successor(keeper, city, session)
    keeper.get(f"/einsaetze/{key}/zurueckziehen").submit("Einsatz zurückziehen")
    session.execute(update(AssignmentStep).values(recorded_at=clock.utc_now() - timedelta(days=8)))
    session.commit()
    new(keeper, city, clock.today())
    assert [step.way for step in every(session, AssignmentStep)] == ["created"]


def test_a_plan_whose_own_successor_was_withdrawn_is_asked_about(keeper: Browser, city: City, session: Session) -> None:
    key, last = successor(keeper, city, session)
    page = keeper.get(f"/einsaetze/{key}/bearbeiten").submit(
        "Weiter zur Vorschau", from_day=(last + timedelta(days=90)).isoformat(), share="0,4"
    )
    save(page)
    later = every(session, Assignment)[-1].id
    assert later != key
    assert not keeper.get(f"/einsaetze/{key}/zurueckziehen").soup.select('input[name="before"]')
    keeper.get(f"/einsaetze/{later}/zurueckziehen").submit("Einsatz zurückziehen", before="on")
    assert keeper.get(f"/einsaetze/{key}/zurueckziehen").soup.select('input[name="before"]')
