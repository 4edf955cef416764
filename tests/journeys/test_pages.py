"""Every page in a browser: axe finds nothing, nothing scrolls sideways; light and dark, wide and narrow."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Response
from sqlalchemy.orm import Session

from tests.journeys.conftest import DESK, PHONE, OpenPage
from tests.journeys.demo import sign_in
from tests.journeys.stations import ADMINISTRATION, ANONYMOUS, EMAILS, KEEPER, OFFICE, PROFESSION, Stations, plant

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
#: As narrow as a page is when 1280 pixels are enlarged four times.
NARROW = (320, 640)
SLOW = pytest.mark.slow
KINDS = (ANONYMOUS, PROFESSION, KEEPER, ADMINISTRATION, OFFICE)

#: Addresses that answer with a file to save.
FILES = (".vcf", ".xlsx", ".csv", ".pdf", ".docx", ".ics", ".svg")


@pytest.fixture
def stations(demo: None, app: Flask, session: Session) -> Stations:
    return plant(app, session)


def enter(open_page: OpenPage, kind: str, size: tuple[int, int], theme: str = "light") -> Page:
    page = open_page(size, theme=theme)
    return page if kind == ANONYMOUS else sign_in(page, EMAILS[kind])


def go(page: Page, address: str) -> bool:
    """Open a page and return whether it is one of its own: not a file, not the way to the sign-in page."""
    if address.endswith(FILES):
        return False
    answer = page.goto(address)
    assert isinstance(answer, Response)
    is_led_away = answer.request.redirected_from is not None
    is_refused = answer.status in {403, 404} and "gibt-es-nicht" not in address
    return not (is_led_away or is_refused)


@SLOW
def test_the_shortest_way_over_every_page(
    stations: Stations, open_page: OpenPage, axe: Callable[[Page], None], database_kind: str
) -> None:
    """Each page once, with whoever sees the most of it."""
    left, wrong = set(stations.addresses()), []
    for kind in (KEEPER, ADMINISTRATION, OFFICE, ANONYMOUS):
        page = enter(open_page, kind, DESK)
        for address in sorted(left):
            if go(page, address):
                left.discard(address)
                wrong += complaints(axe, page)
    assert wrong == [], "\n".join(wrong)
    assert {address for address in left if not address.endswith(FILES)} == set()


def complaints(axe: Callable[[Page], None], page: Page) -> list[str]:
    """Return what axe says, so that one page does not hide the next."""
    try:
        axe(page)
    except AssertionError as error:
        return [str(error).split("\nassert", maxsplit=1)[0]]
    return []


@SLOW
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("kind", [KEEPER, ADMINISTRATION, OFFICE, ANONYMOUS])
def test_axe_finds_nothing(
    stations: Stations,
    open_page: OpenPage,
    axe: Callable[[Page], None],
    kind: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    page = enter(open_page, kind, size, theme)
    seen, wrong = 0, []
    for address in stations.addresses():
        if go(page, address):
            seen += 1
            wrong += complaints(axe, page)
    assert wrong == [], "\n".join(wrong)
    assert seen > 5


@SLOW
@pytest.mark.parametrize("size", [NARROW, PHONE, DESK], ids=["320", "360", "1280"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways(stations: Stations, open_page: OpenPage, kind: str, size: tuple[int, int]) -> None:
    page = enter(open_page, kind, size)
    wide = []
    for address in stations.addresses():
        if go(page, address):
            width = page.evaluate("() => document.documentElement.scrollWidth")
            if width > size[0]:
                wide.append(f"{address}: {width}")
    assert wide == []
