"""What it means for the meetings ahead that somebody leaves a body: said before the membership ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from coordination.core.i18n import format_date, gettext
from coordination.meetings.mail_plan import MailKind
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.reached import reached
from coordination.meetings.rules import ANSWER_WORDS, MeetingState


def meetings_left(session: Session, body_id: int, person_id: int, day: date) -> Sequence[str]:
    """Return a sentence for each meeting after a day to which somebody is asked as a member, by its date."""
    rows = session.scalars(
        select(Invitation)
        .join(Invitation.meeting)
        .options(contains_eager(Invitation.meeting), joinedload(Invitation.person))
        .where(
            Meeting.body_id == body_id,
            Meeting.starts_at > datetime.combine(day, time.max),
            Meeting.state.in_((MeetingState.FIXED, MeetingState.INVITED)),
            Invitation.person_id == person_id,
            Invitation.removed_at.is_(None),
            # Guests and deputies stay on the list whoever they are in the body.
            Invitation.role.is_not(None),
            Invitation.stands_in_for_id.is_(None),
            ~Invitation.is_informed,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    return [_said(session, row) for row in rows]


def _said(session: Session, row: Invitation) -> str:
    meeting = row.meeting
    values = {
        "title": meeting.title,
        "day": format_date(meeting.starts_at.date()),
        "answer": gettext(ANSWER_WORDS[row.answer]),
        "name": row.person.name,
    }
    if row.mailed_sequence is None:
        return gettext(
            "%(title)s on %(day)s (answer: %(answer)s): %(name)s comes off the list if the membership ends before."
            " Nothing was mailed so far, so no mail says it; please tell %(name)s yourself.",
            **values,
        )
    if reached(session, meeting.id).fitting(MailKind.CANCELLATION, row.person_id) is None:
        return gettext(
            "%(title)s on %(day)s (answer: %(answer)s): the invitation of %(name)s still waits. If the membership ends"
            " before, the mail plan of the meeting offers to take it back.",
            **values,
        )
    return gettext(
        "%(title)s on %(day)s (answer: %(answer)s): %(name)s was invited. If the membership ends before, a cancellation"
        " stands in the mail plan of the meeting; it goes out only when you send it there.",
        **values,
    )
