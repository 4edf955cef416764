"""An assignment of somebody who does the same there already: asked before it is stored, as there may be two of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.i18n import gettext as _
from coordination.directory import queries
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.models import Assignment

#: The field that says that it is a further one.
FIELD = "despite_twin"


@dataclass(frozen=True, slots=True)
class Twin:
    """What is said of an assignment that is there: its key, where it is, and since when."""

    id: int
    place: str
    span: str


class Running(RuleViolation):
    """The person has an assignment like this that holds on the first day already; ``twins`` are those asked about."""

    def __init__(self, twins: Sequence[Twin]) -> None:
        super().__init__(
            N_("This assignment runs already. If it is a further one, please tick this field."), field=FIELD
        )
        self.twins = tuple(twins)


def ask(session: Session, data: AssignmentInput, today: date, *, despite: Collection[int], own: int = 0) -> None:
    """Ask about what the person does there for the employer on the first day; a vacancy may stand there twice.

    For another target group it is another assignment.

    Args:
        session: where it is looked up.
        data: what is to be stored.
        today: what "since" and "from" are about.
        despite: keys of those that somebody was asked about, and said that this is a further one.
        own: the one that is changed.

    Raises:
        Running: there is one that nobody was asked about.
    """
    if data.person_id is None:
        return
    found = session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == data.person_id,
            Assignment.place_id == data.place_id,
            Assignment.employer_id == data.employer_id,
            Assignment.function == data.function,
            Assignment.id != own,
            queries.holds_on(data.valid_from, Assignment.valid_from, Assignment.valid_until),
        )
        .options(joinedload(Assignment.place))
        .order_by(Assignment.valid_from, Assignment.id)
    ).all()
    group = data.target_group.casefold()
    rows = [row for row in found if row.target_group.casefold() == group]
    if any(row.id not in despite for row in rows):
        raise Running([Twin(row.id, row.place.name, span_told(row, today)) for row in rows])


def is_same(data: AssignmentInput, other: AssignmentInput) -> bool:
    """Return whether both say the same of who does what where, for whom and for which target group."""
    return _who(data) == _who(other)


def _who(data: AssignmentInput) -> tuple[object, ...]:
    return data.person_id, data.place_id, data.employer_id, data.function, data.target_group.casefold()


def span_told(row: Assignment, today: date) -> str:
    """Return the days on which an assignment holds, in words."""
    first = format_date(row.valid_from)
    if row.valid_until is not None:
        return f"{first} – {format_date(row.valid_until)}"
    return _("from %(day)s", day=first) if row.valid_from > today else _("since %(day)s", day=first)
