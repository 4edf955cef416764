"""Pictures of coverage, map, responsibilities, confirmation rounds and the public page for the handbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page

from tests.journeys.conftest import DESK, PHONE

KEEPER, PLANNER = "verzeichnis@example.org", "planung@example.org"
PROFESSIONAL, ADMINISTRATOR = "fachkraft@example.org", "verwaltung@example.org"
#: For pages that say little above their fold.
HIGH = (1280, 1150)

Show = Callable[[Page], object]


def _go(path: str, page: Page) -> None:
    page.goto(path)


def _ask(page: Page) -> None:
    page.goto("/wen-frage-ich")
    page.get_by_label("Thema", exact=True).select_option(label="Schulabsentismus")
    page.get_by_label("Schule oder Einrichtung").fill("Fröbelschule")
    page.get_by_role("button", name="Antwort zeigen").click()
    page.wait_for_load_state()
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


def _map(page: Page) -> None:
    page.goto("/wer-ist-wo")
    page.get_by_role("main").get_by_role("link", name="Karte der Stadt").click()
    page.wait_for_load_state()


def _round(page: Page) -> None:
    page.goto("/bestaetigungen")
    page.get_by_role("link", name="Antworten ansehen").first.click()
    page.wait_for_load_state()


def _switch(page: Page) -> None:
    page.goto("/verwaltung/oeffentliche-seite")
    page.get_by_role("main").get_by_role("button", name="Einschalten").click()
    page.wait_for_load_state()


SHOTS: dict[str, tuple[tuple[int, int], str, Show]] = {
    "wen-frage-ich": (HIGH, PROFESSIONAL, _ask),
    "karte": (DESK, PROFESSIONAL, _map),
    "versorgung": (HIGH, PLANNER, partial(_go, "/versorgung")),
    "liste-einlesen": (DESK, KEEPER, partial(_go, "/verzeichnis/listen")),
    "bestaetigungen": (DESK, KEEPER, partial(_go, "/bestaetigungen")),
    "bestaetigung": (DESK, KEEPER, _round),
    "privates-handy": (PHONE, PROFESSIONAL, partial(_go, "/mein-privates")),
}
#: What changes something, and what is seen only after it.
LAST: dict[str, tuple[tuple[int, int], str, Show]] = {
    "oeffentliche-seite": (DESK, ADMINISTRATOR, _switch),
    "oeffentlich": (DESK, "", partial(_go, "/schulsozialarbeit")),
}
