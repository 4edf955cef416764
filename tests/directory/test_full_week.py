"""The full week of an employer: hours become a share of a post by it, wherever they do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.i18n import in_language
from coordination.directory import full_weeks
from coordination.directory.asof import AsOf
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Assignment, EarlierValue, Organisation
from coordination.planning import findings
from coordination.planning.findings import Kind
from coordination.web.templating import share_text
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.keepers import City, a_day_later, build, enter, stored
from tests.planning.conftest import City as Schools
from tests.planning.conftest import city as schools
from tests.statements import counted

__all__ = ["schools"]
ASKED = "Wochenstunden einer vollen Stelle"


@pytest.fixture
def keys(session: Session) -> City:
    """Return a provider with a team below it."""
    return build(session)


def test_it_is_asked_for_kept_and_inherited(browser: Browser, session: Session, keys: City) -> None:
    chief = enter(browser, "alles")
    today = clock.today()
    assert full_weeks.read(session, today) == {}
    session.rollback()
    page = chief.get(f"/organisationen/{keys.provider}/bearbeiten")
    assert ASKED in page.main
    page.submit("Organisation speichern", weekly_hours="38,5")
    assert stored(session, Organisation, keys.provider).weekly_hours == Decimal("38.50")
    assert full_weeks.read(session, today) == dict.fromkeys([keys.provider, keys.team], Decimal("38.5"))
    session.rollback()
    for key, is_said in ((keys.provider, True), (keys.team, True), (keys.other, False)):
        assert (f"{ASKED} 38,5" in chief.get(f"/organisationen/{key}").main) == is_said
    page = chief.get(f"/organisationen/{keys.team}/bearbeiten")
    page.submit("Organisation speichern", weekly_hours="40")
    weeks = FullWeeks(session, today)
    assert [weeks.of(key) for key in (keys.provider, keys.team, keys.other)] == [Decimal("38.5"), 40, 39]
    session.rollback()
    form = chief.get(f"/organisationen/{keys.team}/bearbeiten")
    assert str(form.soup.select_one("#weekly_hours")["value"]) == "40"  # type: ignore[index]
    form.submit("Organisation speichern", weekly_hours="")
    assert stored(session, Organisation, keys.team).weekly_hours is None


@pytest.mark.parametrize("typed", ["0", "9,9", "48,5", "viel", "-39", "38,555", "1e1", "３９"])
def test_what_is_no_week_is_refused_beside_the_field(
    browser: Browser, session: Session, keys: City, typed: str
) -> None:
    chief = enter(browser, "alles")
    page = chief.get(f"/organisationen/{keys.provider}/bearbeiten").submit("Organisation speichern", weekly_hours=typed)
    assert page.status == 422
    assert str(page.soup.select_one("#weekly_hours")["value"]) == typed  # type: ignore[index]
    assert "zwischen 10 und 48" in page.main or "Zeichen" in page.main
    assert stored(session, Organisation, keys.provider).weekly_hours is None


def test_an_earlier_day_has_the_week_of_then(browser: Browser, session: Session, keys: City) -> None:
    a_day_later(session)
    chief = enter(browser, "alles")
    chief.get(f"/organisationen/{keys.provider}/bearbeiten").submit("Organisation speichern", weekly_hours="40")
    yesterday = clock.today() - timedelta(days=1)
    session.rollback()
    assert FullWeeks(session, clock.today()).of(keys.team) == 40
    assert FullWeeks(session, yesterday).of(keys.team) == 39
    kept = session.query(EarlierValue).filter_by(organisation_id=keys.provider, field="weekly_hours").one()
    assert (kept.value, kept.valid_until) == ("", yesterday)


def test_a_circle_in_the_tree_is_no_way_without_end(session: Session) -> None:
    one = factories.organisation(session, "Eins")
    two = factories.organisation(session, "Zwei", parent_id=one.id)
    one.parent_id = two.id
    session.flush()
    assert full_weeks.read(session, clock.today()) == {}
    two.weekly_hours = Decimal(40)
    session.flush()
    assert set(full_weeks.read(session, clock.today())) == {one.id, two.id}


def test_coverage_and_sums_count_with_it(schools: Schools) -> None:
    ada = factories.person(schools.session)
    for school in (schools.alpha, schools.beta):
        factories.assignment(
            schools.session, ada, school, schools.employer, times=[], share_hours=Decimal("19.5"), share_posts=None
        )
    assert schools.covers()["Alphaschule"].posts == Decimal("0.50")
    assert schools.found() == {}
    schools.employer.weekly_hours = Decimal(30)
    assert schools.covers()["Alphaschule"].posts == Decimal("0.65")
    assert schools.found() == {Kind.OVER_FULL: ["Ada Ahornblatt"]}
    row = schools.session.query(Assignment).first()
    assert row is not None
    row.share_posts = Decimal("0.5")
    assert schools.covers()["Alphaschule"].posts == Decimal("0.50"), "what is given in posts stays"


def test_the_page_of_a_person_adds_up_with_it(professional: Browser, session: Session, town: Town) -> None:
    work = session.query(Assignment).filter_by(person_id=town.aylin.id).one()
    work.share_posts, work.share_hours = None, Decimal("19.25")
    factories.assignment(session, town.aylin, town.club, town.provider, share_posts=Decimal("0.25"))
    town.provider.weekly_hours = Decimal("38.5")
    session.commit()
    assert "0,75 Stelle" in professional.get(f"/personen/{town.aylin.id}").main


def test_the_preview_of_an_assignment_counts_with_it(browser: Browser, session: Session, keys: City) -> None:
    chief = enter(browser, "alles")
    row = stored(session, Assignment, keys.post)
    row.share_posts, row.share_hours = None, Decimal("19.5")
    session.commit()

    def preview() -> str:
        page = chief.get(f"/einsaetze/neu?person={keys.ada}&ort={keys.second_school}")
        filled = {"share": "19,5", "unit": "hours", "employer_id": str(keys.provider)}
        return page.submit("Weiter zur Vorschau", **filled).main

    assert "1,3" not in preview()
    stored(session, Organisation, keys.provider).weekly_hours = Decimal(30)
    session.commit()
    assert "1,3" in preview()


def test_the_form_of_an_assignment_says_whose_week_it_is(browser: Browser, session: Session, keys: City) -> None:
    chief = enter(browser, "alles")
    address = f"/einsaetze/{keys.post}/bearbeiten"
    assert "0,5 Stelle oder 19,5 von 39 Stunden" in chief.get(address).main
    provider, row = stored(session, Organisation, keys.provider), session.get_one(Assignment, keys.post)
    provider.weekly_hours = Decimal("38.5")
    session.commit()
    # 19,5 of 38,5 hours are 0,51: a list gave both, and they are not the same any more.
    assert "Eingetragen sind auch 19,5 Wochenstunden; das wären 0,51 Stellen." in chief.get(address).main
    row.share_hours = None
    session.commit()
    assert "0,5 Stelle oder 19,25 von 38,5 Stunden" in chief.get(address).main


def test_shares_in_posts_ask_for_no_week(app: Flask, session: Session, schools: Schools) -> None:
    factories.assignment(session, factories.person(session), schools.alpha, schools.employer, share_posts=Decimal(1))
    session.commit()

    def number() -> int:
        with counted(app) as seen, app.test_request_context():
            schools.covers()
            findings.found(session, schools_day())
        return len(seen)

    few = number()
    factories.assignment(
        session, factories.person(session, "B"), schools.beta, schools.employer, share_hours=Decimal(9)
    )
    session.commit()
    assert number() == few + 2


def schools_day() -> AsOf:
    return AsOf(clock.today(), clock.today(), planned=True)


def test_hours_alone_are_shown_as_posts_too(professional: Browser, session: Session, town: Town) -> None:
    work = session.query(Assignment).filter_by(person_id=town.aylin.id).one()
    work.share_posts, work.share_hours = None, Decimal("19.5")
    session.commit()
    for address in (f"/personen/{town.aylin.id}", f"/orte/{town.school.id}"):
        page = professional.get(address)
        cell = page.soup.select_one('td[data-label="Anteil"]')
        assert cell is not None
        assert " ".join(cell.get_text(" ").split()) == ("19,5 Std. (0,5 Stelle) bei einer vollen Woche von 39 Std."), (
            address
        )
    town.provider.weekly_hours = Decimal(26)
    session.commit()
    page = professional.get(f"/personen/{town.aylin.id}")
    assert "(0,75 Stelle)" in page.main
    assert "bei einer vollen Woche von 26 Std." in page.select(".assigned")[0]
    # What is given in both ways is shown as it is: nothing is derived.
    work.share_posts = Decimal("0.5")
    session.commit()
    page = professional.get(f"/personen/{town.aylin.id}")
    assert page.soup.select_one('td[data-label="Anteil"] [title]') is None
    assert "0,75" not in page.main


def test_the_preview_says_both_too(browser: Browser, session: Session, keys: City) -> None:
    chief = enter(browser, "alles")
    values: dict[str, Any] = {
        "person_id": keys.ben,
        "employer_id": keys.provider,
        "share": "19,5 Std.",
        "valid_from": "2027-02-01",
    }
    shown = chief.get(f"/einsaetze/neu?ort={keys.second_school}").submit("Weiter zur Vorschau", **values)
    assert "19,5 Std. (0,5 Stelle)" in shown.main


@pytest.mark.parametrize(
    ("posts", "hours", "derived", "text"),
    [
        (None, None, None, ""),
        ("0.5", None, None, "0,5 Stelle"),
        ("0.5", "19.5", None, "0,5 Stelle (19,5 Std.)"),
        (None, "19.5", None, "19,5 Std."),
        (None, "19.5", "0.5", "19,5 Std. (0,5 Stelle)"),
        (None, "58.5", "1.5", "58,5 Std. (1,5 Stellen)"),
    ],
)
def test_what_was_given_stands_first(posts: str | None, hours: str | None, derived: str | None, text: str) -> None:
    given = [None if one is None else Decimal(one) for one in (posts, hours, derived)]
    with in_language("de"):
        assert share_text(*given) == text
