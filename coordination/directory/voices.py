"""Who says that an assignment is right: in words, and by key if it is the person whom it is about. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coordination.directory.models import Assignment


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks.

    Attributes:
        by: in words, as pages show it.
        person_id: the key of who speaks; None if that is not known, or somebody else passes on what was said.
    """

    by: str = ""
    person_id: int | None = None

    def confirms(self, assignment: Assignment, on: date) -> None:
        """Note that ``assignment`` is right. The key is kept of its own person alone: nobody needs that of others."""
        is_own = self.person_id is not None and self.person_id == assignment.person_id
        assignment.confirmed_on, assignment.confirmed_by = on, self.by[:120]
        assignment.confirmed_by_id = self.person_id if is_own else None


NOBODY = Voice()


def forget(assignment: Assignment) -> None:
    """Note that nobody has said that ``assignment`` is right as it says now."""
    assignment.confirmed_on, assignment.confirmed_by, assignment.confirmed_by_id = None, "", None
