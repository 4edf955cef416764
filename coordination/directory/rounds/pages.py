"""What the pages of rounds ask first: who may, and what the installation is."""

from __future__ import annotations

from flask import current_app

from coordination.core import clock
from coordination.core.access import Permission, Subject, allows
from coordination.core.errors import NotFound
from coordination.core.work import Work
from coordination.directory import queries as directory
from coordination.directory.models import Organisation
from coordination.directory.rounds import queries
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound
from coordination.directory.rounds.queries import Behind
from coordination.mail.site import Site
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


def site() -> Site:
    """Return what letters need to know of this installation."""
    found: Site = current_app.extensions["koordination.site"]
    return found


def reading() -> Work:
    """Return what plans and previews are worked out with; it is never finished."""
    return Work(db.session(), current_actor(), clock.utc_now())


def employer_for(organisation_id: int) -> Organisation:
    """Return an employer to those who keep it."""
    authorize(Permission.DIRECTORY_READ)
    found = directory.get_organisation(db.session(), organisation_id)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(found))
    return found


def round_for(round_id: int) -> ConfirmationRound:
    """Return a round to those who keep its employer.

    Raises:
        NotFound: there is none with this key, or it is none of theirs: who answered what is nobody else's to know.
    """
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_round(db.session(), round_id)
    if not allows(current_actor(), Permission.DIRECTORY_EDIT, directory.subject_of(found.employer)):
        raise NotFound
    return found


def proposal_for(proposal_id: int) -> ChangeProposal:
    """Return a change to those who keep the employer that it is about.

    Raises:
        NotFound: there is none with this key, or it is none of theirs.
    """
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_proposal(db.session(), proposal_id)
    if not allows(current_actor(), Permission.DIRECTORY_EDIT, directory.subject_of(found.employer)):
        raise NotFound
    return found


def own_for(person_id: int, organisation_id: int) -> Behind:
    """Return somebody's own entries with one employer to themselves.

    Raises:
        NotFound: there is nobody with this key, or they have nothing there.
    """
    authorize(Permission.DIRECTORY_READ)
    directory.get_person(db.session(), person_id, current_actor())
    authorize(Permission.OWN_CHANGE, Subject(person_id=person_id))
    return queries.own(db.session(), person_id, organisation_id, clock.today())
