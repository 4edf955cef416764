"""What those invited to a meeting have got so far: it decides which mail fits, in the plan and in the sending alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core.once import once
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings import letters
from coordination.meetings.mail_plan import MailKind, fitting
from coordination.meetings.models import AnswerEntry, Invitation
from coordination.meetings.rules import Origin

#: States of a mail that nobody has got.
NOT_THERE = frozenset({MailState.WAITING, MailState.FAILED})


@dataclass(frozen=True, slots=True)
class Reached:
    """Person → when the newest mail was written that arrived, or may have (``left``).

    ``answered``: person → when they last answered themselves.
    """

    left: Mapping[int, datetime]
    answered: Mapping[int, datetime]

    def has_heard(self, person_id: int) -> bool:
        """Return whether somebody knows of the meeting."""
        return person_id in self.left or person_id in self.answered

    def told_at(self, person_id: int) -> datetime | None:
        """Return up to when somebody knows what became of the meeting; who has no mail knows what they answered to."""
        return self.left.get(person_id) or self.answered.get(person_id)

    def fitting(self, kind: MailKind, person_id: int) -> MailKind | None:
        """Return the mail that fits what somebody has so far; None: nothing, and what waits is taken back."""
        return fitting(kind, has_left=person_id in self.left, has_answered=person_id in self.answered)


def reached(session: Session, meeting_id: int) -> Reached:
    """Return whom mails about a meeting have reached; at most two statements for all parts of a page."""
    return once(session, ("reached", meeting_id), lambda: _read(session, meeting_id))


def _read(session: Session, meeting_id: int) -> Reached:
    answered = (
        select(Invitation.person_id, func.max(AnswerEntry.at))
        .join(AnswerEntry, AnswerEntry.invitation_id == Invitation.id)
        .where(Invitation.meeting_id == meeting_id, AnswerEntry.origin.in_((Origin.LINK, Origin.SIGNED_IN)))
        .group_by(Invitation.person_id)
    )
    left = {
        mail.person_id: mail.created_at
        for mail in mails_of(session, meeting_id)
        if mail.person_id is not None and mail.state not in NOT_THERE
    }
    return Reached(left, dict(iter(session.execute(answered))))


def mails_of(session: Session, meeting_id: int) -> Sequence[OutboxMail]:
    """Return the mails about a meeting but for reminders, the oldest first; one statement for all parts of a page."""
    return once(session, ("mails", meeting_id), lambda: outbox.mails_about(session, letters.about(meeting_id)))
