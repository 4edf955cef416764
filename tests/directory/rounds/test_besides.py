"""A round asks for the employer's own entry, too, for its facilities and for what they offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.offers.models import Offer
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, stored
from tests.directory.rounds.conftest import Round
from tests.journeys import mails
from tests.together import engine_of, work_of


@pytest.fixture
def empty(city: City, session: Session) -> int:
    """Return a facility of the provider where nobody works, with an offer; beside it what no round asks for."""
    provider, facility = session.get_one(Organisation, city.provider), session.get_one(Place, city.facility)
    provider.phone = "+49521511000"
    row = factories.place(session, "Spielmobil Probe", operator_id=provider.id, email="mobil@example.org")
    factories.offer(session, row, "Basteln Probe")
    factories.offer(session, facility, "Kurs im Treff", organisation_id=provider.id)
    foreign = factories.place(session, "Fremder Treff", operator_id=city.other)
    factories.offer(session, foreign, "Kurs auswärts", organisation_id=provider.id)
    factories.offer(session, foreign, "Ganz fremder Kurs")
    factories.offer(session, row, "Kurs der Anderen", organisation_id=city.other)
    factories.place(session, "Alter Treff", operator_id=provider.id, valid_until=date(2024, 1, 1))
    session.commit()
    return int(row.id)


@pytest.fixture
def asked(empty: int, started: Round) -> Round:
    return started


def said(session: Session, model: type[Any], key: int) -> tuple[date | None, str]:
    row = stored(session, model, key)
    return row.confirmed_on, row.confirmed_by


def offers(session: Session) -> dict[str, tuple[date | None, str]]:
    session.rollback()
    return {one.name: (one.confirmed_on, one.confirmed_by) for one in session.query(Offer)}


def test_mail_and_page_say_what_is_stored_and_one_answer_confirms_it(
    keeper: Browser,
    plan: str,
    empty: int,
    city: City,
    other_browser: Browser,
    session: Session,
    delivered: Callable[[], dict[str, str]],
) -> None:
    assert keeper.get(plan).submit("Eine Mail senden").status == 303
    mail = delivered()["ada@example.org"]
    page = other_browser.get(mails.link(mail, "bestaetigen"))
    for text in ("Spielmobil Probe", "mobil@example.org", "Basteln Probe", "Kurs auswärts", "0521 51-1000"):
        assert text in page.main.replace(" 511000", " 51-1000"), text
        assert text in mail.replace(" 511000", " 51-1000"), text
    for text in ("Jugendtreff Probe", "Kurs im Treff", "Alter Treff", "Ganz fremder Kurs", "Kurs der Anderen"):
        assert text not in page.main, f"{text}: not Ada's to say"
        assert text not in mail
    assert "Das steht außerdem über Trägerverein Probe e. V. im Verzeichnis" in page.main
    assert page.submit("Stimmt so").status == 303
    now = (clock.today(), "Ada Ahornblatt")
    assert said(session, Organisation, city.provider) == now
    assert said(session, Place, empty) == now
    assert said(session, Person, city.ada) == now
    assert said(session, Place, city.facility) == (None, "")
    never = dict.fromkeys(("Kurs im Treff", "Ganz fremder Kurs", "Kurs der Anderen"), (None, ""))
    assert offers(session) == {"Basteln Probe": now, "Kurs auswärts": now} | never


def test_what_changed_since_the_page_was_opened_is_shown_first(
    asked: Round, empty: int, other_browser: Browser, session: Session
) -> None:
    page = other_browser.get(asked.link)
    stored(session, Place, empty).phone = "+49521519999"
    session.commit()
    again = page.submit("Stimmt so")
    assert again.status == 409
    assert said(session, Place, empty) == (None, "")
    assert again.submit("Stimmt so").status == 303
    assert said(session, Place, empty)[0] == clock.today()


def test_nothing_changes_between_the_look_and_the_confirmation(
    app: Flask, asked: Round, empty: int, other_browser: Browser, session: Session
) -> None:
    engine, waited = engine_of(app), []
    page = other_browser.get(asked.link)
    others: list[Thread] = []

    def change(work: Work) -> None:
        work.session.get_one(Place, empty).phone = "+49521519999"

    def meanwhile(*given: Any) -> None:
        if given[2].startswith("UPDATE place SET confirmed_on") and not others:
            others.append(Thread(target=work_of(engine, SYSTEM, change)))
            others[0].start()
            others[0].join(0.5)
            waited.append(others[0].is_alive())

    event.listen(engine, "before_cursor_execute", meanwhile)
    try:
        assert page.submit("Stimmt so").status == 303
    finally:
        event.remove(engine, "before_cursor_execute", meanwhile)
    others[0].join()
    assert waited == [True]
    assert stored(session, Place, empty).phone == "+49521519999"


def test_who_works_in_a_facility_is_asked_for_it(
    keeper: Browser,
    plan: str,
    empty: int,
    city: City,
    session: Session,
    other_browser: Browser,
    delivered: Callable[[], dict[str, str]],
) -> None:
    stored(session, Person, city.ben).email = "ben@example.org"
    session.commit()
    assert keeper.get(plan).submit("2 Mails senden").status == 303
    page = other_browser.get(mails.link(delivered()["ben@example.org"], "bestaetigen"))
    assert {"Spielmobil Probe", "Kurs im Treff, Jugendtreff Probe"} < set(page.select("h2"))
    assert page.submit("Stimmt so").status == 303
    assert said(session, Place, city.facility) == (clock.today(), "Ben Birke")
    assert offers(session)["Kurs im Treff"] == (clock.today(), "Ben Birke")
