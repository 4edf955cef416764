"""The street map of an installation that has one: points by keyboard, and the drawing where it cannot be."""

import dataclasses
import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.journeys import axe as axe_module
from tests.journeys.conftest import OpenPage
from tests.journeys.demo import PROFESSIONAL, SQLITE_FIRST, sign_in

pytestmark = SQLITE_FIRST


@pytest.fixture
def streets(app: Flask, base_url: str) -> None:
    """Let the pictures come from the product itself: a page of these tests reaches nobody else."""
    settings = app.extensions["koordination.settings"]
    app.extensions["koordination.settings"] = dataclasses.replace(
        settings, tiles_url=f"{base_url}/static/icon.svg?z={{z}}&x={{x}}&y={{y}}", tiles_credit="Eigene Karte"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_points_lead_to_their_places_by_keyboard(demo: None, streets: None, open_page: OpenPage, theme: str) -> None:
    page: Page = open_page(theme=theme)
    sign_in(page, PROFESSIONAL)
    page.goto("/orte/karte")
    street = page.get_by_role("region", name="Straßenkarte")
    expect(street.locator("img.leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator("svg.map")).to_be_hidden()
    points = street.get_by_role("link")
    expect(points).to_have_count(page.locator("svg.map a[aria-label]").count())
    # Points of a city lie on one another; each is in the list beside too (WCAG 2.5.8, exception "equivalent").
    wrong = [one for one in axe_module.run(page).violations if not one.startswith("target-size (serious) at .leaflet-")]
    assert wrong == []
    name = (points.first.get_attribute("aria-label") or "").partition(" (")[0]
    points.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/orte/\d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_without_a_script_the_drawing_stays(demo: None, streets: None, open_page: OpenPage) -> None:
    page: Page = open_page(javascript=False)
    sign_in(page, PROFESSIONAL)
    page.goto("/orte/karte")
    expect(page.locator("svg.map")).to_be_visible()
    expect(page.locator(".street-map")).to_be_hidden()
