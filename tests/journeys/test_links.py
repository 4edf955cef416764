"""No dead ends: every link on every page that can be reached leads somewhere, and never to a page that fails."""

from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser import Browser, Page
from tests.journeys.demo import PASSWORD
from tests.journeys.stations import ADMINISTRATION, EMAILS, KEEPER, PROFESSION, Stations, plant

#: Pages of one kind that are looked at; the next school's page has no other links than the last one's.
ENOUGH = 2
SLOW = pytest.mark.slow


@pytest.fixture
def stations(demo: None, app: Flask, session: Session) -> Stations:
    return plant(app, session)


def targets(page: Page) -> list[str]:
    """Return the addresses inside the product that a page leads to."""
    found = []
    for link in page.soup.select("a[href], link[href], script[src], use[href], img[src]"):
        raw = str(link.get("href") or link.get("src"))
        parts = urlsplit(urljoin(page.browser.base_url + page.url, raw))
        if f"{parts.scheme}://{parts.netloc}" == page.browser.base_url:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
        elif link.name != "a":
            raise AssertionError(f"{page.url} loads {raw}")
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "kind", [pytest.param(PROFESSION, marks=SLOW), pytest.param(KEEPER, marks=SLOW), ADMINISTRATION]
)
def test_no_link_is_dead(stations: Stations, app: Flask, session: Session, browser: Browser, kind: str) -> None:
    browser.sign_in(EMAILS[kind], PASSWORD)
    seen: set[str] = set()
    looked: dict[str, int] = {}
    waiting = deque([("/", "the start")])
    dead = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
    while waiting:
        address, source = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        rule, _arguments = adapter.match(urlsplit(address).path, return_rule=True)
        key = f"{rule.endpoint}?{'&'.join(sorted(part.split('=')[0] for part in urlsplit(address).query.split('&')))}"
        looked[key] = looked.get(key, 0) + 1
        if rule.endpoint != "static" and looked[key] > ENOUGH:
            continue
        page = browser.get(address)
        if page.status >= 400:
            dead.append(f"{page.status} {address} (on {source})")
        elif 300 <= page.status < 400:
            waiting.append((page.location, address))
        elif page.is_html:
            waiting.extend((target, address) for target in targets(page))
    assert dead == []
    assert len(looked) > 15
