"""Who and what begins only later, planted where it would leak from: in the directory, at a school, with a number."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.offers.models import Offer
from tests import factories
from tests.architecture.access_marks import PLANNED, PLANNED_OURS


def plant(session: Session, school: Place, colleague: Person) -> None:
    """Plant somebody with the marker in the name and an official number, who will work beside ``colleague``."""
    employer = session.get_one(Organisation, colleague.organisation_id)
    starts = clock.today() + timedelta(days=40)
    who = factories.person(
        session, "Geraldine", f"{PLANNED_OURS} 4", organisation_id=employer.id, valid_from=starts, phone="+495219995551"
    )
    factories.assignment(session, who, school, employer, valid_from=starts)
    offer(session, school, employer)


def offer(session: Session, at: Place, run_by: Organisation) -> Offer:
    """Plant an offer with the marker in its name that begins only later."""
    starts = clock.today() + timedelta(days=40)
    return factories.offer(
        session, at, f"Kurs {PLANNED} {run_by.name.split()[-1]} 5", organisation_id=run_by.id, valid_from=starts
    )
