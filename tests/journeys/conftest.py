"""Real pages in Chromium: a phone and a desk, what they may not do, and what axe says of them."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests import databases
from tests.journeys import axe as axe_module
from tests.journeys import demo as demonstration
from tests.journeys.live import listen, serving
from tests.journeys.watch import Watched
from tests.reporting import REMARK, REPORTS

INSTALL = "apt-get install chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[1] / "browser-output"
#: Sizes in CSS pixels.
PHONE = (360, 740)
DESK = (1280, 900)

#: Opens a page: ``open_page(PHONE, javascript=False, theme="dark")``.
OpenPage = Callable[..., Page]
#: Asks axe about a page: ``axe(page)``, or ``axe(page, only_colours=True)`` in another theme.
Axe = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Return the machine's Chromium; the same process for all journeys."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip(f"Chromium is not installed; to get it: {INSTALL}")
    playwright: Playwright = request.getfixturevalue("_playwright")
    browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def _listening() -> Iterator[socket.socket]:
    with listen() as listening:
        yield listening


@pytest.fixture
def base_url(_listening: socket.socket) -> str:
    """Return the address of the live server; the product believes it too."""
    return f"http://127.0.0.1:{_listening.getsockname()[1]}"


@pytest.fixture
def school_day() -> Iterator[None]:
    """Make it a Wednesday morning in November, for the server too; the clock goes on from there."""
    with time_machine.travel(demonstration.NOW, tick=True):
        yield


@pytest.fixture
def app(school_day: None, database_url: str, base_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return the product as the demonstration runs it: mails are kept and show their links."""
    app = databases.make_app(database_url, tmp_path, base_url, is_demo=True)
    yield app
    databases.dispose(app)


@pytest.fixture
def demo(app: Flask) -> None:
    """Load the demonstration before anybody looks."""
    demonstration.fill(app)


@pytest.fixture
def live(chromium: Browser, app: Flask, _listening: socket.socket) -> Iterator[str]:
    """Serve ``app`` for real and return the address."""
    with serving(app, _listening) as url:
        yield url


@pytest.fixture
def open_page(chromium: Browser, live: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Return a function that opens a page in a context of its own; addresses may be relative.

    At the end every page must have kept the rules (see ``watch``); a failed test leaves pictures in browser-output.
    """
    opened: list[tuple[Page, Watched]] = []

    def open_page(size: tuple[int, int] = DESK, *, javascript: bool = True, theme: str = "light") -> Page:
        assert theme in {"light", "dark"}
        context = chromium.new_context(
            base_url=live,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=size[0] < 600,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        if not javascript:
            axe_module.WITHOUT_SCRIPTS.add(page)
        opened.append((page, Watched(page, live)))
        return page

    yield open_page
    failed = any(report.failed for report in request.node.stash.get(REPORTS, {}).values())
    for number, (page, _) in enumerate(opened):
        if failed:
            PICTURES.mkdir(exist_ok=True)
            name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
            page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
        page.context.close()
    problems = [problem for _, watched in opened for problem in watched.problems]
    assert problems == []


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """Return a page of 360 x 740 without JavaScript."""
    return open_page(PHONE, javascript=False)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """Return a page of 1280 x 900 with JavaScript."""
    return open_page(DESK)


@pytest.fixture
def axe(request: pytest.FixtureRequest) -> Axe:
    """Return a check that fails on whatever axe-core finds wrong with a page; what axe cannot tell is listed."""

    def check(page: Page, *, only_colours: bool = False) -> None:
        found = axe_module.run(page, only_colours=only_colours)
        for remark in found.unsure:
            request.node.user_properties.append((REMARK, f"axe cannot tell: {remark}"))
        assert found.violations == [], "\n".join([page.url, *found.violations])

    return check
