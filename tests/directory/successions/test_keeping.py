"""Successions are entered at the place that they follow, changed, removed and entered again."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import RuleViolation
from coordination.core.work import AuditEntry, Work, work_as
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.successions import services
from coordination.directory.successions.models import PlaceSuccession
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, enter, every, forge, stored
from tests.together import engine_of, meanwhile, work_of

STORE, REMOVE = "Nachfolge speichern", "Nachfolge entfernen"
DAY = "2024-08-01"
KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


def new(browser: Browser, before: int, after: int, **more: Any) -> Page:
    values = {"successor_id": after, "on_day": DAY, **more}
    return browser.get(f"/orte/{before}/nachfolge/neu").submit(STORE, **values)


def said(browser: Browser, place_id: int) -> str:
    """Return what the page of a place says, as it is read."""
    return " ".join(browser.get(f"/orte/{place_id}").main.split()).replace(" ,", ",")


def actions(session: Session) -> list[str]:
    return [one.action for one in every(session, AuditEntry) if one.action.startswith("place.")]


def test_it_stands_on_both_pages(chief: Browser, session: Session, city: City) -> None:
    form = chief.get(f"/orte/{city.school}").click("Nachfolge eintragen")
    assert form.h1 == "Nachfolge für Fröbelschule"
    assert "1 Einsatz läuft an diesem Ort" in form.main
    assert "endet am Tag davor" not in form.main, "schools come and go with the official list"
    answer = form.submit(STORE, successor_id=city.second_school, on_day=DAY, source_note="Ratsbeschluss")
    assert answer.location == f"/orte/{city.school}#succession"
    before = answer.follow()
    assert "Die Nachfolge ist gespeichert." in before.text
    assert "Seit 01.08.2024: Luisenschule" in before.main
    assert "1 Einsatz läuft danach hier weiter." in before.main
    after = before.click("Luisenschule")
    assert "Hervorgegangen aus Fröbelschule (bis 31.07.2024)" in " ".join(after.main.split())
    (row,) = every(session, PlaceSuccession)
    assert (row.on_day, row.source_note, row.ends_predecessor) == (date(2024, 8, 1), "Ratsbeschluss", False)
    assert stored(session, Place, city.school).valid_until is None
    assert actions(session) == ["place.succession_entered"]


def test_several_become_one_and_a_place_ends_only_if_that_is_said(chief: Browser, session: Session, city: City) -> None:
    form = chief.get(f"/orte/{city.facility}/nachfolge/neu")
    assert form.form(STORE).values("ends_predecessor") == [], "the place goes on unless that is said"
    assert new(chief, city.facility, city.school, ends_predecessor=True).status == 303
    assert new(chief, city.second_school, city.school).status == 303
    assert stored(session, Place, city.facility).valid_until == date(2024, 7, 31)
    assert stored(session, Place, city.second_school).valid_until is None
    page = said(chief, city.school)
    assert "Hervorgegangen aus Jugendtreff Probe, Luisenschule (bis 31.07.2024)" in page
    # It has an end by now: nothing to offer.
    again = chief.get(f"/orte/{city.facility}/nachfolge/neu")
    assert "endet am Tag davor" not in again.main
    assert again.form(STORE).values("on_day") == [DAY]


def test_the_day_proposed_lies_ahead(chief: Browser, city: City) -> None:
    (day,) = chief.get(f"/orte/{city.school}/nachfolge/neu").form(STORE).values("on_day")
    assert clock.today() < date.fromisoformat(day) <= clock.today() + timedelta(days=184)
    assert day[5:] in {"02-01", "08-01"}


def test_a_school_ends_with_the_official_list_alone(chief: Browser, session: Session, city: City) -> None:
    page = f"/orte/{city.school}/nachfolge/neu"
    forged = forge(chief, page, successor_id=city.second_school, on_day=DAY, ends_predecessor="y")
    assert forged.status == 422
    assert "mit der amtlichen Liste" in forged.error("on_day")
    new(chief, city.school, city.second_school)
    (row,) = every(session, PlaceSuccession)
    page = f"/nachfolgen/{row.id}/bearbeiten"
    assert "endet am Tag davor" not in chief.get(page).main
    assert forge(chief, page, on_day=DAY, version=row.version, ends_predecessor="y").status == 422
    assert stored(session, Place, city.school).valid_until is None


def test_a_day_that_does_not_fit_is_asked_and_kept(chief: Browser, session: Session, city: City) -> None:
    session.get_one(Place, city.school).valid_until = date(2024, 7, 31)
    session.get_one(Place, city.second_school).valid_from = date(2025, 8, 1)
    session.commit()
    ends = "Der Tag ist ungewöhnlich: Fröbelschule endet am 31.07.2024."
    begins = "Der Tag ist ungewöhnlich: Luisenschule beginnt am 01.08.2025."
    asked = new(chief, city.school, city.second_school, on_day="2024-09-01", source_note="Amtsblatt")
    assert asked.status == 422
    assert ends in asked.error("despite_day")
    assert begins in asked.main
    assert asked.soup.select_one(".error-summary a[href='#despite_day']") is not None
    kept = asked.form(STORE)
    assert [kept.values(one) for one in ("on_day", "source_note")] == [["2024-09-01"], ["Amtsblatt"]]
    assert kept.values("successor_id") == [str(city.second_school)]
    assert every(session, PlaceSuccession) == [], "nothing is stored before the answer"
    page = asked.submit(STORE, despite_day=True).follow()
    assert page.flash == "Die Nachfolge ist gespeichert."
    assert f"{ends} {begins}" in said(chief, city.school)
    (row,) = every(session, PlaceSuccession)
    form = f"/nachfolgen/{row.id}/bearbeiten"
    # The day as it is was asked about before.
    assert chief.get(form).submit(STORE, source_note="Rat").status == 303
    asked = chief.get(form).submit(STORE, on_day="2025-08-01")
    assert asked.status == 422
    assert asked.error("despite_day") == ends
    assert stored(session, PlaceSuccession, row.id).on_day == date(2024, 9, 1)
    assert asked.submit(STORE, despite_day=True).follow().flash == "Der Eintrag ist geändert."
    session.get_one(Place, city.second_school).valid_from = date(2024, 8, 1)
    session.commit()
    page = chief.get(form).submit(STORE, on_day=DAY).follow()
    assert page.flash == "Der Eintrag ist geändert."
    assert "ungewöhnlich" not in said(chief, city.school)


def test_an_end_that_moves_along_is_not_asked_about(chief: Browser, session: Session, city: City) -> None:
    assert new(chief, city.facility, city.second_school, ends_predecessor=True, on_day="2024-09-17").status == 303
    (row,) = every(session, PlaceSuccession)
    assert chief.get(f"/nachfolgen/{row.id}/bearbeiten").submit(STORE, on_day="2024-10-02").status == 303
    assert stored(session, Place, city.facility).valid_until == date(2024, 10, 1)


def test_what_others_plan_is_not_counted(chief: Browser, other_browser: Browser, session: Session, city: City) -> None:
    soon = clock.today() + timedelta(days=3)
    facility = session.get_one(Place, city.facility)
    for number, employer in enumerate((city.provider, city.other, city.other)):
        more = {} if number == 1 else {"valid_from": soon}
        factories.assignment(session, None, facility, session.get_one(Organisation, employer), **more)
    session.commit()
    new(chief, city.facility, city.second_school)
    keeper = enter(other_browser, "eins")
    for browser, number in ((chief, 3), (keeper, 2)):
        assert f"{number} Einsätze laufen danach hier weiter" in browser.get(f"/orte/{city.facility}").main
        assert f"{number} Einsätze laufen an diesem Ort" in browser.get(f"/orte/{city.facility}/nachfolge/neu").main


def test_what_cannot_be_is_said_beside_the_field(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.school, city.second_school)
    again = new(chief, city.school, city.second_school, source_note="Amtsblatt")
    assert again.status == 422
    assert "schon eingetragen" in again.error("successor_id")
    assert again.form(STORE).values("source_note") == ["Amtsblatt"]
    assert "ging dem anderen voraus" in new(chief, city.second_school, city.school).error("successor_id")
    assert new(chief, city.school, 0).status == 422
    for day in ("", "1.13.2024", "1024-08-01"):
        assert new(chief, city.school, city.facility, on_day=day).status == 422
    page = f"/orte/{city.school}/nachfolge/neu"
    for key in (city.school, 99999):
        assert forge(chief, page, successor_id=key, on_day=DAY).status == 422
    ended = factories.place(session, "Altes Haus", valid_until=date(2024, 7, 31))
    begun = factories.place(session, "Neues Haus", valid_from=date(2024, 8, 1))
    session.commit()
    assert forge(chief, page, successor_id=ended.id, on_day=DAY).status == 422
    assert "vor dem Beginn" in new(chief, begun.id, city.school, ends_predecessor=True).error("on_day")
    assert len(every(session, PlaceSuccession)) == 1


def test_a_circle_over_several_steps_is_refused(session: Session, city: City) -> None:
    first, second, third = (session.get_one(Place, one) for one in (city.school, city.second_school, city.facility))
    factories.succession(session, first, second)
    factories.succession(session, second, third)
    session.commit()
    data = services.SuccessionInput(first.id, date(2024, 8, 1))
    with pytest.raises(RuleViolation), work_as(session, KEEPER) as work:
        services.enter(work, third, data)


def test_its_day_changes_and_the_end_that_it_gave_moves_along(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.second_school, ends_predecessor=True)
    (row,) = every(session, PlaceSuccession)
    form = chief.get(f"/orte/{city.facility}").click("Ändern (Nachfolge: Luisenschule)")
    stale = chief.get(form.url)
    assert form.submit(STORE, on_day="2025-08-01").location == f"/orte/{city.facility}#succession"
    assert stored(session, Place, city.facility).valid_until == date(2025, 7, 31)
    late = stale.submit(STORE, source_note="Amtsblatt")
    assert late.status == 409
    assert "01.08.2025" in late.main
    assert late.form(STORE).values("source_note") == ["Amtsblatt"]
    assert late.submit(STORE, on_day="2025-08-01", ends_predecessor=False).status == 303
    assert stored(session, Place, city.facility).valid_until is None
    assert stored(session, PlaceSuccession, row.id).source_note == "Amtsblatt"
    assert chief.get(form.url).submit(STORE, on_day="").status == 422
    assert actions(session)[-2:] == ["place.reopened", "place.succession_changed"]


def test_an_end_that_somebody_else_gave_stays(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.second_school, ends_predecessor=True)
    session.get_one(Place, city.facility).valid_until = date(2024, 12, 31)
    session.commit()
    (row,) = every(session, PlaceSuccession)
    asked = chief.get(f"/nachfolgen/{row.id}/bearbeiten").submit(STORE, on_day="2025-08-01")
    assert asked.error("despite_day") == "Der Tag ist ungewöhnlich: Jugendtreff Probe endet am 31.12.2024."
    assert asked.submit(STORE, despite_day=True).status == 303
    assert chief.get(f"/nachfolgen/{row.id}/entfernen").submit(REMOVE).status == 303
    assert stored(session, Place, city.facility).valid_until == date(2024, 12, 31)


def test_it_is_removed_with_the_way_back(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.second_school, ends_predecessor=True, source_note="Rat, 12.3. & 13.3. – „ja“")
    (row,) = every(session, PlaceSuccession)
    before = (row.id, row.predecessor_id, row.successor_id, row.on_day, row.source_note, row.ends_predecessor)
    asked = chief.get(f"/orte/{city.facility}").click("Entfernen (Nachfolge: Luisenschule)")
    assert "Das Ende, das der Ort durch diesen Eintrag hat" in asked.main
    assert every(session, PlaceSuccession), "asking removes nothing"
    done = asked.submit(REMOVE).follow()
    assert "ist entfernt" in done.text
    assert every(session, PlaceSuccession) == []
    assert stored(session, Place, city.facility).valid_until is None
    assert "Seit 01.08.2024" not in done.main
    back = done.submit("Rückgängig")
    assert back.status == 303
    (row,) = every(session, PlaceSuccession)
    assert before == (row.id, row.predecessor_id, row.successor_id, row.on_day, row.source_note, row.ends_predecessor)
    assert stored(session, Place, city.facility).valid_until == date(2024, 7, 31)
    assert "schon wieder eingetragen" in done.submit("Rückgängig").follow().text
    assert len(every(session, PlaceSuccession)) == 1
    # What the address says is signed as a whole.
    address = str(done.form("Rückgängig").tag["action"])
    assert forge(chief, "/sozialraeume", address.replace("endet=1", "endet=0")).status == 404
    assert forge(chief, "/sozialraeume", address.replace(f"/{row.id}/", f"/{row.id + 1}/")).status == 404


def test_the_end_stays_while_another_place_follows_from_that_day(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.school, ends_predecessor=True)
    # What has an end by now is not asked again.
    new(chief, city.facility, city.second_school)
    first, second = (one.id for one in every(session, PlaceSuccession))
    asked = chief.get(f"/nachfolgen/{first}/entfernen")
    assert "Das Ende, das der Ort durch diesen Eintrag hat" not in asked.main
    done = asked.submit(REMOVE).follow()
    assert stored(session, Place, city.facility).valid_until == date(2024, 7, 31)
    assert stored(session, PlaceSuccession, second).ends_predecessor
    assert done.submit("Rückgängig").status == 303
    assert not stored(session, PlaceSuccession, first).ends_predecessor, "one entry alone has the end"
    for key in (first, second):
        assert chief.get(f"/nachfolgen/{key}/entfernen").submit(REMOVE).status == 303
    assert stored(session, Place, city.facility).valid_until is None


def test_who_was_slower_removes_nothing(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.school, city.second_school)
    (row,) = every(session, PlaceSuccession)
    stale = chief.get(f"/nachfolgen/{row.id}/entfernen")
    chief.get(f"/nachfolgen/{row.id}/bearbeiten").submit(STORE, on_day="2023-08-01")
    answer = stale.submit(REMOVE)
    assert answer.status == 409
    assert "01.08.2023" in answer.main
    assert len(every(session, PlaceSuccession)) == 1
    assert answer.submit(REMOVE).status == 303


def test_a_part_of_the_directory_is_kept_by_who_runs_the_predecessor(
    other_browser: Browser, session: Session, city: City
) -> None:
    keeper = enter(other_browser, "eins")
    assert "Nachfolge eintragen" not in keeper.get(f"/orte/{city.school}").main
    assert keeper.get(f"/orte/{city.school}/nachfolge/neu").status == 403
    assert new(keeper, city.facility, city.school).status == 303
    assert "Ändern (Nachfolge" in keeper.get(f"/orte/{city.facility}").main
    assert "Ändern (Nachfolge" not in keeper.get(f"/orte/{city.school}").main
    other = factories.succession(
        session, session.get_one(Place, city.school), session.get_one(Place, city.second_school)
    ).id
    session.commit()
    for step in ("bearbeiten", "entfernen"):
        assert keeper.get(f"/nachfolgen/{other}/{step}").status == 403
    for path in (f"/nachfolgen/{10**12}/bearbeiten", "/nachfolgen/99999/entfernen", "/orte/99999/nachfolge/neu"):
        assert keeper.get(path).status == 404
    reader = enter(_left(keeper), "liest")
    assert reader.get(f"/orte/{city.facility}/nachfolge/neu").status == 403
    assert "läuft danach" not in reader.get(f"/orte/{city.facility}").main


def _left(browser: Browser) -> Browser:
    browser.forget()
    return browser


def test_what_lies_ahead_is_there_for_who_sees_plans(
    chief: Browser, other_browser: Browser, session: Session, city: City
) -> None:
    day = clock.today() + timedelta(days=40)
    school, second = session.get_one(Place, city.school), session.get_one(Place, city.second_school)
    key = factories.succession(session, school, second, day).id
    own = factories.succession(session, session.get_one(Place, city.facility), second, day).id
    session.commit()
    ahead = f"Ab {day:%d.%m.%Y}: Luisenschule"
    assert ahead in chief.get(f"/orte/{city.school}").main
    origins = f"Fröbelschule, Jugendtreff Probe (ab {day:%d.%m.%Y})"
    assert origins in said(chief, city.second_school)
    keeper = enter(other_browser, "eins")
    assert ahead in keeper.get(f"/orte/{city.facility}").main
    assert ahead not in keeper.get(f"/orte/{city.school}").main
    page = keeper.get(f"/orte/{city.second_school}").main
    assert "Jugendtreff Probe (ab" in page
    assert "Fröbelschule" not in page
    assert keeper.get(f"/nachfolgen/{key}/bearbeiten").status == 404
    assert keeper.get(f"/nachfolgen/{own}/bearbeiten").status == 200
    reader = enter(_left(keeper), "liest")
    for place in (city.school, city.facility):
        assert "Luisenschule" not in reader.get(f"/orte/{place}").main
    assert "Hervorgegangen" not in reader.get(f"/orte/{city.second_school}").main


def test_what_is_still_to_come_is_not_said_as_done(chief: Browser, city: City) -> None:
    new(chief, city.school, city.second_school, on_day="2035-08-01")
    assert "Hervorgegangen aus Fröbelschule (ab 01.08.2035)" in said(chief, city.second_school)


def test_pages_as_of_a_day_say_what_was(chief: Browser, other_browser: Browser, session: Session, city: City) -> None:
    new(chief, city.school, city.second_school)
    reader = enter(other_browser, "liest")
    assert "Seit 01.08.2024: Luisenschule" in reader.get(f"/orte/{city.school}?stand=2024-08-01").main
    then = reader.get(f"/orte/{city.school}?stand=2024-07-31").main
    assert "Luisenschule" not in then
    assert "Hervorgegangen" not in reader.get(f"/orte/{city.second_school}?stand=2024-07-31").main
    link = reader.get(f"/orte/{city.school}?stand=2024-08-02").click("Luisenschule")
    assert link.url.endswith("?stand=2024-08-02")


def test_the_place_of_then_is_not_lost_with_its_people(chief: Browser, session: Session, city: City) -> None:
    ada, provider = session.get_one(Person, city.ada), session.get_one(Organisation, city.provider)
    factories.assignment(session, ada, session.get_one(Place, city.facility), provider)
    session.commit()
    new(chief, city.facility, city.second_school, ends_predecessor=True, on_day=clock.today().isoformat())
    page = chief.get(f"/orte/{city.facility}")
    assert "Ada Ahornblatt" in page.main
    assert "Luisenschule" in page.main


def test_places_that_go_take_their_successions_along(app: Flask, session: Session, city: City) -> None:
    gone = factories.place(session, "Kurzes Haus")
    factories.succession(session, gone, session.get_one(Place, city.school))
    session.commit()
    session.delete(session.get_one(Place, gone.id))
    session.commit()
    assert every(session, PlaceSuccession) == []


def test_two_at_once_make_no_circle_through_places_that_neither_of_them_names(
    app: Flask, session: Session, city: City
) -> None:
    (a, b, c, d) = (factories.place(session, f"Haus {letter}").id for letter in "ABCD")
    for before, after in ((b, c), (d, a)):
        factories.succession(session, session.get_one(Place, before), session.get_one(Place, after))
    session.commit()
    engine, day = engine_of(app), date(2024, 8, 1)

    def close(work: Work) -> None:
        services.enter(work, work.session.get_one(Place, c), services.SuccessionInput(d, day))

    with ExitStack() as stack, Session(engine) as own, work_as(own, KEEPER) as work:
        services.enter(work, own.get_one(Place, a), services.SuccessionInput(b, day))
        own.flush()
        other = stack.enter_context(meanwhile(engine, work_of(engine, KEEPER, close)))
        assert not other.done(), "it waits until the first is over, and looks then"
    assert isinstance(other.exception(), RuleViolation)
    session.rollback()
    assert {(row.predecessor_id, row.successor_id) for row in every(session, PlaceSuccession)} == {
        (a, b),
        (b, c),
        (d, a),
    }
