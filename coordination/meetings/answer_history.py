"""Answers that were another one before, as lines of a history: for the office of the meeting alone."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.i18n import gettext
from coordination.directory.models import Person
from coordination.meetings.history import Told
from coordination.meetings.models import AnswerEntry, Invitation, Meeting
from coordination.meetings.overview import HistoryLine
from coordination.meetings.rules import ANSWER_WORDS, ORIGIN_WORDS, Answer

#: More changes of mind than anybody reads.
MOST = 200


def changed(session: Session, meeting: Meeting) -> list[HistoryLine]:
    """Return every answer that replaced another one, newest first; one statement."""
    rows = session.execute(
        select(AnswerEntry, Person)
        .join(Invitation, Invitation.id == AnswerEntry.invitation_id)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.meeting_id == meeting.id)
        .order_by(AnswerEntry.at, AnswerEntry.id)
    )
    last: dict[int, Answer] = {}
    found = []
    for entry, person in rows:
        before = last.get(entry.invitation_id)
        if before is not None and before is not entry.answer:
            found.append(_line(entry, person, before))
        last[entry.invitation_id] = entry.answer
    return found[: -MOST - 1 : -1]


def _line(entry: AnswerEntry, person: Person, before: Answer) -> HistoryLine:
    what = gettext("Answer of %(name)s (%(origin)s)", name=person.name, origin=gettext(ORIGIN_WORDS[entry.origin]))
    told = Told(what, gettext(ANSWER_WORDS[before]), gettext(ANSWER_WORDS[entry.answer]))
    return HistoryLine(clock.wall_clock(entry.at), "", [told], entry.comment)
