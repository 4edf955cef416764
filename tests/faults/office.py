"""An office with many assignments to begin and to end, the forms for it, and what must be true afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Presence
from tests import factories
from tests.faults.writers import Journal, Write

EMAIL = "verzeichnis@example.org"


@dataclass(frozen=True)
class Office:
    """Keys of what the forms name."""

    person: int
    places: list[int]
    employer: int
    running: list[int]
    #: Of the running ones, as they were stored.
    versions: list[int]

    def beginning(self, number: int) -> Write:
        """Return the form for a new assignment that is like no other."""
        name = f"Gruppe {number}"
        fields = {
            "step": "save",
            "person_id": str(self.person),
            "place_id": str(self.places[number % len(self.places)]),
            "employer_id": str(self.employer),
            "function": "school_social_work",
            "funding": "municipal",
            "target_group": name,
            "valid_from": clock.today().isoformat(),
            "day0_starts": "08:00",
            "day0_ends": "12:30",
            "day0_room": "Raum 7",
            "day2_starts": "09:00",
            "day2_ends": "10:00",
            "day2_room": "Raum 7",
        }
        return Write(name, "/einsaetze/neu", fields)

    def ending(self, number: int) -> Write:
        """Return the form that ends the nth running assignment."""
        key = self.running[number]
        last_on = (clock.today() + timedelta(days=30)).isoformat()
        fields = {"step": "save", "last_on": last_on, "version": str(self.versions[number])}
        return Write(f"Ende {key}", f"/einsaetze/{key}/beenden", fields)


def furnish(app: Flask, *, running: int = 0) -> Office:
    """Store the office."""
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engines[None]
    with Session(engine) as session:
        employer = factories.organisation(session)
        person = factories.person(session, organisation_id=employer.id)
        places = [factories.school(session, f"Schule {n}", f"10000{n}") for n in range(5)]
        factories.account(session, EMAIL, Role.DIRECTORY_KEEPER)
        there = [
            factories.assignment(session, person, places[n % 5], employer, target_group=f"läuft {n}")
            for n in range(running)
        ]
        keys, versions = [one.id for one in there], [one.version for one in there]
        office = Office(person.id, [one.id for one in places], employer.id, keys, versions)
        session.commit()
    return office


def faults(session: Session, office: Office, journal: Journal) -> list[str]:
    """Return what is not as it must be: lost, double, or half."""
    session.rollback()
    session.expire_all()
    trail = _trail(session)
    return [*_begun(session, journal, trail), *_ended(session, office, journal, trail)]


def _begun(session: Session, journal: Journal, trail: dict[tuple[str, str], int]) -> Iterator[str]:
    counted = select(Presence.assignment_id, func.count()).group_by(Presence.assignment_id)
    times: dict[int, int] = dict(session.execute(counted).all())
    seen: set[str] = set()
    for row in session.scalars(select(Assignment).where(Assignment.target_group.like("Gruppe %"))):
        if row.target_group in seen:
            yield f"{row.target_group} is there twice"
        seen.add(row.target_group)
        lines = trail.get((f"assignment:{row.id}", "assignment.created"), 0)
        if (lines, times.get(row.id)) != (1, 2):
            yield f"{row.target_group} has {lines} lines in the trail and {times.get(row.id)} of 2 times"
    for name in sorted(journal.acknowledged - seen):
        if name.startswith("Gruppe "):
            yield f"{name} was acknowledged and is lost"


def _ended(session: Session, office: Office, journal: Journal, trail: dict[tuple[str, str], int]) -> Iterator[str]:
    for key in office.running:
        row = session.get_one(Assignment, key)
        lines = trail.get((f"assignment:{key}", "assignment.ended"), 0)
        if f"Ende {key}" in journal.acknowledged and row.valid_until is None:
            yield f"the end of {key} was acknowledged and is lost"
        if lines != (row.valid_until is not None):
            yield f"{key} ends on {row.valid_until} with {lines} lines in the trail"


def _trail(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(AuditEntry.subject, AuditEntry.action, func.count()).group_by(AuditEntry.subject, AuditEntry.action)
    )
    return {(subject, action): count for subject, action, count in rows}
