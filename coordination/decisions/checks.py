"""What stops a decision or a task as entered: votes that do not add up, a day that is over already.

Both may be right all the same (somebody left unseen, minutes are written late): whoever enters it says so by a tick.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.decisions import queries
from coordination.decisions.models import Decision
from coordination.decisions.rules import Doubt, Votes, doubts
from coordination.meetings.models import Meeting


def check_count(session: Session, meeting: Meeting, row: Decision, votes: Votes) -> bool:
    """Return whether the votes add up with the list of those present; where nobody entered it, they do.

    Raises:
        RuleViolation: they do not, and nobody said that the decision is to be recorded all the same.
    """
    quorum = queries.quorum_of_vote(session, meeting, row.voted_at)
    if quorum is None or Doubt.COUNT not in doubts(votes, quorum, is_exact=row.voted_at is not None):
        return True
    if row.despite_votes:
        return False
    raise RuleViolation(
        N_(
            "The votes do not add up. Counted, with those who took no part: %(votes)s; with a vote and there, by the"
            " list of those present: %(people)s. Please correct the numbers or the attendance,"
            " or record it all the same."
        ),
        field="despite_votes",
        votes=votes.cast + votes.conflicted,
        people=quorum.there,
    )


def check_due(work: Work, meeting: Meeting, before: date | None, wanted: date | None, *, despite: bool) -> None:
    """Raise RuleViolation if something new would be overdue when it is entered; ``before`` is what is stored.

    Before its meeting nothing can be due. Between the meeting and today it can: minutes are written late.
    """
    if wanted is None or wanted == before:
        return
    if wanted < meeting.starts_at.date():
        raise RuleViolation(N_("This day lies before the meeting. Please choose a later one."), field="due_on")
    if wanted < work.today and not despite:
        text = N_(
            "The due day is over: it would be overdue from the start. Please choose a later one, or record it so."
        )
        raise RuleViolation(text, field="despite_due")


def check_follow_up(meeting: Meeting, before: date | None, wanted: date | None) -> None:
    """Raise RuleViolation if a decision would be looked at again before its meeting."""
    if wanted is not None and wanted != before and wanted < meeting.starts_at.date():
        raise RuleViolation(N_("This day lies before the meeting. Please choose a later one."), field="follow_up_on")
