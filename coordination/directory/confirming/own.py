"""Confirming one's own assignments: where the employer lets what the people concerned say hold at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Subject
from coordination.directory.models import Assignment
from coordination.directory.queries import subject_of
from coordination.directory.rounds.models import ConfirmationRule
from coordination.directory.rules import Span


def confirmable(session: Session, actor: Actor, rows: Iterable[Assignment], today: date) -> frozenset[int]:
    """Return the keys of those assignments that are the actor's own to confirm.

    They hold today, and a change by their person would hold at once. One statement where there are any.
    """
    own = [row for row in rows if _is_own(actor, row, today)]
    if not own:
        return frozenset()
    said = ConfirmationRule.employer_id.in_({row.employer_id for row in own}), ConfirmationRule.applies_at_once
    employers = set(session.scalars(select(ConfirmationRule.employer_id).where(*said)))
    return frozenset(row.id for row in own if row.employer_id in employers)


def subject_to_confirm(session: Session, actor: Actor, row: Assignment, today: date) -> Subject:
    """Return what the access table is asked about: the employer, and the person where it is theirs to say."""
    keeps = subject_of(row).organisation_ids
    is_theirs = row.id in confirmable(session, actor, [row], today)
    return Subject(organisation_ids=keeps, person_id=row.person_id if is_theirs else None)


def _is_own(actor: Actor, row: Assignment, today: date) -> bool:
    is_theirs = actor.person_id is not None and row.person_id == actor.person_id
    return is_theirs and Span(row.valid_from, row.valid_until).holds(today)
