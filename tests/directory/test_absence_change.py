"""An absence that was entered is changed: same form, same rules, and nobody's later word is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import Conflict, NotFound
from coordination.core.work import AuditEntry, Work, work_as
from coordination.directory import day_services as services
from coordination.directory.models import Absence, Person
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, stored
from tests.together import engine_of, meanwhile, work_of

KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


FIRST, LAST = date(2028, 3, 6), date(2028, 3, 10)


def absence_of(session: Session, city: City, first: date = FIRST, last: date | None = LAST) -> int:
    row = factories.absence(session, session.get_one(Person, city.ada), first, last)
    session.commit()
    return row.id


def form_of(keeper: Browser, city: City, key: int) -> Page:
    return keeper.get(f"/personen/{city.ada}/abwesenheiten/{key}/bearbeiten")


def test_days_and_substitute_are_changed_in_the_form_in_which_they_were_entered(
    keeper: Browser, city: City, session: Session
) -> None:
    key = absence_of(session, city)
    page = keeper.get(f"/personen/{city.ada}/abwesenheiten").click("Ändern")
    assert page.soup.select_one("#first_on")["value"] == FIRST.isoformat()  # type: ignore[index]
    done = page.submit("Abwesenheit speichern", last_on="2028-03-17", substitute_id=city.ben).follow()
    assert "geändert" in done.flash
    row = stored(session, Absence, key)
    assert (row.first_on, row.last_on, row.substitute_id) == (FIRST, date(2028, 3, 17), city.ben)
    assert [one.action for one in every(session, AuditEntry)][-1] == "absence.changed"
    open_end = form_of(keeper, city, key).submit("Abwesenheit speichern", last_on="", substitute_id="0")
    assert open_end.status == 303
    row = stored(session, Absence, key)
    assert (row.last_on, row.substitute_id) == (None, None)


def test_the_rules_of_entering_hold(keeper: Browser, city: City, session: Session) -> None:
    key = absence_of(session, city)
    absence_of(session, city, LAST + timedelta(days=3), LAST + timedelta(days=5))
    later = factories.person(
        session, "Zora", "Zukunft", organisation_id=city.team, valid_from=clock.today() + timedelta(days=9000)
    ).id
    session.commit()
    for fields, said in (
        ({"last_on": "2028-03-01"}, "Das Ende liegt vor dem Beginn"),
        ({"last_on": "2028-03-14"}, "schon als abwesend"),
        ({"substitute_id": str(later)}, "beginnt erst am"),
    ):
        answer = form_of(keeper, city, key).submit("Abwesenheit speichern", **fields)
        assert answer.status == 422
        assert said in answer.main
    assert stored(session, Absence, key).last_on == LAST


def test_a_substitute_whom_somebody_else_named_may_stay_but_nobody_else_of_theirs_is_offered(
    keeper: Browser, city: City, session: Session
) -> None:
    key = absence_of(session, city)
    session.get_one(Absence, key).substitute_id = city.stranger
    foreign = factories.person(session, "Dora", "Dritte", organisation_id=city.other).id
    session.commit()
    page = form_of(keeper, city, key)
    assert "Çelik" in page.main
    assert "Dritte" not in page.main
    assert page.submit("Abwesenheit speichern", last_on="2028-03-09").status == 303
    row = stored(session, Absence, key)
    assert (row.last_on, row.substitute_id) == (date(2028, 3, 9), city.stranger)
    assert form_of(keeper, city, key).submit("Abwesenheit speichern", substitute_id=city.ben).status == 303
    # Gone from the entry, they are not the keeper's to name again.
    for key_of_other in (city.stranger, foreign):
        assert f'value="{key_of_other}"' not in str(form_of(keeper, city, key).soup.select_one("#substitute_id"))


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(
    keeper: Browser, city: City, session: Session
) -> None:
    key = absence_of(session, city)
    page = form_of(keeper, city, key)
    session.get_one(Absence, key).last_on = date(2028, 3, 8)
    session.commit()
    answer = page.submit("Abwesenheit speichern", last_on="2028-03-24")
    assert answer.status == 409
    assert "08.03.2028" in answer.main
    assert stored(session, Absence, key).last_on == date(2028, 3, 8)
    assert answer.submit("Abwesenheit speichern").status == 303
    assert stored(session, Absence, key).last_on == date(2028, 3, 24)


def test_an_absence_of_somebody_else_is_not_there(keeper: Browser, city: City, session: Session) -> None:
    row = factories.absence(session, session.get_one(Person, city.ben), FIRST, LAST)
    session.commit()
    assert form_of(keeper, city, row.id).status == 404


def test_whoever_named_another_substitute_meanwhile_is_told_of(keeper: Browser, city: City, session: Session) -> None:
    key = absence_of(session, city)
    session.get_one(Absence, key).substitute_id = city.stranger
    session.commit()
    page = form_of(keeper, city, key)
    session.get_one(Absence, key).substitute_id = city.ben
    session.commit()
    answer = page.submit("Abwesenheit speichern")
    assert answer.status == 409
    chosen = answer.soup.select_one("#substitute_id option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(city.stranger), "what was sent stays"
    assert "Birke" in answer.main
    assert stored(session, Absence, key).substitute_id == city.ben


def test_ending_an_absence_undoes_nobody_s_later_word(keeper: Browser, city: City, session: Session) -> None:
    today = clock.today()
    key = absence_of(session, city, today - timedelta(days=3), None)
    page = keeper.get(f"/personen/{city.ada}/abwesenheiten")
    for days in ((today + timedelta(days=3), None), (today - timedelta(days=3), today + timedelta(days=9))):
        row = session.get_one(Absence, key)
        row.first_on, row.last_on = days
        session.commit()
        assert "inzwischen geändert" in page.submit("Heute beenden").follow().flash
        row = stored(session, Absence, key)
        assert (row.first_on, row.last_on) == days
    page = keeper.get(f"/personen/{city.ada}/abwesenheiten")
    for _time in range(2):
        assert "endet heute" in page.submit("Heute beenden").follow().flash
    assert [one.action for one in every(session, AuditEntry)].count("absence.ended") == 1


STEPS: dict[str, Callable[[Work, Absence], object]] = {
    "change": lambda work, row: services.change_absence(
        work, row, (FIRST, None), substitute_id=None, seen=services.mark_of(row)
    ),
    "end": lambda work, row: services.end_absence(work, row, FIRST, seen=services.mark_of(row)),
    "delete": services.delete_absence,
}


@pytest.mark.parametrize("step", STEPS)
def test_what_is_removed_at_this_moment_is_told(app: Flask, city: City, session: Session, step: str) -> None:
    engine, key = engine_of(app), absence_of(session, city)

    def remove(work: Work) -> None:
        services.delete_absence(work, services.get_absence(work.session, key))

    with ExitStack() as stack, Session(engine) as own, work_as(own, KEEPER) as work:
        row = services.get_absence(own, key)
        other = stack.enter_context(meanwhile(engine, work_of(engine, KEEPER, remove)))
        with pytest.raises(Conflict, match="removed") if other.done() else nullcontext():
            STEPS[step](work, row)
    # On SQLite the other one waits, and what was deleted is not there any more.
    assert isinstance(other.exception(), NotFound | None)
    assert key not in [one.id for one in every(session, Absence)]
