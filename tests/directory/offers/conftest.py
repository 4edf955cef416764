"""The small city and the browsers of its keepers."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.directory.keepers import City, build, enter


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def chief(browser: Browser, city: City) -> Browser:
    return enter(browser, "alles")
