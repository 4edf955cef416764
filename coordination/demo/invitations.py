"""Who was asked to the meetings of the demonstration, and what they answered: every colour of answer, in every way."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.procedure import Deputies
from coordination.bodies.rules import VOTING
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.meetings.invitees import deputies_for, listed, wanted
from coordination.meetings.models import AnswerEntry, Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState, Origin

#: How long before a meeting its invitation went out.
AHEAD = timedelta(days=24)
_ASKED = frozenset({MeetingState.INVITED, MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED})
_AHEAD = (Answer.ACCEPTED,) * 6 + (Answer.OPEN,) * 3 + (Answer.TENTATIVE, Answer.DECLINED, Answer.DECLINED)
_BEHIND = (Answer.ACCEPTED,) * 9 + (Answer.DECLINED,) * 2 + (Answer.OPEN,)
#: With a vote, of those who were asked to what lies behind: more of them missing, and nothing could be decided.
_MISSING = 2
_ORIGINS = (Origin.LINK,) * 4 + (Origin.SIGNED_IN,) * 2 + (Origin.OFFICE,)
_COMMENTS = {
    Answer.ACCEPTED: ("", "", "", "", "Ich komme zehn Minuten später, die Pausenaufsicht geht vor."),
    Answer.TENTATIVE: ("Ich hänge von der Vertretung im Team ab.", "Ich melde mich bis Mittwoch."),
    Answer.DECLINED: ("Fortbildung an diesem Tag.", "Ich bin im Urlaub.", "Hilfeplangespräch zur selben Zeit.", ""),
}


def load(work: Work) -> None:
    """Ask the people of all meetings that are past their invitation, and let them answer."""
    random = Random(20261122)  # noqa: S311 - the same answers each time, nothing secret
    for meeting in work.session.scalars(select(Meeting).where(Meeting.state.in_(_ASKED)).order_by(Meeting.id)).all():
        _ask(work, meeting, random)
    work.session.flush()


def _ask(work: Work, meeting: Meeting, random: Random) -> None:
    sent = min(clock.zoned(meeting.starts_at - AHEAD), work.now - timedelta(hours=20))
    if meeting.moved_from is None:
        # What is known has not changed since; the one that was moved is not told yet.
        meeting.revised_at = sent
    is_ahead = meeting.state is MeetingState.INVITED
    rows = []
    for one in wanted(listed(work.session, meeting)):
        row = Invitation(
            meeting_id=meeting.id,
            person_id=one.person.id,
            role=one.invitee.role,
            generation=1,
            mailed_sequence=0,
            mailed_at=sent,
            first_message_id=f"<{meeting.uid.partition('@')[0]}.{one.person.id}@example.org>",
        )
        work.session.add(row)
        rows.append(row)
    work.session.flush()
    answers = {row.id: random.choice(_AHEAD if is_ahead else _BEHIND) for row in rows}
    voting = [row for row in rows if row.role in VOTING]
    if is_ahead:
        # Every colour of answer, whatever the dice say.
        wanted_ones = (Answer.TENTATIVE, Answer.DECLINED, Answer.OPEN, Answer.ACCEPTED)
        answers |= dict(zip([row.id for row in reversed(voting)], wanted_ones, strict=False))
    else:
        missing = [row.id for row in voting if answers[row.id] is not Answer.ACCEPTED]
        answers |= dict.fromkeys(missing[_MISSING:], Answer.ACCEPTED)
    for row in rows:
        if meeting.moved_from is None or not is_ahead:
            _answer(work, row, answers[row.id], random)
    _send_a_deputy(work.session, meeting, rows)


def _answer(work: Work, row: Invitation, answer: Answer, random: Random) -> None:
    if row.role is BodyRole.SECRETARIAT:
        answer = Answer.ACCEPTED
    if answer is Answer.OPEN:
        return
    row.answer, row.origin = answer, random.choice(_ORIGINS)
    sent = row.mailed_at or work.now
    row.answered_at = min(sent + timedelta(hours=random.randint(2, 90)), work.now - timedelta(minutes=30))
    row.comment = random.choice(_COMMENTS[answer])
    work.session.add(
        AnswerEntry(invitation_id=row.id, at=row.answered_at, answer=row.answer, origin=row.origin, comment=row.comment)
    )


def _send_a_deputy(session: Session, meeting: Meeting, rows: list[Invitation]) -> None:
    """Let one member who cannot come have asked somebody instead, where the body has deputies."""
    if meeting.body.procedure.deputies is Deputies.NONE:
        return
    there = {row.person_id for row in rows}
    voting = [row for row in rows if row.role in VOTING]
    willing = [row for row in voting if row.answer is Answer.DECLINED]
    if meeting.state is MeetingState.INVITED:
        willing += [row for row in voting if row.answer is Answer.ACCEPTED and row.role is not BodyRole.CHAIR]
    for row in willing:
        free = [one for one in deputies_for(session, meeting, row.person_id) if one.id not in there]
        if free:
            row.answer = Answer.DELEGATED
            deputy = Invitation(
                meeting_id=meeting.id,
                person_id=free[0].id,
                role=row.role,
                stands_in_for_id=row.person_id,
                generation=1,
                mailed_sequence=0,
                mailed_at=row.answered_at,
                answer=Answer.OPEN if meeting.state is MeetingState.INVITED else Answer.ACCEPTED,
            )
            session.add(deputy)
            return
