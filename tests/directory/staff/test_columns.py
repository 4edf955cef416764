"""How the columns of a list were read is shown, and can be said otherwise, for this list and the next."""

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.i18n import in_language
from coordination.directory.models import Assignment, Person
from coordination.directory.staff import report
from coordination.directory.staff.models import ListColumns
from tests.browser import Browser, Page
from tests.directory.import_pages import work_off
from tests.directory.keepers import every, forge
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import URL, press, send
from tests.directory.staff.sheets_made import text, workbook

ROWS = [("Schulnummer", "Fachkraft", "Telefon", "Wer zahlt"), ("123456", "Ahornblatt, Ada", "0151 99990017", "Stadt")]


def read_as(page: Page) -> dict[str, str]:
    """Return how the preview says each column was read, by its heading."""
    cells = [
        [cell.get_text(" ", strip=True) for cell in row.select("th,td")]
        for row in page.soup.select("#columns tbody tr")
    ]
    assert cells
    return {heading: word for _letter, heading, word in cells}


def again(app: Flask, answer: Page) -> Page:
    """Let the worker read the list again, and return its preview."""
    assert answer.status == 303, answer.main
    work_off(app)
    return answer.follow()


def test_a_wrong_answer_about_a_column_is_put_right_for_good(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    page = press(app, send(app, keeper, workbook(ROWS), schools.employer), "antworten", q0="group")
    assert read_as(page)["Wer zahlt"].startswith("Zielgruppe")
    later = send(app, keeper, workbook(ROWS), schools.employer)
    form = later.click("Spalten anders zuordnen")
    assert form.form().values("c3") == ["group"]
    page = again(app, form.submit(c3="funding"))
    assert read_as(page)["Wer zahlt"].startswith("Förderung")
    press(app, page, "uebernehmen")
    (row,) = every(session, Assignment)
    assert (row.funding.value, row.target_group) == ("municipal", "")
    assert read_as(send(app, keeper, workbook(ROWS), schools.employer))["Wer zahlt"].startswith("Förderung")


def test_a_column_that_is_known_may_be_something_else(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    page = press(app, send(app, keeper, workbook(ROWS), schools.employer), "antworten", q0="left")
    assert read_as(page)["Telefon"] == "Telefon"
    page = again(app, page.click("Spalten anders zuordnen").submit(c2="mobile"))
    assert read_as(page)["Telefon"] == "Diensthandy so angegeben"
    press(app, page, "uebernehmen")
    (ada,) = every(session, Person)
    assert (ada.phone, ada.mobile) == ("", "+4915199990017")
    (kept,) = every(session, ListColumns)
    assert kept.meanings == {"telefon": "mobile", "werzahlt": "left"}
    page = send(app, keeper, workbook(ROWS), schools.employer)
    again(app, page.click("Spalten anders zuordnen").submit(c2="phone"))
    session.expire_all()
    assert kept.meanings == {"werzahlt": "left"}


def test_two_columns_cannot_say_the_same(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    rows = [("Schulnummer", "Fachkraft", "Tel.", "Telefon"), ("123456", "Ahornblatt, Ada", "0521 511234", "0521 4711")]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert read_as(page)["Telefon"] == "nicht gelesen: „Tel.“ sagt dies schon"
    form = page.click("Spalten anders zuordnen")
    wrong = form.submit(c3="phone")
    assert wrong.status == 422
    assert "„Tel.“ sagt dies schon." in wrong.error("c3")
    page = again(app, wrong.submit(c2="left", c3="phone"))
    press(app, page, "uebernehmen")
    assert [one.phone for one in every(session, Person)] == ["+495214711"]


def test_columns_of_a_list_that_is_decided_are_no_longer_asked(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    page = send(app, keeper, text(ROWS), schools.employer)
    form = page.click("Spalten anders zuordnen")
    job_id = int(form.url.rsplit("/", 2)[-2])
    press(app, page, "verwerfen")
    assert form.submit(c3="funding").status == 303
    assert every(session, ListColumns) == []
    assert keeper.get(f"{URL}{job_id}/spalten").status == 303
    page = send(app, keeper, text(ROWS), schools.employer)
    new = page.click("Spalten anders zuordnen")
    assert forge(keeper, new.url, new.url, c0="erfunden").status == 422


def test_times_are_said_as_pages_say_them() -> None:
    with in_language("de"):
        assert report.shown("0 12:00-15:30 104;1 08:00-13:00") == "Mo 12–15:30 Uhr (104); Di 8–13 Uhr"
        # The room is somebody's own text.
        rooms = "0 12:00-15:30 104;105;1 08:00-13:00 Raum 1; Raum 2"
        assert report.shown(rooms) == "Mo 12–15:30 Uhr (104;105); Di 8–13 Uhr (Raum 1; Raum 2)"


def test_days_and_hours_may_stand_in_two_columns(app: Flask, keeper: Browser, schools: Schools) -> None:
    rows = [("Schulnummer", "Fachkraft", "Tage", "Uhrzeit"), ("123456", "Ahornblatt, Ada", "Mo", "8-13")]
    page = send(app, keeper, workbook(rows), schools.employer)
    assert "Mo 8–13 Uhr" in page.main
    page = page.click("Spalten anders zuordnen")
    assert page.submit().status == 303
