"""People confirm their own assignments, where their employer lets what they say hold at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Subject
from coordination.core.errors import Forbidden
from coordination.core.work import Work
from coordination.directory.confirming import services
from coordination.directory.confirming.services import Earlier
from coordination.directory.models import Assignment, Person
from coordination.directory.queries import subject_of
from coordination.directory.rounds.models import ConfirmationRule
from tests import factories
from tests.browser import Browser
from tests.directory.confirming.test_entries import press, take_back
from tests.directory.keepers import City, build, every, forge, stored

ADA = "ada@example.org"


@pytest.fixture
def city(session: Session) -> City:
    found = build(session)
    factories.account(session, ADA, person_id=found.ada, display_name="A. Ahorn")
    session.commit()
    return found


@pytest.fixture
def ada(browser: Browser, city: City) -> Browser:
    """Return the browser of somebody who is assigned to the school."""
    browser.sign_in(ADA, factories.PASSWORD)
    return browser


def let(session: Session, employer: int, *, at_once: bool = True) -> None:
    session.query(ConfirmationRule).delete()
    session.add(ConfirmationRule(employer_id=employer, applies_at_once=at_once))
    session.commit()


def buttons(browser: Browser, page: str) -> list[str]:
    forms = browser.get(page).soup.select(".assigned form")
    return [str(one["action"]).split("?")[0] for one in forms]


def said(session: Session, key: int) -> tuple[object, str]:
    row = stored(session, Assignment, key)
    return row.confirmed_on, row.confirmed_by


@pytest.mark.parametrize("at", ["place", "person"])
def test_the_word_of_the_person_counts_and_can_be_taken_back(
    ada: Browser, session: Session, city: City, at: str
) -> None:
    let(session, city.provider)
    page = f"/orte/{city.school}" if at == "place" else f"/personen/{city.ada}"
    done = press(ada, page, f"/einsaetze/{city.post}")
    assert done.location == f"{page}#assignments"
    assert said(session, city.post) == (clock.today(), "Ada Ahornblatt")
    after = done.follow()
    assert "von der Person selbst" in after.main
    assert buttons(ada, page) == []
    assert "Zurückgenommen" in take_back(ada, after).follow().flash
    assert said(session, city.post) == (None, "")
    assert buttons(ada, page) == [f"/einsaetze/{city.post}/bestaetigen"]


@pytest.mark.parametrize("rule", [None, False])
def test_where_the_employer_looks_first_there_is_no_button(
    ada: Browser, session: Session, city: City, rule: bool | None
) -> None:
    if rule is not None:
        let(session, city.provider, at_once=rule)
    assert buttons(ada, f"/personen/{city.ada}") == []
    version = stored(session, Assignment, city.post).version
    assert forge(ada, "/wer-ist-wo", f"/einsaetze/{city.post}/bestaetigen?version={version}").status == 403
    assert said(session, city.post) == (None, "")


def test_what_is_others_over_or_to_come_is_not_theirs(ada: Browser, session: Session, city: City) -> None:
    let(session, city.provider)
    mine, today = stored(session, Assignment, city.post), clock.today()
    other = factories.assignment(session, stored(session, Person, city.ben), mine.place, mine.employer)
    session.commit()
    page = f"/orte/{city.school}"
    assert buttons(ada, page) == [f"/einsaetze/{city.post}/bestaetigen"]
    address = f"/einsaetze/{other.id}/bestaetigen?version={other.version}"
    assert forge(ada, "/wer-ist-wo", address).status == 403
    for first, last in ((today - timedelta(days=9), today - timedelta(days=1)), (today + timedelta(days=1), None)):
        row = stored(session, Assignment, city.post)
        row.valid_from, row.valid_until = first, last
        session.commit()
        version = stored(session, Assignment, city.post).version
        assert forge(ada, "/wer-ist-wo", f"/einsaetze/{city.post}/bestaetigen?version={version}").status == 403
    assert {row.confirmed_on for row in every(session, Assignment)} == {None}


@pytest.mark.parametrize(
    ("is_over", "why"),
    [
        (True, "weil der Einsatz heute nicht gilt."),
        (False, "weil der Anstellungsträger solche Angaben jetzt selbst prüft."),
    ],
)
def test_what_is_not_theirs_to_say_any_more_is_refused_kindly(
    ada: Browser, other_browser: Browser, session: Session, city: City, is_over: bool, why: str
) -> None:
    let(session, city.provider)
    page = f"/personen/{city.ada}"
    after = press(ada, page, f"/einsaetze/{city.post}").follow()
    if is_over:
        stored(session, Assignment, city.post).valid_until = clock.today() - timedelta(days=1)
        session.commit()
    else:
        let(session, city.provider, at_once=False)
    answer = take_back(ada, after)
    assert answer.location == f"{page}#assignments"
    assert answer.follow().flash == f"Das lässt sich nicht mehr zurücknehmen, {why}"
    assert said(session, city.post) == (clock.today(), "Ada Ahornblatt")
    other_browser.sign_in("liest@example.org", factories.PASSWORD)
    assert forge(other_browser, "/wer-ist-wo", f"/einsaetze/{city.post}/bestaetigung-zuruecknehmen").status == 403


def test_the_service_asks_for_itself_who_takes_back(session: Session, city: City) -> None:
    row = stored(session, Assignment, city.post)
    row.confirmed_on, row.confirmed_by = clock.today(), "Ada Ahornblatt"
    session.commit()
    stranger = Work(session, Actor(user_id=1, person_id=city.ada), clock.utc_now())
    theirs = Earlier(row.confirmed_on, row.confirmed_by)
    with pytest.raises(Forbidden):
        services.take_back(stranger, row, subject_of(row), Earlier(None, ""), said=theirs)
    assert said(session, city.post) == (clock.today(), "Ada Ahornblatt")
    # Where it is theirs to say, the subject names the person.
    own = Subject(organisation_ids=subject_of(row).organisation_ids, person_id=city.ada)
    row = stored(session, Assignment, city.post)
    services.take_back(stranger, row, own, Earlier(None, ""), said=theirs)
    assert (row.confirmed_on, row.confirmed_by) == (None, "")


def test_an_earlier_day_is_only_read(ada: Browser, session: Session, city: City) -> None:
    let(session, city.provider)
    yesterday = clock.today() - timedelta(days=1)
    assert buttons(ada, f"/personen/{city.ada}?stand={yesterday.isoformat()}") == []
