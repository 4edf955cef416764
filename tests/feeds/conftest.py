"""A subscriber with a body and a meeting, and what makes and fetches their links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Body
from coordination.calendars import services
from coordination.calendars.models import CalendarLink
from coordination.calendars.rules import FeedKind, Wanted
from coordination.core import clock
from coordination.core.access import SYSTEM, BodyRole
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.meetings.models import Meeting
from tests import factories


@dataclass
class Subscriber:
    """Ada, an account with a person in the Beirat Alpha; ``client`` is a calendar program without cookies."""

    app: Flask
    session: Session
    account: UserAccount
    person: Person
    body: Body
    meeting: Meeting
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=False)

    def link(self, kind: FeedKind = FeedKind.MINE, subject_id: int = 0, *, is_neutral: bool = False) -> CalendarLink:
        """Return a link, made anew if there is none."""
        with self.work() as work:
            return services.subscribe(work, self.account.id, Wanted(kind, subject_id, is_neutral))

    def address(self, link: CalendarLink) -> str:
        """Return the path of a link."""
        self.session.refresh(link)
        found = f"/kalender/{services.token(self.app.extensions['koordination.site'].signer, link)}.ics"
        self.session.rollback()
        return found

    def get(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """Fetch as a program does; words of a header are joined by "_"."""
        answer: TestResponse = self.client.open(
            path, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        return answer

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a unit of work of the system; it is committed at the end."""
        # What the test has read so far is over: SQLite would not let an old reading transaction write.
        self.session.rollback()
        work = Work(self.session, SYSTEM, clock.utc_now())
        yield work
        work.finish()

    def change(self, what: Callable[[], object], row: Any) -> None:
        """Change ``row`` as a service would: recorded, so that subscriptions follow."""
        with self.work() as work:
            what()
            work.record("test.changed", row)


@pytest.fixture
def ada(app: Flask, session: Session) -> Subscriber:
    return subscriber(app, session)


def subscriber(app: Flask, session: Session) -> Subscriber:
    """Return Ada, as of now; ``ada`` is the fixture."""
    person = factories.person(session, "Ada", "Alpha")
    account = factories.account(session, person_id=person.id)
    body = factories.member(session, person, "Beirat Alpha", BodyRole.SECRETARIAT)
    soon = clock.today() + timedelta(days=7)
    told: dict[str, Any] = {"title": "Übergänge; Schule, Kita", "room": "Raum 2", "note": "Bitte lesen."}
    meeting = factories.meeting(session, body, soon, **told)
    session.commit()
    return Subscriber(app, session, account, person, body, meeting)
