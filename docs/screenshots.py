"""``python -m docs.screenshots [NAME …]``: takes the pictures of README and handbook from the real product.

Starts the product with the demo in a temporary folder, on a fixed day of school, and signs in as the accounts of the
demo. Needs Chromium, and its German texts (on Debian chromium-l10n) for dates in fields as Germans write them.
Pictures go to ``docs/bilder``; with names only these are taken.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, sync_playwright

from config import Settings
from coordination import worker
from coordination.accounts import passwords, services
from coordination.accounts.services import AccountInput, RoleGrant
from coordination.app import create_app
from coordination.core import clock
from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work, work_as, writing
from coordination.demo import ground
from coordination.demo.load import ensure
from coordination.directory import school_import
from coordination.directory.school_file import read_schools
from coordination.web.extensions import db
from docs import shots_of_bodies, shots_of_directory
from tests.journeys.conftest import DESK, PHONE, SWITCHES
from tests.journeys.live import listen, serving

PICTURES = Path(__file__).parent / "bilder"
#: Enough for the week below the fold.
TALL = (1280, 1240)
LARGEST = 200_000
#: Tuesday, 24 November 2026, in the morning of a day of school.
MOMENT = datetime(2026, 11, 24, 9, 20)  # noqa: DTZ001 - a wall time
MUNICIPALITY = "05711000"
PROFESSIONAL = "fachkraft@example.org"
KEEPER = "verzeichnis@example.org"
ADMINISTRATOR = "verwaltung@example.org"
#: In the second installation, which knows the schools of 2021 and reads in those of 2026.
READER = "einlesen@example.org"

Show = Callable[[Page], object]


def _go(path: str, page: Page) -> None:
    page.goto(path)


def _place(name: str, page: Page) -> None:
    page.goto(f"/suche?q={name}")
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def _person(page: Page) -> None:
    _place("Fröbelschule", page)
    page.locator("#today ~ *, .panel--today").get_by_role("link").first.click()
    page.wait_for_load_state()


def _typing(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("frö", delay=40)
    page.wait_for_timeout(800)


def _found(page: Page) -> None:
    page.goto("/suche?q=frö")


def _froebel(page: Page) -> None:
    _place("Fröbelschule", page)


def _new_assignment(page: Page, *, is_preview: bool) -> None:
    _place("Fröbelschule", page)
    page.get_by_role("link", name="Einsatz hinzufügen").first.click()
    page.locator("[name=person_id]").select_option(index=25, force=True)
    page.locator("[name=employer_id]").select_option(label="Trägerverein Lindenblüte e. V.", force=True)
    page.locator("[name=share]").fill("0,5")
    page.locator("[name=valid_from]").fill("2027-02-01")
    for day, hours in ((1, ("08:00", "12:30")), (3, ("08:00", "12:30"))):
        for name, value in zip(("starts", "ends"), hours, strict=True):
            page.locator(f"[name=day{day}_{name}]").fill(value)
        page.locator(f"[name=day{day}_room]").fill("Raum 104")
    if not is_preview:
        page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        return
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.wait_for_load_state()


def _end(page: Page, *, is_done: bool) -> None:
    _place("Fröbelschule", page)
    page.locator("a[href$='/beenden']").first.evaluate("link => location.assign(link.href)")
    page.wait_for_url("**/beenden")
    page.locator("[name=last_on]").fill("2026-12-18")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.wait_for_load_state()
    if is_done:
        page.get_by_role("button", name="Einsatz beenden").click()
        page.wait_for_load_state()


def _absence(page: Page) -> None:
    _person(page)
    page.goto(page.url.split("?")[0] + "/abwesenheiten")
    page.locator("[name=first_on]").fill("2026-12-07")
    page.locator("[name=last_on]").fill("2026-12-11")
    page.locator("[name=substitute_id]").select_option(index=3, force=True)
    page.get_by_role("button", name="Abwesenheit speichern").click()
    page.wait_for_load_state()
    page.goto(page.url.split("?")[0])


def _free_days(page: Page) -> None:
    _place("Fröbelschule", page)
    page.goto(page.url.split("?")[0] + "/freie-tage")
    page.locator("[name=first]").fill("2027-02-08")
    page.locator("[name=last]").fill("2027-02-09")
    page.get_by_role("button", name="Tage speichern").click()
    page.wait_for_load_state()


def _past(page: Page) -> None:
    _place("Fröbelschule", page)
    page.goto(page.url.split("?")[0] + "?stand=2026-06-30")


def _assignments(page: Page) -> None:
    _place("Fröbelschule", page)
    page.locator("#assignments").evaluate("heading => heading.scrollIntoView()")
    page.mouse.wheel(0, -90)
    page.wait_for_timeout(200)


def _district(page: Page) -> None:
    page.goto("/wer-ist-wo")
    page.get_by_role("main").get_by_role("link", name="Heepen").first.click()
    page.wait_for_load_state()


def _import(app: Flask, page: Page) -> None:
    page.goto("/verzeichnis/import")
    page.locator("[name=file]").set_input_files(ground.DATA / "schools_bielefeld.csv")
    page.get_by_role("button", name="Änderungen anzeigen").click()
    page.wait_for_load_state()
    with app.app_context():
        while worker.run_next():
            pass
    page.goto(page.url)


#: Name of the picture → size, whose account ("" for nobody), what to do. Those that change something stand last.
SHOTS: dict[str, tuple[tuple[int, int], str, Show]] = {
    **shots_of_bodies.SHOTS,
    **shots_of_directory.SHOTS,
    "anmelden": (DESK, "", partial(_go, "/konto/anmelden")),
    "schreibtisch-handy": (PHONE, PROFESSIONAL, partial(_go, "/")),
    "suche-handy": (PHONE, PROFESSIONAL, _found),
    "schule-handy": (PHONE, PROFESSIONAL, _froebel),
    "suche": (DESK, PROFESSIONAL, _typing),
    "schule": (TALL, PROFESSIONAL, _froebel),
    "schule-damals": (DESK, PROFESSIONAL, _past),
    "person": (DESK, PROFESSIONAL, _person),
    "wer-ist-wo": (DESK, PROFESSIONAL, partial(_go, "/wer-ist-wo")),
    "bezirk": (DESK, PROFESSIONAL, _district),
    "orte": (DESK, PROFESSIONAL, partial(_go, "/orte")),
    "konto": (DESK, PROFESSIONAL, partial(_go, "/konto/")),
    "schreibtisch": (DESK, KEEPER, partial(_go, "/")),
    "einsatz-neu": (DESK, KEEPER, partial(_new_assignment, is_preview=False)),
    "einsatz-vorschau": (DESK, KEEPER, partial(_new_assignment, is_preview=True)),
    "einsatz-beenden": (DESK, KEEPER, partial(_end, is_done=False)),
    "einsaetze": (DESK, KEEPER, _assignments),
    "konten": (DESK, ADMINISTRATOR, partial(_go, "/verwaltung/konten")),
    "konto-neu": (DESK, ADMINISTRATOR, partial(_go, "/verwaltung/konten/neu")),
    "postausgang": (shots_of_bodies.LOW, ADMINISTRATOR, partial(_go, "/postausgang/")),
    "freie-tage": (DESK, KEEPER, _free_days),
    "abwesenheiten": (DESK, KEEPER, _absence),
    "einsatz-beendet": (DESK, KEEPER, partial(_end, is_done=True)),
    **shots_of_bodies.LAST,
    **shots_of_directory.LAST,
}


@contextmanager
def _product(folder: Path, fill: Callable[[Settings], dict[str, str]]) -> Iterator[tuple[Flask, str, dict[str, str]]]:
    """Serve a new installation in ``folder``; yields it, its address and the password of each account."""
    folder.mkdir()
    listening = listen()
    settings = Settings(
        secret_key="for pictures only, on this machine, now",
        database_url=f"sqlite:///{folder / 'koordination.db'}",
        instance_path=folder,
        base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        log_level="ERROR",
        is_demo=True,
    )
    app = create_app(settings)
    with app.app_context():
        upgrade()
        logins = fill(settings)
    with serving(app, listening) as address:
        yield app, address, logins


def _demo(settings: Settings) -> dict[str, str]:
    ensure(settings)
    logins: dict[str, str] = json.loads((settings.instance_path / "demo-accounts.json").read_text())
    return logins


def _schools_of_2021(settings: Settings) -> dict[str, str]:
    session = db.session()
    raw = (ground.DATA / "history" / "schools_bielefeld_2021-09.csv").read_bytes()
    with writing():
        work = Work(session, SYSTEM, ground.FIRST_IMPORT)
        school_import.apply(work, read_schools(raw, municipality=MUNICIPALITY), MUNICIPALITY)
        work.finish()
    hashed = passwords.hash_password(READER)
    site_of = create_app(settings).extensions["koordination.site"]
    with work_as(session, SYSTEM) as work:
        grants = [RoleGrant(Role.DIRECTORY_KEEPER)]
        account = services.create_account(work, AccountInput(READER, "Verzeichnispflege", None, grants), site_of)
        account.password_hash = hashed
    return {READER: READER}


class Camera:
    """Opens pages in a browser, signed in once for each account."""

    def __init__(self, browser: Browser, address: str, logins: dict[str, str]) -> None:
        self.browser, self.address, self.logins = browser, address, logins
        self.cookies: dict[str, Any] = {}

    def open(self, size: tuple[int, int], email: str) -> Page:
        """Return a page of ``size``, signed in as ``email`` unless that is empty."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 600,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            color_scheme="light",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        if email in self.cookies:
            context.add_cookies(self.cookies[email])
        elif email:
            page.goto("/konto/anmelden")
            page.locator("[name=email]").fill(email)
            page.locator("[name=password]").fill(self.logins[email])
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(self.address + "/")
            self.cookies[email] = context.cookies()
        return page


def _take(page: Page, name: str) -> None:
    page.evaluate("() => document.fonts.ready")
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    print(f"{name}: {size // 1000} KB" + ("  TOO LARGE" if size > LARGEST else ""), flush=True)
    page.context.close()


def main(wanted: list[str]) -> int:
    """Take the pictures; return 1 if Chromium is missing or a name is not known."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    unknown = set(wanted) - {*SHOTS, "einlesen"}
    if program is None or unknown:
        print(f"no such picture: {', '.join(sorted(unknown))}" if unknown else "Chromium is not installed.")
        return 1
    PICTURES.mkdir(exist_ok=True)
    logging.getLogger("waitress.queue").setLevel("ERROR")
    with (
        time_machine.travel(clock.zoned(MOMENT), tick=True),
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=program, args=[*SWITCHES, "--lang=de-DE"], env={**os.environ, "LANGUAGE": "de"}
        )
        with _product(Path(folder) / "demo", _demo) as (_app, address, logins):
            camera = Camera(browser, address, logins)
            for name, (size, email, show) in SHOTS.items():
                if not wanted or name in wanted:
                    page = camera.open(size, email)
                    show(page)
                    _take(page, name)
        if not wanted or "einlesen" in wanted:
            with _product(Path(folder) / "schools", _schools_of_2021) as (app, address, logins):
                page = Camera(browser, address, logins).open(DESK, READER)
                _import(app, page)
                _take(page, "einlesen")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
