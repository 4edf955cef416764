"""Every page in a browser: axe finds nothing, nothing scrolls sideways; light and dark, wide and narrow."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, Response
from sqlalchemy.orm import Session

from tests.journeys.conftest import DESK, PHONE, Axe, OpenPage
from tests.journeys.demo import sign_in
from tests.journeys.stations import (
    ADMINISTRATION,
    ANONYMOUS,
    EMAILS,
    KEEPER,
    OFFICE,
    PLANNING,
    PROFESSION,
    Stations,
    plant,
)

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
#: As narrow as a page is when 1280 pixels are enlarged four times.
NARROW = (320, 640)
#: A desk of 1280 pixels enlarged by a quarter: the side bar is there, and little is left beside it.
ENLARGED = (1024, 768)
#: What does not fit its own box: the page's width does not grow with what scrolls or is cut off inside it.
OVERFLOWING = """selector => [...document.querySelectorAll(selector)]
  .filter(box => box.clientWidth && box.scrollWidth > box.clientWidth)
  .map(box => `${box.dataset.scrolls || box.textContent} ${box.scrollWidth}/${box.clientWidth}`)"""
SLOW = pytest.mark.slow
KINDS = (ANONYMOUS, PROFESSION, KEEPER, ADMINISTRATION, OFFICE)

#: Addresses that answer with a file to save.
FILES = (".vcf", ".xlsx", ".csv", ".pdf", ".docx", ".ics", ".svg")


@pytest.fixture
def stations(demo: None, app: Flask, session: Session) -> Stations:
    return plant(app, session)


def enter(open_page: OpenPage, kind: str) -> Page:
    page = open_page(DESK)
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
def test_every_page_is_reached_by_somebody(stations: Stations, open_page: OpenPage) -> None:
    left = {address for address in stations.addresses() if not address.endswith(FILES)}
    # The pages that only who plans has are looked at with their errors (test_posted).
    for kind in (*KINDS, PLANNING):
        page = enter(open_page, kind)
        left -= {address for address in sorted(left) if go(page, address)}
    assert left == set()


def complaints(axe: Axe, page: Page, *, only_colours: bool = False) -> list[str]:
    """Return what axe says, so that one page does not hide the next."""
    try:
        axe(page, only_colours=only_colours)
    except AssertionError as error:
        return [str(error).split("\nassert", maxsplit=1)[0]]
    return []


def look(axe: Axe, page: Page) -> Iterator[str]:
    """Yield what is wrong with a page as it stands, wide and narrow, light and dark; the page is opened once."""
    for size in (DESK, ENLARGED, PHONE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > size[0]:
            yield f"{width} pixels wide on {size[0]}"
        boxes = ".slot__time, .badge, .table-region" if size is DESK else ".slot__time, .badge"
        yield from (f"{found} at {size[0]}" for found in page.evaluate(OVERFLOWING, boxes))
        if size in (ENLARGED, NARROW):
            continue
        yield from (f"at {size[0]}: {said}" for said in complaints(axe, page))
        page.emulate_media(color_scheme="dark")
        yield from (f"dark at {size[0]}: {said}" for said in complaints(axe, page, only_colours=True))
        page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


@SLOW
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    stations: Stations, open_page: OpenPage, axe: Axe, kind: str
) -> None:
    page = enter(open_page, kind)
    seen, wrong = 0, []
    for address in stations.addresses():
        if go(page, address):
            seen += 1
            wrong += [f"{address} {said}" for said in look(axe, page)]
    assert wrong == [], "\n".join(wrong)
    assert seen > 5
