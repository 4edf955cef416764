"""A city to search in: the real schools with their districts, the facilities, and people who are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM, Actor
from coordination.core.db import Base
from coordination.core.work import work_as
from coordination.demo import ground
from coordination.directory.models import Organisation, Place
from coordination.search.nearest import Answer, look
from coordination.topics.models import Topic
from tests import databases, factories, postgres

ANYBODY = Actor(user_id=1)
DAY = date(2026, 11, 25)
#: Given and family name → the school (or facility) where they are; telephone numbers kept free for films.
PEOPLE = {
    ("Anna", "Butterblum"): "Fröbelschule",
    ("Jörg", "Müller-Lüdenscheidt"): "Klosterschule",
    ("Şule", "Yıldız"): "Realschule Heepen",
    ("Zoë", "Łukasiewicz"): "Osningschule",
    ("Siobhán", "O’Neill"): "Martinschule",
    ("Anna-Lena", "Groß-Weißenfels"): "Südschule",
    # As some programs write it: letter and accent apart.
    ("Jose\u0301", "Pen\u0303a"): "Queller-Schule",
    ("Nora", "Near"): "JZ Stricker",
    ("Vera", "Vogelsang"): "Vogelruthschule",
}
PHONES = {"Vogelsang": "+4915199990042", "Butterblum": "+4952199990137"}

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module", params=databases.KINDS)
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Return how anybody searches in the city; it is made once for all queries."""
    if request.param == "postgresql" and (reason := postgres.obstacle()):
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("city")
    with databases.fresh_database(request.param, folder) as url:
        app = databases.make_app(url, folder)
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engines[None]
        with Session(engine) as session:
            _fill(app, session)
            yield lambda text: _ask(app, session, text)
        databases.dispose(app)


def _ask(app: Flask, session: Session, text: str) -> Answer:
    with app.test_request_context():
        return look(session, ANYBODY, text, day=DAY)


def _fill(app: Flask, session: Session) -> None:
    with app.app_context():
        with work_as(session, SYSTEM) as work:
            units = ground.load_units(work)
        ground.load_schools(session, "05711000")
        with work_as(session, SYSTEM) as work:
            ground.load_districts(work)
            ground.load_facilities(work)
            employer = units[ground.EMPLOYERS[0]]
            for (given, family), where in PEOPLE.items():
                work.changed.extend(_add(session, (given, family), where, employer))
            session.add(topic := Topic(name="Schulabsentismus"))
            session.flush()
            adviser = factories.person(session, "Gundula", "Grasnelke", organisation_id=units["education"].id)
            post = factories.post(session, units["education"], adviser, topic, function="Fachberatung Absentismus")
            work.changed.extend([post, adviser])


def _add(session: Session, name: tuple[str, str], where: str, employer: Organisation) -> list[Base]:
    place = session.scalars(select(Place).where(Place.name == where)).one()
    who = factories.person(session, *name, organisation_id=employer.id, phone=PHONES.get(name[1], ""))
    return [who, factories.assignment(session, who, place, employer)]
