"""Whether somebody is there in school holidays, said by the personal link: waiting, approved, at once, as stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.rounds.changes import Wish, wish_of
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rules import HolidayPresence
from tests.browser import Browser
from tests.directory.keepers import City, every, stored
from tests.directory.rounds.conftest import Round, asked, post_of
from tests.directory.rounds.test_link import at_once


@pytest.fixture
def guest(other_browser: Browser) -> Browser:
    """Return the browser of somebody who has nothing but the link."""
    return other_browser


def test_it_waits_and_is_taken_over(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City
) -> None:
    (row,) = post_of(session, city)
    form = guest.get(f"{started.link}/aendern")
    assert form.submit("Senden", **{f"e{row.id}-in_holidays": "by_arrangement"}).status == 303
    waiting = guest.get(started.link).main
    assert "In den Ferien: Fröbelschule" in waiting
    assert post_of(session, city)[0].in_holidays is None
    shown = keeper.get(started.page).click("Änderung ansehen")
    assert "In den Ferien: Fröbelschule" in shown.main
    assert "nach Absprache" in shown.main
    assert shown.submit("Ab heute übernehmen").status == 303
    old, new = post_of(session, city)
    assert old.valid_until == clock.today() - timedelta(days=1)
    assert (old.in_holidays, new.in_holidays) == (None, HolidayPresence.BY_ARRANGEMENT)
    assert (new.confirmed_on, len(new.presences)) == (clock.today(), len(old.presences))
    assert "nach Absprache" in guest.get(started.link).main, "as stored"


def test_it_holds_at_once_where_the_employer_has_it_so(
    guest: Browser, keeper: Browser, session: Session, started: Round, plan: str, city: City
) -> None:
    at_once(keeper, plan)
    (row,) = post_of(session, city)
    guest.get(f"{started.link}/aendern").submit("Senden", **{f"e{row.id}-in_holidays": "yes"})
    assert post_of(session, city)[-1].in_holidays is HolidayPresence.YES
    assert "ja" in keeper.get(started.page).click("Was geändert wurde").main


def test_a_school_where_nobody_said_anything_says_no(
    guest: Browser, session: Session, started: Round, city: City
) -> None:
    (row,) = post_of(session, city)
    form = guest.get(f"{started.link}/aendern")
    field = form.soup.select_one(f'select[name="e{row.id}-in_holidays"]')
    assert field is not None
    assert [option.get_text(strip=True) for option in field.select("option")] == ["nein", "ja", "nach Absprache"]
    # What counts already is no change.
    again = form.submit("Senden")
    assert again.status == 422
    assert asked(session, city.ada).answer.value == "open"
    assert every(session, ChangeProposal) == []


def test_the_mail_says_what_is_stored(
    keeper: Browser, session: Session, plan: str, city: City, delivered: Callable[[], dict[str, str]]
) -> None:
    stored(session, Assignment, city.post).in_holidays = HolidayPresence.BY_ARRANGEMENT
    session.commit()
    keeper.get(plan).submit("Eine Mail senden")
    assert "nach Absprache" in delivered()["ada@example.org"]


def test_elsewhere_it_may_stay_unknown(session: Session, city: City) -> None:
    person, place = session.get_one(Person, city.ben), session.get_one(Place, city.facility)
    (row,) = [one for one in every(session, Assignment) if one.person_id == city.ben]
    assert place.kind.value == "youth_facility"
    said = Wish(holidays={row.id: HolidayPresence.NO})
    assert wish_of(person, [row], said).holidays == {row.id: HolidayPresence.NO}
    assert not wish_of(person, [row], Wish())


def test_what_was_sent_before_says_nothing_of_the_holidays(session: Session, city: City) -> None:
    wish = Wish(holidays={city.post: HolidayPresence.YES})
    assert Wish.unpacked(wish.packed()) == wish
    assert Wish.unpacked({"contact": {"phone": "+49521"}, "weeks": {}}).holidays == {}
