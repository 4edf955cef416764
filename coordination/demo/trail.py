"""The trail of the demonstration: meetings and minutes at the hour and by the hand that their own history names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import AuditEntry, work_as
from coordination.meetings.models import Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind
from coordination.minutes.models import Minutes

#: When, if otherwise than the line says, and by which account.
Told = tuple[datetime | None, int | None]


def load(session: Session) -> None:
    """Date the lines of what lies behind, and put all into the order of their hours, as a trail grows."""
    with work_as(session, SYSTEM):
        known = _entered(session) | _written(session)
        lines = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        told = []
        for line in lines:
            at, user_id = known.get((line.action, line.subject), (line.at, line.user_id))
            told.append((at or line.at, user_id, line.action, line.subject))
        told.sort(key=lambda one: one[0])
        for line, one in zip(lines, told, strict=True):
            line.at, line.user_id, line.action, line.subject = one


def _entered(session: Session) -> dict[tuple[str, str], Told]:
    rows = session.scalars(select(MeetingChange).where(MeetingChange.kind == ChangeKind.CREATED))
    return {("meeting.created", f"meeting:{row.meeting_id}"): (row.at, row.user_id) for row in rows}


def _written(session: Session) -> dict[tuple[str, str], Told]:
    found: dict[tuple[str, str], Told] = {}
    rows = session.execute(
        select(Minutes.id, Meeting.starts_at, UserAccount.id)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .outerjoin(UserAccount, UserAccount.person_id == Minutes.taker_id)
    )
    for key, begins, user_id in rows:
        found["minutes.begun", f"minutes:{key}"] = clock.zoned(begins), user_id
        found["minutes.approved", f"minutes:{key}"] = None, user_id
    return found
