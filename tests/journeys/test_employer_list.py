"""An employer's own list in a browser: a wrong row is named by its cell, the others stored, and all taken back."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from coordination.core.access import Role
from tests import factories
from tests.directory.import_pages import work_off
from tests.directory.staff.sheets_made import workbook
from tests.journeys.conftest import OpenPage
from tests.journeys.demo import SQLITE_FIRST, sign_in

pytestmark = SQLITE_FIRST
EMAIL, FILE = "traeger@example.org", "Einsätze.xlsx"
LIST = workbook(
    [
        ("Schulnummer", "Fachkraft", "E-Mail", "Stellenanteil", "Präsenzzeiten", "gültig ab"),
        ("123456", "Ahornblatt, Ada", "ada@example.org", "0,5", "Mo, Mi 8-13 Uhr", "01.08.2026"),
        ("999999", "Birke, Ben", "", "19,5 Std.", "", "01.08.2026"),
        ("123456", "n.n.", "", "0,5", "", ""),
    ]
)
SIZES = pytest.mark.parametrize("size", [(1280, 900), (360, 740)], ids=["desktop", "phone"])


@pytest.fixture
def school(session: Session) -> int:
    employer = factories.organisation(session, "Beispielwerk gGmbH")
    place = factories.school(session)
    factories.account(session, EMAIL, Role.DIRECTORY_KEEPER, keeps=employer)
    session.commit()
    return place.id


def follow(page: Page, app: Flask) -> None:
    """Let the worker do what the page waits for, and look at what comes of it."""
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert work_off(app) == 1
    page.get_by_role("link", name="Jetzt aktualisieren").click()


@SIZES
def test_a_list_is_checked_stored_without_its_wrong_row_and_taken_back(
    app: Flask, school: int, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = sign_in(open_page(size), EMAIL, factories.PASSWORD)
    page.goto("/verzeichnis/listen/")
    page.get_by_label("Liste", exact=True).set_input_files(
        {"name": FILE, "mimeType": "application/octet-stream", "buffer": LIST}
    )
    page.get_by_label("Anstellungsträger").select_option(label="Beispielwerk gGmbH")
    page.get_by_role("button", name="Liste prüfen").click()
    follow(page, app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Was die Liste ändert")
    expect(page.get_by_role("row", name="A3")).to_contain_text("999999")
    page.get_by_label("Diese Zeilen auslassen").check()
    page.get_by_role("button", name="2 Änderungen übernehmen").click()
    follow(page, app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Liste ist gespeichert")

    page.goto(f"/orte/{school}")
    expect(page.get_by_role("link", name="Ada Ahornblatt").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("8–13 Uhr")

    page.go_back()
    page.get_by_role("link", name="Ganze Liste zurücknehmen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Liste zurücknehmen?")
    page.get_by_role("button", name="Ganze Liste zurücknehmen").click()
    follow(page, app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Liste ist zurückgenommen")
    page.goto(f"/orte/{school}")
    expect(page.get_by_role("link", name="Ada Ahornblatt")).to_have_count(0)
