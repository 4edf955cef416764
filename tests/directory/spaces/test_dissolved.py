"""A social space that has ended says so, in the list and on its page; a planned end only to those who see plans."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town


@pytest.mark.parametrize(
    ("last", "for_all", "for_planners"),
    [
        (None, False, False),
        (WEDNESDAY - timedelta(days=1), True, True),
        (WEDNESDAY, True, True),
        (WEDNESDAY + timedelta(days=9), False, True),
    ],
)
def test_its_end_is_said_in_the_list_and_on_its_page(
    professional: Browser,
    keeper: Browser,
    session: Session,
    town: Town,
    last: date | None,
    for_all: bool,
    for_planners: bool,
) -> None:
    school = session.get_one(Place, town.school.id)
    space = factories.social_space(session, "Ostmannturm", school, valid_until=last)
    session.commit()
    said = "aufgelöst am" if last is None else f"aufgelöst am {last:%d.%m.%Y}"
    for browser, is_said in ((professional, for_all), (keeper, for_planners)):
        for address in ("/sozialraeume", f"/sozialraeume/{space.id}"):
            assert (said in browser.get(address).main) == is_said, address
