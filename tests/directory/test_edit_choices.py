"""What the forms of the directory offer is narrowed by part of a name, however its umlauts are typed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.directory import edit_choices
from coordination.search import services as search
from tests import factories

KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


@pytest.mark.parametrize("typed", ["ökonomie", "ÖKONOMIE", "Ö", "haus öko"])
def test_places_are_found_by_umlauts_in_any_letters(session: Session, typed: str) -> None:
    factories.place(session, "Haus der Ökonomie")
    factories.place(session, "Jugendtreff 100 %")
    assert [name for _key, name in edit_choices.places(session, KEEPER, clock.today(), q=typed).options] == [
        "Haus der Ökonomie – Jugendeinrichtung"
    ]


def test_people_are_found_by_both_names_and_signs_stand_for_themselves(session: Session) -> None:
    factories.person(session, "Özlem", "Ärmel")
    factories.person(session, "Ben", "Birke")
    for typed, count in (("ÖZ ärm", 1), ("ÄRMEL", 1), ("%", 0), ("_", 0), ("birke ben", 1)):
        assert len(edit_choices.people(session, KEEPER, clock.today(), q=typed).options) == count, typed


@pytest.mark.parametrize("typed", ["oekonomie", "Haus der Oekonomie", "Ökonmie"])
def test_places_that_no_name_has_are_those_that_the_search_finds(session: Session, typed: str) -> None:
    found = factories.place(session, "Haus der Ökonomie")
    factories.place(session, "Haus der Ökonomie am Rand", valid_until=factories.LONG_AGO)
    kept = factories.place(session, "Jugendtreff 100 %")
    search.rebuild(session)
    session.commit()
    offer = edit_choices.places(session, KEEPER, clock.today(), q=typed, keep={kept.id})
    assert [key for key, _name in offer.options] == [found.id, kept.id], "what has closed is none to choose"
    assert offer.is_similar is (typed == "Ökonmie")
