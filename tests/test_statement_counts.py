"""Pages of lists take the same statements, whether there is little or much on them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work
from coordination.directory.models import Organisation, Place
from coordination.mail import outbox
from coordination.mail.message import Letter
from coordination.search import services as search
from tests import factories
from tests.browser import Browser
from tests.directory.import_pages import NEW, preview
from tests.statements import counted

FRAGMENT = {"HX-Request": "true"}
ROLES = {
    "fachkraft": (),
    "koordination": (Role.COORDINATOR,),
    "planung": (Role.PLANNER,),
    "leitung": (Role.LEAD,),
    "verzeichnis": (Role.DIRECTORY_KEEPER,),
    "verwaltung": (Role.ADMINISTRATOR,),
}
#: The desk is another for each role; the other pages are opened by one who sees them.
MORE = {
    "fachkraft": ("/suche?q=gleich", "/suche?q=gleichx", "/bezirke/1/liste"),
    "verwaltung": ("/verwaltung/konten", "/postausgang/", "/pruefspur?alle=1"),
}


def plant(app: Flask, session: Session, first: int, last: int) -> None:
    """Store more of everything: people at the professional's school, ends that near, vacancies, accounts, mails."""
    session.rollback()
    today = clock.today()
    work = Work(session, SYSTEM, clock.utc_now())
    sender = app.extensions["koordination.site"].sender
    school = session.get_one(Place, 1)
    employer = session.get_one(Organisation, 1)
    for n in range(first, last):
        who = factories.person(session, "Gleich", f"Name{n}", organisation_id=employer.id)
        soon = today + timedelta(days=10)
        factories.assignment(session, who, school, employer, valid_until=soon)
        factories.assignment(session, None, school, employer, target_group=f"Vakanz {n}")
        factories.absence(session, who, today, soon)
        other = factories.school(session, f"Gleich {n}", f"2000{n:02}", district_id=1)
        factories.assignment(session, who, other, employer)
        factories.account(session, f"konto{n}@example.org", Role.LEAD)
        letter = Letter(f"p{n}@example.org", "P", f"Nachricht {n}", "Text\n", "account.reset", f"person:{n}")
        outbox.queue(work, letter, sender)
        work.record("person.created", who)
    search.rebuild(session)
    work.finish()


@pytest.fixture
def people(app: Flask, session: Session) -> dict[str, Browser]:
    """Return one browser for each role; the professional works at the school where all others do too."""
    factories.district(session)
    employer = factories.organisation(session)
    school = factories.school(session, district_id=1)
    professional = factories.person(session, organisation_id=employer.id)
    factories.assignment(session, professional, school, employer)
    for name, roles in ROLES.items():
        of_person = {"person_id": professional.id} if name == "fachkraft" else {}
        factories.account(session, f"{name}@example.org", *roles, **of_person)
    session.commit()
    plant(app, session, 0, 3)
    browsers = {name: Browser(app, session) for name in ROLES}
    for name, one in browsers.items():
        one.sign_in(f"{name}@example.org", factories.PASSWORD)
    return browsers


def counts(app: Flask, people: dict[str, Browser]) -> dict[str, int]:
    """Return the number of statements of each page, after it was opened once."""
    found = {}
    for name, one in people.items():
        for address in ("/", *MORE.get(name, ())):
            for headers in ({}, FRAGMENT) if address.startswith("/suche") else ({},):
                page = one.get(address, headers)
                assert page.status == 200, page
                with counted(app) as seen:
                    one.get(address, headers)
                found[f"{name} {address} {'part' if headers else 'page'}"] = len(seen)
    return found


def test_statements_do_not_grow_with_what_is_there(app: Flask, session: Session, people: dict[str, Browser]) -> None:
    few = counts(app, people)
    plant(app, session, 3, 30)
    assert counts(app, people) == few
    assert max(few.values()) <= 20, few
    assert len(few) == 14


def test_an_import_preview_costs_the_same_however_long_the_file_is(
    app: Flask, session: Session, browser: Browser
) -> None:
    factories.account(session, "verzeichnis@example.org", Role.DIRECTORY_KEEPER)
    session.commit()
    browser.sign_in("verzeichnis@example.org", factories.PASSWORD)
    lines = NEW.read_bytes().splitlines(keepends=True)
    taken = []
    for length in (12, len(lines)):
        page = preview(app, browser, b"".join(lines[:length]))
        assert page.status == 200
        with counted(app) as seen:
            browser.get(page.url)
        taken.append(len(seen))
    assert taken[0] == taken[1]
