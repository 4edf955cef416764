"""Who was asked to the meetings of the demonstration, and what they answered: every colour of answer, in every way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.procedure import Deputies
from coordination.bodies.rules import VOTING
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.demo import mails, meetings
from coordination.demo.pasts import at_work, day_before
from coordination.mail.site import Site
from coordination.meetings import dispatch
from coordination.meetings.invitees import Listed, deputies_for, listed, wanted
from coordination.meetings.mail_plan import MailKind
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


def load(work: Work, site: Site) -> None:
    """Ask the people of all meetings that are past their invitation, and let them answer; then one is moved."""
    random = Random(20261122)  # noqa: S311 - the same answers each time, nothing secret
    for meeting in work.session.scalars(select(Meeting).where(Meeting.state.in_(_ASKED)).order_by(Meeting.id)).all():
        _ask(work, meeting, random, site)
    work.session.flush()
    meetings.move(work)


def _sent(work: Work, meeting: Meeting) -> datetime:
    return min(clock.zoned(at_work(meeting.starts_at - AHEAD)), day_before(work.now))


def _mailed(work: Work, meeting: Meeting, people: Sequence[Listed], at: datetime, *, site: Site) -> list[Invitation]:
    """Write the invitations of what lies ahead as the product does, as mails that have arrived since."""
    then = Work(work.session, work.actor, at, work.changed)
    sending = dispatch.begin(then, site, meeting, people)
    dispatch.keep_agenda(sending)
    for one in people:
        dispatch.mail(sending, one, MailKind.INVITATION)
    dispatch.post(sending)
    mails.sent(work, meeting, at)
    keys = [one.person.id for one in people]
    rows = select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.person_id.in_(keys))
    by_person = {row.person_id: row for row in work.session.scalars(rows)}
    return [by_person[key] for key in keys]


def _noted(work: Work, meeting: Meeting, people: Sequence[Listed], at: datetime) -> list[Invitation]:
    """Note that people were asked, long ago: of such mails nothing is kept but this."""
    rows = [
        Invitation(
            meeting_id=meeting.id,
            person_id=one.person.id,
            role=one.invitee.role,
            generation=1,
            mailed_sequence=0,
            mailed_at=at,
            first_message_id=f"<{meeting.uid.partition('@')[0]}.{one.person.id}@example.org>",
        )
        for one in people
    ]
    work.session.add_all(rows)
    work.session.flush()
    return rows


def _ask(work: Work, meeting: Meeting, random: Random, site: Site) -> None:
    sent = _sent(work, meeting)
    meeting.revised_at = sent
    is_ahead = meeting.state is MeetingState.INVITED
    people = wanted(listed(work.session, meeting))
    rows = _mailed(work, meeting, people, sent, site=site) if is_ahead else _noted(work, meeting, people, sent)
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
        _answer(work, row, answers[row.id], random)
    deputy = _send_a_deputy(work.session, meeting, rows)
    if deputy is not None and is_ahead:
        one = next(one for one in listed(work.session, meeting) if one.person.id == deputy.person_id)
        _mailed(work, meeting, [one], deputy.mailed_at or sent, site=site)


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


def _send_a_deputy(session: Session, meeting: Meeting, rows: list[Invitation]) -> Invitation | None:
    """Let one member who cannot come have asked somebody instead, where the body has deputies."""
    if meeting.body.procedure.deputies is Deputies.NONE:
        return None
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
            session.flush()
            return deputy
    return None
