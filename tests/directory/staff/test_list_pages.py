import io
from datetime import date, time
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.jobs import Job
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, EarlierValue, Person, Presence
from coordination.directory.rules import HolidayPresence
from coordination.directory.staff.template import template
from coordination.search import services as search
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY
from tests.directory.import_pages import dump, work_off
from tests.directory.keepers import enter, every, forge
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import URL, form_to, press, send, take_back
from tests.directory.staff.sheets_made import text, workbook

HEADINGS = ("Schulnummer", "Fachkraft", "E-Mail", "Stellenanteil", "Präsenzzeiten", "gültig ab", "Bemerkung")
ADA = ("123456", "Ahornblatt, Ada", "ada@example.org", "0,5", "Mo 8-13 Uhr", "01.08.2026", "oft krank")
BEN = ("123457", "Birke, Ben", "", "19,5 Std.", "", "01.08.2026", "")
VACANT = ("123457", "n.n.", "", "0,5", "", "", "")


def _weeks(session: Session) -> list[tuple[int, int, time]]:
    return sorted((one.assignment_id, one.weekday, one.starts_at) for one in every(session, Presence))


def test_the_contact_of_new_people_is_seen_before_it_is_stored(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    headings = ("Schulnummer", "Fachkraft", "E-Mail", "Telefon", "Diensthandy")
    known = ("123457", "Birke, Ben", "ben@example.org", "", "")
    factories.person(session, "Ben", "Birke", email="ben@example.org", organisation_id=schools.employer)
    session.commit()
    ada = ("123456", "Ahornblatt, Ada", "ada@example.org", 521511234, 15199990017)
    page = send(app, keeper, workbook([headings, ada, known]), schools.employer)
    for told in ("ada@example.org", "0521 511234", "01519 9990017"):
        assert told in page.main
    assert "ben@example.org" not in page.main


def test_the_preview_says_one_post_and_one_hour_and_quotes_in_german(
    app: Flask, keeper: Browser, schools: Schools
) -> None:
    headings = ("Schulnummer", "Fachkraft", "Stellenanteil", "Wochenstunden")
    both = ("123457", "Birke, Ben; Ceder, Cem", "0,5", "")
    page = send(app, keeper, workbook([headings, ("123456", "Ahornblatt, Ada", "1", "1 Std."), both]), schools.employer)
    assert "1 Stelle, 1 Stunde" in page.main
    assert "Stellen, " not in page.main
    assert "1 Stunden" not in page.main
    assert "Personen in dieser Zeile: 2. Angaben in der Spalte „Stellenanteil“: 1." in page.main


def test_a_list_is_shown_stored_and_taken_back(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    search.rebuild(session)
    session.commit()
    before = dump(session)
    page = send(app, keeper, workbook([HEADINGS, ADA, BEN, VACANT]), schools.employer)
    assert "Ada Ahornblatt" in page.main
    assert "oft krank" not in page.main
    assert "Bemerkung" in page.main
    assert every(session, Assignment) == []
    done = press(app, page, "uebernehmen")
    rows = every(session, Assignment)
    assert [(row.person_id is None, row.share_posts, row.share_hours) for row in rows] == [
        (False, Decimal("0.50"), None),
        (False, None, Decimal("19.50")),
        (True, Decimal("0.50"), None),
    ]
    assert [row.valid_from for row in rows] == [date(2026, 8, 1), date(2026, 8, 1), WEDNESDAY]
    assert [(one.weekday, one.starts_at.hour) for one in rows[0].presences] == [(0, 8)]
    assert [person.organisation_id for person in every(session, Person)] == [schools.employer] * 2
    lines = [entry for entry in every(session, AuditEntry) if entry.action == "list.stored"]
    assert len(lines) == 1
    assert "oft krank" not in str({job.id: (job.params, job.result) for job in every(session, Job)})
    take_back(app, done)
    after = dump(session)
    changed = {table for table in after if after[table] != before[table]}
    assert changed <= {"job", "audit_entry", "user_session", "throttle", "data_revision"}, changed


def test_a_change_is_a_history_and_ends_need_a_tick(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    press(app, send(app, keeper, workbook([HEADINGS, ADA, BEN, VACANT]), schools.employer), "uebernehmen")
    more = (*ADA[:3], "0,75", *ADA[4:5], "", "")
    new_mail = ("123457", "Birke, Ben", "ben@example.org", "", "", "", "")
    page = send(app, keeper, workbook([HEADINGS, more, new_mail]), schools.employer)
    before, weeks = dump(session), _weeks(session)
    done = press(app, page, "uebernehmen", with_ends=True)
    rows = every(session, Assignment)
    assert [(row.share_posts, row.valid_until) for row in rows] == [
        (Decimal("0.50"), date(2026, 11, 24)),
        (None, None),
        (Decimal("0.50"), WEDNESDAY),
        (Decimal("0.75"), None),
    ]
    ben = next(person for person in every(session, Person) if person.family_name == "Birke")
    assert ben.email == "ben@example.org"
    assert [(one.field, one.value) for one in every(session, EarlierValue)] == [("email", "")]
    take_back(app, done)
    assert dump(session)["earlier_value"] == before["earlier_value"]
    assert _weeks(session) == weeks
    assert [row.valid_until for row in every(session, Assignment)] == [None, None, None]


def test_without_the_tick_nothing_ends(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    press(app, send(app, keeper, workbook([HEADINGS, ADA, BEN]), schools.employer), "uebernehmen")
    third = ("123457", "Cyan, Cleo", "", "1", "", "", "")
    press(app, send(app, keeper, workbook([HEADINGS, ADA, third]), schools.employer), "uebernehmen")
    assert [row.valid_until for row in every(session, Assignment)] == [None, None, None]


def test_a_wrong_row_keeps_the_list_out_until_it_is_left_out(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    wrong = ("999999", "Birke, Ben", "", "0,5", "", "", "")
    page = send(app, keeper, workbook([HEADINGS, ADA, wrong]), schools.employer)
    assert "A3" in page.main
    assert "Eine Schule mit der Nummer 999999 gibt es heute nicht." in page.main
    page = page.submit(form_to(page, "uebernehmen"))
    assert page.status == 422
    assert "Einige Zeilen sind fehlerhaft." in page.error("leave_out")
    assert every(session, Assignment) == []
    press(app, page, "uebernehmen", leave_out=True)
    assert len(every(session, Assignment)) == 1


def test_what_a_list_says_of_the_holidays_is_asked_shown_stored_and_taken_back(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    rows = [("Schulnummer", "Fachkraft", "Ferien"), ("123456", "Ahornblatt, Ada", "nur Osterferien")]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert "In den Ferien: Was bedeutet „nur Osterferien“?" in page.main
    page = press(app, page, "antworten", q0="by_arrangement")
    assert "In den Ferien" in page.main
    press(app, page, "uebernehmen")
    first = every(session, Assignment)[0]
    assert (first.in_holidays, first.presences) == (HolidayPresence.BY_ARRANGEMENT, [])
    # A list without the column, or with an empty cell, takes nothing away.
    empty = [("Schulnummer", "Fachkraft", "Ferien"), ("123456", "Ahornblatt, Ada", "")]
    assert "Die Liste ändert nichts" in send(app, keeper, workbook(empty), schools.employer).text
    before = dump(session)["assignment"]
    changed = [rows[0], ("123456", "Ahornblatt, Ada", "nein")]
    done = press(app, send(app, keeper, workbook(changed), schools.employer), "uebernehmen")
    assert every(session, Assignment)[-1].in_holidays is HolidayPresence.NO
    take_back(app, done)
    assert every(session, Assignment)[0].in_holidays is HolidayPresence.BY_ARRANGEMENT
    assert len(dump(session)["assignment"]) == len(before)


def test_a_wrong_word_about_the_holidays_is_said_in_its_cell(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    rows = [("Schulnummer", "Fachkraft", "Ferien"), ("123456", "Ahornblatt, Ada", 6)]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert "C2" in page.main
    assert "Bitte schreiben Sie „ja“, „nein“ oder „nach Absprache“." in page.main
    assert every(session, Assignment) == []


def test_questions_are_asked_once_and_columns_remembered(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    rows = [("Schule", "Fachkraft", "Wer zahlt"), ("Brüder-Grimm-Schule", "Ahornblatt, Ada", "Stadt")]
    page = send(app, keeper, workbook(rows), schools.employer)
    asked = "Was steht in der Spalte „Wer zahlt“?"
    assert asked in page.main
    assert not page.soup.select('form[action$="uebernehmen"]')
    second = str(schools.by_number["200002"])
    page = press(app, page, "antworten", q0="funding", q1=second)
    press(app, page, "uebernehmen")
    assert [(row.place_id, row.funding.value) for row in every(session, Assignment)] == [(int(second), "municipal")]
    again = send(app, keeper, workbook(rows), schools.employer)
    assert "Welche Schule oder Einrichtung ist" in again.main
    assert asked not in again.main


def test_a_bad_answer_is_said_beside_its_field(app: Flask, keeper: Browser, schools: Schools) -> None:
    rows = [("Schulnummer", "Fachkraft", "gültig ab"), ("123456", "Ahornblatt, Ada", "1.8.")]
    page = send(app, keeper, workbook(rows), schools.employer)
    answer = page.submit(form_to(page, "antworten"), q0="bald")
    assert answer.status == 422
    assert "Das ist kein Datum." in answer.main


def test_who_may_be_the_same_person_is_asked(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    mueller = factories.person(session, "Jo", "Müller", organisation_id=schools.employer, email="jo@example.org")
    session.commit()
    rows = [("Schulnummer", "Nachname", "Vorname", "E-Mail"), ("123456", "Mueller-Berg", "Jo", "jo@example.org")]
    page = send(app, keeper, workbook(rows), schools.employer)
    press(app, press(app, page, "antworten", q0=f"{mueller.id}n"), "uebernehmen")
    assert [(one.family_name, one.email) for one in every(session, Person)] == [("Mueller-Berg", "jo@example.org")]
    assert [(one.field, one.value) for one in every(session, EarlierValue)] == [("family_name", "Müller")]
    page = send(app, keeper, workbook([rows[0], ("123457", "Berg", "Jo", "")]), schools.employer)
    press(app, press(app, page, "antworten", q0="0"), "uebernehmen")
    assert len(every(session, Person)) == 2


@pytest.mark.parametrize(("name", "mail"), [("Frida Distelfinck", ""), ("Distelfink Frida", "frida@exampel.org")])
def test_who_is_called_almost_the_same_is_asked_about(
    app: Flask, keeper: Browser, session: Session, schools: Schools, name: str, mail: str
) -> None:
    frida = factories.person(
        session, "Frida", "Distelfink", organisation_id=schools.employer, email="frida@example.org"
    )
    session.commit()
    given, family = name.split()
    head = ("Schulnummer", "Vorname", "Nachname", "E-Mail")
    page = send(app, keeper, workbook([head, ("123456", given, family, mail)]), schools.employer)
    assert not page.soup.select('form[action$="uebernehmen"]')
    press(app, press(app, page, "antworten", q0=str(frida.id)), "uebernehmen")
    assert [row.person_id for row in every(session, Assignment)] == [frida.id]


def test_who_is_called_almost_the_same_elsewhere_is_asked_about_too(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    frida = factories.person(session, "Frida", "Distelfink", organisation_id=schools.other)
    session.commit()
    rows = [("Schulnummer", "Vorname", "Nachname"), ("123456", "Frida", "Distelfinck")]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert "Frida Distelfink, Anderer Träger e. V." in page.main
    press(app, press(app, page, "antworten", q0="0"), "uebernehmen")
    assert [one.id == frida.id for one in every(session, Person)] == [True, False]


def test_who_has_another_address_is_somebody_else(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    factories.person(session, "Berta", "Birkenhain", organisation_id=schools.employer, email="berta@example.org")
    session.commit()
    head = ("Schulnummer", "Vorname", "Nachname", "E-Mail")
    rows = [head, ("123456", "Berta", "Birkenheim", "heim@example.org")]
    press(app, send(app, keeper, workbook(rows), schools.employer), "uebernehmen")
    assert len(every(session, Person)) == 2


def test_a_spelling_is_no_news(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    factories.person(session, "Jo", "Müller", organisation_id=schools.employer)
    session.commit()
    rows = [("Schulnummer", "Fachkraft"), ("123456", "Jo Mueller")]
    press(app, send(app, keeper, workbook(rows), schools.employer), "uebernehmen")
    assert [one.family_name for one in every(session, Person)] == ["Müller"]


def test_a_list_of_somebody_else_is_not_there(
    app: Flask, keeper: Browser, other_browser: Browser, session: Session, schools: Schools
) -> None:
    send(app, keeper, workbook([HEADINGS, ADA]), schools.employer)
    job = every(session, Job)[-1].id
    enter(other_browser, "zwei")
    assert other_browser.get(f"{URL}{job}").status == 404
    assert forge(other_browser, URL, f"{URL}{job}/uebernehmen").status == 404
    assert forge(other_browser, URL, f"{URL}{job}/verwerfen").status == 404


def test_a_foreign_employer_cannot_be_chosen_or_written(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    answer = forge(keeper, URL, file=(io.BytesIO(workbook([HEADINGS, ADA])), "x.xlsx"), employer=str(schools.other))
    assert answer.status == 422
    rows = [("Schulnummer", "Fachkraft", "Träger"), ("123456", "Ahornblatt, Ada", "Anderer Träger e. V.")]
    page = send(app, keeper, workbook(rows))
    assert "Sie pflegen keine Organisation" in page.main


def test_what_changed_meanwhile_stops_the_storing(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    page = send(app, keeper, workbook([HEADINGS, ADA]), schools.employer)
    factories.person(session, "Ada", "Ahornblatt", organisation_id=schools.employer)
    session.commit()
    done = press(app, page, "uebernehmen")
    assert "Das Verzeichnis hat sich seit der Vorschau geändert." in done.main
    assert every(session, Assignment) == []


def test_what_was_changed_since_is_not_taken_back(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    done = press(app, send(app, keeper, workbook([HEADINGS, ADA]), schools.employer), "uebernehmen")
    row = every(session, Assignment)[0]
    row.target_group = "anders"
    session.commit()
    page = done.click("Ganze Liste zurücknehmen")
    assert page.h1 == "Diese Liste lässt sich nicht zurücknehmen"
    assert not page.soup.select("main form")
    job_id = int(done.url.rsplit("/", 1)[-1])
    forge(keeper, done.url, f"{URL}{job_id}/zuruecknehmen")
    work_off(app)
    page = keeper.get(done.url)
    assert "Seit dem Speichern der Liste geändert: Fröbelschule." in page.main
    assert len(every(session, Assignment)) == 1


def test_what_goes_with_a_list_is_said_before_it_is_taken_back(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    done = press(app, send(app, keeper, workbook([HEADINGS, ADA, BEN, VACANT]), schools.employer), "uebernehmen")
    page = done.click("Ganze Liste zurücknehmen")
    said = dict(zip(page.select("main dt"), page.select("main dd"), strict=True))
    assert (said["Neue Einsätze, die wieder entfallen"], said["Neue Personen, die wieder entfallen"]) == ("3", "2")
    assert len(every(session, Assignment)) == 3, "looking takes nothing back"
    press(app, page, "zuruecknehmen")
    assert every(session, Assignment) == []
    assert keeper.get(page.url).status == 303, "it was taken back"


def test_a_new_person_in_use_is_not_taken_away(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    done = press(app, send(app, keeper, workbook([HEADINGS, ADA]), schools.employer), "uebernehmen")
    factories.member(session, every(session, Person)[0], "Runde")
    session.commit()
    page = take_back(app, done)
    assert "Ada Ahornblatt" in page.main
    assert len(every(session, Person)) == 1
    assert len(every(session, Assignment)) == 1


def test_the_template_is_read_and_its_example_ignored(app: Flask, keeper: Browser, schools: Schools) -> None:
    assert keeper.client.get(f"{URL}vorlage.xlsx").data[:2] == b"PK"
    page = send(app, keeper, template(), schools.employer)
    assert page.h1 == "Die Liste ist leer"
    assert "In der Datei steht keine Zeile mit Angaben." in page.main
    assert not page.soup.select(".field__error")


def test_what_is_no_workbook_is_not_blamed_on_its_headings(app: Flask, keeper: Browser, schools: Schools) -> None:
    assert "Diese Datei lässt sich nicht lesen." in send(app, keeper, b"kaputt;und leer\n1;2\n", schools.employer).main


def test_a_row_is_called_as_the_spreadsheet_calls_it(app: Flask, keeper: Browser, schools: Schools) -> None:
    both = ("123456", "Ahornblatt, Ada\nBirke, Ben")
    page = send(app, keeper, text([("Schulnummer", "Fachkraft"), both, ("999999", "Ceder, Cem")]), schools.employer)
    assert "A3" in page.select("td")


@pytest.mark.parametrize("name", ["liest", "alles"])
def test_only_keepers_read_in_lists(browser: Browser, schools: Schools, name: str) -> None:
    assert enter(browser, name).get(URL).status == (200 if name == "alles" else 403)


def test_a_csv_is_discarded(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    page = send(app, keeper, text([HEADINGS, ADA], encoding="cp1252"), schools.employer)
    assert "Windows-1252" in page.main
    press(app, page, "verwerfen")
    assert every(session, Job)[-1].params["discarded"]
    assert every(session, Assignment) == []
