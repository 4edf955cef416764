"""An account from the invitation to the first sign-in; language and appearance, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, OpenPage
from tests.journeys.demo import ADMINISTRATOR, PROFESSIONAL, SQLITE_FIRST, sign_in

pytestmark = SQLITE_FIRST
CHOSEN = "Laterne Gurke Fahrradweg siebzehn"


def invited(page: Page, email: str) -> str:
    """Set up an account as administration does, and return the link in its mail."""
    sign_in(page, ADMINISTRATOR)
    page.goto("/verwaltung/konten/neu")
    page.get_by_label("Name", exact=True).fill("Nora Neuland")
    page.get_by_label("E-Mail", exact=True).fill(email)
    page.get_by_role("button", name="Einrichten und 1 Mail senden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Personen mit Konto")
    page.goto("/postausgang/")
    # The address may break in the list, which its name is told with.
    page.get_by_role("main").get_by_role("link").filter(has_text=email).click()
    found = re.search(r"http://127\.0\.0\.1:\d+/konto/einladung/\S+", page.get_by_role("main").inner_text())
    assert found is not None
    return found[0]


def test_an_invitation_leads_to_the_desk(demo: None, open_page: OpenPage) -> None:
    link = invited(open_page(DESK), "nora.neuland@example.org")
    page = open_page(DESK)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Passwort wählen")
    page.get_by_label("Passwort", exact=False).fill("zu kurz")
    page.get_by_role("button", name="Passwort speichern").click()
    expect(page.get_by_role("main").get_by_role("alert").or_(page.locator("#error-summary")).first).to_be_visible()
    page.get_by_role("textbox", name=re.compile("Passwort")).fill(CHOSEN)
    page.get_by_role("button", name="Passwort speichern").click()
    sign_in(page, "nora.neuland@example.org", CHOSEN)
    expect(page.get_by_role("heading", level=1)).to_have_text("Schreibtisch")
    again = open_page(DESK)
    answer = again.goto(link)
    assert answer is not None
    assert answer.status == 410


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_english_at_a_click(demo: None, open_page: OpenPage, javascript: bool) -> None:
    page = sign_in(open_page(DESK, javascript=javascript), PROFESSIONAL)
    page.goto("/wer-ist-wo")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is where?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Desk")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schreibtisch")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_dark_at_a_click_and_to_stay(demo: None, open_page: OpenPage, javascript: bool) -> None:
    page = sign_in(open_page(DESK, javascript=javascript), PROFESSIONAL)
    page.goto("/wer-ist-wo")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.locator("summary", has_text="Darstellung").click()
    if javascript:
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name="Dunkel").click()
    else:
        page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wer ist wo?")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
