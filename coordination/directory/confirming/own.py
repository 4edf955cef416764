"""What of assignments is one's own: to change, and to confirm where the employer lets what they say hold at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Subject
from coordination.directory.models import Assignment, Organisation
from coordination.directory.queries import subject_of
from coordination.directory.rounds.models import ConfirmationRule
from coordination.directory.rules import Span


@dataclass(frozen=True, slots=True)
class Own:
    """The keys of those assignments of a page that are the reader's own, and the employers of these."""

    changes: frozenset[int] = frozenset()
    #: Of them those that they may confirm, too.
    confirms: frozenset[int] = frozenset()
    employers: Sequence[Organisation] = ()


def of_page(session: Session, actor: Actor, rows: Iterable[Assignment], today: date) -> Own:
    """Return which assignments are the actor's own to change, and which of them to confirm.

    They hold today; to confirm, a change by their person would hold at once. One statement where there are any.
    """
    own = [row for row in rows if _is_own(actor, row, today)]
    if not own:
        return Own()
    said = ConfirmationRule.employer_id.in_({row.employer_id for row in own}), ConfirmationRule.applies_at_once
    at_once = set(session.scalars(select(ConfirmationRule.employer_id).where(*said)))
    return Own(
        frozenset(row.id for row in own),
        frozenset(row.id for row in own if row.employer_id in at_once),
        list({row.employer_id: row.employer for row in own}.values()),
    )


def subject_to_confirm(session: Session, actor: Actor, row: Assignment, today: date) -> Subject:
    """Return what the access table is asked about: the employer, and the person where it is theirs to say."""
    keeps = subject_of(row).organisation_ids
    is_theirs = row.id in of_page(session, actor, [row], today).confirms
    return Subject(organisation_ids=keeps, person_id=row.person_id if is_theirs else None)


def _is_own(actor: Actor, row: Assignment, today: date) -> bool:
    is_theirs = actor.person_id is not None and row.person_id == actor.person_id
    return is_theirs and Span(row.valid_from, row.valid_until).holds(today)
