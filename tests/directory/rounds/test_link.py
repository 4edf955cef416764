"""The page behind the link: confirming, changing, and what of it holds at once, waits, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, EarlierValue, Organisation, Person
from coordination.directory.rounds.models import ChangeProposal, RoundPerson
from coordination.directory.rounds.rules import ProposalState, Said, Way
from coordination.directory.rules import HolidayPresence, PlaceKind
from coordination.mail.outbox import OutboxMail
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, every, stored
from tests.directory.rounds.conftest import Round, asked, post_of
from tests.journeys import mails

Delivered = Callable[[], dict[str, str]]


@pytest.fixture
def guest(other_browser: Browser) -> Browser:
    """Return the browser of somebody who has nothing but the link."""
    return other_browser


def week(city_row: Any, **more: str) -> dict[str, str]:
    return {f"e{city_row.id}-{name}": value for name, value in more.items()}


def at_once(keeper: Browser, plan: str) -> None:
    assert keeper.get(f"{plan}/regeln").submit("Speichern", changes="at_once").status == 303


def test_looking_confirms_nothing_and_one_button_does(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City
) -> None:
    page = guest.get(started.link)
    assert page.status == 200
    for said in ("Fröbelschule", "8–13 Uhr (Raum 1)", "ada@example.org"):
        assert said in page.main
    assert "19,5" not in page.main
    assert asked(session, city.ada).answer is Said.OPEN
    done = page.submit("Stimmt so")
    assert done.status == 303
    assert "Danke, Ihre Angaben sind bestätigt" in done.follow().main
    (row,) = post_of(session, city)
    assert (row.confirmed_on, row.confirmed_by) == (clock.today(), "Ada Ahornblatt")
    one = asked(session, city.ada)
    assert (one.answer, one.origin) == (Said.CONFIRMED, Way.LINK)
    told = " ".join(keeper.get(f"/orte/{city.school}").main.split())
    assert f"{clock.today():%d.%m.%Y} von der Person selbst" in told
    assert row.confirmed_by_id == city.ada


def test_nothing_is_confirmed_that_was_not_shown(guest: Browser, session: Session, started: Round, city: City) -> None:
    page = guest.get(started.link)
    stored(session, Person, city.ada).phone = "+49521519999"
    session.commit()
    again = page.submit("Stimmt so")
    assert again.status == 409
    assert "0521 519999" in again.main.replace("\u00a0", " ")
    assert asked(session, city.ada).answer is Said.OPEN
    assert again.submit("Stimmt so").status == 303


def test_what_is_said_of_the_holidays_is_shown_and_confirmed_with_the_rest(
    guest: Browser, session: Session, started: Round, city: City
) -> None:
    row = post_of(session, city)[0]
    page = guest.get(started.link)
    assert "In den Ferien nein" in " ".join(page.main.split())
    stored(session, Assignment, row.id).in_holidays = HolidayPresence.BY_ARRANGEMENT
    session.commit()
    again = page.submit("Stimmt so")
    assert again.status == 409
    assert "In den Ferien nach Absprache" in " ".join(again.main.split())
    assert asked(session, city.ada).answer is Said.OPEN
    assert again.submit("Stimmt so").status == 303


def test_a_form_of_another_page_confirms_nothing(guest: Browser, session: Session, started: Round, city: City) -> None:
    assert guest.post(started.link, {"form_token": "falsch", "seen": ""}).status == 404
    assert asked(session, city.ada).answer is Said.OPEN


def test_a_change_waits_until_the_keeper_takes_it_over(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City
) -> None:
    (row,) = post_of(session, city)
    page = guest.get(started.link).click("Ändern")
    entry = f"/personen/{city.ada}"
    assert "Wartet auf Sie" not in keeper.get(entry).main
    told = page.submit(
        "Senden", mobile="0151 99990017", **week(row, day0_starts="9:00", day0_room="Raum 7"), message="Bin umgezogen."
    )
    assert told.status == 303
    after = told.follow()
    assert "Bis zur Freigabe bleiben diese Angaben" in after.main
    assert (stored(session, Person, city.ada).mobile, post_of(session, city)[0].confirmed_on) == ("", None)
    assert "wartet auf Sie" in keeper.get("/").main
    for address in (entry, f"{entry}/bearbeiten"):
        assert keeper.get(address).click("Änderung vom").h1 == keeper.get(started.page).click("Änderung ansehen").h1
    shown = keeper.get(started.page).click("Änderung ansehen")
    for said in ("Bin umgezogen.", "01519 9990017", "Mo 9–13 Uhr (Raum 7)"):
        assert said in shown.main.replace("\u00a0", " ").replace("\u2060", ""), said
    assert shown.submit("Ab heute übernehmen").status == 303
    assert "Nachricht vom" in keeper.get(entry).main
    old, new = post_of(session, city)
    assert old.valid_until == clock.today() - timedelta(days=1)
    assert (new.valid_from, new.confirmed_by) == (clock.today(), "Ada Ahornblatt")
    assert new.confirmed_by_id == city.ada, "a keeper took over what the person said"
    monday = new.presences[0]
    assert (monday.starts_at, monday.ends_at, monday.room) == (time(9), time(13), "Raum 7")
    assert stored(session, Person, city.ada).mobile == "+4915199990017"
    kept = session.scalars(select(EarlierValue).where(EarlierValue.person_id == city.ada)).all()
    assert [(one.field, one.value) for one in kept] == [("mobile", "")]
    assert shown.submit("Ab heute übernehmen").status == 409, "decided once"
    assert "wartet auf Sie" in keeper.get("/").main, "nobody has answered the message"
    message = keeper.get(started.page).click("Änderung ansehen")
    assert "Ab heute übernehmen" not in message.main
    assert message.submit("Erledigt").status == 303
    assert "wartet auf Sie" not in keeper.get("/").main
    assert "Wartet auf Sie" not in keeper.get(entry).main


def test_a_change_holds_at_once_where_the_employer_has_it_so(
    guest: Browser, keeper: Browser, session: Session, started: Round, plan: str, city: City
) -> None:
    at_once(keeper, plan)
    told = guest.get(f"{started.link}/aendern").submit("Senden", phone="0521 51-4711")
    assert told.status == 303
    assert "gilt ab heute" in told.follow().main
    assert stored(session, Person, city.ada).phone == "+49521514711"
    (row,) = post_of(session, city)
    assert (row.confirmed_on, row.confirmed_by) == (clock.today(), "Ada Ahornblatt")
    (proposal,) = every(session, ChangeProposal)
    assert proposal.state is ProposalState.APPLIED
    assert proposal.settled_at is not None
    shown = keeper.get(started.page).click("Was geändert wurde")
    assert "0521 514711" in shown.main.replace("\u00a0", " ")


@pytest.mark.parametrize("holds_at_once", [True, False])
def test_a_private_mailbox_is_asked_about_once_and_told_to_who_decides(
    guest: Browser, keeper: Browser, session: Session, started: Round, plan: str, city: City, *, holds_at_once: bool
) -> None:
    if holds_at_once:
        at_once(keeper, plan)
    asked_again = guest.get(f"{started.link}/aendern").submit("Senden", email="ada@gmx.de")
    assert asked_again.status == 422
    assert "ada@gmx.de sieht nach einem privaten Postfach aus" in asked_again.main
    assert every(session, ChangeProposal) == []
    other = asked_again.submit("Senden", email="ada@web.de")
    assert other.status == 422
    assert other.submit("Senden").status == 303
    assert (stored(session, Person, city.ada).email == "ada@web.de") is holds_at_once
    if not holds_at_once:
        shown = keeper.get(started.page).click("Änderung ansehen")
        assert "ada@web.de sieht nach einem privaten Postfach aus" in shown.main
        assert shown.submit("Ab heute übernehmen").status == 303
    assert guest.get(f"{started.link}/aendern").submit("Senden", phone="0521 514711").status == 303


def test_a_message_alone_waits_for_the_office_in_any_case(
    guest: Browser, keeper: Browser, session: Session, started: Round, plan: str, city: City
) -> None:
    at_once(keeper, plan)
    guest.get(f"{started.link}/aendern").submit("Senden", message="Ab Februar an der Luisenschule.")
    assert post_of(session, city)[0].confirmed_on is None
    page = keeper.get(started.page).click("Änderung ansehen")
    assert page.submit("Erledigt").status == 303
    assert every(session, ChangeProposal)[0].settled_at is not None


def test_a_change_is_refused_with_a_reason_that_is_mailed(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City, delivered: Delivered
) -> None:
    guest.get(f"{started.link}/aendern").submit("Senden", email="ada.neu@example.org")
    page = keeper.get(started.page).click("Änderung ansehen")
    bare = page.submit("Angaben so lassen")
    assert bare.status == 422
    assert bare.error("reason")
    assert page.submit("Angaben so lassen", reason="Bitte nur die dienstliche Adresse.").status == 303
    text = delivered()["ada@example.org"]
    assert "Grund: Bitte nur die dienstliche Adresse." in text
    assert "ada.neu@example.org" in text
    assert stored(session, Person, city.ada).email == "ada@example.org"
    assert every(session, ChangeProposal)[0].state is ProposalState.REFUSED


def test_a_change_sent_anew_replaces_the_one_that_waits(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City
) -> None:
    page = guest.get(f"{started.link}/aendern")
    page.submit("Senden", phone="0521 51-1")
    first = guest.get(f"{started.link}/aendern")
    decision = keeper.get(started.page).click("Änderung ansehen")
    first.submit("Senden", phone="0521 51-4711")
    assert len(every(session, ChangeProposal)) == 1
    assert decision.submit("Ab heute übernehmen").status == 409, "what was looked at is what is taken over"
    assert stored(session, Person, city.ada).phone == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nichts anders"),
        ({"phone": "keine"}, "keine Telefonnummer"),
        ({"phone": "12"}, "zu kurz, um von außen angerufen zu werden"),
        ({"email": "keine"}, "keine E-Mail-Adresse"),
        ({"day0_starts": "25"}, "keine Uhrzeit"),
        ({"day0_starts": "14:00"}, "Ende muss nach dem Beginn liegen"),
    ],
)
def test_what_cannot_be_read_stands_beside_its_field_and_changes_nothing(
    guest: Browser, session: Session, started: Round, city: City, given: dict[str, str], said: str
) -> None:
    (row,) = post_of(session, city)
    fields = {(f"e{row.id}-{name}" if name.startswith("day") else name): value for name, value in given.items()}
    page = guest.get(f"{started.link}/aendern").submit("Senden", **fields)
    assert page.status == 422
    assert said in page.main
    assert every(session, ChangeProposal) == []
    assert asked(session, city.ada).answer is Said.OPEN


def test_a_link_that_is_unknown_or_over_says_so_without_data(
    guest: Browser, session: Session, started: Round, city: City
) -> None:
    unknown = guest.get(started.link[:-1])
    assert unknown.status == 404
    one = asked(session, city.ada)
    one.generation += 1
    session.commit()
    over = guest.get(started.link)
    assert over.status == 410
    for page in (unknown, over):
        assert "Ahornblatt" not in page.text
    assert guest.get(f"{started.link}/aendern").status == 410


def test_who_has_left_has_nothing_to_confirm(guest: Browser, session: Session, started: Round, city: City) -> None:
    (row,) = post_of(session, city)
    row.valid_until = clock.today() - timedelta(days=1)
    session.commit()
    assert guest.get(started.link).status == 410


def test_the_link_takes_no_cookie(guest: Browser, started: Round) -> None:
    page = guest.get(started.link)
    assert "Set-Cookie" not in page.response.headers
    assert page.submit("Stimmt so").response.headers.get("Set-Cookie") is None


def test_nothing_is_mailed_to_anybody_but_when_refused(
    guest: Browser, keeper: Browser, session: Session, started: Round, city: City
) -> None:
    guest.get(started.link).submit("Stimmt so")
    guest.get(f"{started.link}/aendern").submit("Senden", phone="0521 51-4711")
    keeper.get(started.page).click("Änderung ansehen").submit("Ab heute übernehmen")
    assert [mail.purpose for mail in every(session, OutboxMail)] == ["round"]
    assert next(row.answer for row in every(session, RoundPerson)) is Said.CHANGED


def test_an_entry_that_nobody_confirmed_for_half_a_year_is_marked(
    keeper: Browser, session: Session, city: City
) -> None:
    said = "länger als ein halbes Jahr nicht bestätigt"
    (row,) = post_of(session, city)
    for days, is_marked in ((183, False), (184, True)):
        row.confirmed_on, row.confirmed_by = clock.today() - timedelta(days=days), "Probe"
        session.commit()
        for page in (f"/orte/{city.school}", f"/personen/{city.ada}"):
            assert (said in keeper.get(page).main) is is_marked, page
        assert said not in keeper.get(f"/personen/{city.ada}.vcf").text


def test_a_site_is_named_with_its_school_in_the_mail_and_behind_the_link(
    guest: Browser, keeper: Browser, session: Session, city: City, plan: str, delivered: Delivered
) -> None:
    site = factories.place(session, "Haus Berg", kind=PlaceKind.SCHOOL_SITE, parent_id=city.school)
    provider = session.get_one(Organisation, city.provider)
    factories.assignment(session, session.get_one(Person, city.ada), site, provider, times=[(3, 8, 13, "2")])
    factories.offer(session, site, name="Lesecafé", organisation_id=city.provider)
    session.commit()
    assert keeper.get(plan).submit("Eine Mail senden").status == 303
    mail = delivered()["ada@example.org"]
    said = "Haus Berg (Standort von Fröbelschule)"
    assert said in mail
    link = mails.link(mail, "bestaetigen")
    page = guest.get(link)
    assert [str(one.get_text(strip=True)) for one in page.soup.select("h2")].count(said) == 1
    assert f"Lesecafé, {said}" in page.main
    change = guest.get(f"{link}/aendern")
    assert said in change.main
