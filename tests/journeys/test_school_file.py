"""The official school file in a browser: 2021 is there, 2026 comes, once more it changes nothing."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from coordination.core.access import Role
from tests import factories
from tests.directory.import_pages import NEW, OLD, work_off
from tests.journeys.demo import sign_in

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
EMAIL = "pflege@example.org"


@pytest.fixture
def schools_of_2021(app: Flask, session: Session) -> None:
    """Store the file of 2021 by the command, and an account that may do what follows."""
    factories.account(session, EMAIL, Role.DIRECTORY_KEEPER)
    session.commit()
    done = app.test_cli_runner().invoke(
        args=["directory", "import-schools", str(OLD), "--municipality", "05711000", "--apply"]
    )
    assert done.exit_code == 0, done.output


def hand_in(page: Page, app: Flask) -> None:
    """Upload the file of 2026 and wait until the worker has read it."""
    page.goto("/verzeichnis/import/")
    page.get_by_label("Schuldatei").set_input_files(NEW)
    page.get_by_role("button", name="Änderungen anzeigen").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert work_off(app) == 1
    page.get_by_role("link", name="Jetzt aktualisieren").click()


def count(page: Page, term: str) -> str:
    """Return what stands beside ``term`` in the list of facts."""
    return page.locator(".facts > div").filter(has=page.get_by_text(term, exact=True)).locator("dd").inner_text()


def test_2026_after_2021(schools_of_2021: None, app: Flask, desktop: Page) -> None:
    page = sign_in(desktop, EMAIL, factories.PASSWORD)
    hand_in(page, app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Was die Schuldatei ändert")
    assert count(page, "Neu").startswith("10:")
    assert count(page, "Nicht mehr in der Datei") == "6"
    assert count(page, "Geändert") == "44"
    page.get_by_role("button", name="60 Änderungen übernehmen").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert work_off(app) == 1
    page.get_by_role("link", name="Jetzt aktualisieren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Schuldatei ist gespeichert")
    assert (count(page, "Neu"), count(page, "Nicht mehr in der Datei")) == ("10", "6")

    hand_in(page, app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Datei ändert nichts")
    expect(page.get_by_role("button", name="übernehmen")).to_have_count(0)
