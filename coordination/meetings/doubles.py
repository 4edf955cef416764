"""Why two entries of the directory cannot be put together, as far as meetings tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from coordination.core.i18n import format_date, gettext
from coordination.meetings.models import Invitation, Meeting


def obstacles(session: Session, kept_id: int, gone_id: int, _today: date) -> Sequence[str]:
    """Say to which meeting both were invited, and whether one stood in for the other."""
    other = aliased(Invitation)
    both = (
        select(Meeting)
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .join(other, other.meeting_id == Meeting.id)
        .where(Invitation.person_id == kept_id, other.person_id == gone_id)
        .order_by(Meeting.starts_at.desc())
    )
    found = []
    if (meeting := session.scalar(both.limit(1))) is not None:
        text = gettext(
            "Both were invited to “%(meeting)s” on %(day)s. End one entry instead of putting them together.",
            meeting=meeting.title,
            day=format_date(meeting.starts_at.date()),
        )
        found.append(text)
    stands_in = select(Invitation.id).where(
        or_(
            (Invitation.person_id == kept_id) & (Invitation.stands_in_for_id == gone_id),
            (Invitation.person_id == gone_id) & (Invitation.stands_in_for_id == kept_id),
        )
    )
    if session.scalar(stands_in.limit(1)) is not None:
        found.append(gettext("One of the two stood in for the other: these are two people."))
    return found
