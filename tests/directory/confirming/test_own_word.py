"""That somebody confirmed their own assignment is known by key: names say nothing of it, neither old nor new ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import Role
from coordination.core.work import Work
from coordination.directory.duplicates.services import merge
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.person_services import end_person
from tests import factories
from tests.browser import Browser
from tests.directory.confirming.test_entries import KEEPER, press, take_back
from tests.directory.confirming.test_own import ADA, let
from tests.directory.keepers import City, build, enter, stored
from tests.directory.test_assignment_undo import save

OWN = "von der Person selbst"


@pytest.fixture
def city(session: Session) -> City:
    found = build(session)
    factories.account(session, ADA, person_id=found.ada, display_name="A. Ahorn")
    session.commit()
    let(session, found.provider)
    return found


@pytest.fixture
def ada(browser: Browser, city: City) -> Browser:
    browser.sign_in(ADA, factories.PASSWORD)
    return browser


@pytest.fixture
def keeper(other_browser: Browser, city: City) -> Browser:
    return enter(other_browser, "eins")


def told(browser: Browser, city: City) -> str:
    cells = browser.get(f"/orte/{city.school}").select(".assigned [data-label='Zuletzt bestätigt']")
    return " ".join(" ".join(cells).split()).replace("\u00a0", " ")


def own(session: Session, city: City) -> int | None:
    return stored(session, Assignment, city.post).confirmed_by_id


def confirmed_earlier(session: Session, city: City, key: int | None) -> None:
    day = clock.today() - timedelta(days=30)
    values = {"confirmed_on": day, "confirmed_by": "Ada Ahornblatt", "confirmed_by_id": key}
    session.execute(update(Assignment).where(Assignment.id == city.post).values(**values))
    session.commit()


def test_of_what_was_confirmed_before_only_the_name_is_known(keeper: Browser, session: Session, city: City) -> None:
    confirmed_earlier(session, city, None)
    assert "durch Ada Ahornblatt" in told(keeper, city)
    assert OWN not in told(keeper, city)


def test_a_new_name_takes_nothing_of_it_away(ada: Browser, session: Session, city: City) -> None:
    press(ada, f"/personen/{city.ada}", f"/einsaetze/{city.post}")
    assert own(session, city) == city.ada
    stored(session, Person, city.ada).family_name = "Neumann"
    session.commit()
    assert OWN in told(ada, city)


def test_a_keeper_of_the_same_name_is_somebody_else(browser: Browser, session: Session, city: City) -> None:
    provider, namesake = session.get_one(Organisation, city.provider), factories.person(session)
    name = "gleich@example.org"
    account = {"person_id": namesake.id, "display_name": "Ada Ahornblatt", "keeps": provider}
    factories.account(session, name, Role.DIRECTORY_KEEPER, **account)
    session.commit()
    browser.sign_in(name, factories.PASSWORD)
    press(browser, f"/orte/{city.school}", f"/einsaetze/{city.post}")
    assert own(session, city) is None
    assert "durch Ada Ahornblatt" in told(browser, city)
    assert OWN not in told(browser, city)


@pytest.mark.parametrize("is_ada", [True, False])
def test_a_keeper_s_form_is_the_word_of_the_person_only_if_it_is_theirs(
    keeper: Browser, session: Session, city: City, *, is_ada: bool
) -> None:
    who = select(UserAccount).where(UserAccount.email == "eins@example.org")
    session.execute(update(UserAccount).where(UserAccount.email == ADA).values(person_id=None))
    session.scalars(who).one().person_id = city.ada if is_ada else city.ben
    session.commit()
    page = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    done = save(page.submit("Weiter zur Vorschau", scope="correction", share="0,75", confirmed=True))
    assert own(session, city) == (city.ada if is_ada else None)
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert stored(session, Assignment, city.post).confirmed_on is None


def test_a_step_taken_back_knows_again_whose_word_it_was(keeper: Browser, session: Session, city: City) -> None:
    confirmed_earlier(session, city, city.ada)
    page = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    done = save(page.submit("Weiter zur Vorschau", scope="correction", share="0,75"))
    assert own(session, city) is None
    done.submit("Rückgängig")
    assert own(session, city) == city.ada


def test_an_entry_that_becomes_another_keeps_its_word(session: Session, city: City) -> None:
    confirmed_earlier(session, city, city.ada)
    kept, gone = factories.person(session, "Ada", "Ahornblat"), session.get_one(Person, city.ada)
    session.commit()
    work = Work(session, KEEPER, clock.utc_now())
    merge(work, kept, gone, version=kept.version, gone_version=gone.version)
    session.commit()
    row = stored(session, Assignment, city.post)
    assert (row.person_id, row.confirmed_by_id) == (kept.id, kept.id)
    assert row.is_own_word


def test_a_post_that_falls_vacant_names_nobody(session: Session, city: City) -> None:
    row, person = session.get_one(Assignment, city.post), session.get_one(Person, city.ada)
    row.valid_from = clock.today() + timedelta(days=9)
    session.commit()
    confirmed_earlier(session, city, city.ada)
    work = Work(session, KEEPER, clock.utc_now())
    end_person(work, session.get_one(Person, city.ada), clock.today(), version=person.version)
    session.commit()
    row = stored(session, Assignment, city.post)
    assert (row.person_id, row.confirmed_by_id) == (None, None)


def test_the_word_of_a_keeper_taken_back_is_that_of_the_person_again(
    keeper: Browser, session: Session, city: City
) -> None:
    confirmed_earlier(session, city, city.ada)
    assert OWN in told(keeper, city)
    after = press(keeper, f"/orte/{city.school}", f"/einsaetze/{city.post}").follow()
    assert (own(session, city), "durch Eins" in told(keeper, city)) == (None, True)
    assert "Zurückgenommen" in take_back(keeper, after).follow().flash
    assert own(session, city) == city.ada
    assert OWN in told(keeper, city)
