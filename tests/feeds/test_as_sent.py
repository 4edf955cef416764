"""A subscription, compared with the whole answer kept in ``tests/as_sent``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.meetings.services import cancel_meeting
from tests import as_sent, factories
from tests.feeds.conftest import subscriber


def test_a_subscription_goes_out_as_it_is_kept(app: Flask, session: Session) -> None:
    """With a date that is fixed, one planned, one over midnight, one in summer, and one cancelled."""
    with time_machine.travel(as_sent.AT, tick=False):
        ada = subscriber(app, session)
        ada.meeting.uid = as_sent.UID.format(number=0)
        others: tuple[tuple[str, int, dict[str, Any]], ...] = (
            ("Geplant", 14, {"state": "draft"}),
            ("Über Mitternacht", 21, {"hour": 22, "hours": 5}),
            ("Im Sommer", 198, {"link": "https://konferenz.example.org/raum"}),
            ("Fällt aus", 28, {"room": "Raum 3"}),
        )
        for number, (title, days, more) in enumerate(others, start=1):
            day, uid = clock.today() + timedelta(days=days), as_sent.UID.format(number=number)
            last = factories.meeting(session, ada.body, day, title=title, uid=uid, **more)
        session.commit()
        with ada.work() as work:
            cancel_meeting(work, last.id, "Der Vorsitz ist krank.", version=last.version)
        as_sent.check("subscription.ics", ada.get(ada.address(ada.link())).data)
