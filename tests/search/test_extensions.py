"""A telephone number is found by its last digits alone, behind what begins so."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.search import services
from coordination.search.queries import Wanted, find
from tests import factories
from tests.statements import counted

ANYBODY = Actor(user_id=1)


@pytest.mark.parametrize("typed", ["70", "617", "8617", "5617", "6170 xyzzy", "071681", "0z", "0z0716", "z071"])
def test_only_the_last_digits_alone_find_a_number(app: Flask, session: Session, typed: str) -> None:
    factories.school(session, "Fröbelschule", "124278", phone="+495215186170")
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        assert find(session, ANYBODY, typed, day=date(2026, 11, 25)) == []


def test_what_begins_so_stands_before_a_number_that_ends_so(app: Flask, session: Session) -> None:
    """A school number and a beginning of a telephone number are meant first; of each thing it is said once."""
    factories.person(session, "Ada", "Ahorn", phone="+495215124278")
    factories.place(session, "Ahornhaus", phone="+495215124278")
    factories.school(session, "Zuckerschule", "124278", phone="+495215124278")
    factories.organisation(session, "Zentrale", phone="+495211242789")
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        for limit in (20, 1):
            groups = find(session, ANYBODY, "124278", day=date(2026, 11, 25), wanted=Wanted(limit))
            found = [[one.hit.title for one in group.results] for group in groups]
            assert found == [["Zuckerschule", "Ahornhaus"][:limit], ["Zentrale"], ["Ada Ahorn"]]
            assert groups[0].has_more == (limit == 1)


def test_a_number_that_ends_so_stands_before_a_postcode_that_begins_so(app: Flask, session: Session) -> None:
    for n in range(3):
        factories.place(session, f"Ahornhaus {n}", postcode="33602", phone=f"+495215110{n}0")
    factories.place(session, "Zuckerhaus", postcode="33602", phone="+495215133602")
    factories.place(session, "Zuckertreff", postcode="33615", phone="+4952151303360")
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        for limit in (20, 1):
            (group,) = find(session, ANYBODY, "3360", day=date(2026, 11, 25), wanted=Wanted(limit))
            found = [one.hit.title for one in group.results]
            assert found == ["Zuckertreff", "Ahornhaus 0", "Ahornhaus 1", "Ahornhaus 2", "Zuckerhaus"][:limit]
        (group,) = find(session, ANYBODY, "33602", day=date(2026, 11, 25))
        assert group.results[0].hit.title == "Zuckerhaus"


def test_a_postcode_explains_only_what_it_begins_with(app: Flask, session: Session) -> None:
    where = factories.school(session, "Ahornschule", street="Musterweg 36", postcode="33602")
    factories.assignment(session, factories.person(session), where, factories.organisation(session))
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        for typed, is_said in (("schulsozialarbeit 36", False), ("schulsozialarbeit 336", True)):
            groups = find(session, ANYBODY, typed, day=date(2026, 11, 25))
            (hit,) = [one.hit for group in groups for one in group.results if group.kind == "place"]
            assert ("33602" in hit.detail) is is_said, typed


def test_who_is_only_planned_is_found_by_no_extension(app: Flask, session: Session) -> None:
    factories.person(session, "Mira", "Kommtnoch", phone="+49521516170", valid_from=date(2027, 3, 1))
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        assert find(session, ANYBODY, "6170", day=date(2026, 11, 25)) == []
        assert find(session, ANYBODY, "6170", day=date(2027, 3, 1)) != []


def test_looking_for_an_extension_asks_little(app: Flask, session: Session) -> None:
    for n in range(450):
        factories.person(session, f"V{n}", f"N{n}", phone=f"+4952151{n:03}6170")
    services.rebuild(session)
    session.commit()
    with app.test_request_context(), counted(app) as seen:
        groups = find(session, ANYBODY, "6170", day=date(2026, 11, 25))
    assert [(len(group.results), group.has_more) for group in groups] == [(20, True)]
    assert len(seen) <= 14
