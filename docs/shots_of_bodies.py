"""Pictures of bodies, meetings, minutes and decisions for the handbook: how each page is reached."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.journeys.conftest import DESK, PHONE

COORDINATOR = "koordination@example.org"
ADMINISTRATOR = "verwaltung@example.org"
ADVISORY, ROUND, WORKING = "Beirat Rucksack KiTa", "Koordinierungsrunde Schulsozialarbeit", "Arbeitsgruppe Beteiligung"
SECTION_78 = "Arbeitsgemeinschaft nach § 78 SGB VIII"
#: For pages that say little above their fold.
HIGH = (1280, 1150)
#: What is dense is cut, or its picture would be heavy.
LOW = (1280, 800)

Show = Callable[[Page], object]


def _go(path: str, page: Page) -> None:
    page.goto(path)


def _body(name: str, page: Page) -> None:
    page.goto("/gremien")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()


def _meeting(body: str, title: str, page: Page) -> str:
    """Open a meeting of a body by its title, and return its address."""
    for past in ("", "?vergangen=1"):
        page.goto(f"/termine{past}")
        row = page.locator(".term", has=page.get_by_role("link", name=body)).filter(has_text=title)
        if row.count():
            row.first.get_by_role("link", name=title, exact=True).click()
            page.wait_for_load_state()
            return page.url
    raise LookupError(f"{body}, {title}")


def _of_meeting(body: str, title: str, more: str, page: Page) -> None:
    page.goto(_meeting(body, title, page) + more)


def _plan(page: Page) -> None:
    _body(ADVISORY, page)
    page.get_by_role("link", name="Sitzung planen").first.click()
    page.wait_for_load_state()
    for name, value in (("day", "2026-12-23"), ("starts", "14:00"), ("ends", "16:00")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=ends]").press("Tab")
    page.wait_for_timeout(800)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


def _answer_by_link(page: Page) -> None:
    """Open the personal link of an invitation, as it stands in the outbox of the demonstration, as nobody."""
    page.goto("/postausgang/")
    page.locator("tr", has_text="Einladung: ").first.get_by_role("link").first.click()
    page.wait_for_load_state()
    text = page.get_by_role("main").inner_text()
    link = next(word for word in text.split() if "/antwort/" in word)
    page.context.clear_cookies()
    page.goto(urljoin(page.url, link))


def _send(page: Page) -> None:
    _of_meeting(ADVISORY, "4. Sitzung 2026", "/einladen", page)
    page.get_by_role("button", name="Mails senden").click()
    page.wait_for_load_state()


def _decision(page: Page) -> None:
    page.goto("/beschluesse")
    page.get_by_role("main").get_by_role("link", name="KSSA").first.click()
    page.wait_for_load_state()


def _subscription(page: Page) -> None:
    page.goto("/kalender")
    page.get_by_role("main").get_by_role("button", name="Abonnieren: Meine Sitzungen").click()
    page.wait_for_load_state()


#: Name of the picture → size, whose account, what to do.
SHOTS: dict[str, tuple[tuple[int, int], str, Show]] = {
    "schreibtisch-koordination": (HIGH, COORDINATOR, partial(_go, "/")),
    "gremien": (DESK, COORDINATOR, partial(_go, "/gremien")),
    "gremium": (DESK, COORDINATOR, partial(_body, ADVISORY)),
    "gremium-neu": (HIGH, COORDINATOR, partial(_go, "/gremien/neu")),
    "termine": (DESK, COORDINATOR, partial(_go, "/termine")),
    "monat": (DESK, COORDINATOR, partial(_go, "/termine/monat/2026-12")),
    "sitzung-planen": (HIGH, COORDINATOR, _plan),
    "sitzung": (HIGH, COORDINATOR, partial(_meeting, SECTION_78, "1. Sitzung 2027")),
    "tagesordnung": (HIGH, COORDINATOR, partial(_of_meeting, SECTION_78, "1. Sitzung 2027", "/tagesordnung")),
    "mailplan": (DESK, COORDINATOR, partial(_of_meeting, ADVISORY, "4. Sitzung 2026", "/einladen")),
    "antworten": (DESK, COORDINATOR, partial(_of_meeting, SECTION_78, "1. Sitzung 2027", "/antworten")),
    "protokoll-schreiben": (LOW, COORDINATOR, partial(_of_meeting, ROUND, "5. Runde 2026", "/protokoll")),
    "anwesenheit": (HIGH, COORDINATOR, partial(_of_meeting, ROUND, "5. Runde 2026", "/anwesenheit")),
    "protokoll": (HIGH, COORDINATOR, partial(_of_meeting, ADVISORY, "2. Sitzung 2026", "/protokoll/lesen")),
    "beschluesse": (LOW, COORDINATOR, partial(_go, "/beschluesse")),
    "beschluss": (HIGH, COORDINATOR, _decision),
    "erinnern": (DESK, COORDINATOR, partial(_go, "/beschluesse/erinnern")),
}
#: These change something, and come after all others.
LAST: dict[str, tuple[tuple[int, int], str, Show]] = {
    "kalender": (DESK, COORDINATOR, _subscription),
    "mails-gesendet": (DESK, COORDINATOR, _send),
    "antwort-handy": (PHONE, ADMINISTRATOR, _answer_by_link),
}
