"""Who is away on a holiday is missed by nobody; of several who were named, the first who can be asked stands in."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import FreeDay
from coordination.directory.rules import HolidayPresence
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town

#: Christmas Day, and a Wednesday and a Thursday of the Christmas holidays.
FEAST, HOLIDAYS, OTHER_DAY = date(2026, 12, 25), date(2026, 12, 30), date(2026, 12, 29)


@pytest.fixture
def away(session: Session, town: Town) -> Town:
    """Let Aylin be away for a long time, with somebody who stands in."""
    factories.absence(session, town.aylin, WEDNESDAY, None, substitute_id=town.jonas.id)
    session.commit()
    return town


def panel(browser: Browser, address: str, day: date = WEDNESDAY) -> str:
    found = browser.get(f"{address}?stand={day.isoformat()}").select(".panel--today")[0]
    return " ".join(found.split())


@pytest.mark.parametrize(
    ("day", "reason"),
    [(FEAST, "Erster Weihnachtstag"), (HOLIDAYS, "Weihnachtsferien"), (OTHER_DAY, "Weihnachtsferien")],
)
def test_on_a_holiday_the_school_says_that_and_nobody_stands_in(
    keeper: Browser, away: Town, day: date, reason: str
) -> None:
    school, person = (panel(keeper, at, day) for at in (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}"))
    assert f"{reason}: voraussichtlich niemand vor Ort." in school
    for said in (school, person):
        assert "Vertretung" not in said
        assert "wenden" not in said
    assert "anrufen" not in school
    assert "Vertretung: Jonas Probemann" in panel(keeper, f"/orte/{away.school.id}")


def test_nobody_named_is_no_gap_on_a_day_off_of_the_school(keeper: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY, None)
    session.add(FreeDay(place_id=town.school.id, day=WEDNESDAY))
    session.commit()
    said = panel(keeper, f"/orte/{town.school.id}")
    assert "Beweglicher Ferientag dieser Schule: voraussichtlich niemand vor Ort." in said
    assert "wenden" not in said


@pytest.mark.parametrize("said", [HolidayPresence.YES, HolidayPresence.BY_ARRANGEMENT])
def test_who_is_there_in_the_holidays_is_missed_then(
    keeper: Browser, session: Session, away: Town, said: HolidayPresence
) -> None:
    away.work.in_holidays = said
    session.commit()
    shown = panel(keeper, f"/orte/{away.school.id}", HOLIDAYS)
    assert "Vertretung: Jonas Probemann" in shown
    assert "Weihnachtsferien: voraussichtlich" not in shown
    assert "Vertretung" not in panel(keeper, f"/orte/{away.school.id}", FEAST)


def test_the_button_of_the_person_still_calls_who_stands_in(keeper: Browser, away: Town) -> None:
    page = keeper.get(f"/personen/{away.aylin.id}?stand={HOLIDAYS.isoformat()}")
    assert page.href("Jonas Probemann anrufen") == "tel:+49521519999"


def test_of_several_absences_the_first_who_can_be_asked_stands_in(
    keeper: Browser, session: Session, away: Town
) -> None:
    away.jonas.valid_until = date(2026, 11, 1)
    other = factories.person(session, "Zoe", "Ärmlich", phone="+49521511111")
    factories.absence(session, away.aylin, WEDNESDAY, WEDNESDAY, substitute_id=other.id)
    session.commit()
    addresses = (f"/orte/{away.school.id}", f"/personen/{away.aylin.id}")
    for address in addresses:
        assert "Vertretung: Zoe Ärmlich" in panel(keeper, address), address
        assert "Mi 25.11. nicht vor Ort. Vertretung: Zoe Ärmlich" in " ".join(
            keeper.get(address).select(".week__cover")
        )
    assert keeper.get(addresses[1]).href("Zoe Ärmlich anrufen") == "tel:+49521511111"


def test_each_of_several_who_are_away_has_their_own(keeper: Browser, session: Session, away: Town) -> None:
    one, other = (factories.person(session, name, "Ärmlich") for name in ("Zoe", "Yara"))
    factories.assignment(session, one, away.school, away.provider)
    factories.absence(session, one, WEDNESDAY, WEDNESDAY, substitute_id=other.id)
    session.commit()
    said = panel(keeper, f"/orte/{away.school.id}")
    assert "Vertretung: Jonas Probemann" in said
    assert "Vertretung: Yara Ärmlich" in said
