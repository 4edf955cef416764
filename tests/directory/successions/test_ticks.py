"""A tick at a question about a day answers that question alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.successions.models import PlaceSuccession
from tests.browser import Browser
from tests.directory.keepers import City, every, stored
from tests.directory.successions.test_keeping import STORE, new


def test_a_tick_answers_only_the_day_that_was_asked_about(chief: Browser, session: Session, city: City) -> None:
    for key in (city.second_school, city.facility):
        session.get_one(Place, key).valid_from = date(2025, 8, 1)
    session.commit()
    asked = new(chief, city.school, city.second_school, on_day="2025-09-01")
    assert asked.error("despite_day")
    for other in ({"on_day": "2025-10-01"}, {"on_day": "2025-09-01", "successor_id": city.facility}):
        again = asked.submit(STORE, despite_day=True, **other)
        assert again.status == 422
        assert "Der Tag ist ungewöhnlich" in again.error("despite_day")
        assert again.form(STORE).values("despite_day") == [], "it was not said of this one"
    assert every(session, PlaceSuccession) == []
    assert asked.submit(STORE, despite_day=True).status == 303
    (row,) = every(session, PlaceSuccession)
    asked = chief.get(f"/nachfolgen/{row.id}/bearbeiten").submit(STORE, on_day="2025-10-01")
    assert asked.submit(STORE, despite_day=True, on_day="2025-11-01").error("despite_day")
    assert asked.submit(STORE, despite_day=True).status == 303
    assert stored(session, PlaceSuccession, row.id).on_day == date(2025, 10, 1)
