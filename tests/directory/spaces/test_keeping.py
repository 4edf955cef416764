"""Keeping social spaces: the list, another name, the end and the way back, and which places belong to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.models import Place
from coordination.directory.spaces import services
from coordination.directory.spaces.models import EarlierSpaceName, PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.rules import SpaceOrigin
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, a_day_later, build, enter, every, forge, stored

NEW = "/sozialraeume/neu"
YESTERDAY = timedelta(days=1)


@pytest.fixture
def city(session: Session) -> City:
    found = build(session)
    factories.district(session)
    session.commit()
    return found


@pytest.fixture
def chief(browser: Browser, city: City) -> Browser:
    return enter(browser, "alles")


def enter_space(chief: Browser, name: str = "Ostmannturm", **fields: str) -> int:
    answer = chief.get(NEW).submit("Sozialraum speichern", name=name, **fields)
    assert answer.status == 303, answer.text
    return int(answer.location.rsplit("/", 1)[-1])


def belonging(session: Session, place_id: int) -> list[tuple[int, bool]]:
    """Return the social spaces of a place in the order in which they came: key, and whether it goes on."""
    rows = [one for one in every(session, PlaceSocialSpace) if one.place_id == place_id]
    return [(one.social_space_id, one.valid_until is None) for one in rows]


def actions(session: Session) -> list[str]:
    return [one.action for one in every(session, AuditEntry) if "space" in one.action]


def test_a_social_space_is_entered_from_the_list(chief: Browser, session: Session) -> None:
    page = chief.get("/wer-ist-wo").click("Sozialräume")
    assert "Noch keine Sozialräume" in page.main
    form = page.click("Sozialraum eintragen")
    answer = form.submit("Sozialraum speichern", name="  Ostmannturm ", short_name="SR 4", district_id=1)
    assert answer.status == 303
    shown = answer.follow()
    assert (shown.h1, "Sozialraum SR 4" in shown.main) == ("Ostmannturm", True)
    (row,) = every(session, SocialSpace)
    assert (row.name, row.short_name, row.district_id, row.entered_on) == ("Ostmannturm", "SR 4", 1, clock.today())
    assert chief.get("/sozialraeume").select("tbody tr") == ["Ostmannturm SR 4 Mitte 0 Ändern Beenden"]
    assert actions(session) == ["social_space.created"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"name": "x" * 81}, "80 Zeichen"),
        ({"name": "OSTMANNTURM"}, "Es gibt schon einen Sozialraum mit diesem Namen"),
        ({"name": "Neu", "short_name": "x" * 21}, "20 Zeichen"),
    ],
)
def test_bad_input_says_what_to_do_and_changes_nothing(
    chief: Browser, session: Session, fields: dict[str, str], said: str
) -> None:
    key = enter_space(chief)
    for address in (NEW, f"/sozialraeume/{enter_space(chief, 'Baumheide')}/bearbeiten"):
        answer = chief.get(address).submit("Sozialraum speichern", **fields)
        assert (answer.status, said in answer.main) == (422, True), answer.main
    assert {one.name for one in every(session, SocialSpace)} == {"Ostmannturm", "Baumheide"}
    assert forge(chief, NEW, name="Neu", district_id="99999").status == 422
    assert chief.get(f"/sozialraeume/{key + 99}").status == 404
    assert chief.get(f"/sozialraeume/{10**12}").status == 404


def test_another_name_holds_from_today_on(chief: Browser, session: Session) -> None:
    key = enter_space(chief)
    address = f"/sozialraeume/{key}/bearbeiten"
    chief.get(address).submit("Sozialraum speichern", name="Ostmann-Turm")
    assert every(session, EarlierSpaceName) == [], "what was entered today was called nothing else yesterday"
    stored(session, SocialSpace, key).entered_on -= YESTERDAY
    session.commit()
    chief.get(address).submit("Sozialraum speichern", name="Turmviertel")
    chief.get(address).submit("Sozialraum speichern", name="Am Turm", short_name="T")
    (kept,) = every(session, EarlierSpaceName)
    assert (kept.name, kept.valid_until) == ("Ostmann-Turm", clock.today() - YESTERDAY)
    assert "Ostmann-Turm" in chief.get(address).main
    before = (clock.today() - YESTERDAY).isoformat()
    assert chief.get(f"/sozialraeume/{key}?stand={before}").h1 == "Ostmann-Turm"
    assert "Ostmann-Turm" in chief.get(f"/sozialraeume?stand={before}").main
    assert chief.get(f"/sozialraeume/{key}").h1 == "Am Turm"
    assert "Am Turm" in chief.get("/suche?q=sozialraum+ostmann").main
    chief.get(address).submit("Sozialraum speichern", name="Ostmann-Turm")
    assert every(session, EarlierSpaceName) == [], "it is called again as it was"


def test_what_is_said_of_a_change_is_so(chief: Browser, session: Session) -> None:
    key = enter_space(chief)
    stored(session, SocialSpace, key).entered_on -= YESTERDAY
    session.commit()
    address = f"/sozialraeume/{key}/bearbeiten"
    for fields, is_kept in (({"short_name": "SR 4", "district_id": 1}, False), ({"name": "Am Turm"}, True)):
        done = chief.get(address).submit("Sozialraum speichern", **fields).follow()
        assert "Der Sozialraum ist geändert." in done.main
        assert ("Wie er bis gestern hieß, bleibt auffindbar." in done.main) is is_kept
        assert "bleibt im Verlauf" not in done.main
    assert "ändern sich auch für frühere Tage" in chief.get(address).main


def test_a_form_that_says_nothing_new_leaves_no_line(chief: Browser, session: Session) -> None:
    key = enter_space(chief)
    assert chief.get(f"/sozialraeume/{key}/bearbeiten").submit("Sozialraum speichern").status == 303
    assert actions(session) == ["social_space.created"]


def test_of_two_forms_at_once_the_second_sees_both_texts(chief: Browser, session: Session) -> None:
    key = enter_space(chief)
    first, second = (chief.get(f"/sozialraeume/{key}/bearbeiten") for _ in range(2))
    assert first.submit("Sozialraum speichern", name="Am Turm").status == 303
    answer = second.submit("Sozialraum speichern", name="Turmviertel")
    assert answer.status == 409
    assert "Am Turm" in answer.main
    assert stored(session, SocialSpace, key).name == "Am Turm"
    assert answer.submit("Sozialraum speichern").status == 303
    assert stored(session, SocialSpace, key).name == "Turmviertel"


def test_it_ends_after_saying_who_belongs_to_it_and_goes_on_again(chief: Browser, session: Session, city: City) -> None:
    key = factories.social_space(session, "Baumheide", session.get_one(Place, city.school)).id
    session.commit()
    page = chief.get(f"/sozialraeume/{key}/bearbeiten").click("Sozialraum beenden")
    last = clock.today() - YESTERDAY
    preview = page.submit("Weiter zur Vorschau", last_on=last.isoformat())
    assert "1 Ort" in preview.main
    done = preview.submit(button="Sozialraum beenden").follow()
    assert stored(session, SocialSpace, key).valid_until == last
    assert "Den Sozialraum Baumheide gab es bis" in done.main
    assert "Baumheide" not in chief.get(f"/orte/{city.school}").select(".facts")[0]
    assert "Sozialraum: Baumheide" in chief.get(f"/orte/{city.school}").main, "it stays in the history"
    assert "Fröbelschule" in done.click("Seinen letzten Tag zeigen").main
    assert "Baumheide" not in str(chief.get("/orte").select(".filter"))
    assert f"aufgelöst am {last:%d.%m.%Y}" in chief.get("/sozialraeume").main
    assert done.submit("Rückgängig").status == 303
    assert stored(session, SocialSpace, key).valid_until is None
    assert "Baumheide" in chief.get(f"/orte/{city.school}").select(".facts")[0]
    assert actions(session) == ["social_space.ended", "social_space.end_undone"]


def test_only_the_keeper_of_the_whole_directory_keeps_the_list(
    other_browser: Browser, session: Session, city: City
) -> None:
    key = factories.social_space(session, "Baumheide", session.get_one(Place, city.facility)).id
    session.commit()
    for name in ("eins", "liest"):
        browser = enter(other_browser, name)
        assert "Baumheide" in browser.get("/sozialraeume").main
        assert "Ändern" not in browser.get("/sozialraeume").main
        for path in (NEW, *(f"/sozialraeume/{key}/{step}" for step in ("bearbeiten", "beenden"))):
            assert browser.get(path).status == 403, path
        for path in (f"/sozialraeume/{key}/fortfuehren", f"/orte/{city.school}/sozialraum"):
            assert forge(browser, "/sozialraeume", path).status == 403, path
        browser.forget()
    assert stored(session, SocialSpace, key).name == "Baumheide"


def test_a_place_belongs_to_several_and_leaves_one(chief: Browser, session: Session, city: City) -> None:
    keys = [enter_space(chief, name) for name in ("Baumheide", "Ostmannturm", "Sieker")]
    a_day_later(session)
    address, today = f"/orte/{city.school}/bearbeiten", clock.today()
    assert chief.get(address).submit("Ort speichern", space_ids=[str(keys[0]), str(keys[1])]).status == 303
    assert belonging(session, city.school) == [(keys[0], True), (keys[1], True)]
    assert {one.valid_from for one in every(session, PlaceSocialSpace)} == {today}
    facts = chief.get(f"/orte/{city.school}").select(".facts")[0]
    assert "Sozialräume Baumheide Ostmannturm" in facts
    # What was entered today and is taken away today was never there.
    chief.get(address).submit("Ort speichern", space_ids=[str(keys[1]), str(keys[2])])
    assert belonging(session, city.school) == [(keys[1], True), (keys[2], True)]
    for row in every(session, PlaceSocialSpace):
        row.valid_from = factories.LONG_AGO
    session.commit()
    chief.get(address).submit("Ort speichern", space_ids=[str(keys[2])])
    assert belonging(session, city.school) == [(keys[1], False), (keys[2], True)]
    page = chief.get(f"/orte/{city.school}")
    assert f"bis {today - YESTERDAY:%d.%m.%Y} Sozialraum: Ostmannturm" in page.main
    then = chief.get(f"/orte/{city.school}?stand={today - YESTERDAY}").select(".facts")[0]
    assert "Sozialräume Ostmannturm Sieker" in then
    # What is ticked again on the same day was never left.
    chief.get(address).submit("Ort speichern", space_ids=[str(keys[1]), str(keys[2])])
    assert belonging(session, city.school) == [(keys[1], True), (keys[2], True)]
    assert actions(session)[3:] == ["place.social_spaces_set"] * 4


def test_saving_a_place_as_it_is_leaves_its_social_spaces(chief: Browser, session: Session, city: City) -> None:
    school = session.get_one(Place, city.school)
    kept = factories.social_space(session, "Baumheide", school).id
    ended = factories.social_space(session, "Früher", school, valid_until=clock.today() - YESTERDAY).id
    session.commit()
    page = chief.get(f"/orte/{city.school}/bearbeiten")
    assert "Früher" not in page.main
    assert page.submit("Ort speichern").status == 303
    assert belonging(session, city.school) == [(kept, True), (ended, True)]
    assert actions(session) == []


def test_two_forms_of_a_place_meet_each_other_over_social_spaces(chief: Browser, session: Session, city: City) -> None:
    keys = [enter_space(chief, name) for name in ("Baumheide", "Sieker")]
    first, second = (chief.get(f"/orte/{city.school}/bearbeiten") for _ in range(2))
    assert first.submit("Ort speichern", space_ids=[str(keys[0])]).status == 303
    answer = second.submit("Ort speichern", space_ids=[str(keys[1])])
    assert answer.status == 409
    assert "Sozialräume" in str(answer.select(".versions__title"))
    assert belonging(session, city.school) == [(keys[0], True)]


def test_a_new_place_says_where_it_belongs_at_once(chief: Browser, session: Session, city: City) -> None:
    key = enter_space(chief)
    fields: dict[str, Any] = {"name": "Treff am Teich", "kind": "youth_facility", "operator_id": city.provider}
    assert chief.get("/orte/neu").submit("Ort speichern", **fields, space_ids=[str(key)]).status == 303
    (row,) = every(session, PlaceSocialSpace)
    assert (row.social_space_id, row.valid_from, row.origin) == (key, None, SpaceOrigin.ENTERED)


def test_a_social_space_that_is_not_there_is_refused(chief: Browser, session: Session, city: City) -> None:
    enter_space(chief)
    ended = factories.social_space(session, "Früher", valid_until=clock.today() - YESTERDAY).id
    session.commit()
    version = stored(session, Place, city.school).version
    for key in (ended, 99999):
        sent: dict[str, Any] = {"district_id": 0, "operator_id": 0, "version": version, "space_ids": key}
        assert forge(chief, f"/orte/{city.school}/bearbeiten", **sent).status == 422
        answer = forge(chief, f"/orte/{city.school}/bearbeiten", f"/orte/{city.school}/sozialraum", space_id=key)
        assert answer.status == 422
    assert belonging(session, city.school) == []


def test_whoever_may_not_edit_a_place_gives_it_no_social_space(session: Session, city: City) -> None:
    """The service refuses, whatever page calls it."""
    place, key = session.get_one(Place, city.school), factories.social_space(session).id
    work = Work(session, Actor(user_id=1), clock.utc_now())
    with pytest.raises(Forbidden):
        services.assign(work, place, [key])
    with pytest.raises(Forbidden):
        services.assign_listed(work, {place: [key]})
    assert belonging(session, city.school) == []


def test_a_city_without_social_spaces_is_not_asked(chief: Browser, city: City) -> None:
    assert "Sozialr" not in chief.get(f"/orte/{city.school}/bearbeiten").main
    assert "Sozialr" not in chief.get(f"/orte/{city.school}").main
    assert "Sozialr" not in str(chief.get("/orte").select(".filter"))


def test_places_of_a_district_are_ticked_at_once(chief: Browser, session: Session, city: City) -> None:
    mitte = 1
    for key in (city.school, city.second_school):
        stored(session, Place, key).district_id = mitte
        session.commit()
    first, other = enter_space(chief, district_id="1"), enter_space(chief, "Stapenhorst")
    assert chief.get(f"/sozialraeume/{other}/orte").submit("Speichern", place=[city.school]).status == 303
    page = chief.get(f"/sozialraeume/{first}").click("Orte ankreuzen")
    assert page.select(".choices--columns .choice") == ["Fröbelschule Stapenhorst", "Luisenschule"]
    assert chief.get(f"/sozialraeume/{first}/orte?bezirk=0").main.count("Probe") > page.main.count("Probe")
    done = page.submit("Speichern", place=[city.school, city.second_school]).follow()
    assert "2 Orte gehören jetzt anders dazu." in done.flash
    assert belonging(session, city.school) == [(other, True), (first, True)]
    page = chief.get(f"/sozialraeume/{first}/orte")
    assert "Nichts wurde geändert." in page.submit("Speichern").follow().flash
    a_day_later(session)
    assert page.submit("Speichern", place=[city.second_school]).status == 303
    assert (first, True) in belonging(session, city.second_school)
    assert (other, True) in belonging(session, city.school)
    assert (first, True) not in belonging(session, city.school)


def test_what_somebody_else_ticks_meanwhile_stays(chief: Browser, session: Session, city: City) -> None:
    space = enter_space(chief)
    page = chief.get(f"/sozialraeume/{space}/orte")
    chief.get(f"/sozialraeume/{space}/orte").submit("Speichern", place=[city.school])
    assert page.submit("Speichern", place=[city.facility]).status == 303
    assert belonging(session, city.school) == belonging(session, city.facility) == [(space, True)]
    row = stored(session, SocialSpace, space)
    row.entered_on, row.valid_until = clock.today() - 9 * YESTERDAY, clock.today() - YESTERDAY
    session.commit()
    assert page.submit("Speichern", place=[city.second_school]).status == 422
    assert forge(chief, f"/sozialraeume/{space}/orte", place="99999", was="77777 x").status == 422
