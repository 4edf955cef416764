"""Fills a migrated database with a given number of meetings, 50 of them with minutes, and links to subscribe to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from bench.seed import BATCH, EMAIL, PASSWORD
from bench.servers import SECRET
from coordination.accounts.models import UserAccount
from coordination.accounts.passwords import hash_password
from coordination.bodies.models import Body, Membership
from coordination.calendars import services
from coordination.calendars.models import CalendarLink
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.db import Base
from coordination.core.tokens import Signer
from coordination.decisions.models import Decision, Task
from coordination.directory.models import Person
from coordination.mail.site import Site
from coordination.meetings.models import AgendaItem, Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, ChangeKind, MeetingState, Origin
from coordination.minutes.models import Attendance, ItemText, Minutes
from coordination.minutes.rules import MinutesState, Presence

BODIES, PEOPLE = 40, 12
#: Meetings ahead of each body but the first, and held ones of the first.
AHEAD = HELD = 50
ITEMS = 8
#: Bodies in which whoever is measured sits; the meetings of the others are public.
OWN = 10
#: Accounts that have a link each, to all that they may see.
LINKS = 100
LONG_AGO = date(2020, 1, 1)
STAMP = datetime(2026, 1, 1, tzinfo=UTC)
NOTE = "Bitte bringen Sie die Unterlagen der letzten Sitzung mit; wer verhindert ist, sagt der Vertretung Bescheid. "


@dataclass(frozen=True, slots=True)
class Seeded:
    """Where to find what is measured: bodies with 50 meetings ahead, meetings with minutes, paths of subscriptions."""

    bodies: list[int]
    held: list[int]
    feeds: list[str]


def fill(engine: Engine, total: int, site: Site) -> Seeded:
    """Store ``total`` meetings; the first 2,000 lie in the window of subscriptions, all others before it."""
    with Session(engine) as session:
        _people(session)
        _put(session, Meeting, _meetings(total))
        _put(session, Invitation, _invitations(total))
        _inside(session)
        _put(session, CalendarLink, (_link(key) for key in range(1, LINKS + 1)))
        if total <= AHEAD * BODIES:
            services.rebuild(session, site)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    signer = Signer((SECRET,))
    tokens = (signer.make_lasting(services.PURPOSE, key, 1) for key in range(1, LINKS + 1))
    return Seeded(list(range(2, OWN + 4)), list(range(1, HELD + 1)), [f"/kalender/{one}.ics" for one in tokens])


def _put(session: Session, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        session.execute(insert(model), some)


def _people(session: Session) -> None:
    for key in range(1, PEOPLE + 1):
        texts = dict.fromkeys(("title", "function", "phone", "mobile"), "")
        name = {"given_name": f"Vorname{key}", "family_name": f"Nachname{key}", "email": f"p{key}@example.org"}
        session.add(Person(id=key, **name, **texts))
    session.flush()
    told = {"display_name": "Bench", "language": "de", "theme": "system", "generation": 0, "created_at": STAMP}
    own = {"person_id": 1, "email": EMAIL, "password_hash": hash_password(PASSWORD)}
    session.add(UserAccount(id=1, **own, **told))
    for key in range(2, LINKS + 1):
        session.add(UserAccount(id=key, email=f"konto{key}@example.org", password_hash="-", **told))
    session.add_all(Body(id=key, name=f"Gremium {key:02}", template="formal") for key in range(1, BODIES + 1))
    session.flush()
    for body_id in range(1, OWN + 1):
        for person_id in range(1, PEOPLE + 1):
            role = BodyRole.SECRETARIAT if (body_id, person_id) == (1, 1) else BodyRole.VOTING_MEMBER
            session.add(Membership(body_id=body_id, person_id=person_id, role=role, valid_from=LONG_AGO))
    session.flush()


def _meetings(total: int) -> Iterator[dict[str, Any]]:
    for key in range(1, total + 1):
        turn, number = divmod(key - 1, AHEAD)
        if key <= HELD:
            body_id, day, state = 1, clock.today() - timedelta(days=number + 1), MeetingState.MINUTES_OPEN
        elif key <= AHEAD * BODIES:
            body_id, day, state = turn + 1, clock.today() + timedelta(days=1 + number * 14), MeetingState.INVITED
        else:
            body_id, day = key % BODIES + 1, clock.today() - timedelta(days=100 + key // 20)
            state = MeetingState.CLOSED
        starts_at = datetime.combine(day, time(14))
        yield {
            "id": key,
            "body_id": body_id,
            "title": f"{number + 1}. Sitzung des Gremiums {body_id:02}",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "room": f"Rathaus, Raum {key % 90 + 1}",
            "note": NOTE,
            "state": state,
            "is_public": body_id > OWN,
            "uid": f"{key}@koordination",
            "revised_at": STAMP,
            "version": 1,
        }


def _invitations(total: int) -> Iterator[dict[str, Any]]:
    asked = {"answer": Answer.ACCEPTED, "origin": Origin.OFFICE, "role": BodyRole.VOTING_MEMBER}
    told = {"answered_at": STAMP, "mailed_at": STAMP, "mailed_sequence": 0}
    for key in range(1, total + 1):
        # Whoever is measured was asked to a fortieth of all meetings; to those with minutes everybody was.
        people = range(1, PEOPLE + 1) if key <= HELD else range(1, 2) if key % BODIES == 0 else ()
        for person_id in people:
            yield {"meeting_id": key, "person_id": person_id, **asked, **told}


def _inside(session: Session) -> None:
    """Give each held meeting an agenda, minutes, attendance, decisions, tasks and a history."""
    places = [(key, number) for key in range(1, HELD + 1) for number in range(1, ITEMS + 1)]
    items = [(n, key, number) for n, (key, number) in enumerate(places, 1)]
    of_item = {"title": "Bericht aus den Stadtteilen", "text": NOTE, "is_public": True, "version": 1}
    _put(session, AgendaItem, ({"id": n, "meeting_id": key, "position": at, **of_item} for n, key, at in items))
    saved = {"text": f"- {NOTE}\n- **Ergebnis:** {NOTE}", "saved_at": STAMP, "saved_by_id": 1, "version": 1}
    _put(session, ItemText, ({"item_id": n, **saved} for n, _key, _at in items))
    drafts = {"state": MinutesState.DRAFT, "taker_id": 1, "version": 1}
    _put(session, Minutes, ({"meeting_id": key, **drafts} for key in range(1, HELD + 1)))
    there = {"role": BodyRole.VOTING_MEMBER, "presence": Presence.PRESENT, "version": 1}
    people = [(key, person_id) for key in range(1, HELD + 1) for person_id in range(1, PEOPLE + 1)]
    _put(session, Attendance, ({"meeting_id": key, "person_id": who, **there} for key, who in people))
    settled = {"body_id": 1, "year": 2026, "text": NOTE, "version": 1}
    decided = [(n, key) for n, key, at in items if at <= 3]
    rows = ({"meeting_id": key, "item_id": n, "number": n, "yes": 9, **settled} for n, key in decided)
    _put(session, Decision, rows)
    taken = {"body_id": 1, "text": NOTE, "person_id": 2, "version": 1}
    _put(session, Task, ({"meeting_id": key, "item_id": n, **taken} for n, key, at in items if at in (4, 5)))
    kinds = (ChangeKind.INVITED, ChangeKind.EDITED, ChangeKind.EDITED)
    changes = [(key, kind) for key in range(1, HELD + 1) for kind in kinds]
    _put(
        session, MeetingChange, ({"meeting_id": key, "kind": kind, "at": STAMP, "user_id": 1} for key, kind in changes)
    )


def _link(key: int) -> dict[str, Any]:
    more = {"is_neutral": False, "generation": 1, "created_at": STAMP, "version": 1}
    return {"id": key, "user_id": key, "kind": FeedKind.ALL, "subject_id": 0, **more}
