"""Entering and changing a succession is taken back from the message that tells of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.successions.models import PlaceSuccession
from tests.browser import Browser
from tests.directory.keepers import City, every, forge, stored
from tests.directory.successions.test_keeping import DAY, STORE, actions, new

UNDO = "Rückgängig"


def test_what_was_entered_vanishes_with_the_end_that_it_gave(chief: Browser, session: Session, city: City) -> None:
    done = new(chief, city.facility, city.school, ends_predecessor=True, source_note="Rat & Tat").follow()
    assert done.flash == "Die Nachfolge ist gespeichert."
    assert stored(session, Place, city.facility).valid_until == date(2024, 7, 31)
    back = done.submit(UNDO).follow()
    assert back.flash == "Rückgängig gemacht: Die Nachfolge ist nicht mehr eingetragen."
    assert every(session, PlaceSuccession) == []
    assert stored(session, Place, city.facility).valid_until is None
    assert actions(session)[-2:] == ["place.reopened", "place.succession_entry_undone"]
    late = done.submit(UNDO).follow()
    assert "inzwischen geändert oder entfernt" in late.flash
    # What the address says is signed as a whole, and each step has its own word.
    address = str(done.form(UNDO).tag["action"])
    for old, forged in (("endet=1", "endet=0"), ("schritt=neu", "schritt=geaendert"), ("schritt=neu", "schritt=x")):
        assert old in address
        assert forge(chief, "/sozialraeume", address.replace(old, forged)).status == 404


def test_what_was_changed_says_again_what_it_said(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.school, ends_predecessor=True, source_note="Rat")
    (row,) = every(session, PlaceSuccession)
    key, form = row.id, f"/nachfolgen/{row.id}/bearbeiten"
    done = chief.get(form).submit(STORE, on_day="2025-02-01", ends_predecessor=False, source_note="Amtsblatt").follow()
    assert done.flash == "Der Eintrag ist geändert."
    assert stored(session, Place, city.facility).valid_until is None
    back = done.submit(UNDO).follow()
    assert back.flash == "Rückgängig gemacht: Der Eintrag sagt wieder, was er vorher sagte."
    row = stored(session, PlaceSuccession, key)
    assert (row.on_day, row.source_note, row.ends_predecessor) == (date.fromisoformat(DAY), "Rat", True)
    assert stored(session, Place, city.facility).valid_until == date(2024, 7, 31)
    assert actions(session)[-2:] == ["place.ended", "place.succession_change_undone"]
    assert "inzwischen geändert oder entfernt" in done.submit(UNDO).follow().flash


def test_what_was_not_changed_has_nothing_to_take_back(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.school, city.second_school)
    (row,) = every(session, PlaceSuccession)
    done = chief.get(f"/nachfolgen/{row.id}/bearbeiten").submit(STORE).follow()
    assert done.flash == "Nichts wurde geändert."
    assert UNDO not in done.text


def test_the_message_is_used_up_by_a_later_change_or_removal(chief: Browser, session: Session, city: City) -> None:
    entered = new(chief, city.school, city.second_school).follow()
    (row,) = every(session, PlaceSuccession)
    form = f"/nachfolgen/{row.id}/bearbeiten"
    changed = chief.get(form).submit(STORE, on_day="2023-08-01").follow()
    assert "Es wurde jetzt nichts geändert" in entered.submit(UNDO).follow().flash
    assert stored(session, PlaceSuccession, row.id).on_day == date(2023, 8, 1)
    assert changed.submit(UNDO).status == 303
    assert stored(session, PlaceSuccession, row.id).on_day == date.fromisoformat(DAY)
    chief.get(f"/nachfolgen/{row.id}/entfernen").submit("Nachfolge entfernen")
    assert "Es wurde jetzt nichts geändert" in changed.submit(UNDO).follow().flash
    assert every(session, PlaceSuccession) == []


def test_an_unusual_day_that_was_meant_comes_back_unasked(chief: Browser, session: Session, city: City) -> None:
    session.get_one(Place, city.second_school).valid_from = date(2025, 8, 1)
    session.commit()
    new(chief, city.school, city.second_school, on_day="2025-08-01")
    (row,) = every(session, PlaceSuccession)
    form = f"/nachfolgen/{row.id}/bearbeiten"
    odd = chief.get(form).submit(STORE, on_day="2025-09-01").submit(STORE, despite_day=True)
    assert odd.status == 303
    fitting = chief.get(form).submit(STORE, on_day="2025-08-01").follow()
    assert fitting.submit(UNDO).status == 303
    assert stored(session, PlaceSuccession, row.id).on_day == date(2025, 9, 1)


def test_an_end_that_was_taken_back_does_not_come_with_the_entry(chief: Browser, session: Session, city: City) -> None:
    new(chief, city.facility, city.school, ends_predecessor=True)
    (row,) = every(session, PlaceSuccession)
    form = f"/nachfolgen/{row.id}/bearbeiten"
    stale = chief.get(form)
    opened = chief.get(f"/orte/{city.facility}").submit("Ende zurücknehmen").follow()
    assert stored(session, Place, city.facility).valid_until is None
    assert stale.submit(STORE, source_note="Rat").status == 409, "it was filled in while the place was closed"
    page = chief.get(form)
    assert page.form(STORE).values("ends_predecessor") == []
    assert "Das Ende, das der Ort" not in chief.get(f"/nachfolgen/{row.id}/entfernen").main
    # The way back gives the end to the entry again.
    assert opened.submit(UNDO).status == 303
    assert page.submit(STORE, source_note="Rat").status == 409, "it was filled in while the place was open"
    assert chief.get(form).form(STORE).values("ends_predecessor") == ["y"]
    assert chief.get(form).submit(STORE, on_day="2024-09-01").status == 303
    assert stored(session, Place, city.facility).valid_until == date(2024, 8, 31)
    chief.get(f"/orte/{city.facility}").submit("Ende zurücknehmen")
    assert chief.get(form).submit(STORE, source_note="Rat").status == 303
    assert stored(session, Place, city.facility).valid_until is None
    removed = chief.get(f"/nachfolgen/{row.id}/entfernen").submit("Nachfolge entfernen").follow()
    assert removed.submit(UNDO).status == 303
    assert stored(session, Place, city.facility).valid_until is None, "removed and entered again, it closes nothing"
