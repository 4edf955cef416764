"""The town of the meetings, with a meeting of its board that lies behind and has an agenda."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import Actor, BodyRole
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
