"""What only a sent form shows, in a browser: axe finds nothing, nothing scrolls sideways, light and dark.

On SQLite alone: a page is the same text over either database, and what differs between them is tested where it is
read and written.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.journeys import posted
from tests.journeys.conftest import Axe, OpenPage
from tests.journeys.posted import LEADS_ON, OPENED, POSTED, Opened, Posted
from tests.journeys.stations import EMAILS, KEEPER, Stations, plant
from tests.journeys.test_pages import enter, look

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def stations(demo: None, app: Flask, session: Session) -> Stations:
    return plant(app, session)


def test_every_form_is_sent_or_said_to_lead_on(stations: Stations) -> None:
    sent = {posted.rule_of(stations.app, one, stations.keys) for one in POSTED}
    rules = {one.rule for one in stations.app.url_map.iter_rules() if "POST" in (one.methods or ())}
    assert rules - (sent | LEADS_ON) == set()
    assert (sent | LEADS_ON) - rules == set()
    assert sent & LEADS_ON == set()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["anonymous", *EMAILS])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    stations: Stations, open_page: OpenPage, axe: Axe, kind: str
) -> None:
    page = enter(open_page, kind)
    pages: tuple[Posted | Opened, ...] = (*POSTED, *OPENED)
    wanted = [one for one in pages if one.kind == kind]
    wrong = []
    for one in wanted:
        where = f"{one.status} {one.address}"
        status = posted.reach(page, one, stations.keys)
        if status != one.status:
            wrong.append(f"{where}: answered {status}")
        wrong += [f"{where} {said}" for said in look(axe, page)]
    assert wrong == [], "\n".join(wrong)
    assert wanted


@pytest.mark.slow
def test_a_conflict_shows_both_texts(stations: Stations, open_page: OpenPage) -> None:
    page = enter(open_page, KEEPER)
    address = "/organisationen/{organisation_id}/bearbeiten"
    conflict = next(one for one in POSTED if (one.address, one.status) == (address, 409))
    page.goto(address.format(**stations.keys))
    stored = page.get_by_label("Name", exact=True).input_value()
    assert posted.reach(page, conflict, stations.keys) == 409
    both = page.locator(".versions").filter(has_text="Anders")
    expect(both).to_contain_text(stored)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Anders")
