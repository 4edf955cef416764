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


def ours(session: Session, school: Place, own: Organisation) -> dict[str, int]:
    """Plant an offer at a school, and a facility of ours that became a part of it long ago."""
    before = factories.place(session, "Alphahaus", operator_id=own.id)
    return {
        "offer_id": factories.offer(session, school, organisation_id=own.id).id,
        "succession_id": factories.succession(session, before, school).id,
    }


def of_others(session: Session, school: Place, other: Organisation) -> dict[str, int]:
    """Plant what lies ahead of others: an offer, and a facility that becomes a part of a school, with the marker."""
    before, starts = factories.place(session, "Betahaus", operator_id=other.id), clock.today() + timedelta(days=40)
    note = f"Beschluss {PLANNED} {other.name.split()[-1]} 6"
    return {
        "offer_id": offer(session, school, other).id,
        "succession_id": factories.succession(session, before, school, starts, source_note=note).id,
    }


def offer(session: Session, at: Place, run_by: Organisation) -> Offer:
    """Plant an offer with the marker in its name that begins only later."""
    starts = clock.today() + timedelta(days=40)
    return factories.offer(
        session, at, f"Kurs {PLANNED} {run_by.name.split()[-1]} 5", organisation_id=run_by.id, valid_from=starts
    )
