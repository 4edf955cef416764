"""Somebody is away on a coming day of the week that is shown: whom to ask then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.search.services import rebuild
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town

THURSDAY, FRIDAY = WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=2)


def said(browser: Browser, address: str) -> str:
    """Return what the week says of whom to ask."""
    return " ".join(browser.get(address).select(".week__cover"))


def test_the_week_names_who_stands_in_on_a_coming_day(professional: Browser, session: Session, town: Town) -> None:
    addresses = (f"/orte/{town.club.id}", f"/personen/{town.jonas.id}")
    assert [said(professional, address) for address in addresses] == ["", ""]
    factories.absence(session, town.jonas, THURSDAY, FRIDAY, substitute_id=town.aylin.id)
    session.commit()
    for address in addresses:
        assert said(professional, address) == "Do 26.11. nicht vor Ort. Vertretung: Aylin Musterfrau", address
        page = professional.get(address)
        assert page.soup.select_one(f'.week__cover a[href="/personen/{town.aylin.id}"]') is not None
        # It is a Wednesday on which nobody is missed yet.
        assert "Vertretung" not in page.select(".panel--today")[0]


def test_without_anybody_it_is_the_employer_or_the_coordination(
    professional: Browser, session: Session, town: Town
) -> None:
    factories.absence(session, town.jonas, THURSDAY, None)
    session.commit()
    address = f"/orte/{town.club.id}"
    assert said(professional, address).startswith("Do 26.11. nicht vor Ort. Bitte wenden Sie sich an: Koordination, ")
    town.provider.phone = "+49521777000"
    session.commit()
    assert said(professional, address) == "Do 26.11. nicht vor Ort. Bitte wenden Sie sich an: Beispielwerk gGmbH"


def test_next_week_is_told_day_by_day_at_the_weekend(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 5):
        factories.assignment(session, town.jonas, town.school, town.provider, times=[(day, 8, 12, "")])
    factories.absence(session, town.aylin, date(2026, 11, 30), date(2026, 11, 30), substitute_id=town.jonas.id)
    factories.absence(session, town.aylin, date(2026, 12, 2), None)
    factories.absence(session, town.jonas, date(2026, 12, 1), date(2026, 12, 3), substitute_id=town.aylin.id)
    town.provider.email = "buero@example.org"
    session.commit()
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    professional.sign_in("fach@example.org", factories.PASSWORD)
    page = professional.get(f"/orte/{town.school.id}")
    assert "Nächste Woche" in page.main
    assert page.select(".week__cover")[:2] == [
        "Mo 30.11. nicht vor Ort. Vertretung: Jonas Probemann",
        "Mi 02.12. nicht vor Ort. Bitte wenden Sie sich an: Beispielwerk gGmbH",
    ]


def test_days_in_a_row_are_told_as_a_span(professional: Browser, session: Session, town: Town) -> None:
    worker = factories.person(session, "Zoe", "Ärmlich")
    times = [(day, 8, 12, "") for day in range(5)]
    factories.assignment(session, worker, town.school, town.provider, times=times)
    factories.absence(session, worker, date(2026, 11, 23), None, substitute_id=town.jonas.id)
    session.commit()
    # What is over needs nobody any more.
    assert said(professional, f"/orte/{town.school.id}") == (
        "Mi 25.11.–Fr 27.11. nicht vor Ort. Vertretung: Jonas Probemann"
    )
    assert said(professional, f"/orte/{town.school.id}?stand=2026-11-24") == (
        "Di 24.11.–Fr 27.11. nicht vor Ort. Vertretung: Jonas Probemann"
    )


def test_an_earlier_day_sends_nobody_to_an_office(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, date(2026, 11, 18), date(2026, 11, 18))
    session.commit()
    assert said(professional, f"/orte/{town.school.id}?stand=2026-11-18") == ""


def test_who_only_begins_later_is_named_to_who_plans_alone(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    new = factories.person(session, "Nora", "Neu", valid_from=THURSDAY, organisation_id=town.provider.id)
    factories.absence(session, town.jonas, THURSDAY, THURSDAY, substitute_id=new.id)
    session.commit()
    address = f"/orte/{town.club.id}"
    assert "Nora" not in professional.get(address).html
    assert "Koordination" in said(professional, address)
    assert said(keeper, address) == "Do 26.11. nicht vor Ort. Vertretung: Nora Neu"


def test_whoever_stands_in_is_spoken_to(other_browser: Browser, session: Session, town: Town) -> None:
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    factories.absence(session, town.jonas, THURSDAY, THURSDAY, substitute_id=town.aylin.id)
    session.commit()
    other_browser.sign_in("aylin@example.org", factories.PASSWORD)
    for address in (f"/orte/{town.club.id}", f"/personen/{town.jonas.id}"):
        assert said(other_browser, address) == "Do 26.11.: Sie vertreten Jonas Probemann"


def test_on_a_day_on_which_nobody_would_be_there_nobody_stands_in(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = factories.person(session, "Zoe", "Ärmlich")
    for place in (town.school, town.club):
        times = [(day, 8, 12, "") for day in range(5)]
        factories.assignment(session, worker, place, town.provider, times=times)
    factories.absence(session, worker, date(2026, 12, 21), date(2026, 12, 27), substitute_id=town.jonas.id)
    session.commit()
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 12, 21, 7, 0, tzinfo=UTC))
    professional.sign_in("fach@example.org", factories.PASSWORD)
    # At the school the holidays begin on the 23rd; at the club it is not known whether they change anything.
    told = "nicht vor Ort. Vertretung: Jonas Probemann"
    assert said(professional, f"/orte/{town.school.id}").startswith(f"Mo 21.12., Di 22.12. {told}")
    assert said(professional, f"/orte/{town.club.id}").startswith(f"Mo 21.12.–Do 24.12. {told}")


def test_who_has_left_stands_in_for_nobody(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.jonas, WEDNESDAY, FRIDAY, substitute_id=town.aylin.id)
    factories.assignment(session, town.jonas, town.school, town.provider, times=[(2, 8, 12, "")])
    town.provider.phone = "+49521777000"
    # That she leaves soon is planned: nobody's business yet.
    town.aylin.valid_until = WEDNESDAY
    rebuild(session)
    session.commit()
    club, school, search = f"/orte/{town.club.id}", f"/orte/{town.school.id}", "/suche?q=probemann"
    assert said(professional, club) == "Do 26.11. nicht vor Ort. Vertretung: Aylin Musterfrau"
    assert "Vertretung: Aylin Musterfrau" in professional.get(school).select(".panel--today")[0]
    assert "Vertretung: Aylin Musterfrau" in professional.get(search).main
    town.aylin.valid_until = WEDNESDAY - timedelta(days=1)
    session.commit()
    told = "Bitte wenden Sie sich an: Beispielwerk gGmbH"
    assert said(professional, club) == f"Do 26.11. nicht vor Ort. {told}"
    assert told in professional.get(school).select(".panel--today")[0]
    assert "bitte wenden Sie sich an: Beispielwerk gGmbH" in professional.get(search).main
    for address in (school, search):
        assert "Vertretung" not in professional.get(address).main, address


def test_whom_to_ask_is_no_part_of_the_head_of_a_row(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.jonas, THURSDAY, THURSDAY, substitute_id=town.aylin.id)
    session.commit()
    page = professional.get(f"/orte/{town.club.id}")
    assert "Vertretung" not in " ".join(page.select(".week th"))
    # Below the row, with whom it is about for those who do not see where it stands.
    assert page.select(".week__note") == ["Jonas Probemann: Do 26.11. nicht vor Ort. Vertretung: Aylin Musterfrau"]


def test_of_an_earlier_day_whoever_stood_in_is_named_as_such(
    other_browser: Browser, session: Session, town: Town
) -> None:
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    factories.absence(session, town.jonas, date(2026, 11, 19), date(2026, 11, 19), substitute_id=town.aylin.id)
    session.commit()
    other_browser.sign_in("aylin@example.org", factories.PASSWORD)
    address = f"/orte/{town.club.id}?stand=2026-11-19"
    assert said(other_browser, address) == "Do 19.11. nicht vor Ort. Vertretung: Sie selbst"
    page = other_browser.get(address)
    assert "Vertretung: Sie selbst" in page.select(".panel--today")[0]
    assert "Sie vertreten" not in page.main


def test_who_stands_in_is_called_first_and_named_once(professional: Browser, session: Session, town: Town) -> None:
    town.jonas.email = "jonas@example.org"
    factories.absence(session, town.jonas, WEDNESDAY, WEDNESDAY, substitute_id=town.aylin.id)
    session.commit()
    page = professional.get(f"/personen/{town.jonas.id}")
    calls = page.soup.select("a.call")
    assert [str(one["href"]) for one in calls] == ["tel:+4915199990017", "tel:+49521519999"]
    assert ["call--second" in str(one["class"]) for one in calls] == [False, True]
    assert len(page.soup.select('a[href="mailto:aylin@example.org"]')) == 1
    # The name is seen, and spoken once.
    assert [one.get_text(strip=True) for one in calls[0].select("[aria-hidden]") if one.name == "span"] == [
        "Aylin Musterfrau"
    ]
    spoken = " ".join(one.get_text() for one in calls[0].find_all("span", recursive=False))
    assert spoken.split(" ")[:3] == ["Aylin", "Musterfrau", "anrufen:"]


def test_without_anybody_who_stands_in_the_own_number_is_no_large_button(
    professional: Browser, session: Session, town: Town
) -> None:
    factories.absence(session, town.jonas, WEDNESDAY, WEDNESDAY)
    session.commit()
    page = professional.get(f"/personen/{town.jonas.id}")
    assert page.soup.select(".page-head a.call:not(.call--second)") == []
    assert len(page.soup.select(".page-head a.call--second")) == 1
