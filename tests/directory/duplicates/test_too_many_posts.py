"""Two entries whose posts are more than one full post together: said before they are put together."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Organisation, Person, Place
from tests import factories
from tests.browser import Browser
from tests.directory.duplicates.test_merging import beside
from tests.directory.keepers import City, build, enter, stored


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


@pytest.fixture
def pair(session: Session, city: City) -> tuple[Person, Person]:
    """Return two entries of Frida, both of the provider."""
    names = ("Distelfink", "Distelfinck")
    first, second = (factories.person(session, "Frida", name, organisation_id=city.provider) for name in names)
    session.commit()
    return first, second


def test_posts_that_are_too_many_together_are_told_of(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    """Only what is too much by putting them together, and only as long as it is not over."""
    school, provider = stored(session, Place, city.school), stored(session, Organisation, city.provider)
    first = factories.assignment(session, pair[0], school, provider, share_posts=Decimal("0.75"))
    second = factories.assignment(session, pair[1], school, provider, share_hours=Decimal("19.5"))
    session.commit()
    page = beside(keeper, pair)
    assert f"ab {clock.today():%d.%m.%Y} auf 1,25 Stellen" in page.main
    assert "Zusammenführen" in page.main, "it stops nobody"
    second.share_hours = Decimal("9.75")
    session.commit()
    assert "Stellen." not in beside(keeper, pair).main, "just one post"
    first.share_posts, first.valid_until = Decimal("1.5"), clock.today() - timedelta(days=1)
    session.commit()
    assert "Stellen." not in beside(keeper, pair).main, "over"
    first.valid_until, second.share_hours = None, None
    session.commit()
    assert "Stellen." not in beside(keeper, pair).main, "too much before, too"
