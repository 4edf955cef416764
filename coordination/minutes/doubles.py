"""Why two entries of the directory cannot be put together, as far as minutes tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core.i18n import N_, gettext
from coordination.minutes.models import Attendance

_BOTH_THERE = N_("Both stand in the attendance of one meeting. End one entry instead of putting them together.")


def obstacles(session: Session, kept_id: int, gone_id: int, _today: date) -> Sequence[str]:
    """Say whether both stand in the attendance of one meeting, and whether one stood in for the other."""
    other = aliased(Attendance)
    both = (
        select(Attendance.id)
        .join(other, other.meeting_id == Attendance.meeting_id)
        .where(Attendance.person_id == kept_id, other.person_id == gone_id)
    )
    found = []
    if session.scalar(both.limit(1)) is not None:
        found.append(gettext(_BOTH_THERE))
    stands_in = select(Attendance.id).where(
        or_(
            (Attendance.person_id == kept_id) & (Attendance.stands_in_for_id == gone_id),
            (Attendance.person_id == gone_id) & (Attendance.stands_in_for_id == kept_id),
        )
    )
    if session.scalar(stands_in.limit(1)) is not None:
        found.append(gettext("One of the two stood in for the other: these are two people."))
    return found
