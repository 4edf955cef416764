"""What the pages of rounds ask the database, however many people an employer has."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from coordination.directory.models import Organisation, Place
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City
from tests.directory.rounds.conftest import Round
from tests.statements import counted


def test_a_page_asks_no_more_for_more_people(
    app: Flask, session: Session, keeper: Browser, plan: str, city: City, started: Round
) -> None:
    pages = ("/bestaetigungen", plan, started.page, f"{started.page}/erinnern")

    def taken() -> list[int]:
        found = []
        for page in pages:
            with counted(app) as statements:
                assert keeper.get(page).status == 200
            found.append(len(statements))
        return found

    taken()
    few = taken()
    provider, school = session.get_one(Organisation, city.provider), session.get_one(Place, city.school)
    for number in range(6):
        who = factories.person(session, f"Ida{number}", "Immergrün", email=f"ida{number}@example.org")
        factories.assignment(session, who, school, provider)
    session.commit()
    assert keeper.get(plan).submit("7 Mails senden", again="1").status == 303
    pages = (
        "/bestaetigungen",
        plan,
        f"/bestaetigungen/{started.key + 1}",
        f"/bestaetigungen/{started.key + 1}/erinnern",
    )
    assert taken() == few
