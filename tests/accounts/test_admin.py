"""Accounts as the administration keeps them: nobody locks the house, nothing is lost without a word."""

from __future__ import annotations

import quopri
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount, UserSession
from coordination.core.access import Role
from coordination.core.work import AuditEntry
from coordination.mail.outbox import OutboxMail, content_of
from coordination.search.rules import fold
from tests import factories
from tests.browser import Browser, Page
from tests.snapshots import asked_for

ADMIN = "eva@example.org"


@pytest.fixture
def admin(browser: Browser, session: Session) -> Browser:
    """Return the browser, signed in as the only administrator."""
    factories.account(session, ADMIN, Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in(ADMIN, factories.PASSWORD)
    return browser


@pytest.fixture
def ada(session: Session) -> str:
    """Return the address of the page of an account without roles."""
    found = factories.account(session)
    session.commit()
    return f"/verwaltung/konten/{found.id}"


def stored(session: Session, email: str = "ada@example.org") -> UserAccount:
    session.expire_all()
    session.rollback()
    return session.scalars(select(UserAccount).where(UserAccount.email == email)).one()


def roles(session: Session, email: str = "ada@example.org") -> set[Role]:
    return {role.role for role in stored(session, email).roles}


def mails(app: Flask, session: Session) -> dict[str, str]:
    """Return who is written to, with the text."""
    session.rollback()
    sender = app.extensions["koordination.site"].sender
    rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    return {row.recipient: quopri.decodestring(content_of(row, sender)).decode() for row in rows}


def create(admin: Browser, **fields: Any) -> Page:
    values: dict[str, Any] = {"display_name": "Neu Hier", "email": "Neu@Example.org", **fields}
    return admin.get("/verwaltung/konten/neu").submit(**values)


def test_a_new_account_is_invited_and_waits_for_its_password(admin: Browser, session: Session) -> None:
    page = create(admin, roles=["planner"])
    assert (page.status, page.location) == (303, "/verwaltung/konten")
    page = page.follow()
    assert "Neu Hier" in page.flash
    assert "wartet im Postausgang" in page.flash, "without a mail server nothing is on its way"
    account = stored(session, "neu@example.org")
    assert (account.password_hash, account.generation) == ("", 1)
    assert roles(session, "neu@example.org") == {Role.PLANNER}
    assert session.scalars(select(OutboxMail.recipient)).all() == ["neu@example.org"]


@pytest.mark.parametrize("address", ["ada@example.org", " ADA@Example.org "])
def test_an_address_has_one_account_however_it_is_typed(
    admin: Browser, ada: str, session: Session, address: str
) -> None:
    page = create(admin, email=address)
    assert page.status == 422
    assert page.error("email")
    session.rollback()
    assert len(session.scalars(select(UserAccount)).all()) == 2


@pytest.mark.parametrize("tail", ["\r\nBcc: x@example.org", "\nx"])
def test_a_line_break_in_an_address_begins_no_header(admin: Browser, ada: str, database_url: str, tail: str) -> None:
    for path in ("/verwaltung/konten/neu", ada):
        form = admin.get(path)
        before = asked_for(database_url)
        page = form.submit("Speichern" if path == ada else None, display_name="Neu", email=f"neu@example.org{tail}")
        assert page.status == 422
        assert "Das ist keine E-Mail-Adresse. Bitte prüfen Sie sie auf Tippfehler." in page.error("email")
        # Nothing is stored, and nothing is mailed.
        assert asked_for(database_url) == before
        assert "outbox_mail" in before


def test_a_person_has_one_account(admin: Browser, session: Session) -> None:
    who = factories.person(session)
    factories.account(session, person_id=who.id)
    session.commit()
    page = create(admin, person_id=who.id)
    assert page.status == 422
    assert "schon ein Konto" in page.error("person_id") or page.error("person_id")
    session.rollback()
    assert len(session.scalars(select(UserAccount)).all()) == 2


def test_a_person_that_is_not_offered_is_refused(admin: Browser, session: Session) -> None:
    form = admin.get("/verwaltung/konten/neu").form()
    filled = form.fill(None, {"display_name": "Neu", "email": "neu@example.org"})
    filled.data["person_id"] = "4711"
    assert admin.send("/verwaltung/konten/neu", filled).status == 422


def test_name_address_and_roles_are_changed_and_hold_at_once(
    admin: Browser, other_browser: Browser, ada: str, session: Session
) -> None:
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    assert other_browser.get("/verwaltung/konten").status == 404
    page = admin.get(ada).submit("Speichern", display_name="Ada A.", email="a@example.org", roles=["administrator"])
    assert page.status == 303
    assert stored(session, "a@example.org").display_name == "Ada A."
    assert other_browser.get("/verwaltung/konten").status == 200
    admin.get(ada).submit("Speichern", roles=[])
    assert other_browser.get("/verwaltung/konten").status == 404


def test_only_the_role_of_a_keeper_is_limited_to_an_organisation(admin: Browser, ada: str, session: Session) -> None:
    part = factories.organisation(session)
    session.commit()
    admin.get(ada).submit("Speichern", roles=["directory_keeper", "planner"], keeps=part.id)
    found = {role.role: role.organisation_id for role in stored(session).roles}
    assert found == {Role.DIRECTORY_KEEPER: part.id, Role.PLANNER: None}
    assert admin.get(ada).form("Speichern").values("keeps") == [str(part.id)]


def test_the_last_administrator_keeps_office_and_account(admin: Browser, session: Session) -> None:
    own = f"/verwaltung/konten/{stored(session, ADMIN).id}"
    page = admin.get(own).submit("Speichern", roles=[])
    assert page.status == 422
    assert page.error("roles")
    asked = admin.get(f"{own}/deaktivieren")
    assert "letzte Konto" in asked.main
    assert "alle Geräte" not in asked.main.casefold()
    token = str(asked.soup.select("input[name=csrf_token]")[0]["value"])
    assert "letzte" in admin.post(f"{own}/deaktivieren", {"csrf_token": token}).follow().flash
    assert roles(session, ADMIN) == {Role.ADMINISTRATOR}
    assert stored(session, ADMIN).deactivated_at is None


def test_a_deactivated_administrator_does_not_count_as_another(admin: Browser, ada: str, session: Session) -> None:
    admin.get(ada).submit("Speichern", roles=["administrator"])
    admin.get(f"{ada}/deaktivieren").submit("Deaktivieren")
    own = f"/verwaltung/konten/{stored(session, ADMIN).id}"
    assert admin.get(own).submit("Speichern", roles=[]).status == 422
    admin.get(ada).submit("Wieder freigeben")
    assert admin.get(own).submit("Speichern", roles=[]).status == 303


def test_deactivating_signs_out_at_once_and_can_be_taken_back(
    admin: Browser, other_browser: Browser, ada: str, session: Session
) -> None:
    other_browser.sign_in("ada@example.org", factories.PASSWORD)
    assert admin.get(f"{ada}/deaktivieren").status == 200
    assert stored(session).deactivated_at is None, "asking back changes nothing"
    page = admin.get(f"{ada}/deaktivieren").submit("Deaktivieren").follow()
    assert other_browser.get("/konto/").status == 303
    assert session.scalars(select(UserSession).where(UserSession.user_id == stored(session).id)).all() == []
    assert page.flash
    admin.get(ada).submit("Wieder freigeben")
    assert stored(session).deactivated_at is None
    other_browser.sign_in("ada@example.org", factories.PASSWORD)


def test_two_who_change_the_name_at_once_are_told(admin: Browser, ada: str, session: Session) -> None:
    first, second = admin.get(ada), admin.get(ada)
    assert first.submit("Speichern", display_name="Erste").status == 303
    page = second.submit("Speichern", display_name="Zweite")
    assert page.status == 409
    assert "Zweite" in page.select(".versions")[0]
    assert "Erste" in page.select(".versions")[0]
    assert stored(session).display_name == "Erste"
    assert page.form("Speichern").values("display_name") == ["Zweite"], "nothing typed is lost"
    assert page.submit("Speichern").status == 303
    assert stored(session).display_name == "Zweite"


def test_two_who_change_the_roles_at_once_are_told(admin: Browser, ada: str, session: Session) -> None:
    first, second = admin.get(ada), admin.get(ada)
    assert first.submit("Speichern", roles=["planner"]).status == 303
    page = second.submit("Speichern", roles=["lead"])
    assert page.status == 409
    assert "Leitung" in page.select(".versions")[0]
    assert "Planung" in page.select(".versions")[0]
    assert roles(session) == {Role.PLANNER}


def test_fields_that_no_form_has_change_nothing(admin: Browser, ada: str, session: Session) -> None:
    before = stored(session)
    kept = (before.password_hash, before.generation, before.created_at, before.id)
    filled = admin.get(ada).form("Speichern").fill(None, {"display_name": "Ada A."})
    for name in ("password_hash", "generation", "created_at", "id", "deactivated_at", "theme"):
        filled.data[name] = "4711"
    assert admin.send(ada, filled).status == 303
    after = stored(session)
    assert (after.password_hash, after.generation, after.created_at, after.id) == kept
    assert (after.display_name, after.deactivated_at, after.theme) == ("Ada A.", None, "system")


def test_a_role_that_does_not_exist_is_refused(admin: Browser, ada: str, session: Session) -> None:
    filled = admin.get(ada).form("Speichern").fill(None, {})
    filled.data["roles"] = "emperor"
    assert admin.send(ada, filled).status == 422
    assert roles(session) == set()


def test_an_account_with_a_password_is_not_invited_again(admin: Browser, ada: str, session: Session) -> None:
    page = admin.get(ada)
    assert "Einladung erneut senden" not in page.main
    token = str(page.soup.select("input[name=csrf_token]")[0]["value"])
    page = admin.post(f"{ada}/einladen", {"csrf_token": token}).follow()
    assert "braucht keine Einladung" in page.flash


def test_the_administration_sends_a_link_for_a_new_password(admin: Browser, ada: str, session: Session) -> None:
    page = admin.get(ada).submit("Link für neues Passwort senden").follow()
    assert "wartet im Postausgang" in page.flash
    assert session.scalars(select(OutboxMail.recipient)).all() == ["ada@example.org"]
    token = str(page.soup.select("input[name=csrf_token]")[0]["value"])
    admin.get(f"{ada}/deaktivieren").submit("Deaktivieren")
    refused = admin.post(f"{ada}/passwort-link", {"csrf_token": token}).follow()
    assert "kein Passwort" in refused.flash
    session.rollback()
    assert len(session.scalars(select(OutboxMail.recipient)).all()) == 1


def test_a_link_from_the_administration_says_that_it_is_one(
    app: Flask, admin: Browser, ada: str, session: Session
) -> None:
    admin.get(ada).submit("Link für neues Passwort senden")
    text = mails(app, session)["ada@example.org"]
    assert "die Verwaltung sendet Ihnen diesen Link" in text
    assert "vermutlich Sie" not in text
    actions = session.scalars(select(AuditEntry.action)).all()
    assert "account.reset_sent" in actions
    assert "account.reset_requested" not in actions


def test_both_addresses_hear_of_a_change_and_older_links_are_over(
    app: Flask, admin: Browser, other_browser: Browser, ada: str, session: Session
) -> None:
    admin.get(ada).submit("Link für neues Passwort senden")
    link = re.search(r"/konto/passwort/\S+", mails(app, session)["ada@example.org"])
    assert link is not None
    assert other_browser.get(link[0]).status == 200
    assert "bekommen die alte und die neue Adresse je eine Mail" in admin.get(ada).main
    assert admin.get(ada).submit("Speichern", email="a.neu@example.org").status == 303
    texts = mails(app, session)
    assert texts.keys() == {"ada@example.org", "a.neu@example.org"}
    assert "a.neu@example.org" not in texts["ada@example.org"], "the old address may be a stranger's"
    assert "Mit dieser Adresse geht es nicht mehr" in texts["ada@example.org"]
    assert "melden Sie sich ab jetzt mit dieser Adresse an" in texts["a.neu@example.org"]
    assert other_browser.get(link[0]).status == 410
    admin.get(ada).submit("Speichern", display_name="Ada A.")
    assert session.scalars(select(OutboxMail.recipient)).all().count("a.neu@example.org") == 1


def test_who_is_invited_at_a_wrong_address_is_invited_at_the_right_one(
    app: Flask, admin: Browser, other_browser: Browser, session: Session
) -> None:
    create(admin)
    first = re.search(r"/konto/einladung/\S+", mails(app, session)["neu@example.org"])
    page = f"/verwaltung/konten/{stored(session, 'neu@example.org').id}"
    assert "geht eine neue Einladung an die neue Adresse (1 Mail)" in admin.get(page).main
    admin.get(page).submit("Speichern", email="richtig@example.org")
    second = re.search(r"/konto/einladung/\S+", mails(app, session)["richtig@example.org"])
    assert first is not None
    assert second is not None
    assert (other_browser.get(first[0]).status, other_browser.get(second[0]).status) == (410, 200)


def test_the_list_is_narrowed_by_text_and_role(admin: Browser, ada: str) -> None:
    assert "ada@example.org" in admin.get("/verwaltung/konten").main
    assert "ada@example.org" not in admin.get("/verwaltung/konten?rolle=administrator").main
    assert "eva@example.org" not in admin.get("/verwaltung/konten?q=ADA").main
    assert admin.get("/verwaltung/konten?rolle=unsinn").status == 200


def test_the_list_is_by_family_name(admin: Browser, session: Session) -> None:
    for given, family in (("Zoe", "Ahorn"), ("Anna", "Zimt"), ("Ben", "Äpfel")):
        person = factories.person(session, given, family)
        session.flush()
        factories.account(session, f"{fold(given)}@example.org", person_id=person.id).display_name = f"{given} {family}"
    session.commit()
    names = admin.get("/verwaltung/konten").select("tbody th a")
    assert [one for one in names if one in {"Zoe Ahorn", "Ben Äpfel", "Anna Zimt"}] == [
        "Zoe Ahorn",
        "Ben Äpfel",
        "Anna Zimt",
    ]
