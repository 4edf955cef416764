"""Two sites of one name at one school: asked, with the way to the other one, and entered where somebody says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import every, stored
from tests.directory.sites.conftest import LABEL, NAME, Association

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
    assert f"{LABEL} (geschlossen seit 01.08.2025)" in entered(keeper, association.school).main


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
