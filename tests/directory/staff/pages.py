"""Reading in a list through its pages."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask

from tests.browser import Browser, Page
from tests.directory.import_pages import work_off

URL = "/verzeichnis/listen/"


def send(app: Flask, browser: Browser, raw: bytes, employer: int = 0) -> Page:
    """Upload a list and return its preview."""
    answer = browser.get(URL).submit(file=(io.BytesIO(raw), "Liste.xlsx"), employer=str(employer))
    assert answer.status == 303, answer.main
    work_off(app)
    return answer.follow()


def form_to(page: Page, action: str) -> int:
    """Return which form of the page leads to ``action``."""
    forms = page.soup.select("main form")
    return next(n for n, form in enumerate(forms) if str(form.get("action", "")).endswith(action))


def press(app: Flask, page: Page, action: str, **fields: Any) -> Page:
    """Send the form of the page that leads to ``action``, let the worker work, and return what comes."""
    answer = page.submit(form_to(page, action), **fields)
    assert answer.status == 303, answer.main
    work_off(app)
    return answer.follow()


def take_back(app: Flask, done: Page) -> Page:
    """Take a stored list back by way of the page that says what goes with it."""
    return press(app, done.click("Ganze Liste zurücknehmen"), "zuruecknehmen")
