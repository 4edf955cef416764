"""What the demonstration shows: a whole city in real numbers, and what happens in such a list."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.directory import desk, queries
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import Absence, Assignment, District, Organisation, Person, Place, School
from coordination.directory.offers.models import Offer
from coordination.directory.responsibilities.models import Post
from coordination.directory.rounds.letters import PURPOSE as ROUND
from coordination.directory.rules import Function, PlaceKind, is_stale
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.successions.models import PlaceSuccession
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.words import reason
from coordination.meetings.letters import PURPOSE

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def holds() -> ColumnElement[bool]:
    return queries.holds_on(clock.today(), Assignment.valid_from, Assignment.valid_until)


def people(session: Session, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count(Assignment.person_id.distinct())).join(Place, Place.id == Assignment.place_id)
    return session.scalar(counted.where(holds(), *conditions)) or 0


def test_the_city_has_its_size(demo: None, app: Flask, session: Session) -> None:
    schools = select(func.count()).select_from(School).join(Place, Place.id == School.place_id)
    current = (queries.is_current(clock.today()), School.form_code.not_in(NOT_SCHOOLS))
    assert session.scalar(schools.where(*current)) == 110
    assert session.scalar(select(func.count()).select_from(District)) == 10
    at_schools = people(session, Assignment.function == Function.SCHOOL_SOCIAL_WORK)
    assert 80 <= at_schools <= 100, at_schools
    assert people(session, Place.kind == PlaceKind.YOUTH_FACILITY) == 40
    assert session.scalar(select(func.count(Assignment.employer_id.distinct())).where(holds())) == 6


def test_things_happen_in_it(demo: None, app: Flask, session: Session) -> None:
    today = clock.today()
    away = select(func.count()).select_from(Absence).where(queries.holds_on(today, Absence.first_on, Absence.last_on))
    assert (session.scalar(away) or 0) >= 2
    covered = select(func.count()).select_from(Absence).where(Absence.substitute_id.is_not(None))
    assert (session.scalar(covered) or 0) >= 1
    ending = Assignment.valid_until.between(today, today + desk.SOON)
    assert people(session, ending) >= 2
    vacant = select(func.count()).select_from(Assignment).where(holds(), Assignment.person_id.is_(None))
    assert (session.scalar(vacant) or 0) >= 3
    assert (session.scalar(select(func.count()).select_from(Assignment).where(Assignment.valid_from > today)) or 0) >= 1
    planner = Actor(user_id=1, roles=frozenset({Role.PLANNER}))
    with app.test_request_context():
        assert any("niemand eingesetzt" in line.text for line in desk.desk_lines(session, planner, today))


def test_two_schools_work_for_the_district_next_to_theirs(demo: None, app: Flask, session: Session) -> None:
    rows = session.scalars(select(PlaceFurtherDistrict).order_by(PlaceFurtherDistrict.id)).all()
    names = {row.id: row.name for row in session.scalars(select(District))}
    assert {(row.place.name, names[row.place.district_id or 0], row.district.name) for row in rows} == {
        ("Bosseschule", "Mitte", "Schildesche"),
        ("Gertrud-Bäumer-Schule", "Mitte", "Schildesche"),
    }


def test_schools_that_are_gone_say_what_followed_them(demo: None, app: Flask, session: Session) -> None:
    """What the import of the real file proposes and ticks, and nothing that nobody would have ticked."""
    rows = session.scalars(select(PlaceSuccession)).all()
    assert len(rows) == 5
    for row in rows:
        assert row.predecessor.school is not None
        assert row.predecessor.school.gone_since is not None
        assert row.successor.school is not None
        assert row.successor.school.gone_since is None
        assert row.source_note == "Amtliche Schuldatei, eingelesen am 04.05.2026"
        assert date(2021, 8, 1) <= row.on_day < clock.today()


@pytest.mark.parametrize("kind", [Person, Organisation, Place, Offer, Post])
def test_entries_of_every_kind_were_confirmed_lately_long_ago_and_never(
    demo: None, app: Flask, session: Session, kind: type[Any]
) -> None:
    rows = [row for row in session.scalars(select(kind)) if getattr(row, "school", None) is None]
    said = [row for row in rows if row.confirmed_on is not None]
    assert said
    assert len(said) < len(rows)
    assert all(row.confirmed_by and row.confirmed_on <= clock.today() for row in said)
    # What is offered began with the school year: nothing of it can be old.
    if kind not in {Post, Offer}:
        assert {is_stale(row.confirmed_on, clock.today()) for row in said} == {True, False}


def test_the_outbox_has_been_through_something(demo: None, app: Flask, session: Session) -> None:
    rows = session.execute(select(OutboxMail.purpose, OutboxMail.state, OutboxMail.sent_at)).all()
    states = Counter(row.state for row in rows if row.purpose not in {PURPOSE, ROUND})
    assert states == {MailState.SENT: 7, MailState.FAILED: 1, MailState.WAITING: 2}
    failed = session.scalars(select(OutboxMail).where(OutboxMail.state == MailState.FAILED)).all()
    # An invitation to an account, and a question of the round that is under way.
    assert {one.purpose for one in failed} == {"account.invitation", ROUND}
    with app.test_request_context():
        assert all("Wahrscheinlich ist sie falsch" in reason(one) for one in failed)
    assert all((row.sent_at is not None) == (row.state is MailState.SENT) for row in rows)
