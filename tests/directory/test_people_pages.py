"""People, their absences, and what becomes of their assignments when they leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Absence, Assignment, EarlierValue, Organisation, Person, Place
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, forge, stored
from tests.snapshots import asked_for


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


def new(keeper: Browser, city: City, **fields: Any) -> Page:
    values: dict[str, Any] = {
        "given_name": "Dilan",
        "family_name": "Dachs",
        "organisation_id": city.team,
        "phone": "0521/51-1234",
        "email": "dilan@example.org",
        **fields,
    }
    return keeper.get("/personen/neu").submit("Person speichern", **values)


def test_a_person_is_entered_with_a_tidy_number(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city, family_name="  Dachs\r\nBau ").follow()
    assert "ist eingetragen" in page.flash
    person = every(session, Person)[-1]
    assert (person.family_name, person.phone, person.organisation_id) == ("Dachs Bau", "+49521511234", city.team)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("family_name", " ", "Bitte füllen Sie dieses Feld aus"),
        ("given_name", "x" * 10_000, "Bitte kürzen Sie"),
        ("phone", "siehe Aushang", "Das ist keine Telefonnummer"),
        ("phone", "0" * 10_000, "Telefonnummer"),
        ("phone", "12", "zu kurz, um von außen angerufen zu werden"),
        ("mobile", "Durchwahl 6170", "ganz und mit Vorwahl"),
        ("mobile", "0521 511234\r\n0521 511235", "Das ist keine Telefonnummer"),
        ("email", "ada@", "Das ist keine E-Mail-Adresse"),
    ],
)
def test_bad_input_stays_in_the_form(
    keeper: Browser, city: City, session: Session, field: str, value: str, said: str
) -> None:
    page = new(keeper, city, **{field: value})
    assert page.status == 422
    assert said in page.main
    assert len(every(session, Person)) == 3


@pytest.mark.parametrize("kept", ["12", "+4952112"])
def test_a_stored_number_that_is_too_short_stays_while_something_else_is_changed(
    keeper: Browser, city: City, session: Session, kept: str
) -> None:
    person = stored(session, Person, city.ada)
    person.phone, person.mobile = kept, ""
    session.commit()
    address = f"/personen/{city.ada}/bearbeiten"
    assert keeper.get(address).submit("Person speichern", function="Neue Funktion").status == 303
    person = stored(session, Person, city.ada)
    assert (person.phone, person.function) == (kept, "Neue Funktion")
    # Another one that is too short is not taken, nor is the same in another field.
    for fields in ({"phone": "13"}, {"mobile": "12"}):
        assert "zu kurz" in keeper.get(address).submit("Person speichern", **fields).error(next(iter(fields)))
    assert keeper.get(address).submit("Person speichern", phone="0521 511234").status == 303
    assert "zu kurz" in keeper.get(address).submit("Person speichern", phone="12").error("phone")


@pytest.mark.parametrize("tail", ["\r\nBcc: x@example.org", "\nx"])
def test_a_line_break_in_an_address_begins_no_header(keeper: Browser, city: City, database_url: str, tail: str) -> None:
    fields: dict[str, Any] = {"given_name": "Dilan", "family_name": "Dachs", "organisation_id": city.team}
    for path in ("/personen/neu", f"/personen/{city.ada}/bearbeiten"):
        form = keeper.get(path)
        before = asked_for(database_url)
        page = form.submit("Person speichern", **fields, email=f"dilan@example.org{tail}")
        assert page.status == 422
        assert "Das ist keine E-Mail-Adresse. Bitte prüfen Sie sie auf Tippfehler." in page.error("email")
        # Nothing is stored, and nothing is mailed.
        assert asked_for(database_url) == before
        assert "outbox_mail" in before


def test_html_in_a_name_is_only_text(keeper: Browser, city: City) -> None:
    page = new(keeper, city, given_name="<script>alert(1)</script>").follow()
    assert "<script>alert(1)</script> Dachs" in page.h1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "ADA@example.org"}, "Die E-Mail-Adresse gehört zu Ada Ahornblatt"),
        ({"given_name": "ada", "family_name": "Ahorn-Blatt", "email": ""}, "Jemanden mit diesem Namen gibt es schon"),
        ({"given_name": "Ada", "family_name": "Ahornblat", "email": ""}, "Jemand heißt fast genauso"),
        ({"given_name": "Ada", "family_name": "Ahornblat", "email": "jemand.anders@example.org"}, ""),
        ({"given_name": "ADA", "family_name": "ahornblatt", "email": ""}, "Jemanden mit diesem Namen gibt es schon"),
        ({"email": "dilan@gmx.de"}, "Keine dienstliche Adresse?"),
    ],
)
def test_a_second_look_before_the_second_click(
    keeper: Browser, city: City, session: Session, fields: dict[str, str], said: str
) -> None:
    page = new(keeper, city, **fields)
    if not said:
        assert page.status == 303
        return
    assert page.status == 200
    assert said in page.main
    assert len(every(session, Person)) == 3
    assert page.submit("Person speichern").status == 303
    assert len(every(session, Person)) == 4


def test_umlauts_do_not_hide_a_double(keeper: Browser, city: City, session: Session) -> None:
    factories.person(session, "Jörg", "Müller", organisation_id=city.provider)
    session.commit()
    assert "gibt es schon" in new(keeper, city, given_name="Joerg", family_name="Mueller").main


def test_the_same_form_twice_asks_back(keeper: Browser, city: City, session: Session) -> None:
    form = keeper.get("/personen/neu")
    values: dict[str, Any] = {"given_name": "Dilan", "family_name": "Dachs", "organisation_id": city.team}
    assert form.submit("Person speichern", **values).status == 303
    assert form.submit("Person speichern", **values).status == 200
    assert len(every(session, Person)) == 4


def test_a_keeper_enters_people_only_below_the_own_organisation(keeper: Browser, city: City, session: Session) -> None:
    values: dict[str, Any] = {"given_name": "E", "family_name": "F", "version": 0}
    for organisation in (city.other, city.city, 0, 987654):
        assert forge(keeper, "/personen/neu", organisation_id=organisation, **values).status in {403, 422}
    assert len(every(session, Person)) == 3
    for path in ("bearbeiten", "beenden", "abwesenheiten"):
        assert keeper.get(f"/personen/{city.stranger}/{path}").status == 403
    for path in ("bearbeiten", "beenden", "abwesenheiten", "reaktivieren"):
        answer = forge(keeper, "/personen/neu", f"/personen/{city.stranger}/{path}", step="save", **values)
        assert answer.status == 403


def test_a_change_keeps_what_was(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/personen/{city.ada}/bearbeiten")
    done = page.submit("Person speichern", family_name="Buchenblatt", organisation_id=city.team)
    assert done.follow().h1 == "Ada Buchenblatt"
    kept = {row.field: row.value for row in every(session, EarlierValue)}
    assert kept == {"family_name": "Ahornblatt", "organisation_id": str(city.provider)}


def test_of_several_changes_on_a_day_the_first_counts(keeper: Browser, city: City, session: Session) -> None:
    def changed_to(name: str) -> list[tuple[str, str]]:
        keeper.get(f"/personen/{city.ada}/bearbeiten").submit("Person speichern", family_name=name)
        return [(row.field, row.value) for row in every(session, EarlierValue)]

    assert changed_to("Buche") == changed_to("Ceder") == [("family_name", "Ahornblatt")]
    assert changed_to("Ahornblatt") == []


def test_earlier_contact_is_for_those_who_keep_it(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    page = keeper.get(f"/personen/{city.ada}/bearbeiten")
    fields = {"email": "neu@example.org", "phone": "0521 51-1", "mobile": "0171 3920042", "function": "Beratung"}
    page.submit("Person speichern", **fields)
    keeper.get(f"/personen/{city.ada}/bearbeiten").submit("Person speichern", function="Leitung", family_name="Buche")
    assert "E-Mail: ada@example.org" in keeper.get(f"/personen/{city.ada}").main
    reader = enter(other_browser, "liest").get(f"/personen/{city.ada}").main
    assert "Nachname: Ahornblatt" in reader
    assert "ada@example.org" not in reader


def test_a_stale_change_shows_both(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/personen/{city.ada}/bearbeiten")
    session.get_one(Person, city.ada).function = "Leitung"
    session.commit()
    answer = page.submit("Person speichern", function="Beratung")
    assert answer.status == 409
    assert "Leitung" in answer.main
    assert stored(session, Person, city.ada).function == "Leitung"
    assert answer.submit("Person speichern").status == 303
    assert stored(session, Person, city.ada).function == "Beratung"


def test_who_leaves_ends_with_their_assignments(keeper: Browser, city: City, session: Session) -> None:
    ada, school = session.get_one(Person, city.ada), session.get_one(Place, city.second_school)
    own, other = session.get_one(Organisation, city.provider), session.get_one(Organisation, city.other)
    last = clock.today() + timedelta(days=20)
    later = factories.assignment(session, ada, school, own, valid_from=last + timedelta(days=40)).id
    foreign = factories.assignment(session, ada, school, other).id
    session.commit()
    page = keeper.get(f"/personen/{city.ada}/beenden").submit("Weiter zur Vorschau", last_on=last.isoformat())
    assert "Einsätze, die mit diesem Tag enden 1" in page.main
    assert "unbesetzt werden 1" in page.main
    assert "Einsätze anderer Träger: Sie bleiben 1" in page.main
    assert f"Fröbelschule: ab {last + timedelta(days=1):%d.%m.%Y} ist niemand" in page.main
    assert stored(session, Person, city.ada).valid_until is None
    assert page.submit(button="Zugehörigkeit beenden").status == 303
    assert stored(session, Person, city.ada).valid_until == last
    assert stored(session, Assignment, city.post).valid_until == last
    assert stored(session, Assignment, later).person_id is None
    assert stored(session, Assignment, foreign).valid_until is None
    back = keeper.get(f"/personen/{city.ada}/bearbeiten").submit("Ende zurücknehmen").follow()
    assert "gehört wieder dazu" in back.flash
    assert stored(session, Person, city.ada).valid_until is None
    assert stored(session, Assignment, city.post).valid_until == last


def test_an_end_without_assignments_can_be_undone(keeper: Browser, city: City, session: Session) -> None:
    session.get_one(Person, city.ben).valid_until = date(2030, 7, 31)
    session.commit()
    page = keeper.get(f"/personen/{city.ben}/beenden").submit("Weiter zur Vorschau", last_on="2027-07-31")
    done = page.submit(button="Zugehörigkeit beenden").follow()
    assert stored(session, Person, city.ben).valid_until == date(2027, 7, 31)
    assert "zurückgenommen" in done.submit("Rückgängig").follow().flash
    assert stored(session, Person, city.ben).valid_until == date(2030, 7, 31)
    assert "inzwischen noch einmal geändert" in done.submit("Rückgängig").follow().flash
    page = keeper.get(f"/personen/{city.ben}/bearbeiten")
    session.get_one(Person, city.ben).function = "Beratung"
    session.commit()
    assert "inzwischen noch einmal geändert" in page.submit("Ende zurücknehmen").follow().flash
    assert stored(session, Person, city.ben).valid_until == date(2030, 7, 31)


def absent(keeper: Browser, city: City, **fields: Any) -> Page:
    return keeper.get(f"/personen/{city.ada}/abwesenheiten").submit("Abwesenheit speichern", **fields)


def test_an_absence_has_days_and_a_substitute_and_no_reason(keeper: Browser, city: City, session: Session) -> None:
    page = keeper.get(f"/personen/{city.ada}/abwesenheiten")
    assert "Ohne Grund" in page.main
    fields = {str(tag["name"]) for tag in page.soup.select("main form [name]")}
    assert fields == {"csrf_token", "first_on", "last_on", "substitute_id"}
    today = clock.today()
    done = absent(keeper, city, first_on=today.isoformat(), substitute_id=city.ben).follow()
    assert "Ben Birke" in done.main
    absence = every(session, Absence)[-1]
    assert (absence.first_on, absence.last_on, absence.substitute_id) == (today, None, city.ben)
    again = absent(keeper, city, first_on=today.isoformat())
    assert again.status == 422
    assert "schon als abwesend" in again.main
    assert "endet heute" in done.submit("Heute beenden").follow().flash
    assert stored(session, Absence, absence.id).last_on == today
    asked = keeper.get(f"/personen/{city.ada}/abwesenheiten").click("Entfernen …")
    assert asked.submit("Abwesenheit entfernen").status == 303
    assert len(every(session, Absence)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"first_on": "2027-02-02", "last_on": "2027-02-01"}, "Das Ende liegt vor dem Beginn"),
        ({"first_on": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"first_on": "1027-02-02"}, "Bitte prüfen Sie das Jahr"),
    ],
)
def test_impossible_absences(keeper: Browser, city: City, session: Session, fields: dict[str, str], said: str) -> None:
    page = absent(keeper, city, **fields)
    assert page.status == 422
    assert said in page.main
    assert len(every(session, Absence)) == 1


def test_an_absence_belongs_to_its_person(keeper: Browser, city: City, session: Session) -> None:
    foreign = every(session, Absence)[0].id
    for path in ("beenden", "loeschen"):
        url = f"/personen/{city.ada}/abwesenheiten/{foreign}/{path}"
        assert forge(keeper, "/personen/neu", url).status == 404
    answer = forge(
        keeper, f"/personen/{city.ada}/abwesenheiten", first_on="2027-01-01", substitute_id=str(city.stranger)
    )
    assert answer.status == 422
    assert stored(session, Absence, foreign).last_on == date(clock.today().year, 1, 2)


def test_who_begins_later_elsewhere_is_no_hint_for_another_keeper(
    keeper: Browser, other_browser: Browser, session: Session, city: City
) -> None:
    later = clock.today() + timedelta(days=40)
    factories.person(session, "Zora", "Zukunft", organisation_id=city.other, valid_from=later)
    session.commit()
    fields: dict[str, Any] = {"given_name": "Zora", "family_name": "Zukunft", "organisation_id": city.team}
    assert new(keeper, city, **fields).status == 303
    # Two of one name now: only who sees all plans is told.
    chief = enter(other_browser, "alles")
    assert "Anderer Träger" not in keeper.get("/personen/doppelte").main
    assert "Anderer Träger" in chief.get("/personen/doppelte").main
    assert "gibt es schon" in new(chief, city, **fields).main
