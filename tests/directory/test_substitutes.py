"""Who stands in and is needed elsewhere: said, never refused."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town


def test_a_substitute_who_is_needed_elsewhere_is_named_but_not_refused(
    keeper: Browser, session: Session, town: Town
) -> None:
    factories.assignment(session, town.jonas, town.club, town.provider, times=[(2, 12, 16, "")])
    session.commit()
    path = f"/personen/{town.aylin.id}/abwesenheiten"

    def enter(first: str, last: str) -> str:
        page = keeper.get(path).submit(
            "Abwesenheit speichern", first_on=first, last_on=last, substitute_id=town.jonas.id
        )
        return page.follow().flash

    assert "Jonas Probemann ist dann auch anderswo eingesetzt: Mi 12–16 Uhr (Jugendtreff Ärmel)." in enter(
        "2026-12-01", "2026-12-03"
    )
    assert enter("2026-12-07", "2026-12-08") == "Die Abwesenheit ist eingetragen.", "no Wednesday in it"
    factories.absence(session, town.jonas, date(2026, 12, 14), date(2026, 12, 14))
    session.commit()
    assert "ist in dieser Zeit selbst als abwesend eingetragen" in enter("2026-12-14", "2026-12-15")


def test_the_page_of_a_substitute_says_for_whom_they_stand_in(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    """Until when, only whoever keeps the absent one reads; nobody reads why."""
    town.jonas.mobile = "+4915199990018"
    factories.absence(session, town.aylin, WEDNESDAY, WEDNESDAY + timedelta(days=9), substitute_id=town.jonas.id)
    session.commit()
    page = professional.get(f"/personen/{town.jonas.id}")
    assert "Vertritt heute: Aylin Musterfrau" in page.select(".panel--today")[0]
    assert "04.12.2026" not in page.main
    assert page.click("Aylin Musterfrau").h1 == "Aylin Musterfrau"
    assert "Aylin Musterfrau bis 04.12.2026" in keeper.get(f"/personen/{town.jonas.id}").select(".panel--today")[0]
    assert "Vertritt" not in professional.get(f"/personen/{town.jonas.id}?stand=2026-11-20").main
    assert "Vertritt" not in professional.get(f"/personen/{town.aylin.id}").main
    # The week of somebody else can be printed from their page.
    assert professional.get(page.href("Wochenplan als PDF")).status == 200
    town.jonas.valid_until = WEDNESDAY - timedelta(days=1)
    session.commit()
    assert "Vertritt" not in professional.get(f"/personen/{town.jonas.id}").main, "who has left stands in for nobody"
    town.jonas.valid_until = None
    factories.absence(session, town.jonas, WEDNESDAY, WEDNESDAY)
    session.commit()
    assert "Vertritt" not in professional.get(f"/personen/{town.jonas.id}").main


def test_who_stands_in_reads_it_on_their_own_page(browser: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY, WEDNESDAY + timedelta(days=9), substitute_id=town.jonas.id)
    factories.account(session, "jonas@example.org", person_id=town.jonas.id)
    session.commit()
    browser.sign_in("jonas@example.org", factories.PASSWORD)
    own = browser.get(f"/personen/{town.jonas.id}").select(".panel--today")[0]
    assert "Sie vertreten heute: Aylin Musterfrau bis 04.12.2026" in own
