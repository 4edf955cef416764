"""The plan of a round: who is asked, what the mail says, and that nothing leaves without the click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.work import AuditEntry, Work, work_as
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rounds import plan as rounds
from coordination.directory.rounds import queries, services
from coordination.directory.rounds.models import ConfirmationRound, RoundPerson
from coordination.mail.outbox import OutboxMail
from tests import factories
from tests.browser import Browser
from tests.directory import keepers
from tests.directory.keepers import City, every, stored
from tests.directory.rounds.conftest import Round, asked, weeks_pass

Delivered = Callable[[], dict[str, str]]


def test_the_plan_says_who_gets_a_mail_and_who_has_no_address(keeper: Browser, session: Session, plan: str) -> None:
    page = keeper.get(plan)
    assert "Eine Mail senden" in page.main
    assert "keine E-Mail-Adresse" in page.main
    assert "Guten Tag Ada Ahornblatt" in page.main
    assert not re.search(r"/bestaetigen/[\w.-]{10,}", page.text), "the link is its reader's own"
    assert every(session, OutboxMail) == []
    assert every(session, ConfirmationRound) == []


def test_each_person_gets_one_mail_with_what_is_stored(
    keeper: Browser, session: Session, plan: str, city: City, delivered: Delivered
) -> None:
    page = keeper.get(plan)
    answer = page.submit("Eine Mail senden")
    assert answer.status == 303
    assert [row.person_id for row in every(session, RoundPerson)] == [city.ada, city.ben]
    assert page.submit("Eine Mail senden").status == 409, "the same plan is not sent twice"
    (mail,) = every(session, OutboxMail)
    assert (mail.purpose, mail.person_id) == ("round", city.ada)
    text = delivered()["ada@example.org"]
    for said in ("Fröbelschule", "Schulsozialarbeit", "Mo, Di, Mi, Do, Fr 8–13 Uhr (Raum 1)", "ada@example.org"):
        assert said in text
    assert "19,5" not in text, "the share only where the employer has it so"
    assert "round.started" in [entry.action for entry in every(session, AuditEntry)]


def test_a_mail_is_signed_with_where_its_sender_works(
    keeper: Browser, session: Session, plan: str, city: City, delivered: Delivered
) -> None:
    """Somebody of the city may ask a provider's people: the provider's name below would be a lie."""
    who = factories.person(session, "Kim", "Kiefer", organisation_id=city.city)
    session.scalars(select(UserAccount).where(UserAccount.email == "eins@example.org")).one().person_id = who.id
    session.commit()
    keeper.get(plan).submit("Eine Mail senden")
    assert "Kim Kiefer\nStadt Probe\n" in delivered()["ada@example.org"].replace("\r\n", "\n")


def test_a_round_soon_after_another_has_to_be_meant(
    keeper: Browser, session: Session, plan: str, started: Round
) -> None:
    page = keeper.get(plan).submit("Eine Mail senden")
    assert page.status == 422
    assert "Die letzte Runde begann am" in page.main
    assert len(every(session, ConfirmationRound)) == 1
    assert page.submit("Eine Mail senden", again="1").status == 303
    assert len(every(session, ConfirmationRound)) == 2


def test_the_share_is_told_where_the_employer_has_it_so(keeper: Browser, plan: str, delivered: Delivered) -> None:
    assert keeper.get(f"{plan}/regeln").submit("Speichern", shows_share="y", changes="approved").status == 303
    keeper.get(plan).submit("Eine Mail senden")
    assert "0,5 Stelle (19,5 Std.)" in delivered()["ada@example.org"]


def test_a_setting_stored_meanwhile_is_not_overwritten(keeper: Browser, plan: str) -> None:
    first, second = keeper.get(f"{plan}/regeln"), keeper.get(f"{plan}/regeln")
    assert first.submit("Speichern", changes="at_once").status == 303
    again = second.submit("Speichern", changes="approved")
    assert again.status == 409
    assert again.submit("Speichern", changes="approved").status == 303


def test_a_plan_that_has_changed_is_looked_at_again(keeper: Browser, session: Session, plan: str, city: City) -> None:
    page = keeper.get(plan)
    stored(session, Person, city.ada).mobile = "+4915199990017"
    session.commit()
    again = page.submit("Eine Mail senden")
    assert again.status == 409
    assert "hat sich etwas geändert" in again.main
    assert every(session, OutboxMail) == []


def test_without_any_address_nothing_begins(keeper: Browser, session: Session, plan: str, city: City) -> None:
    stored(session, Person, city.ada).email = ""
    session.commit()
    page = keeper.get(plan)
    assert "senden" not in page.main
    answer = keepers.forge(keeper, f"{plan}/regeln", plan, seen="")
    assert answer.status == 422
    assert every(session, ConfirmationRound) == []


@pytest.mark.parametrize("name", ["liest", "eins"])
def test_only_who_keeps_an_employer_asks_its_people(browser: Browser, city: City, name: str) -> None:
    keepers.enter(browser, name)
    for address in (f"/organisationen/{city.other}/bestaetigung", f"/organisationen/{city.other}/bestaetigung/regeln"):
        assert browser.get(address).status == 403
    assert browser.get("/organisationen/99999/bestaetigung").status == 404


def test_the_list_of_employers_shows_only_ones_own(
    keeper: Browser, other_browser: Browser, session: Session, started: Round
) -> None:
    page = keeper.get("/bestaetigungen")
    assert "Trägerverein Probe" in page.main
    assert "0 von 2" in page.main
    weeks_pass(session, 184)
    assert "länger als ein halbes Jahr her" in keeper.get("/bestaetigungen").main
    keepers.enter(other_browser, "liest")
    assert other_browser.get("/bestaetigungen").status == 403
    assert other_browser.get(started.page).status == 404, "whom a round asked is nobody else's to know"


def test_who_is_silent_is_reminded_but_not_within_a_week(
    keeper: Browser, session: Session, started: Round, city: City, delivered: Delivered
) -> None:
    assert "Erinnern" not in keeper.get(started.page).select("main .button")
    page = keeper.get(f"{started.page}/erinnern")
    assert "Zurzeit ist niemand zu erinnern. Warum, steht unten bei jeder Person" in page.main
    weeks_pass(session, 7)
    page = keeper.get(f"{started.page}/erinnern")
    assert page.submit("Ausgewählte erinnern").status == 303
    text = delivered()["ada@example.org"]
    assert "wir haben noch nichts von Ihnen gehört" in text
    assert page.submit("Ausgewählte erinnern").status == 422, "nobody is left to remind"
    assert asked(session, city.ada).mailed_at is not None
    purposes = [mail.purpose for mail in every(session, OutboxMail)]
    assert purposes == ["round", "round.reminder"]


def test_what_is_confirmed_by_telephone_is_entered(
    keeper: Browser, session: Session, started: Round, city: City
) -> None:
    page = keeper.get(f"{started.page}/personen/{city.ben}")
    assert "Jugendtreff Probe" in page.main
    assert page.submit("„Stimmt so“ eintragen").status == 303
    (row,) = [one for one in every(session, Assignment) if one.person_id == city.ben]
    assert (row.confirmed_by, row.confirmed_by_id) == ("Ben Birke, am Telefon", None)
    assert row.confirmed_on is not None
    shown = keeper.get(started.page)
    assert "am Telefon" in shown.select("main tbody tr")[-1]


def test_entries_that_changed_meanwhile_are_read_out_again(
    keeper: Browser, session: Session, started: Round, city: City
) -> None:
    page = keeper.get(f"{started.page}/personen/{city.ben}")
    stored(session, Person, city.ben).phone = "+49521519999"
    session.commit()
    assert page.submit("„Stimmt so“ eintragen").status == 409
    assert asked(session, city.ben).answered_at is None


def test_the_desk_names_employers_that_nobody_ever_asked(browser: Browser, session: Session, city: City) -> None:
    keepers.enter(browser, "alles")
    (one,) = [line for line in browser.get("/").select(".desk-lines li") if "noch niemand gefragt" in line]
    assert f": {session.get_one(Organisation, city.provider).called}." in one
    assert browser.get("/").click("Bestätigen lassen").url.endswith(f"/organisationen/{city.provider}/bestaetigung")
    facility = session.get_one(Place, city.facility)
    for number in range(4):
        unit = factories.organisation(session, f"Weiterer Träger {number}")
        factories.assignment(session, session.get_one(Person, city.ben), facility, unit)
    factories.organisation(session, "Träger ohne Fachkräfte")
    session.commit()
    (many,) = [line for line in browser.get("/").select(".desk-lines li") if "noch niemand gefragt" in line]
    assert "2 weitere" in many
    assert "ohne Fachkräfte" not in many
    assert browser.get("/").click("Bestätigen lassen").url.endswith("/bestaetigungen")


def test_a_newer_round_ends_the_older_one(
    keeper: Browser, other_browser: Browser, session: Session, started: Round, plan: str, city: City
) -> None:
    weeks_pass(session, 200)
    desk = keeper.get("/")
    assert "wurden zuletzt am" in desk.main
    keeper.get(plan).submit("Eine Mail senden")
    assert other_browser.get(started.link).status == 410
    assert "neuere Runde" in keeper.get(started.page).main
    refused = keepers.forge(keeper, plan, f"{started.page}/personen/{city.ben}", seen="")
    assert refused.status == 422
    assert "wurden zuletzt am" not in keeper.get("/").main


def test_reminders_are_made_before_the_transaction_and_taken_if_they_still_say_the_same(
    app: Flask, session: Session, started: Round
) -> None:
    actor, site = (
        Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True),
        app.extensions["koordination.site"],
    )
    weeks_pass(session, 8)

    def ids() -> set[str]:
        session.rollback()
        return set(session.scalars(select(OutboxMail.message_id).where(OutboxMail.purpose == "round.reminder")))

    def sent(generation: int) -> tuple[set[str], set[str]]:
        reading = Work(session, actor, clock.utc_now())
        found = rounds.silent(session, reading, queries.get_round(session, started.key))
        asked = services.Reminding(site, rounds.silent_mark(found), [started.city.ada])
        made = services.prepare(reading, started.key, asked)
        assert ids() == set(), "nothing is written before"
        with work_as(session, actor) as work:
            # Another generation is another link: what was made with the old one must not go out.
            work.session.execute(update(RoundPerson).values(generation=generation))
            assert services.remind(work, started.key, made) == 1
        return {one.message_id for one in made.made.values()}, ids()

    made, stored = sent(1)
    assert made == stored
    session.execute(delete(OutboxMail))
    session.commit()
    weeks_pass(session, 8)
    made, stored = sent(2)
    assert made.isdisjoint(stored)
    assert len(stored) == 1


def test_the_setting_says_that_it_is_about_ones_own_entries_too(keeper: Browser, plan: str) -> None:
    said = "bestätigen die Personen ihre eigenen Einsätze auch auf ihrer Seite selbst, mit „Stimmt so“."
    assert said in keeper.get(f"{plan}/regeln").main
