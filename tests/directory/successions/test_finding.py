"""What followed is found by the names of what came before, and says so; only once it has begun."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.work import work_as
from coordination.directory import history
from coordination.directory.models import Place
from coordination.directory.successions import services as successions
from coordination.directory.successions.services import SuccessionInput
from coordination.search import services
from coordination.search.nearest import look
from tests import factories

DAY = timedelta(days=1)
KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


def found(app: Flask, session: Session, typed: str) -> dict[str, str]:
    """Return title → detail of the places that are found, exactly as it was typed."""
    with app.test_request_context(headers={"Accept-Language": "de"}):
        answer = look(session, Actor(user_id=1), typed, day=clock.today())
    session.rollback()
    if answer.similar or answer.is_any:
        return {}
    return {one.hit.title: one.hit.detail for group in answer.groups for one in group.results}


@pytest.fixture
def places(session: Session) -> tuple[Place, Place, Place]:
    """Return two schools that were, and the one that is."""
    old = factories.school(session, "Altschule", "123451")
    middle = factories.school(session, "Mittelschule Nord", "123452")
    new = factories.school(session, "Gesamtschule Rose", "123453")
    assert old.school
    old.school.short_name = "GG Altschule"
    services.rebuild(session)
    session.commit()
    return old, middle, new


def test_the_old_name_finds_what_followed_over_steps(
    app: Flask, session: Session, places: tuple[Place, Place, Place]
) -> None:
    old, middle, new = places
    with work_as(session, KEEPER) as work:
        later = successions.enter(work, middle, SuccessionInput(new.id, clock.today()))
    with work_as(session, KEEPER) as work:
        first = successions.enter(work, old, SuccessionInput(middle.id, clock.today() - DAY))
    hits = found(app, session, "altschule")
    assert list(hits) == ["Altschule", "Gesamtschule Rose", "Mittelschule Nord"]
    assert hits["Gesamtschule Rose"].startswith("früher: Altschule · ")
    assert not hits["Altschule"].startswith("früher")
    assert not found(app, session, "gesamtschule rose")["Gesamtschule Rose"].startswith("früher")
    with work_as(session, KEEPER) as work:
        history.change(work, old, name="Uhlandschule", official_name="")
        work.record("place.changed", old)
    assert "früher: Uhlandschule" in found(app, session, "uhland")["Gesamtschule Rose"]
    with work_as(session, KEEPER) as work:
        successions.remove(work, later, version=later.version)
    assert list(found(app, session, "uhland")) == ["Uhlandschule", "Mittelschule Nord"]
    services.rebuild(session)
    session.commit()
    assert list(found(app, session, "uhland")) == ["Uhlandschule", "Mittelschule Nord"]
    with work_as(session, KEEPER) as work:
        successions.remove(work, first, version=first.version)
    assert list(found(app, session, "uhland")) == ["Uhlandschule"]


def test_it_finds_nothing_before_its_day_and_then_by_itself(
    app: Flask, session: Session, places: tuple[Place, Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _middle, new = places
    today, now = clock.today(), clock.utc_now()
    with work_as(session, KEEPER) as work:
        successions.enter(work, old, SuccessionInput(new.id, today + DAY))
    assert list(found(app, session, "altschule")) == ["Altschule"]
    monkeypatch.setattr(clock, "utc_now", lambda: now + DAY)
    assert services.turn(session, today + DAY, today + DAY) >= 1
    session.commit()
    assert list(found(app, session, "altschule")) == ["Altschule", "Gesamtschule Rose"]


def test_the_index_made_anew_says_the_same(app: Flask, session: Session, places: tuple[Place, Place, Place]) -> None:
    old, _middle, new = places
    factories.succession(session, old, new)
    services.rebuild(session)
    session.commit()
    assert found(app, session, "gg altschule")["Gesamtschule Rose"].startswith("früher: Altschule · ")
