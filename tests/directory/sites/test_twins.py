"""Two sites of one name at one school: asked, with the way to the other one, and entered where somebody says so."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Role
from coordination.core.errors import RuleViolation
from coordination.core.work import work_as
from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from coordination.directory.unit_services import PlaceInput, create_place
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import every, stored
from tests.directory.sites.conftest import LABEL, NAME, Association
from tests.together import engine_of, meanwhile, work_of

STORE = "Ort speichern"
SAME = "An dieser Schule gibt es schon einen Standort mit diesem Namen."


def entered(keeper: Browser, school: Place, **fields: Any) -> Page:
    values = {"name": LABEL, "street": "Am Dorf 1", "source_note": "Amtsblatt", **fields}
    return keeper.get(f"/orte/neu?schule={school.id}").submit(STORE, **values)


@pytest.mark.parametrize("name", [LABEL, LABEL.upper(), LABEL.replace("ö", "oe")])
def test_the_second_one_is_asked_and_entered_with_a_tick(
    keeper: Browser, session: Session, association: Association, site: Place, name: str
) -> None:
    before = len(every(session, Place))
    page = entered(keeper, association.school, name=name)
    assert "nehmen Sie auf seiner Seite das Ende zurück" not in page.main, "it is open"
    assert page.status == 422
    assert SAME in page.error("despite_twin")
    assert page.soup.select_one(".error-summary a[href='#despite_twin']") is not None
    assert page.href(LABEL) == f"/orte/{site.id}"
    form = page.form(STORE)
    assert [form.values(one) for one in ("name", "street", "source_note")] == [[name], ["Am Dorf 1"], ["Amtsblatt"]]
    assert len(every(session, Place)) == before, "nothing is entered yet"
    assert page.submit(STORE, despite_twin=True).status == 303
    made = every(session, Place)[-1]
    assert (made.name, made.parent_id, made.kind) == (name, association.school.id, PlaceKind.SCHOOL_SITE)


def test_the_same_address_is_asked_too_and_another_school_is_not(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    assert SAME in entered(keeper, association.school, street="").error("despite_twin")
    other = factories.school(session, "Luisenschule", "200003")
    session.commit()
    assert entered(keeper, other, street="").status == 303, "each school may have its main building"


def test_one_that_has_closed_is_named_with_its_end(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    site.valid_until = date(2025, 7, 31)
    session.commit()
    page = entered(keeper, association.school)
    assert f"{LABEL} (geschlossen seit 01.08.2025)" in page.main
    assert "nehmen Sie auf seiner Seite das Ende zurück" in page.main


def test_a_change_asks_only_where_the_name_or_the_school_changes(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    second = factories.place(session, "Haus Zwei", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    session.commit()
    address = f"/orte/{second.id}/bearbeiten"
    page = keeper.get(address).submit(STORE, name=LABEL)
    assert SAME in page.error("despite_twin")
    assert stored(session, Place, second.id).name == "Haus Zwei"
    assert page.submit(STORE, despite_twin=True).status == 303
    assert keeper.get(address).submit(STORE, street="Am Dorf 2").status == 303
    assert stored(session, Place, second.id).street == "Am Dorf 2"


def test_nothing_is_asked_of_what_is_no_site(keeper: Browser, session: Session, association: Association) -> None:
    page = keeper.get(f"/orte/neu?schule={association.school.id}")
    assert page.soup.select_one("[name=despite_twin]") is None
    assert page.submit(STORE, name=NAME, kind="other", parent_id=0).status == 303


def test_a_tick_answers_only_what_was_asked(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    factories.place(session, "Haus Zwei", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    session.commit()
    before = len(every(session, Place))
    page = entered(keeper, association.school)
    again = page.submit(STORE, name="Haus Zwei", despite_twin=True)
    assert again.status == 422
    assert SAME in again.error("despite_twin")
    assert again.form(STORE).values("despite_twin") == [], "it was not said of this one"
    assert len(every(session, Place)) == before
    assert again.submit(STORE, despite_twin=True).status == 303


def test_sent_twice_it_is_stored_once(keeper: Browser, session: Session, association: Association, site: Place) -> None:
    before = len(every(session, Place))
    for street, said in (("Am Dorf 1", "mit diesem Namen"), ("", "mit diesem Namen")):
        page = entered(keeper, association.school, street=street)
        assert page.submit(STORE, despite_twin=True).status == 303
        late = page.submit(STORE, despite_twin=True)
        assert late.status == 422
        assert said in late.error("despite_twin"), "another one than those shown is there now"
    assert len(every(session, Place)) == before + 2
    same = entered(keeper, association.school).submit(STORE, despite_twin=True)
    assert same.status == 422
    assert "mit diesem Namen und dieser Adresse" in same.error("name")
    assert len(every(session, Place)) == before + 2


def test_of_two_at_once_the_second_is_asked(session: Session, app: Flask, association: Association) -> None:
    engine = engine_of(app)
    actor = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)
    data = PlaceInput(PlaceKind.SCHOOL_SITE, LABEL, parent_id=association.school.id)
    with ExitStack() as stack, Session(engine) as own, work_as(own, actor) as work:
        create_place(work, data)
        own.flush()
        other = stack.enter_context(meanwhile(engine, work_of(engine, actor, lambda work: create_place(work, data))))
        assert not other.done(), "it waits until the first is over, and looks then"
    assert isinstance(other.exception(), RuleViolation)
    session.rollback()
    assert [one.name for one in every(session, Place)].count(LABEL) == 1


def test_a_new_site_is_not_asked_for_the_type_of_a_facility(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    assert keeper.get("/orte/neu").soup.select_one("[name=facility_type]") is not None
    new, change = f"/orte/neu?schule={association.school.id}", f"/orte/{site.id}/bearbeiten"
    for address in (new, change):
        assert keeper.get(address).soup.select_one("[name=facility_type]") is None
    session.get_one(Place, site.id).facility_type = "Pavillon"
    session.commit()
    assert keeper.get(change).form(STORE).values("facility_type") == ["Pavillon"], "so that it can be taken away"


def test_a_site_is_closed_from_its_page(
    keeper: Browser, session: Session, association: Association, site: Place
) -> None:
    page = keeper.get(f"/orte/{site.id}")
    assert page.href("Ort schließen …") == f"/orte/{site.id}/schliessen"
    assert "Ort schließen" not in keeper.get(f"/orte/{association.school.id}").text, "it ends with the official list"
    site.valid_until = date(2025, 7, 31)
    session.commit()
    assert "Ort schließen" not in keeper.get(f"/orte/{site.id}").text
