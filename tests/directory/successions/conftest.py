"""The small city, and who keeps all of its directory."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.directory.keepers import City, build, enter


@pytest.fixture
def city(session: Session) -> City:
    """Return the small city."""
    return build(session)


@pytest.fixture
def chief(browser: Browser, city: City) -> Browser:
    """Return the browser of whoever keeps all of the directory."""
    return enter(browser, "alles")
