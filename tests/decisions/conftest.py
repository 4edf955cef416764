"""The town of the meetings, with a meeting of its board that lies behind and has an agenda."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import Actor, BodyRole
from coordination.decisions.rules import Status
from coordination.directory.models import Person
from coordination.meetings.models import Meeting
from tests import factories
from tests.meetings.conftest import ada, far, office, town  # noqa: F401 - fixtures


@pytest.fixture
def held(session: Session, town: dict[str, int]) -> Meeting:  # noqa: F811
    body = session.get_one(Body, town["formal"])
    found = factories.meeting(session, body, clock.today() - timedelta(days=10), state="minutes_open")
    town["item"] = factories.item(session, found, "Rahmenkonzept").id
    town["public_item"] = factories.item(session, found, "Bericht", is_public=True).id
    session.commit()
    return found


@pytest.fixture
def secretary(town: dict[str, int]) -> Actor:  # noqa: F811
    return Actor(user_id=1, person_id=None, body_roles={town["formal"]: BodyRole.SECRETARIAT})


@pytest.fixture
def late(session: Session, held: Meeting, town: dict[str, int]) -> dict[str, int]:  # noqa: F811
    """Return the keys of a task and a decision that are overdue, among others of which nobody is reminded."""
    yesterday = clock.today() - timedelta(days=1)
    who = session.get_one(Person, town["ada"])
    unit = factories.organisation(session, "Schulamt", email="schulamt@example.org")
    silent = factories.organisation(session, "Stelle ohne Adresse")
    task = factories.task(session, held, "Muster entwerfen", who, due_on=yesterday)
    decision = factories.decision(session, held, "Alle Schulen gehen mit", unit_id=unit.id, due_on=yesterday)
    factories.decision(session, held, "Unerreichbar", unit_id=silent.id, due_on=yesterday)
    factories.task(session, held, "Erst später", who, due_on=yesterday + timedelta(days=30))
    factories.task(session, held, "Schon fertig", who, due_on=yesterday, status=Status.DONE)
    session.commit()
    return {"task": task.id, "decision": decision.id}
